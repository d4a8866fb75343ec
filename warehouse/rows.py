"""Rows to Arrow, and from there into DuckDB: typed, columnar, no SQL text in the values; and the
rows of DuckDB as values of a model.
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin
from uuid import UUID

import pyarrow as pa
from pydantic import AwareDatetime

from schemas.model import Frozen
from schemas.storable import storable
from warehouse.connect import Connection
from warehouse.query import read

Row = TypeVar("Row", bound=Frozen)

_PLAIN: dict[Any, pa.DataType] = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    AwareDatetime: pa.timestamp("us", tz="UTC"),
    date: pa.date32(),
}


@cache
def arrow_schema(model: type[Frozen]) -> pa.Schema:
    """The Arrow columns of a record; UUIDs and JSON travel as text, DuckDB casts them."""
    return pa.schema(
        [(name, _arrow_type(field.annotation)) for name, field in model.model_fields.items()]
    )


def to_arrow(model: type[Frozen], rows: Sequence[Frozen]) -> pa.Table:
    """Rows of one model as an Arrow table."""
    schema = arrow_schema(model)
    columns = [_column([*map(attrgetter(field.name), rows)], field.type) for field in schema]
    return pa.table(columns, schema=schema)


def _column(values: list[Any], kind: pa.DataType) -> pa.Array:
    """The values as Arrow takes them or, where one is none of its own, each made plain."""
    try:
        return pa.array(values, type=kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        # UUIDs, JSON, and text with half characters; what is wrong fails again
        return pa.array([*map(_plain, values)], type=kind)


@contextmanager
def staged(
    connection: Connection, model: type[Frozen], rows: Sequence[Frozen], name: str = "staged"
) -> Iterator[None]:
    """The rows as a relation that SQL can name while the block lasts."""
    connection.register(name, to_arrow(model, rows))
    try:
        yield
    finally:
        connection.unregister(name)


def listed(values: Iterable[object]) -> str:
    """Values as one parameter, to be written as `unnest(?::JSON::UUID[])` in SQL.

    For each value of a list DuckDB tries to import pandas, which is not there: 200 ids take
    21 ms that way and 0.6 ms this way.
    """
    return json.dumps([str(value) for value in values])


def read_rows(
    model: type[Row], connection: Connection, sql: str, parameters: Sequence[object] = ()
) -> list[Row]:
    """The rows of a query, whose columns are called as the fields of the model; times in UTC."""
    answer = read(connection, sql, parameters)
    return [
        model.model_validate(
            {name: _utc(value) for name, value in zip(answer.columns, row, strict=True)}
        )
        for row in answer.rows
    ]


def _utc(value: Any) -> Any:
    """DuckDB gives its own zone object; the shapes compare by the standard library's."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def insert(connection: Connection, table: str, rows: Sequence[Frozen]) -> None:
    """Appends rows, which must be new, to a table of `schemas.records.TABLES`."""
    if rows:
        with staged(connection, type(rows[0]), rows):
            connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM staged")


def merge(
    connection: Connection,
    table: str,
    rows: Sequence[Frozen],
    on: Sequence[str],
    keep: Sequence[str] = (),
) -> None:
    """Inserts rows, or replaces those with the same values of `on` but for the columns `keep`.

    Of rows that are equal in `on` the last one wins.
    """
    if not rows:
        return
    unique = {tuple(getattr(row, name) for name in on): row for row in rows}
    model = type(rows[0])
    columns = [name for name in model.model_fields if name not in {*on, *keep}]
    same = " AND ".join(f"target.{name} = source.{name}" for name in on)
    values = ", ".join(f"{name} = source.{name}" for name in columns)
    with staged(connection, model, list(unique.values())):
        connection.execute(
            f"MERGE INTO {table} AS target"
            f" USING (SELECT {typed_columns(model)} FROM staged) AS source"
            f" ON {same} WHEN MATCHED THEN UPDATE SET {values}"
            " WHEN NOT MATCHED THEN INSERT BY NAME"
        )


@cache
def typed_columns(model: type[Frozen]) -> str:
    """The staged columns, text cast to UUID where the record has one, for comparing."""
    return ", ".join(
        f"CAST({name} AS UUID) AS {name}" if UUID in _members(field.annotation) else name
        for name, field in model.model_fields.items()
    )


def _members(annotation: Any) -> set[Any]:
    """The types that an annotation allows, Optional and Annotated taken off."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        return {found for part in get_args(annotation) for found in _members(part)} - {
            types.NoneType
        }
    return {annotation}


def _arrow_type(annotation: Any) -> pa.DataType:
    (kind,) = _members(annotation)
    if get_origin(kind) is tuple:
        (item, *_) = get_args(kind)
        return pa.list_(pa.int32() if item is int else pa.string())
    if kind in _PLAIN:
        return _PLAIN[kind]
    # str, str enums, literals, UUID, and JSON
    return pa.string()


def _plain(value: Any) -> Any:
    # what is there most often comes first: a batch has thousands of ids
    if isinstance(value, UUID):
        return str(value)
    if value is None:
        return None
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Frozen):
        return value.model_dump_json(exclude_defaults=True)
    if isinstance(value, dict):
        return storable(json.dumps(value, ensure_ascii=False, default=str))
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
