"""Answers DuckDB's question for pandas at once where it is not installed.

DuckDB 1.5 asks at each value that is bound to a statement, and Python looks through every folder
of its path each time: a fifth of a small transaction.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.abc import MetaPathFinder


class _NoPandas(MetaPathFinder):
    """Says that it is not there."""

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


if importlib.util.find_spec("pandas") is None:
    sys.meta_path.insert(0, _NoPandas())
