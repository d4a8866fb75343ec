"""How far web archives were read, kept in the transaction that stores what was read."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.records import ProgressRow
from warehouse.connect import Connection
from warehouse.query import read
from warehouse.rows import merge


def read_progress(connection: Connection, mark: str, source_id: str) -> ProgressRow | None:
    """How far the file with this mark was read for a source."""
    sql = "SELECT * FROM ops.progress WHERE mark = ? AND source_id = ?"
    answer = read(connection, sql, [mark, source_id])
    return next((ProgressRow.model_validate(row) for row in answer.records()), None)


def write_progress(connection: Connection, rows: Sequence[ProgressRow]) -> None:
    """How far files have been read now."""
    merge(connection, "ops.progress", rows, on=["mark", "source_id"])
