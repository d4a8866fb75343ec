"""Which runs go on, by which processes, and which were left by a process that died."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from schemas.records import ProcessRow
from warehouse.connect import Connection
from warehouse.migrate import schema_version
from warehouse.query import read
from warehouse.rows import insert, listed

#: The first schema that knows processes.
_SINCE = 4


def write_process(connection: Connection, row: ProcessRow) -> None:
    """The process of a run that begins."""
    insert(connection, "ops.processes", [row])


def note_alive(connection: Connection, run_id: UUID, now: datetime) -> None:
    """The run still goes on."""
    connection.execute("UPDATE ops.processes SET alive_at = ? WHERE run_id = ?", [now, run_id])


def forget_process(connection: Connection, run_id: UUID) -> None:
    """The run has an end: its process matters no more."""
    connection.execute("DELETE FROM ops.processes WHERE run_id = ?", [run_id])


def running(connection: Connection) -> dict[UUID, ProcessRow | None]:
    """The runs without an end and their processes; None where an older program began them."""
    if schema_version(connection) < _SINCE:
        return {}
    sql = """SELECT runs.run_id, host, pid, born_at, alive_at FROM runs
        LEFT JOIN ops.processes USING (run_id) WHERE status = 'running'"""
    rows = read(connection, sql).records()
    return {
        row["run_id"]: ProcessRow.model_validate(row) if row["host"] is not None else None
        for row in rows
    }


def mark_crashed(connection: Connection, runs: Sequence[UUID]) -> None:
    """These runs will have no other end; nobody knows when they had this one."""
    ids = listed(runs)
    of_these = "WHERE run_id IN (SELECT unnest(?::JSON::UUID[]))"
    connection.execute(
        f"UPDATE runs SET status = 'crashed' {of_these} AND status = 'running'", [ids]
    )
    connection.execute(f"DELETE FROM ops.processes {of_these}", [ids])
