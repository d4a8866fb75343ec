"""Opening the warehouse, whether it is a file or a lake: the one way in for everything."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import duckdb

from schemas.location import Location
from schemas.settings import WarehouseSettings
from warehouse.file import open_file, read_file
from warehouse.lake import open_lake, read_lake
from warehouse.trouble import ConflictError, NothingThereError, WarehouseError

__all__ = [
    "ConflictError",
    "Connection",
    "WarehouseError",
    "is_there",
    "look_at_warehouse",
    "open_published",
    "open_warehouse",
    "transaction",
    "write",
]

Connection = duckdb.DuckDBPyConnection
Result = TypeVar("Result")

#: How often a transaction is done again whose rows others changed: writers take turns, so that
#: only a stranger's change, or the compaction of files, comes between.
_ATTEMPTS = 5
#: The longest pause before the second attempt, seconds; it doubles with each.
_PAUSE = 0.2


def open_warehouse(
    location: Location, settings: WarehouseSettings
) -> AbstractContextManager[Connection]:
    """The warehouse for writing, held until the block ends; made if it is not there.

    Waits up to `settings.lock_timeout` seconds while another has it. Raises WarehouseError,
    also for trouble with disk, memory or network inside the block.
    """
    if isinstance(location, Path):
        return open_file(location, settings)
    return open_lake(location, settings)


def look_at_warehouse(
    location: Location, settings: WarehouseSettings
) -> AbstractContextManager[Connection]:
    """The warehouse as it is at this moment, for looking only.

    A file's writer is waited for as in `open_warehouse`; a lake's is not. Raises
    WarehouseError.
    """
    if isinstance(location, Path):
        return open_file(location, settings)
    return read_lake(location, settings)


def open_published(location: Location) -> AbstractContextManager[Connection]:
    """What readers open; never blocks a writer. Raises WarehouseError."""
    return read_file(location) if isinstance(location, Path) else read_lake(location)


def is_there(location: Location) -> bool:
    """Whether there is a warehouse to look at. Raises WarehouseError for a lake out of reach."""
    if isinstance(location, Path):
        return location.is_file()
    try:
        with read_lake(location):
            return True
    except NothingThereError:
        return False


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All of the block's changes, or none of them."""
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        # where even this fails, closing the connection undoes the changes
        with suppress(duckdb.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def write(
    location: Location, settings: WarehouseSettings, work: Callable[[Connection], Result]
) -> Result:
    """The work in one transaction: what it asks, decides and changes, all or nothing.

    Where somebody else changed the same rows meanwhile it is done again from the start.
    Raises WarehouseError.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with open_warehouse(location, settings) as connection, transaction(connection):
                return work(connection)
        except ConflictError:
            if attempt == _ATTEMPTS:
                raise
            # by chance, so that two who met do not meet again
            time.sleep(random.uniform(0, _PAUSE * 2 ** (attempt - 1)))  # noqa: S311 - no secret
    raise AssertionError("the last attempt returns or raises")
