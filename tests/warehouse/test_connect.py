from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from flows.batch import store_batch
from schemas.settings import Settings, WarehouseSettings
from tests.invented import begin, clock, dump, extraction, settings_in, store
from warehouse.connect import WarehouseError, open_published, open_warehouse, transaction
from warehouse.migrate import schema_version

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, lock_timeout=0)


@contextmanager
def held(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the file until its standard input ends."""
    code = (
        "import sys, duckdb; c = duckdb.connect(sys.argv[1]);"
        " print('held', flush=True); sys.stdin.read(); c.close()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(30)


def refusal(path: Path, settings: Settings) -> str:
    with pytest.raises(WarehouseError) as raised, open_warehouse(path, settings.warehouse):
        pass
    message = str(raised.value)
    assert "\n" not in message
    return message


def test_a_file_that_another_process_writes_names_it(settings: Settings) -> None:
    store(settings, [extraction("a")])
    with held(settings.warehouse_path) as process:
        message = refusal(settings.warehouse_path, settings)
    assert str(settings.warehouse_path) in message
    assert f"process {process.pid} (" in message
    assert "query the published file" in message


def test_waiting_has_its_limit(settings: Settings) -> None:
    store(settings, [extraction("a")])
    patient = WarehouseSettings(lock_timeout=0.4)
    with held(settings.warehouse_path):
        start = time.monotonic()
        with (
            pytest.raises(WarehouseError, match="process"),
            open_warehouse(settings.warehouse_path, patient),
        ):
            pass
        assert 0.4 <= time.monotonic() - start < 5


def test_a_file_that_is_let_go_is_taken(settings: Settings) -> None:
    store(settings, [extraction("a")])
    patient = WarehouseSettings(lock_timeout=30)
    with held(settings.warehouse_path) as process:
        assert process.stdin
        threading.Timer(0.3, process.stdin.close).start()
        with open_warehouse(settings.warehouse_path, patient) as connection:
            assert connection.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_two_threads_take_turns(settings: Settings) -> None:
    store(settings, [extraction("a")])
    patient = WarehouseSettings(lock_timeout=30)
    with open_warehouse(settings.warehouse_path, patient) as connection:
        assert "being written to" in refusal(settings.warehouse_path, settings)
        counts = []

        def count() -> None:
            with open_warehouse(settings.warehouse_path, patient) as later:
                counts.append(later.execute("SELECT count(*) FROM articles").fetchone())

        thread = threading.Thread(target=count)
        thread.start()
        connection.execute("DELETE FROM articles")
    thread.join(30)
    assert counts == [(0,)]


@pytest.mark.parametrize("name", ["of the lock", "Conflicting lock is held", "version"])
@pytest.mark.parametrize(
    ("content", "said"),
    [(b"not a database " * 400, "this is not a DuckDB file"), (None, "this is a folder")],
)
def test_a_wrong_path_is_named_at_once(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    path = tmp_path / name / "news.duckdb"
    path.parent.mkdir()
    path.mkdir() if content is None else path.write_bytes(content)
    start = time.monotonic()
    message = refusal(path, settings_in(tmp_path, lock_timeout=30))
    assert time.monotonic() - start < 10
    assert message.startswith(f"{path}: {said}")


def test_a_file_of_a_newer_duckdb_is_refused(settings: Settings) -> None:
    store(settings, [extraction("a")])
    path = settings.warehouse_path
    head = bytearray(path.read_bytes()[:4096])
    head[12:20] = struct.pack("<Q", 9999)
    # the header's checksum is DuckDB's own: see src/common/checksum.cpp there
    total = 5381
    for (word,) in struct.iter_unpack("<Q", head[8:]):
        total ^= word * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
    head[:8] = struct.pack("<Q", total)
    with path.open("r+b") as file:
        file.write(head)
    message = refusal(path, settings)
    assert f"written by another DuckDB than {duckdb.__version__}" in message
    assert "9999" in message


@pytest.mark.parametrize("name", ["it's here", "a*b[c]", "ü ñ #%", "new\nline", "x:y", "-- ;"])
def test_any_name_is_a_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    settings = settings_in(folder)
    store(settings, [extraction("a")])
    assert sorted(path.name for path in settings.warehouse_path.parent.iterdir()) == [
        "newswell.duckdb"
    ]
    assert len(dump(settings)["articles"]) == 1


def test_a_question_mark_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    path = tmp_path / "what?" / "news.duckdb"
    assert "question mark" in refusal(path, settings_in(tmp_path))
    assert not path.parent.exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "file").write_text("in the way")
    path = tmp_path / "file" / "news.duckdb"
    assert refusal(path, settings) == f"cannot make {path}: Not a directory" or (
        refusal(path, settings) == f"cannot make {path}: File exists"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody with fewer rights")
@pytest.mark.parametrize("there", [False, True])
def test_a_read_only_folder_is_named(tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "data"
    settings = settings_in(tmp_path)
    if there:
        store(settings, [extraction("a")])
    folder.mkdir(exist_ok=True)
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_uid == 0 and path.is_relative_to(tmp_path.parents[2]):
            path.chmod(0o755)
    code = f"""
import os, sys
from pathlib import Path
from schemas.settings import WarehouseSettings
from warehouse.connect import WarehouseError, open_warehouse
os.seteuid(65534)
try:
    with open_warehouse(Path({str(settings.warehouse_path)!r}), WarehouseSettings()):
        print("opened")
except WarehouseError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert "ermission denied" in done.stdout
    assert str(settings.warehouse_path) in done.stdout
    assert done.stdout.count("\n") == 1


def test_a_disk_that_is_full_loses_the_batch_and_nothing_else(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    store(settings, [extraction("a", captured=1)])
    before = dump(settings)
    code = f"""
import resource, signal, sys
sys.path.insert(0, "tests")
from pathlib import Path
from tests.invented import *
from warehouse.connect import WarehouseError
settings = settings_in(Path({str(tmp_path)!r}))
run = begin(settings)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = settings.warehouse_path.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
batch = [extraction(f"p{{n}}", f"{{n}} " * 9000) for n in range(60)]
try:
    store_batch(settings, run, batch, clock)
except WarehouseError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert "File too large" in done.stdout
    after = dump(settings)
    assert len(after.pop("runs")) == 2
    assert before.pop("runs")
    # the run that is going on is known by its process
    assert len(after.pop("ops.processes")) == len(before.pop("ops.processes")) + 1
    assert after == before


def test_a_kill_while_it_is_made_leaves_nothing_in_the_way(settings: Settings) -> None:
    path = settings.warehouse_path
    code = f"""
import os, signal
from pathlib import Path
import warehouse.connect
from schemas.settings import WarehouseSettings
Path.hardlink_to = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with warehouse.connect.open_warehouse(Path({str(path)!r}), WarehouseSettings()):
    pass
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert not path.exists()
    begin(settings)
    assert path.exists()


def test_a_block_that_fails_changes_nothing(settings: Settings) -> None:
    run = begin(settings)
    store_batch(settings, run, [extraction("a")], clock)
    before = dump(settings)

    def interrupted() -> None:
        with (
            open_warehouse(settings.warehouse_path, settings.warehouse) as connection,
            transaction(connection),
        ):
            connection.execute("DELETE FROM articles")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert dump(settings) == before


def test_sql_that_is_wrong_stays_what_it_is(settings: Settings) -> None:
    with (
        pytest.raises(duckdb.CatalogException),
        open_warehouse(settings.warehouse_path, settings.warehouse) as connection,
    ):
        connection.execute("FROM nowhere")


def test_times_are_utc(settings: Settings) -> None:
    store(settings, [extraction("a", captured=1, published=1)])
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        assert schema_version(connection)
        sql = "SELECT published_at::VARCHAR FROM articles"
        assert connection.execute(sql).fetchone() == ("2026-03-03 00:00:00+00",)


def test_reading_what_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "news.duckdb"
    with pytest.raises(WarehouseError, match="nothing is published yet"), open_published(path):
        pass
    path.mkdir()
    with pytest.raises(WarehouseError, match="this is a folder"), open_published(path):
        pass


def test_an_interrupt_in_a_query_is_an_interrupt(settings: Settings) -> None:
    """DuckDB makes a RuntimeError of it."""
    begin(settings)

    def work() -> None:
        with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
            interrupt.start()
            # seconds long: enough to be interrupted, and no hang if it is not
            connection.execute("SELECT count(*) FROM range(20000000000)")

    interrupt = threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT])
    with pytest.raises(KeyboardInterrupt):
        work()


def test_a_large_file_is_looked_through_by_all_cores(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def threads(**given: int) -> int:
        chosen = settings.warehouse.model_copy(update=given)
        with open_warehouse(settings.warehouse_path, chosen) as connection:
            row = connection.execute("SELECT current_setting('threads')").fetchone()
        assert row is not None
        return int(row[0])

    monkeypatch.setattr("os.cpu_count", lambda: 4)
    assert threads() == 1
    assert threads(threads=3) == 3
    monkeypatch.setattr("warehouse.file._LARGE", 1)
    assert threads() == 4
    assert threads(threads=3) == 3
