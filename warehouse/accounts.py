"""What a run's account needs of the warehouse: by source, what fails, what drifts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from warehouse.connect import Connection
from warehouse.query import read

_SLOWEST = """SELECT source_id AS source, pages, refused, round(seconds, 1) AS seconds,
    commonest_reason AS refused_mostly_for FROM run_sources
    WHERE run_id = ? ORDER BY seconds DESC, pages DESC, source_id LIMIT ?"""
_FAILING = """SELECT source_id AS source, failing_since, failing_reason AS reason,
    failing_detail AS detail FROM source_health
    WHERE failing_since IS NOT NULL ORDER BY failing_since, source_id"""
# what files bring is of one kind today and of another tomorrow: only polls go on as ever
_DRIFT = """FROM source_drift SEMI JOIN ops.polls USING (source_id) WHERE usual IS NOT NULL
    ORDER BY source_id, measure"""
_LAST = "SELECT run_id FROM runs WHERE kind = 'ingest' ORDER BY started_at DESC LIMIT 1"


def slowest_sources(connection: Connection, run_id: UUID, limit: int) -> list[dict[str, Any]]:
    """The sources of a run that took the longest: source, pages, refused, seconds, reason."""
    if not _has(connection, "run_sources"):
        return []
    return read(connection, _SLOWEST, [run_id, limit]).records()


def failing_sources(connection: Connection) -> list[dict[str, Any]]:
    """The sources that cannot be asked: source, since when, reason, detail."""
    return read(connection, _FAILING).records()


def drift_figures(connection: Connection) -> list[dict[str, Any]]:
    """The rows of `source_drift` of polled sources with a past, by column."""
    return read(connection, _DRIFT).records() if _has(connection, "source_drift") else []


def last_ingest(connection: Connection) -> UUID | None:
    """The latest poll."""
    row = connection.execute(_LAST).fetchone()
    return row[0] if row else None


def _has(connection: Connection, view: str) -> bool:
    """Whether the warehouse has a view, which one that an older program left has not."""
    sql = "SELECT count(*) FROM duckdb_views() WHERE view_name = ?"
    row = connection.execute(sql, [view]).fetchone()
    return bool(row and row[0])
