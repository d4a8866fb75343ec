"""Opening the warehouse: one writer at a time, waiting with a limit, errors in words."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from schemas.settings import WarehouseSettings

Connection = duckdb.DuckDBPyConnection

#: How often a waiting writer asks again, seconds: a batch holds the file about a tenth of one.
_ASK_AGAIN = 0.05
_CATALOG = "newswell"


class WarehouseError(Exception):
    """The warehouse cannot be used; the message says why and what to do."""


@contextmanager
def open_warehouse(path: Path, settings: WarehouseSettings) -> Iterator[Connection]:
    """The warehouse for writing, held until the block ends; made if it is not there.

    Waits up to `settings.lock_timeout` seconds while another process has it. The file is
    written in DuckDB's newest storage version, a third of the size of the default one.
    Raises WarehouseError.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WarehouseError(f"cannot make the folder {path.parent}: {error.strerror}") from error
    connection = duckdb.connect(
        config={
            "memory_limit": settings.memory_limit,
            "autoinstall_known_extensions": False,
            "temp_directory": str(path.parent),
        }
    )
    try:
        _attach(connection, path, settings.lock_timeout)
        connection.execute(f"USE {_CATALOG}")
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


@contextmanager
def open_published(path: Path) -> Iterator[Connection]:
    """The published file for reading; never blocks a writer. Raises WarehouseError."""
    if not path.is_file():
        raise WarehouseError(
            f"{path}: nothing is published yet; run `newswell load` or `newswell publish` first"
        )
    try:
        connection = duckdb.connect(
            str(path), read_only=True, config={"autoinstall_known_extensions": False}
        )
    except duckdb.Error as error:
        raise WarehouseError(_explain(path, error)) from error
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All of the block's changes, or none of them."""
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _attach(connection: Connection, path: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    # ATTACH takes no bound parameters
    quoted = str(path).replace("'", "''")
    while True:
        try:
            connection.execute(f"ATTACH '{quoted}' AS {_CATALOG} (STORAGE_VERSION 'latest')")
        except duckdb.IOException as error:
            if "lock" not in str(error) or time.monotonic() >= deadline:
                raise WarehouseError(_explain(path, error)) from error
            time.sleep(_ASK_AGAIN)
        except duckdb.Error as error:
            raise WarehouseError(_explain(path, error)) from error
        else:
            return


def _explain(path: Path, error: duckdb.Error) -> str:
    message = str(error).splitlines()[0]
    holder = re.search(r"held in (.+?) \(PID (\d+)\)", message)
    if holder:
        return (
            f"{path}: process {holder[2]} ({holder[1]}) is writing to it; wait for it to end, "
            "or query the published file instead"
        )
    if "lock" in message:
        return f"{path}: another process is writing to it; wait for it to end"
    if "not a valid DuckDB database" in message:
        return f"{path}: this is not a DuckDB file"
    if "version" in message.lower():
        return f"{path}: written by a newer DuckDB than {duckdb.__version__}: {message}"
    return f"{path}: {message}"
