"""The commands that keep the warehouse sound and on time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.completion import source_ids
from flows.usage import Command

keeping = typer.Typer()


@keeping.command(cls=Command)
def forget(
    context: typer.Context,
    url: Annotated[
        str | None,
        typer.Argument(help="An article's address, or the path of its file.", metavar="URL"),
    ] = None,
    domain: Annotated[
        str | None,
        typer.Option(
            "--domain", help="Everything of a domain and those below it.", metavar="DOMAIN"
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            help="Everything that a source brought.",
            metavar="ID",
            autocompletion=source_ids,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
) -> None:
    """Take something out of everything, for good: a takedown. Warehouse, archive, search index,
    published file and exports; a tombstone keeps it from coming back."""
    from flows.takedown import take_down, target_of

    take_down(context.obj, target_of(url, domain, source), is_sure=yes, is_dry=dry_run)


@keeping.command(cls=Command)
def doctor(
    context: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="Rebuild first what follows from something else.")
    ] = False,
    thorough: Annotated[
        bool, typer.Option("--all", help="Look up every page of the archive, not a sample.")
    ] = False,
    max_age: Annotated[
        str | None,
        typer.Option(
            "--max-age", help="The published file may be so old: 90m, 6h, 2d.", metavar="SPAN"
        ),
    ] = None,
) -> None:
    """Verify that everything is sound, and say what to do. Looks at every invariant, archive,
    index, disk, clock and the configuration."""
    from flows.doctor import examine

    examine(context.obj, is_repairing=repair, is_thorough=thorough, max_age=max_age)


@keeping.command(cls=Command)
def publish(context: typer.Context) -> None:
    """Replace the file that readers open by what is stored now."""
    from flows.publish_command import publish_now

    publish_now(context.obj)


@keeping.command(cls=Command)
def maintain(context: typer.Context) -> None:
    """Do the night's work now. Retention, compaction, archive, search, export, checks, report."""
    from flows.service import maintain_now

    maintain_now(context.obj)


@keeping.command(cls=Command)
def backup(
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", help="The folder of the backup.", metavar="DIR")],
) -> None:
    """Copy warehouse, archive and configuration. Run again, it brings the copy up to date."""
    from flows.keeping import make_backup

    make_backup(context.obj, to)


@keeping.command(cls=Command)
def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The folder of a backup.", metavar="DIR")],
) -> None:
    """Put a backup in place, where no warehouse is yet."""
    from flows.keeping import take_backup

    take_backup(context.obj, folder)


@keeping.command(cls=Command)
def serve(
    context: typer.Context,
    host: Annotated[
        str,
        typer.Option(
            "--host",
            help="Who may reach its server's page; it asks for no password.",
            metavar="ADDRESS",
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=1,
            max=65535,
            help="For its own Prefect server; by default 4200.",
            metavar="N",
        ),
    ] = None,
) -> None:
    """Run ingest and maintain on time, until Ctrl-C. Shows everything on Prefect's page."""
    from flows.service import serve_schedule

    serve_schedule(context.obj, host, port)
