"""What many tests need: the command line in a fresh folder, and the benchmark data."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

import flows.pool
from flows.cli import main
from tests.invocation import Newswell, Result
from tests.lakes import Postgres, running_postgres, running_s3

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


# in this process and those that it forks; a command in a process of its own has the program's own
flows.pool._READY = flows.pool._READY_FOR_MANY = "tests.ready"

# how long an example takes says more of the machine than of what is tested
hypothesis.settings.register_profile("newswell", deadline=None)
hypothesis.settings.load_profile("newswell")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Packed and random bytes differ from run to run, and every worker must see the same ids."""
    return argname if isinstance(val, bytes) and not val.isascii() else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests begin first, so that in a parallel run no worker ends alone."""
    long = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture
def newswell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Newswell:
    """Runs `newswell ARGUMENTS` in this process, in a folder of its own and without settings."""
    for name in [*os.environ]:
        if name.startswith("NEWSWELL_") or name == "PREFECT_API_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))

    def run(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> Result:
        with monkeypatch.context() as patch:
            patch.chdir(cwd or tmp_path)
            patch.setattr(sys, "argv", ["newswell", *map(str, arguments)])
            for name, value in environment.items():
                patch.setenv(name, value)
            capfd.readouterr()
            with pytest.raises(SystemExit) as ended:
                main()
        captured = capfd.readouterr()
        return Result(int(ended.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture
def newswell_process(tmp_path: Path) -> Newswell:
    """The same in a process of its own."""

    def run(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> Result:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("NEWSWELL_")}
        kept.pop("PREFECT_API_URL", None)
        kept |= {"PYTHONPATH": str(ROOT), "PREFECT_HOME": str(tmp_path / "prefect"), **environment}
        command = [sys.executable, "-c", "from flows.cli import main; main()"]
        done = subprocess.run(
            [*command, *map(str, arguments)],
            cwd=cwd or tmp_path,
            env=kept,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The five real texts that the product began with."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the seed texts (../shared/seeds) are not here")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL for the catalogs of lakes."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of an S3 endpoint with one bucket."""
    with running_s3() as address:
        yield address


@pytest.fixture(scope="session")
def bench() -> Path:
    """The benchmark's pages and labels."""
    folder = Path(os.environ.get("NEWSWELL_BENCH") or SHARED / "bench")
    if not folder.is_dir():
        pytest.skip("the benchmark data is not here: set NEWSWELL_BENCH to its folder")
    return folder
