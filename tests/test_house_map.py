"""The map of the house has every room and file, and names none that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.house_map import FILES, PAGE, ROOMS, TITLE, first_words, places, rewritten
from tests.test_layers import ROOMS as LAYERS

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_map_is_what_the_files_say() -> None:
    assert rewritten(TEXT) == TEXT, "`python -m tests.house_map` writes the map anew"


def test_every_module_has_a_line_and_every_line_a_file() -> None:
    named = set()
    folder = Path()
    for line in TEXT.partition(TITLE)[2].splitlines():
        if heading := re.match(r"#{3,4} `(.+)/`$", line):
            folder = ROOT / heading[1]
            assert folder.is_dir()
        elif row := re.match(r"\| `(.+?)/?` \| \S.* \|$", line):
            named.add(folder / row[1])
    assert named == {path for path in places() if path.name != "__init__.py"}
    modules = {path for room in (*LAYERS, "benchmarks") for path in (ROOT / room).rglob("*.py")}
    assert {path for path in modules if path.name != "__init__.py"} <= named
    assert set(LAYERS) <= set(ROOMS)
    assert all((ROOT / name).is_file() for name in FILES)


def test_a_file_that_does_not_say_what_it_is_for_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.house_map.ROOT", tmp_path)
    for name, text in {"a.py": "x = 1\n", "b.sql": "SELECT 1;\n", "c.yaml": "#\n"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=f"^{name}: does not say"):
            first_words(tmp_path / name)
    (tmp_path / "d.sql").write_text("-- What is\n-- there: all. And more.\nSELECT 1;\n")
    assert first_words(tmp_path / "d.sql") == "What is there: all."
