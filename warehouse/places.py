"""Rows by their places, their `rowid`: found and changed without looking through a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pyarrow as pa

from schemas.model import Frozen
from warehouse.connect import Connection
from warehouse.rows import listed, to_arrow, typed_columns

#: Places that DuckDB looks for one by one; a longer list stands for all from its least to its
#: largest. By itself it does so with 50: one old article, and all that came since are unpacked.
#: Of more than these, hardly a block has none. https://duckdb.org/docs/stable/configuration/overview
_PLACES = 1_000


def places_of(connection: Connection, table: str, ids: Iterable[UUID]) -> list[tuple[UUID, int]]:
    """Where a table has rows of these articles: the article's id and the place of each row."""
    wanted = list(ids)
    if not wanted:
        return []
    return connection.execute(
        f"""WITH ids AS (SELECT unnest(?::JSON::UUID[]) AS id)
        SELECT article_id, {table}.rowid FROM {table} JOIN ids ON article_id = id""",
        [listed(wanted)],
    ).fetchall()


def rows_at(
    connection: Connection, columns: str, table: str, places: Iterable[int], order: str = ""
) -> list[tuple[Any, ...]]:
    """Columns of a table's rows by their places.

    For a list of places DuckDB unpacks only the blocks that have some of them; a join, or ids
    instead, would have it unpack the bodies of all rows. Others may come along: of what one
    transaction has merged and inserted, DuckLake 1.0 gives two rows one place.
    """
    wanted = set(places)
    if not wanted:
        return []
    sql = f"""SELECT {columns} FROM {table}
        WHERE rowid IN (SELECT unnest(?::JSON::BIGINT[])) {order}"""
    with one_by_one(connection):
        return connection.execute(sql, [listed(wanted)]).fetchall()


def update_at(
    connection: Connection,
    table: str,
    placed: Sequence[tuple[int, Frozen]],
    latest: Sequence[str] = (),
    keep: Sequence[str] = (),
) -> None:
    """Replaces rows of a table that has one an article, each given with its place, but for the
    columns `keep`; of those in `latest` the later value stays.

    By id alone DuckDB looks through all rows, and where a list changes, reads all of each.
    """
    if not placed:
        return
    rows = [row for _, row in placed]
    model = type(rows[0])
    values = {
        name: f"greatest(target.{name}, source.{name})" if name in latest else f"source.{name}"
        for name in model.model_fields
        if name not in {"article_id", *keep}
    }
    table_of_rows = to_arrow(model, rows).append_column(
        "place", pa.array([place for place, _ in placed], pa.int64())
    )
    connection.register("staged", table_of_rows)
    try:
        with one_by_one(connection):
            ((changed,),) = connection.execute(
                f"""UPDATE {table} AS target
                SET {", ".join(f"{name} = {value}" for name, value in values.items())}
                FROM (SELECT place, {typed_columns(model)} FROM staged) AS source
                WHERE target.rowid = source.place AND target.article_id = source.article_id"""
            ).fetchall()
    finally:
        connection.unregister("staged")
    assert changed == len(placed), f"{len(placed) - changed} rows of {table} lie elsewhere"


def delete_at(connection: Connection, table: str, placed: Sequence[tuple[UUID, int]]) -> None:
    """Takes out the rows of these articles that are at these places."""
    if not placed:
        return
    ids, places = zip(*placed, strict=True)
    with one_by_one(connection):
        connection.execute(
            f"""DELETE FROM {table} WHERE article_id IN (SELECT unnest(?::JSON::UUID[]))
            AND rowid IN (SELECT unnest(?::JSON::BIGINT[]))""",
            [listed(ids), listed(places)],
        )


@contextmanager
def one_by_one(connection: Connection) -> Iterator[None]:
    """Has DuckDB look for up to a thousand values of a list one by one, and pass over the blocks
    that have none of them.
    """
    connection.execute(f"SET dynamic_or_filter_threshold = {_PLACES}")
    yield
    connection.execute("RESET dynamic_or_filter_threshold")
