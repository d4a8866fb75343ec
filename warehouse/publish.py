"""Publishing: the file that readers open, replaced as a whole in one step."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import duckdb

from schemas.location import Lake, Location
from schemas.settings import WarehouseSettings
from warehouse.connect import Connection, WarehouseError, open_published, open_warehouse
from warehouse.migrate import schema_version

#: Linux's ioctl that clones a file's blocks (btrfs, XFS): a copy without copying.
_FICLONE = 0x40049409
#: The first schema that knows of takedowns; an older file says what it holds by its version.
_WITH_TOMBSTONES = 2


def publish(
    path: Location, published: Location, settings: WarehouseSettings, *, anew: bool = False
) -> bool:
    """Replaces the published file by the warehouse as it is; False if nothing changed.

    `anew` replaces it even then.
    Readers that have the old file open keep it; new ones get the new one, never a mixture.
    A lake is read as it is, so that there is nothing to do. Raises WarehouseError.
    """
    if isinstance(path, Lake) or isinstance(published, Lake):
        return False
    if not path.is_file():
        raise WarehouseError(
            f"{path}: there is no warehouse yet; `newswell ingest` or `newswell load` makes it"
        )
    if published.exists() and published.samefile(path):
        raise WarehouseError(
            f"{published}: warehouse.path and warehouse.published name the same file"
        )
    partial = published.with_name(published.name + ".partial")
    # Closing any descriptor of a file drops this process's lock on it (POSIX), so the one
    # that is copied from is closed after DuckDB's.
    with path.open("rb") as source, open_warehouse(path, settings) as connection:
        if not schema_version(connection):
            raise WarehouseError(
                f"{path}: nothing is in it yet; `newswell ingest` or `newswell load` fills it"
            )
        if not anew and _state(connection) == _published_state(published):
            return False
        connection.execute("CHECKPOINT")
        try:
            published.parent.mkdir(parents=True, exist_ok=True)
            _copy(source, partial)
            if published.is_file():
                # who may read it is for its owner to say, and stays so
                partial.chmod(published.stat().st_mode)
            # while the warehouse is held: the next publisher writes to the same partial file
            partial.replace(published)
            _sync_folder(published.parent)
        except OSError as error:
            with suppress(OSError):
                partial.unlink()
            raise WarehouseError(f"cannot write {published}: {error.strerror}") from error
    return True


def is_current(path: Location, published: Location, settings: WarehouseSettings) -> bool:
    """Whether readers are shown all that the warehouse holds. Raises WarehouseError."""
    if isinstance(published, Lake):
        return True
    with open_warehouse(path, settings) as connection:
        return _state(connection) == _published_state(published)


def _state(connection: Connection) -> tuple[object, ...]:
    """What changes with every committed batch: the runs and their sums."""
    version = schema_version(connection)
    if version < _WITH_TOMBSTONES:
        return (version,)
    row = connection.execute(
        "SELECT count(*), max(started_at), max(finished_at), sum(discovered), sum(seconds),"
        # what is taken down or has had its time goes without a run
        " (SELECT count(*) FROM articles), (SELECT count(*) FROM ops.candidates),"
        " (SELECT max(forgotten_at) FROM ops.tombstones) FROM runs"
    ).fetchone()
    return (version, *(row or ()))


def state_of(connection: Connection) -> str:
    """A text that is another one after every committed batch."""
    return " ".join(map(str, _state(connection)))


def _published_state(published: Path) -> tuple[object, ...] | None:
    """The same of the published file; None if there is none, or none that can be read."""
    try:
        with open_published(published) as connection:
            return _state(connection)
    except (WarehouseError, duckdb.Error):
        return None


def _copy(source: BinaryIO, target: Path) -> None:
    with target.open("wb") as copy:
        try:
            fcntl.ioctl(copy.fileno(), _FICLONE, source.fileno())
        except OSError:
            source.seek(0)
            shutil.copyfileobj(source, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())


def _sync_folder(folder: Path) -> None:
    """Makes a rename in the folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
