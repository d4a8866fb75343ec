"""Who loads the extractors: the process that workers are forked from, and no other."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from flows.loading import is_much
from schemas.settings import Settings
from sources.reading import Reading
from tests.invented import NOW

ROOT = Path(__file__).parent.parent.parent


def loaded(code: str, module: str) -> bool:
    """Whether a fresh process that runs the code has loaded a module by then."""
    return module in _loaded(code)


@cache
def _loaded(code: str) -> frozenset[str]:
    asked = f"{code}\nimport sys\nprint(*sys.modules)"
    command = [sys.executable, "-W", "error", "-c", asked]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return frozenset(run.stdout.split())


@pytest.mark.parametrize("module", ["flows.ingesting", "flows.loading", "flows.cli"])
def test_a_run_leaves_the_extractors_to_its_workers(module: str) -> None:
    assert not loaded(f"import {module}", "trafilatura")


def test_workers_are_forked_from_a_process_that_has_read_a_page() -> None:
    assert loaded("import flows.ready", "extractors.dispatch")
    assert loaded("import flows.ready", "py3langid.langid")


@pytest.mark.parametrize("module", ["flows.cli", "flows.pool", "pebble"])
def test_what_each_worker_would_load_is_loaded_once(module: str) -> None:
    assert loaded("import flows.ready", module)


# what a worker does first: it takes hold of a lock that the run has
BEGIN = "from multiprocessing.synchronize import SemLock\nlock = SemLock.__new__(SemLock)\n"


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (BEGIN + "lock.__setstate__((0, 1, 1, '/gone'))", False),
        ("raise FileNotFoundError('gone')", True),
        ("raise KeyError('gone')", True),
    ],
)
def test_a_worker_that_begins_when_its_run_is_over_has_nothing_to_say(
    trouble: str, told: bool
) -> None:
    command = [sys.executable, "-c", f"import flows.ready\n{trouble}"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert ("Traceback" in run.stderr) == told


def test_date_tables_are_loaded_where_pages_are_many() -> None:
    tables = "dateparser.data.date_translation_data.yo"
    assert not loaded("import flows.ready", tables)
    assert loaded("import flows.ready_for_many", tables)


def test_much_is_many_files_or_large_ones(tmp_path: Path) -> None:
    def much(*paths: Path) -> bool:
        return is_much([str(path) for path in paths], reading)

    settings = Settings()
    reading = Reading(source_id="files", max_bytes=settings.fetch.max_bytes, seen_at=NOW)
    few, many, large = tmp_path / "few", tmp_path / "many", tmp_path / "large.warc"
    for folder, count in ((few, 3), (many, 200)):
        folder.mkdir()
        for number in range(count):
            (folder / f"{number}.txt").write_text("The ferry is back.", encoding="utf-8")
    with large.open("wb") as file:
        file.truncate(30_000_000)
    assert not much(few, tmp_path / "absent")
    assert much(many)
    assert much(few, large)
