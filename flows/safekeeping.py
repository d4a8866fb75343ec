"""`newswell backup` and `newswell restore`: what cannot be made again, in a folder elsewhere.

That is the warehouse, the archive, the configuration and publisher rules of one's own; published
file, search index, report and export follow from them. A backup is brought up to date in place:
only archive files that changed are copied, and those that a takedown removed go from it too.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, ValidationError

from schemas.config_file import CONFIG_NAME
from schemas.location import Lake
from schemas.model import Frozen
from schemas.settings import Settings
from warehouse.connect import WarehouseError
from warehouse.publish import publish
from warehouse.readers import refresh

#: It is written last: a backup without it is not complete.
_MANIFEST = "backup.json"
_WAREHOUSE = "newswell.duckdb"
Watch = Callable[[int], None]


class BackupError(Exception):
    """There is no backup to make or to take; one line that says why."""


class Backup(Frozen):
    """What a backup holds: bytes of the warehouse, files of the archive, those just copied."""

    made_at: AwareDatetime
    warehouse_bytes: int
    archive_files: int
    copied: int


def back_up(
    settings: Settings, config: Path | None, to: Path, now: datetime, watch: Watch
) -> Backup:
    """Makes a backup, or brings one up to date, while runs and readers go on.

    Raises BackupError, WarehouseError, OSError.
    """
    path, published = settings.warehouse_path, settings.published_path
    if isinstance(path, Lake) or isinstance(published, Lake):
        raise BackupError(
            f"{path}: copy the folder or bucket of its data, and its catalog by pg_dump before that"
        )
    if to.is_dir() and any(to.iterdir()) and not any(to.glob(f"{_WAREHOUSE}*")):
        raise BackupError(f"{to}: holds something else than a backup; choose an empty folder")
    to.mkdir(parents=True, exist_ok=True)
    (to / _MANIFEST).unlink(missing_ok=True)
    # a copy of the whole warehouse, complete at any moment, that no run writes to
    publish(path, published, settings.warehouse)
    _replace(published, to / _WAREHOUSE)
    watch(1)
    # after it: the archive has at least what the warehouse refers to
    files, copied = _follow(_archive(settings), to / "archive", watch)
    if config:
        _replace(config, to / CONFIG_NAME)
    if settings.rules_path and settings.rules_path.is_dir():
        shutil.copytree(settings.rules_path, to / "rules", dirs_exist_ok=True)
    size = (to / _WAREHOUSE).stat().st_size
    made = Backup(made_at=now, warehouse_bytes=size, archive_files=files, copied=copied)
    (to / _MANIFEST).write_text(made.model_dump_json(), encoding="utf-8")
    os.sync()
    return made


def read_backup(folder: Path) -> Backup:
    """What a backup holds. Raises BackupError for one that is not complete."""
    try:
        return Backup.model_validate(json.loads((folder / _MANIFEST).read_bytes()))
    except (OSError, ValueError, ValidationError) as error:
        raise BackupError(f"{folder}: there is no complete backup in it") from error


def restore(settings: Settings, folder: Path, watch: Watch) -> Backup:
    """Puts a backup where the configuration says, and makes what follows from it.

    Never over a warehouse that is there. Raises BackupError, WarehouseError, OSError.
    """
    made = read_backup(folder)
    path = settings.warehouse_path
    if isinstance(path, Lake):
        raise BackupError(f"{path}: restore its catalog by pg_restore, and its data by a copy")
    if path.exists():
        raise BackupError(f"{path}: is there already; move it away first")
    archive = _archive(settings)
    if archive is not None:
        if archive.is_dir() and any(archive.glob("*.warc.gz")):
            raise BackupError(f"{archive}: holds files already; move them away first")
        _follow(folder / "archive", archive, watch)
    if settings.rules_path and (folder / "rules").is_dir():
        shutil.copytree(folder / "rules", settings.rules_path, dirs_exist_ok=True)
    # last: until it is there nothing is restored, and the command can be run again
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(folder / _WAREHOUSE, path)
    watch(1)
    refresh(settings, anew=True)
    return made


def _archive(settings: Settings) -> Path | None:
    return settings.resolve(settings.archive.path) if settings.archive.path else None


def _follow(source: Path | None, target: Path, watch: Watch) -> tuple[int, int]:
    """Makes the target folder's archive files those of the source: how many, how many copied."""
    target.mkdir(parents=True, exist_ok=True)
    found = sorted(source.glob("*.warc.gz")) if source and source.is_dir() else []
    copied = 0
    for file in found:
        if not _is_same(file, target / file.name):
            _replace(file, target / file.name)
            copied += 1
        watch(1)
    for left in {one.name for one in target.glob("*.warc.gz")} - {one.name for one in found}:
        (target / left).unlink()
    return len(found), copied


def _is_same(one: Path, other: Path) -> bool:
    if not other.is_file():
        return False
    mine, its = one.stat(), other.stat()
    return (mine.st_size, mine.st_mtime_ns) == (its.st_size, its.st_mtime_ns)


def _replace(source: Path, target: Path) -> None:
    partial = target.with_name(f"{target.name}.partial")
    try:
        shutil.copy2(source, partial)
        partial.replace(target)
    except FileNotFoundError as error:
        raise WarehouseError(
            f"{source}: went away meanwhile; run the same command again"
        ) from error
