"""DuckDB's question for pandas, which is answered without a look at any folder."""

from __future__ import annotations

import importlib
import importlib.util
import sys

import pytest

import warehouse.instances  # noqa: F401 - answers from now on

pytestmark = pytest.mark.skipif(
    not any(type(one).__name__ == "_NoPandas" for one in sys.meta_path),
    reason="pandas is installed",
)


def test_it_is_not_there() -> None:
    with pytest.raises(ModuleNotFoundError, match="No module named 'pandas'"):
        importlib.import_module("pandas")


def test_what_is_there_is_found() -> None:
    assert importlib.util.find_spec("duckdb") is not None
