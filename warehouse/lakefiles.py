"""A lake's files: few large ones instead of many small ones, and nothing of what was deleted.

DuckLake writes a file or more a table with each batch, and keeps what was deleted for those who
ask an older snapshot. Its functions are those of the extension ducklake 1.0 (DuckDB 1.5).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from schemas.location import Lake
from schemas.model import Frozen
from schemas.settings import WarehouseSettings
from warehouse.connect import Connection
from warehouse.lake import open_lake

#: The catalog's own tables, under the name that DuckLake gives them.
_METADATA = "__ducklake_metadata_newswell"
#: A file is written anew where so much of it is deleted; below that reading costs little more.
_MUCH_DELETED = 0.25
#: So long who reads may go on with what a query found at its beginning.
_READING = timedelta(days=1)


class Compacted(Frozen):
    """How many data files a lake had and has."""

    before: int
    after: int


def compact_lake(lake: Lake, settings: WarehouseSettings, now: datetime) -> Compacted:
    """Joins small files, and lets go of snapshots and files that nobody reads for a day.

    No writer comes between; readers see what they saw. Raises WarehouseError.
    """
    with open_lake(lake, settings) as connection:
        before = _files(connection)
        _rewrite(connection, _MUCH_DELETED)
        connection.execute(
            "CALL ducklake_expire_snapshots(current_catalog(), older_than => ?::TIMESTAMPTZ)",
            [now - _READING],
        )
        connection.execute(
            "CALL ducklake_cleanup_old_files(current_catalog(), older_than => ?::TIMESTAMPTZ)",
            [now - _READING],
        )
        return Compacted(before=before, after=_files(connection))


def purge_lake(lake: Lake, settings: WarehouseSettings) -> None:
    """Takes everything that was deleted out of the files, and out of the catalog's rows.

    Older snapshots go, so that a query that is on its way may fail and has to be asked again.
    What a writer that was killed left, which no snapshot names, goes as well: writers take
    turns, and this is ours. Raises WarehouseError.
    """
    with open_lake(lake, settings) as connection:
        _rewrite(connection, 0.0)
        # everything but the present one, whatever the clocks of others said
        past = connection.execute(
            """SELECT snapshot_id FROM ducklake_snapshots(current_catalog()) WHERE snapshot_id
            < (SELECT max(snapshot_id) FROM ducklake_snapshots(current_catalog()))"""
        ).fetchall()
        if past:
            connection.execute(
                "CALL ducklake_expire_snapshots(current_catalog(), versions => ?::UBIGINT[])",
                [[row[0] for row in past]],
            )
        for function in ("ducklake_cleanup_old_files", "ducklake_delete_orphaned_files"):
            connection.execute(f"CALL {function}(current_catalog(), cleanup_all => true)")
        _forget_extremes(connection)


def _forget_extremes(connection: Connection) -> None:
    """Widens what DuckLake keeps of a column of texts: its first and its last value.

    For a whole table these only ever grow, and may be what was deleted. Without any, DuckLake
    takes the column for empty; every text lies between these two.
    """
    connection.execute(
        f"""UPDATE {_METADATA}.ducklake_table_column_stats SET min_value = '', max_value = ?
        WHERE min_value IS NOT NULL AND EXISTS (FROM {_METADATA}.ducklake_column c
            WHERE c.table_id = ducklake_table_column_stats.table_id
            AND c.column_id = ducklake_table_column_stats.column_id
            AND c.column_type IN ('varchar', 'json'))""",
        ["\U0010ffff"],
    )


def _rewrite(connection: Connection, threshold: float) -> None:
    connection.execute(
        "CALL ducklake_rewrite_data_files(current_catalog(), delete_threshold => ?)", [threshold]
    )
    connection.execute("CALL ducklake_merge_adjacent_files(current_catalog())")


def _files(connection: Connection) -> int:
    row = connection.execute(
        "SELECT coalesce(sum(file_count), 0)::BIGINT FROM ducklake_table_info(current_catalog())"
    ).fetchone()
    return int(row[0]) if row else 0
