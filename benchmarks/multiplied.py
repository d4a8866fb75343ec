"""A warehouse several times as large as it was, in minutes: what it holds, entered again and again.

Each copy has ids, addresses, bodies and hashes of its own and lies so many days earlier. Stories
and the account of runs are left as they are: a batch does not ask them.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from schemas.records import LANDMARK

_TABLES = (
    "main.articles",
    "main.article_versions",
    "main.fetches",
    "main.duplicates",
    "ops.candidates",
    "ops.fingerprints",
    "ops.links",
    "ops.texts",
    "ops.shingles",
    "ops.landmarks",
)
_ADDRESSES = {"url", "requested_url", "canonical_url"}


def multiply(path: Path, times: int, days: int) -> None:
    """Makes the warehouse at `path` that many times as large; each copy is `days` days earlier."""
    before = path.with_name("before.duckdb")
    shutil.copy(path, before)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"ATTACH '{before}' AS before (READ_ONLY)")
        ((most,),) = connection.execute("SELECT max(number) FROM ops.texts").fetchall()
        for table in _TABLES:
            columns = connection.execute(f"DESCRIBE {table}").fetchall()
            order = "ORDER BY hash" if table in {"ops.shingles", "ops.landmarks"} else ""
            for copy in range(1, times):
                changed = [
                    f"{sql} AS {name}"
                    for name, kind, *_ in columns
                    if (sql := _changed(table, name, kind, copy, days * copy, most))
                ]
                connection.execute(
                    f"INSERT INTO {table} SELECT * REPLACE ({', '.join(changed)})"
                    f" FROM before.{table} {order}"
                )
        connection.execute("DETACH before")
        connection.execute("CHECKPOINT")
    before.unlink()


def _changed(table: str, name: str, kind: str, copy: int, days: int, most: int) -> str | None:
    """What a copy has in a column instead; None if the same."""
    if kind == "UUID":
        return f"md5({name}::VARCHAR || '{copy}')::UUID"
    if name in _ADDRESSES or name == "body":
        return f"{name} || '-{copy}'"
    if (address := name.removesuffix("_hash")) in _ADDRESSES:
        return f"(md5_number_lower({address} || '-{copy}') >> 1)::BIGINT"
    if name == "number":
        return f"(number + {copy * most})::INTEGER"
    if name == "day":
        return f"(day - {days})::INTEGER"
    if name == "hash":
        least, beyond = (0, LANDMARK) if table == "ops.landmarks" else (LANDMARK, 2**32)
        return f"{least} + (hash * 265443 + {copy}) % {beyond - least}"
    if name == "published_on":
        return f"(published_on - {days})::DATE"
    return f"({name} - INTERVAL {days} DAY)" if kind == "TIMESTAMP WITH TIME ZONE" else None
