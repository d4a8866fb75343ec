"""The commands of `newswell sources`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

sources = typer.Typer(
    help="List, check, add, import and export the sources of newswell.toml.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@sources.command("list")
def list_sources(context: typer.Context) -> None:
    """Show the configured sources, when they are due, and since when they fail."""
    from flows.roster import show_sources

    show_sources(context.obj)


@sources.command("check")
def check_sources(
    context: typer.Context,
    source: Annotated[list[str] | None, typer.Argument(help="By default all of them.")] = None,
) -> None:
    """Fetch one sample of each source and show what would be stored."""
    from flows.checkup import check

    check(context.obj, source or [])


@sources.command("add")
def add_source(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="A home page, or a feed.")],
    source_id: Annotated[
        str | None, typer.Option("--id", help="Its short name; by default made of its title.")
    ] = None,
) -> None:
    """Discover the feed of a home page and add it to newswell.toml."""
    from flows.joining import add

    add(context.obj, url, source_id)


@sources.command("import")
def import_sources(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An OPML file.", metavar="OPML")],
) -> None:
    """Add the feeds of an OPML file to newswell.toml."""
    from flows.roster import import_opml

    import_opml(context.obj, file)


@sources.command("export")
def export_sources(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to write it; - is the screen.")],
) -> None:
    """Write the feeds of all sources as OPML."""
    from flows.roster import export_opml

    export_opml(context.obj, file)
