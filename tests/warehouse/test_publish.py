from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

import warehouse.publish
from flows.batch import store_batch
from schemas.settings import Settings, WarehouseSettings
from tests.invented import begin, clock, copied, extraction, settings_in, store
from warehouse.connect import WarehouseError, open_published, open_warehouse
from warehouse.publish import is_current, publish
from warehouse.query import query

ROOT = Path(__file__).parent.parent.parent
COUNT = "SELECT count(*) FROM articles"


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_in(tmp_path_factory.mktemp("made"))
    store(settings, [extraction("a")])
    return settings


@pytest.fixture
def settings(made: Settings, tmp_path: Path) -> Settings:
    return copied(made, tmp_path)


def put(settings: Settings) -> bool:
    return publish(settings.warehouse_path, settings.published_path, settings.warehouse)


def count(path: Path) -> int:
    return int(query(path, COUNT).rows[0][0])


def in_folder(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.published_path.parent.iterdir())


def test_readers_get_what_is_stored(settings: Settings) -> None:
    assert not is_current(settings.warehouse_path, settings.published_path, settings.warehouse)
    assert put(settings)
    assert is_current(settings.warehouse_path, settings.published_path, settings.warehouse)
    assert count(settings.published_path) == 1
    assert in_folder(settings) == ["news.duckdb", "newswell.duckdb"]


def test_nothing_is_replaced_where_nothing_changed(settings: Settings) -> None:
    assert put(settings)
    before = settings.published_path.stat()
    assert not put(settings)
    after = settings.published_path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    store(settings, [extraction("b", "other")])
    assert put(settings)
    assert settings.published_path.stat().st_ino != before.st_ino


def test_a_batch_in_the_middle_of_a_run_is_a_change(settings: Settings) -> None:
    put(settings)
    run = begin(settings)
    assert put(settings)
    store_batch(settings, run, [extraction("b", "other")], clock)
    assert put(settings)
    assert count(settings.published_path) == 2


def test_a_reader_keeps_the_file_that_it_opened_and_a_new_one_gets_the_new(
    settings: Settings,
) -> None:
    put(settings)
    with open_published(settings.published_path) as old:
        store(settings, [extraction("b", "other")])
        assert put(settings)
        assert old.execute(COUNT).fetchone() == (1,)
        with open_published(settings.published_path) as new:
            assert new.execute(COUNT).fetchone() == (2,)
            assert old.execute("SELECT count(*) FROM url_fate").fetchone() == (1,)


def test_nobody_writes_to_what_is_published(settings: Settings) -> None:
    put(settings)
    with (
        open_published(settings.published_path) as connection,
        pytest.raises(duckdb.InvalidInputException, match="read-only"),
    ):
        connection.execute("DELETE FROM articles")


def test_readers_neither_wait_for_the_writer_nor_stop_it(settings: Settings) -> None:
    put(settings)
    with open_warehouse(settings.warehouse_path, settings.warehouse):
        assert count(settings.published_path) == 1
    with open_published(settings.published_path):
        assert store(settings, [extraction("b", "other")]).counts.stored == 1
    # a person's own shell opens it for writing, and holds it
    with duckdb.connect(str(settings.published_path)):
        assert put(settings)
    assert count(settings.published_path) == 2


@pytest.mark.parametrize(
    "content", [b"", b"torn", b"\0" * 20_000, None], ids=["empty", "short", "noughts", "other"]
)
def test_a_damaged_published_file_is_replaced(settings: Settings, content: bytes | None) -> None:
    put(settings)
    settings.published_path.unlink()
    if content is None:
        with duckdb.connect(str(settings.published_path)) as other:
            other.execute("CREATE TABLE runs (i INTEGER)")
    else:
        settings.published_path.write_bytes(content)
    assert not is_current(settings.warehouse_path, settings.published_path, settings.warehouse)
    assert put(settings)
    assert count(settings.published_path) == 1


def test_a_damaged_page_inside_is_one_line(settings: Settings) -> None:
    store(settings, [extraction(f"p{n}", f"text {n} " * 500) for n in range(40)])
    put(settings)
    content = bytearray(settings.published_path.read_bytes())
    content[20_000:-1] = b"\xff" * (len(content) - 20_001)
    settings.published_path.write_bytes(content)
    assert not is_current(settings.warehouse_path, settings.published_path, settings.warehouse)
    assert put(settings)
    assert count(settings.published_path) == 41


def test_the_write_ahead_log_is_no_part_of_it(settings: Settings) -> None:
    path = settings.warehouse_path
    code = f"""
import os, signal, duckdb
c = duckdb.connect({str(path)!r})
c.execute("UPDATE articles SET title = 'in the log'")
c.execute("INSERT INTO runs SELECT * REPLACE (uuid() AS run_id) FROM runs")
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    assert path.with_name(path.name + ".wal").exists()
    assert put(settings)
    assert query(settings.published_path, "SELECT title FROM articles").rows == (("in the log",),)
    assert in_folder(settings) == ["news.duckdb", "newswell.duckdb"]


@pytest.mark.parametrize("moment", ["_copy", "_sync_folder"])
def test_a_kill_leaves_the_old_file_or_the_new(settings: Settings, moment: str) -> None:
    put(settings)
    store(settings, [extraction("b", "other")])
    code = f"""
import os, signal
from pathlib import Path
import warehouse.publish
from schemas.settings import WarehouseSettings
real = warehouse.publish.{moment}
def die(*arguments):
    real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
warehouse.publish.{moment} = die
warehouse.publish.publish(
    Path({str(settings.warehouse_path)!r}), Path({str(settings.published_path)!r}),
    WarehouseSettings(),
)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert count(settings.published_path) == (1 if moment == "_copy" else 2)
    assert put(settings) == (moment == "_copy")
    assert count(settings.published_path) == 2
    assert in_folder(settings) == ["news.duckdb", "newswell.duckdb"]


def test_publishers_do_not_tear_each_others_copy(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rename comes before another publisher may begin to write its copy."""
    real = Path.replace
    attempts: list[str] = []

    def replace(path: Path, target: Path) -> Path:
        try:
            with open_warehouse(settings.warehouse_path, WarehouseSettings(lock_timeout=0)):
                attempts.append("came in between")
        except WarehouseError:
            attempts.append("had to wait")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    assert put(settings)
    assert attempts == ["had to wait"]


def test_publishing_at_once_from_many_threads(settings: Settings) -> None:
    done: list[bool] = []
    threads = [threading.Thread(target=lambda: done.append(put(settings))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(done) == [False, False, False, True]
    assert count(settings.published_path) == 1


def test_a_target_that_cannot_be_written_is_one_line(settings: Settings) -> None:
    settings.published_path.mkdir()
    with pytest.raises(WarehouseError, match=r"cannot write .*news.duckdb: Is a directory"):
        put(settings)
    assert in_folder(settings) == ["news.duckdb", "newswell.duckdb"]
    blocked = settings.published_path.parent / "newswell.duckdb" / "news.duckdb"
    with pytest.raises(WarehouseError, match="cannot write"):
        publish(settings.warehouse_path, blocked, settings.warehouse)


def test_a_disk_that_fills_up_leaves_the_old_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings)
    store(settings, [extraction("b", "other")])

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(warehouse.publish, "_copy", full)
    with pytest.raises(WarehouseError, match="No space left on device"):
        put(settings)
    assert count(settings.published_path) == 1
    assert in_folder(settings) == ["news.duckdb", "newswell.duckdb"]


def test_there_must_be_something_to_publish(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "new")
    with pytest.raises(WarehouseError, match="there is no warehouse yet"):
        put(settings)
    assert not settings.warehouse_path.exists()
    with open_warehouse(settings.warehouse_path, settings.warehouse):
        pass
    assert not is_current(settings.warehouse_path, settings.published_path, settings.warehouse)
    with pytest.raises(WarehouseError, match="nothing is in it yet"):
        put(settings)


def test_the_warehouse_is_not_published_over_itself(settings: Settings) -> None:
    with pytest.raises(WarehouseError, match="the same file"):
        publish(settings.warehouse_path, settings.warehouse_path, settings.warehouse)


def test_who_may_read_the_old_file_may_read_the_new(settings: Settings) -> None:
    put(settings)
    settings.published_path.chmod(0o640)
    store(settings, [extraction("b", "other")])
    put(settings)
    assert settings.published_path.stat().st_mode & 0o777 == 0o640
