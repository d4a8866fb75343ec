from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.invented import ask, dump, extraction, settings_in, store
from warehouse.compact import compact_file
from warehouse.connect import WarehouseError, open_warehouse
from warehouse.file import hold_file

ROOT = Path(__file__).parent.parent.parent
WRITER = """
import sys
from pathlib import Path
from tests.invented import extraction, settings_in, store
settings = settings_in(Path(sys.argv[1]))
for number in range(8):
    store(settings, [extraction(f"{sys.argv[2]}-{number}", f"{sys.argv[2]} {number}")])
"""


def test_what_was_deleted_is_gone_from_the_bytes_and_the_rest_is_there(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    path = settings.warehouse_path
    assert isinstance(path, Path)
    pages = [extraction(f"{number}", f"Quorvexa {number}", captured=1) for number in range(50)]
    store(settings, pages)
    store(settings, [extraction("kept", "rivers")])
    for table in ("articles", "article_versions"):
        ask(settings, f"DELETE FROM {table} WHERE body LIKE '%Quorvexa%'")
    # what is made of the texts has their words too
    for table in ("stories", "threads", "ops.article_terms", "ops.story_terms", "ops.links"):
        ask(settings, f"DELETE FROM {table}")
    assert b"Quorvexa" in path.read_bytes()
    before = dump(settings)
    path.chmod(0o640)
    compact_file(path, settings.warehouse)
    assert b"Quorvexa" not in path.read_bytes()
    assert dump(settings) == before
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert ask(settings, "SELECT count(*) FROM articles_as_of('2100-01-01')") == [(1,)]


def test_nothing_that_others_write_meanwhile_is_lost(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    path = settings.warehouse_path
    assert isinstance(path, Path)
    store(settings, [extraction("first")])
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name], cwd=ROOT)
        for name in ("one", "two")
    ]
    files = set()
    while any(writer.poll() is None for writer in writers):
        compact_file(path, settings.warehouse)
        files.add(path.stat().st_ino)
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(files) > 1
    assert ask(settings, "SELECT count(*) FROM articles") == [(17,)]


def test_a_file_that_was_replaced_just_before_it_was_locked_is_opened_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path)
    path = settings.warehouse_path
    assert isinstance(path, Path)
    store(settings, [extraction("a")])
    fresh = path.with_name("fresh")
    fresh.write_bytes(path.read_bytes())
    stat, calls = Path.stat, 0

    def replace_after_the_first(one: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        nonlocal calls
        found = stat(one, follow_symlinks=follow_symlinks)
        if one == path and (calls := calls + 1) == 2:
            fresh.replace(path)
        return found

    monkeypatch.setattr(Path, "stat", replace_after_the_first)
    with open_warehouse(path, settings.warehouse) as connection:
        connection.execute("DELETE FROM articles")
    monkeypatch.undo()
    assert not fresh.exists()
    assert ask(settings, "SELECT count(*) FROM articles") == [(0,)]


def test_a_file_that_is_held_is_not_written_to(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, lock_timeout=0.2)
    path = settings.warehouse_path
    assert isinstance(path, Path)
    store(settings, [extraction("a")])
    code = """
import sys
from pathlib import Path
from tests.invented import begin, settings_in
begin(settings_in(Path(sys.argv[1]), lock_timeout=0.2))
"""
    with hold_file(path, settings.warehouse):
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert WarehouseError.__name__ in done.stderr
    assert "is writing to it" in done.stderr
