"""Commands that something else ends: signals, a closed pipe, a screen that takes nothing."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from flows.ending import ended_in_words
from flows.terminal import Exit
from schemas.settings import load_settings
from tests.ingested import ask, assert_sound
from tests.invented import body
from tests.invocation import Newswell

ROOT = Path(__file__).parent.parent.parent
PAGES = 12
_NEWSWELL = [sys.executable, "-c", "from flows.cli import main; main()"]
#: Far more than a run takes to put down what it has in hand, seconds.
_PATIENCE = 60


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(PAGES):
        (folder / f"{number}.txt").write_text(f"Quay {number}\n\n{body(f'quay {number}')}\n")
    return folder


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSWELL_")}
    kept.pop("PREFECT_API_URL", None)
    return subprocess.Popen(
        [*_NEWSWELL, *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "PREFECT_HOME": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Ctrl-C goes to a whole group of processes, which is not to be that of the tests
        start_new_session=True,
    )


@pytest.mark.parametrize(
    ("number", "code", "says"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "ended by SIGTERM")],
)
def test_a_signal_ends_a_load_in_order(
    tmp_path: Path, newswell: Newswell, pages: Path, number: int, code: int, says: str
) -> None:
    settings = load_settings(start=tmp_path)
    with start(tmp_path, "load", str(pages)) as process:
        deadline = time.monotonic() + _PATIENCE
        while not settings.warehouse_path.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        workers = psutil.Process(process.pid).children(recursive=True)
        # as a terminal does it, and a service manager
        os.killpg(process.pid, number)
        out, err = process.communicate(timeout=_PATIENCE)
    assert (process.returncode, out) == (code, "")
    assert err == f"newswell: {says}; run the same command again to go on\n"
    assert not psutil.wait_procs(workers, timeout=_PATIENCE)[1]
    assert newswell("load", pages).code == 0
    assert ask(settings, "SELECT sum(stored) AS stored FROM runs") == [{"stored": PAGES}]
    # a signal in the first moment comes before the run is entered
    statuses = [row["status"] for row in ask(settings, "FROM runs ORDER BY started_at")]
    assert statuses in (["interrupted", "done"], ["done"])
    assert_sound(settings)


def test_ctrl_c_ends_a_query_that_would_take_for_ever(tmp_path: Path, newswell: Newswell) -> None:
    newswell("load", tmp_path)
    begun = tmp_path / "begun.csv"
    endless = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"
    with start(tmp_path, "query", f"COPY (SELECT 1) TO '{begun}'; {endless}") as process:
        deadline = time.monotonic() + _PATIENCE
        while not begun.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=_PATIENCE)
    assert (process.returncode, out) == (130, "")
    assert err.startswith("newswell: interrupted")


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "SELECT unnest(range(200000))", "--format", "csv"],
        ["query", "SELECT unnest(range(200)), repeat('x', 1000)"],
        ["status"],
        ["--help"],
    ],
)
def test_a_reader_that_has_seen_enough_is_no_trouble(
    tmp_path: Path, newswell: Newswell, pages: Path, arguments: list[str]
) -> None:
    newswell("load", pages / "0.txt")
    with start(tmp_path, *arguments) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(_PATIENCE) == 0
        assert process.stderr.read() == ""


def test_a_pipe_that_is_not_the_screens_is_trouble() -> None:
    with pytest.raises(Exit) as ended, ended_in_words():
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")
    assert (ended.value.code, ended.value.message) == (3, "Broken pipe")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_screen_that_takes_nothing_is_told_in_one_line(
    tmp_path: Path, newswell: Newswell, pages: Path
) -> None:
    newswell("load", pages / "0.txt")
    for arguments in (["status"], ["query", "SELECT 1", "--format", "csv"]):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*_NEWSWELL, *arguments],
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 3
        assert done.stderr.endswith("No space left on device\n")
        assert done.stderr.count("\n") == 1
