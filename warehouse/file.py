"""A warehouse in a DuckDB file: one writer at a time, readers of a published copy."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from schemas.settings import WarehouseSettings
from warehouse.instances import borrowed
from warehouse.trouble import WarehouseError, first_line, in_words, is_damage

#: Bytes of a file from which on looking through it costs more than what cores do to each other: at
#: 450 MB (100,000 articles) two take as long as one, and a sixth more CPU.
_LARGE = 1_000_000_000
#: How often a waiting writer asks again, seconds: a batch holds the file about a tenth of one.
_ASK_AGAIN = 0.05
_CATALOG = "newswell"

#: What it says of a file that this user may not open, and the system's word for that.
_REFUSED = re.compile(r'Cannot open file ".*": (Permission denied|Read-only file system)')
#: What to do where a file is damaged: the pipeline's own, and the published one.
_RESTORE = "put it aside, and a backup in its place with `newswell restore DIR`"
_PUBLISH = "`newswell publish` makes it anew"

#: What DuckDB says of a file that another process has, or this one a second time.
_BUSY = re.compile("Could not set lock on file|Unique file handle conflict")


@contextmanager
def open_file(path: Path, settings: WarehouseSettings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file for writing, held until the block ends; made if it is not there.

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
    options = "STORAGE_VERSION 'latest'"
    with _opened(path, settings, options) as connection:
        yield connection


@contextmanager
def hold_file(path: Path, settings: WarehouseSettings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file for reading, while nobody can write to it. Raises WarehouseError."""
    with _opened(path, settings, "READ_ONLY") as connection:
        yield connection


@contextmanager
def _opened(
    path: Path, settings: WarehouseSettings, options: str
) -> Iterator[duckdb.DuckDBPyConnection]:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads or _threads_for(path),
        "autoinstall_known_extensions": False,
        "temp_directory": str(path.parent),
    }
    with (
        in_words(lambda error: _explain(path, error)),
        borrowed(
            [*config.values()], lambda: duckdb.connect(config=config), [_CATALOG]
        ) as connection,
    ):
        _attach(connection, path, settings.lock_timeout, options)
        connection.execute(f"USE {_CATALOG}")
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def _threads_for(path: Path) -> int:
    is_large = path.exists() and path.stat().st_size >= _LARGE
    return os.cpu_count() or 1 if is_large else 1


@contextmanager
def read_file(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file for reading; never blocks a writer. Raises WarehouseError."""
    if not path.exists():
        raise WarehouseError(
            f"{path}: nothing is published yet; `newswell ingest`, `newswell load` or, where a "
            "warehouse is, `newswell publish` does it"
        )
    # A file that is opened by its name is shared by all connections of a process, so that a
    # new reader would get the old file; one that is attached is opened anew.
    connection = duckdb.connect(config={"autoinstall_known_extensions": False})
    try:
        try:
            connection.execute(f"ATTACH {quote(path)} AS news (READ_ONLY)")
            connection.execute("USE news")
        except duckdb.Error as error:
            raise _explain(path, error, _PUBLISH) from error
        connection.execute("SET TimeZone = 'UTC'")
        with in_words(lambda error: _explain(path, error, _PUBLISH)):
            yield connection
    except BaseException:
        # closing waits for what still runs, which after a Ctrl-C nobody wants
        connection.interrupt()
        raise
    finally:
        connection.close()


def _create(path: Path) -> None:
    """An empty warehouse, there as a whole or not at all: a kill leaves no torn file."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)
    try:
        with in_words(lambda error: _explain(path, error)), duckdb.connect() as connection:
            connection.execute(f"ATTACH {quote(new)} AS {_CATALOG} (STORAGE_VERSION 'latest')")
        # Unlike a rename, a link never takes the place of what another process just made.
        # Where the file system has none, the file is made in its place.
        with suppress(OSError):
            path.hardlink_to(new)
    finally:
        new.unlink(missing_ok=True)


def _attach(
    connection: duckdb.DuckDBPyConnection, path: Path, patience: float, options: str
) -> None:
    deadline = time.monotonic() + patience
    while True:
        before = _number(path)
        try:
            connection.execute(f"ATTACH {quote(path)} AS {_CATALOG} ({options})")
        except duckdb.Error as error:
            if not _BUSY.search(str(error)) or time.monotonic() >= deadline:
                raise _explain(path, error) from error
            time.sleep(_ASK_AGAIN)
        else:
            if _number(path) == before:
                return
            # it was replaced between being opened and being locked: this is the old one
            connection.execute(f"DETACH {_CATALOG}")


def _number(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def quote(path: Path) -> str:
    """The path as an SQL literal: ATTACH takes no bound parameters."""
    return "'" + str(path).replace("'", "''") + "'"


def _explain(path: Path, error: duckdb.Error, advice: str = _RESTORE) -> WarehouseError:
    """What is the matter with a file, and the `advice` for one that is damaged."""
    message = first_line(error)
    holder = re.search(r"held in (.+?) \(PID (\d+)\)", message)
    if holder:
        message = (
            f"process {holder[2]} ({holder[1]}) is writing to it; wait for it to end, "
            "or query the published file instead"
        )
    elif _BUSY.search(message):
        message = "it is being written to; wait for that to end"
    elif refused := _REFUSED.search(message):
        message = refused[1]
    elif "No space left on device" in message:
        message = "its disk is full; make room and run the same again: what is stored stays"
    elif is_damage(error):
        message = f"the file is damaged; {advice} ({message})"
    elif path.is_dir():
        message = "this is a folder, not a DuckDB file"
    elif "not a valid DuckDB database" in message:
        message = "this is not a DuckDB file"
    elif "database file with version number" in message:
        message = f"written by another DuckDB than {duckdb.__version__}: {message}"
    return WarehouseError(f"{path}: {message}")
