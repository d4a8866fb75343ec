"""The layers of the house: imports point down, and the four rooms in the middle never meet."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {
    "schemas": {"schemas"},
    "sources": {"schemas", "sources"},
    "extractors": {"schemas", "extractors"},
    "dedup": {"schemas", "dedup"},
    "warehouse": {"schemas", "warehouse"},
    "flows": {"schemas", "sources", "extractors", "dedup", "warehouse", "flows"},
}
#: The one room that knows Prefect, and in it the files that are imported only when asked for.
PREFECT_FILES = {
    "flows/backfill.py",
    "flows/bar.py",
    "flows/flow_run.py",
    "flows/ingest.py",
    "flows/load.py",
    "flows/maintain.py",
    "flows/prefect_server.py",
    "flows/reextract.py",
    "flows/serving.py",
    "flows/storing.py",
}


def imports(source: str) -> set[str]:
    """The first names of everything a module imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found.add((node.module or "").split(".")[0])
    return found


def modules() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    assert imports(path.read_text(encoding="utf-8")) & set(ROOMS) <= ROOMS[room]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_prefect_is_known_to_its_files_only(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    knows = "prefect" in imports(path.read_text(encoding="utf-8"))
    assert knows == (name in PREFECT_FILES)


def test_the_check_finds_what_it_looks_for() -> None:
    assert imports("def f():\n    import dedup.groups\n    from flows import cli") == {
        "dedup",
        "flows",
    }


def test_no_flow_file_shares_a_name_with_a_room_or_the_standard_library() -> None:
    taken = set(ROOMS) | set(sys.stdlib_module_names)
    assert not taken & {path.stem for path in (ROOT / "flows").glob("*.py")}
