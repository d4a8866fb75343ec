"""The commands `newswell backup` and `newswell restore`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from flows.health import require
from flows.loading import utc_now
from flows.safekeeping import Backup, BackupError, back_up, read_backup, restore
from flows.terminal import UNAVAILABLE, USAGE, Context, Exit, progress, short, warehouse_errors
from schemas.config_file import CONFIG_NAME, find_config


def make_backup(context: Context, to: Path) -> None:
    """`newswell backup`."""
    settings = context.settings()
    config = context.config or find_config(Path.cwd())
    with _errors():
        require(settings)
        with progress("Copying", None) as watch:
            made = back_up(settings, config, to, utc_now(), watch)
    if not context.finish(made.model_dump(mode="json")):
        typer.echo(f"Backed up to {short(to.absolute())}: {_told(made)}, {made.copied} copied now.")


def take_backup(context: Context, folder: Path) -> None:
    """`newswell restore`."""
    with _errors():
        read_backup(folder)
        is_bare = context.config is None and find_config(Path.cwd()) is None
        if is_bare and (folder / CONFIG_NAME).is_file():
            shutil.copy2(folder / CONFIG_NAME, CONFIG_NAME)
        settings = context.settings()
        with progress("Restoring", None) as watch:
            made = restore(settings, folder, watch)
    if not context.finish(made.model_dump(mode="json")):
        typer.echo(f"Restored the backup of {made.made_at:%Y-%m-%d %H:%M}: {_told(made)}.")
        typer.echo("`newswell doctor --all` looks whether everything is there.")


def _told(made: Backup) -> str:
    size = f"{made.warehouse_bytes / 1e6:,.1f} MB of warehouse"
    return f"{size}, {made.archive_files} files of archive"


@contextmanager
def _errors() -> Iterator[None]:
    try:
        with warehouse_errors():
            yield
    except BackupError as error:
        raise Exit(USAGE, str(error)) from error
    except OSError as error:
        # of a copy that failed both names are told, the second one is where it was to be
        where = error.filename2 or error.filename
        raise Exit(UNAVAILABLE, f"{where}: {error.strerror or error}") from error
