"""The commands of `newswell sources`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.completion import source_ids
from flows.usage import Command

sources = typer.Typer(
    help="List, check, add, import and export sources. They are in newswell.toml.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@sources.command("list", cls=Command)
def list_sources(context: typer.Context) -> None:
    """Show the configured sources. When each is due, and since when it fails."""
    from flows.roster import show_sources

    show_sources(context.obj)


@sources.command("check", cls=Command)
def check_sources(
    context: typer.Context,
    source: Annotated[
        list[str] | None,
        typer.Argument(help="By default all of them.", metavar="SOURCE", autocompletion=source_ids),
    ] = None,
) -> None:
    """Fetch one sample of each source and show what would be stored."""
    from flows.checkup import check

    check(context.obj, source or [])


@sources.command("add", cls=Command)
def add_source(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="A home page, or a feed.", metavar="URL")],
    source_id: Annotated[
        str | None,
        typer.Option("--id", help="Its short name; by default made of its title.", metavar="ID"),
    ] = None,
) -> None:
    """Discover the feed of a home page and add it to newswell.toml."""
    from flows.joining import add

    add(context.obj, url, source_id)


@sources.command("import", cls=Command)
def import_sources(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An OPML file.", metavar="OPML")],
) -> None:
    """Add the feeds of an OPML file to newswell.toml."""
    from flows.roster import import_opml

    import_opml(context.obj, file)


@sources.command("export", cls=Command)
def export_sources(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="Where to write it; - is the screen.", metavar="FILE")
    ],
) -> None:
    """Write the feeds of all sources as OPML."""
    from flows.roster import export_opml

    export_opml(context.obj, file)
