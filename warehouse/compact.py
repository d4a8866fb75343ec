"""A warehouse file written anew: what was deleted is gone from its bytes, not only from its rows.

DuckDB keeps deleted rows in the file until something is written over them. A copy into a fresh
file has what is there and nothing else.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

import duckdb

from schemas.settings import WarehouseSettings
from warehouse.file import hold_file, open_file, quote
from warehouse.trouble import WarehouseError


def free_share(path: Path, settings: WarehouseSettings) -> float:
    """How much of the file nothing is in, from 0 to 1. Raises WarehouseError."""
    with hold_file(path, settings) as connection:
        row = connection.execute(
            "SELECT free_blocks / greatest(total_blocks, 1) FROM pragma_database_size()"
            " WHERE database_name = current_catalog()"
        ).fetchone()
    return float(row[0]) if row else 0.0


def compact_file(path: Path, settings: WarehouseSettings) -> None:
    """Replaces the file by a copy of what is in it, in one step; a kill leaves the old one.

    Nobody writes meanwhile, and who waits for the file gets the new one. Raises
    WarehouseError.
    """
    fresh = path.with_name(f"{path.name}.fresh")
    deadline = time.monotonic() + settings.lock_timeout
    while True:
        # opening for writing brings the log of a killed process into the file
        with open_file(path, settings) as connection:
            connection.execute("CHECKPOINT")
        with hold_file(path, settings) as connection:
            if not path.with_name(f"{path.name}.wal").exists():
                _replace(connection, path, fresh)
                return
        if time.monotonic() > deadline:
            raise WarehouseError(f"{path}: others write to it all the time; run this again later")


def _replace(connection: duckdb.DuckDBPyConnection, path: Path, fresh: Path) -> None:
    try:
        for left in (fresh, fresh.with_name(f"{fresh.name}.wal")):
            left.unlink(missing_ok=True)
        connection.execute(f"ATTACH {quote(fresh)} AS fresh (STORAGE_VERSION 'latest')")
        connection.execute("COPY FROM DATABASE newswell TO fresh")
        connection.execute("CHECKPOINT fresh")
        connection.execute("DETACH fresh")
        fresh.chmod(path.stat().st_mode)
        descriptor = os.open(fresh, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise WarehouseError(f"cannot write {fresh}: {error.strerror}") from error
