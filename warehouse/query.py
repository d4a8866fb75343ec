"""Answers for people: any SQL on the published file, read-only."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from schemas.location import Location
from schemas.model import Frozen
from warehouse.connect import Connection, open_published
from warehouse.trouble import is_damage


class QueryError(Exception):
    """The SQL is wrong; the message is DuckDB's, in one line."""


class Answer(Frozen):
    """The columns of a result and its rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> list[dict[str, Any]]:
        """The rows as JSON-able objects; times in ISO 8601, UUIDs as text.

        The second column of one name gets the name with `_1`, and so on.
        """
        seen: Counter[str] = Counter()
        names = []
        for name in self.columns:
            names.append(f"{name}_{seen[name]}" if seen[name] else name)
            seen[name] += 1
        return [
            {name: plain(value) for name, value in zip(names, row, strict=True)}
            for row in self.rows
        ]


def query(published: Location, sql: str) -> Answer:
    """The result of SQL on what readers open. Raises QueryError and WarehouseError."""
    with open_published(published) as connection:
        return ask(connection, sql)


def ask(connection: Connection, sql: str, parameters: Sequence[object] = ()) -> Answer:
    """The result of somebody's SQL on an open connection.

    Raises QueryError, and DuckDB's error where its file is damaged.
    """
    try:
        if not connection.extract_statements(sql):
            raise QueryError("there is no SQL in this")
        return read(connection, sql, parameters)
    except duckdb.Error as error:
        if is_damage(error):
            raise
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        # the lines from "LINE 1:" on draw an arrow under the place, which needs their layout
        words = [line for line in lines if not line.startswith(("LINE ", "^"))]
        raise QueryError(" ".join(words)) from error


def read(connection: Connection, sql: str, parameters: Sequence[object] = ()) -> Answer:
    """The result of this program's own SQL. Raises DuckDB's errors, of which `open_warehouse` and
    the like make a WarehouseError where disk, memory or network are to blame.
    """
    cursor = connection.execute(sql, list(parameters))
    rows = cursor.fetchall()
    described = cursor.description or []
    in_json = [index for index, column in enumerate(described) if str(column[1]) == "JSON"]
    return Answer(
        columns=tuple(column[0] for column in described),
        rows=tuple(_parsed(row, in_json) for row in rows) if in_json else tuple(rows),
    )


def _parsed(row: tuple[Any, ...], in_json: Sequence[int]) -> tuple[Any, ...]:
    """A row whose JSON columns are values, which DuckDB gives as text."""
    values = list(row)
    for index in in_json:
        if values[index] is not None:
            values[index] = json.loads(values[index])
    return tuple(values)


def plain(value: Any) -> Any:
    """A value of DuckDB's as JSON has it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Decimal):
        # JSON has no word for infinity and for what is no number
        return float(value) if math.isfinite(value) else str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return str(value)


def spell(value: Any) -> str:
    """A value as a cell of a table or of a CSV file; NULL is empty."""
    if value is None:
        return ""
    if isinstance(value, list | tuple | dict):
        return json.dumps(plain(value), ensure_ascii=False)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S%z").removesuffix("+0000")
    return str(plain(value))
