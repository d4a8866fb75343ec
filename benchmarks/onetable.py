"""The one DuckDB table of the scripts that an ingest is compared with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa


def write_table(folder: Path, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Stores the rows in FOLDER/news.duckdb, one for each value of the last column.

    Prints {"stored": how many}.
    """
    unique = {row[-1]: row for row in rows}
    columns = map(list, zip(*unique.values(), strict=True))
    table = pa.table(dict(zip(names, columns, strict=True)))
    with duckdb.connect(str(folder / "news.duckdb")) as connection:
        connection.register("rows", table)
        connection.execute("CREATE TABLE articles AS SELECT * FROM rows")
    print(json.dumps({"stored": len(unique)}))
