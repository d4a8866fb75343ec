"""Opening the warehouse: one writer at a time, waiting with a limit, errors in words."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from schemas.settings import WarehouseSettings

Connection = duckdb.DuckDBPyConnection

#: How often a waiting writer asks again, seconds: a batch holds the file about a tenth of one.
_ASK_AGAIN = 0.05
_CATALOG = "newswell"


#: What DuckDB says of a file that another process has, or this one a second time.
_BUSY = re.compile("Could not set lock on file|Unique file handle conflict")
_MACHINE_TROUBLE = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.FatalException,
    duckdb.TransactionException,  # a commit that found the disk full
)


class WarehouseError(Exception):
    """The warehouse cannot be used; the message says why and what to do."""


@contextmanager
def open_warehouse(path: Path, settings: WarehouseSettings) -> Iterator[Connection]:
    """The warehouse for writing, held until the block ends; made if it is not there.

    Waits up to `settings.lock_timeout` seconds while another process has it. The file is
    written in DuckDB's newest storage version, a third of the size of the default one.
    Raises WarehouseError, also for trouble with disk or memory inside the block.
    """
    if "?" in str(path):
        # it looks for the end of the path there, and puts its log into a folder that is none
        raise WarehouseError(f"{path}: DuckDB cannot write to a path with a question mark in it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create(path)
    except OSError as error:
        raise WarehouseError(f"cannot make {path}: {error.strerror}") from error
    with _in_words(path):
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
        except BaseException:
            # closing waits for what still runs, which after an interrupt nobody wants
            connection.interrupt()
            raise
        finally:
            connection.close()


@contextmanager
def open_published(path: Path) -> Iterator[Connection]:
    """The published file for reading; never blocks a writer. Raises WarehouseError."""
    if not path.exists():
        raise WarehouseError(
            f"{path}: nothing is published yet; run `newswell load` or `newswell publish` first"
        )
    # A file that is opened by its name is shared by all connections of a process, so that a
    # new reader would get the old file; one that is attached is opened anew.
    connection = duckdb.connect(config={"autoinstall_known_extensions": False})
    try:
        try:
            connection.execute(f"ATTACH {_quote(path)} AS news (READ_ONLY)")
            connection.execute("USE news")
        except duckdb.Error as error:
            raise WarehouseError(_explain(path, error)) from error
        connection.execute("SET TimeZone = 'UTC'")
        with _interruptible():
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
        # where even this fails, closing the connection undoes the changes
        with suppress(duckdb.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _create(path: Path) -> None:
    """An empty warehouse, there as a whole or not at all: a kill leaves no torn file."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)
    try:
        with _in_words(path), duckdb.connect() as connection:
            connection.execute(f"ATTACH {_quote(new)} AS {_CATALOG} (STORAGE_VERSION 'latest')")
        # Unlike a rename, a link never takes the place of what another process just made.
        # Where the file system has none, the file is made in its place.
        with suppress(OSError):
            path.hardlink_to(new)
    finally:
        new.unlink(missing_ok=True)


def _attach(connection: Connection, path: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute(f"ATTACH {_quote(path)} AS {_CATALOG} (STORAGE_VERSION 'latest')")
        except duckdb.Error as error:
            if not _BUSY.search(str(error)) or time.monotonic() >= deadline:
                raise WarehouseError(_explain(path, error)) from error
            time.sleep(_ASK_AGAIN)
        else:
            return


def _quote(path: Path) -> str:
    """The path as an SQL literal: ATTACH takes no bound parameters."""
    return "'" + str(path).replace("'", "''") + "'"


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Turns trouble with disk and memory, which is nobody's bug, into a WarehouseError."""
    try:
        with _interruptible():
            yield
    except _MACHINE_TROUBLE as error:
        raise WarehouseError(_explain(path, error)) from error


@contextmanager
def _interruptible() -> Iterator[None]:
    """Lets Ctrl-C be what it is everywhere else: in a query DuckDB makes a RuntimeError of it."""
    try:
        yield
    except RuntimeError as error:
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise


def _explain(path: Path, error: duckdb.Error) -> str:
    message = str(error).splitlines()[0]
    holder = re.search(r"held in (.+?) \(PID (\d+)\)", message)
    if holder:
        return (
            f"{path}: process {holder[2]} ({holder[1]}) is writing to it; wait for it to end, "
            "or query the published file instead"
        )
    if _BUSY.search(message):
        return f"{path}: it is being written to; wait for that to end"
    if path.is_dir():
        return f"{path}: this is a folder, not a DuckDB file"
    if "not a valid DuckDB database" in message:
        return f"{path}: this is not a DuckDB file"
    if "database file with version number" in message:
        return f"{path}: written by another DuckDB than {duckdb.__version__}: {message}"
    return f"{path}: {message}"
