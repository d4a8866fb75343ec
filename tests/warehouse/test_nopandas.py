"""DuckDB's question for pandas, which is answered without a look at any folder."""

from __future__ import annotations

import importlib
import importlib.util
from importlib.machinery import ModuleSpec, PathFinder

import duckdb
import pytest

import warehouse.instances  # noqa: F401 - answers from now on

pytestmark = pytest.mark.skipif(
    PathFinder.find_spec("pandas") is not None, reason="pandas is installed"
)


def test_a_value_is_bound_without_a_look_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    find = PathFinder.find_spec

    def look(name: str, *more: object) -> ModuleSpec | None:
        looked.append(name)
        return find(name, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(PathFinder, "find_spec", look)
    with duckdb.connect() as connection:
        assert connection.execute("SELECT ?", [1]).fetchall() == [(1,)]
    with pytest.raises(ModuleNotFoundError, match="No module named 'pandas'"):
        importlib.import_module("pandas")
    assert importlib.util.find_spec("surely_not_there") is None
    assert "surely_not_there" in looked
    assert "pandas" not in looked
