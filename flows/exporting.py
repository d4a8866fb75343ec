"""`newswell export`: the published articles as files."""

from __future__ import annotations

from pathlib import Path

import typer

from flows.exports import remember_export
from flows.terminal import UNAVAILABLE, USAGE, Context, Exit, progress, short, warehouse_errors
from schemas.settings import Settings
from warehouse.connect import open_published
from warehouse.export import FORMATS, Exported, Format, FormatError, export


def write_export(context: Context, folder: Path, form: str) -> None:
    """Brings an export up to date and says which months that took."""
    settings = context.settings()
    if form not in FORMATS:
        raise Exit(USAGE, f"--format {form}: choose one of {', '.join(FORMATS)}")
    chosen: Format = "jsonl" if form == "jsonl" else "parquet"
    try:
        with warehouse_errors(), progress("Exporting", None) as watch:
            with open_published(settings.published_path):
                pass  # where nothing is published, nothing is to be noted
            # before the first byte, so that a takedown finds what a kill leaves
            _remember(settings, folder)
            done = export(settings.published_path, folder, chosen, watch)
    except FormatError as error:
        raise Exit(USAGE, str(error)) from error
    except OSError as error:
        raise Exit(UNAVAILABLE, f"{error.filename}: {error.strerror or error}") from error
    if not context.finish({"folder": str(folder.absolute()), **done.model_dump()}):
        _tell(folder, done)


def _remember(settings: Settings, folder: Path) -> None:
    """Notes the export; ends the command if that cannot be done."""
    try:
        remember_export(settings, folder)
    except OSError as error:
        where = f"{settings.notes_path.parent}: {error.strerror or error}"
        raise Exit(UNAVAILABLE, f"{where}; exports are noted there, for takedowns") from error


def _tell(folder: Path, done: Exported) -> None:
    parts = [(done.written, "written"), (done.kept, "as they were"), (done.removed, "removed")]
    told = ", ".join(f"{len(months)} {what}" for months, what in parts if months)
    where = short(folder.absolute())
    typer.echo(f"{done.articles:,} articles in {where}; months: {told or 'none'}.")
