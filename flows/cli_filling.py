"""The commands that fill the warehouse: from files, sources, the past and the archive."""

from __future__ import annotations

from typing import Annotated

import typer

from flows import terminal
from flows.completion import source_ids
from flows.terminal import Exit
from flows.usage import Command

filling = typer.Typer()


@filling.command(cls=Command)
def load(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(help="Files, folders or globs.", metavar="PATH")],
    source: Annotated[
        str,
        typer.Option(
            "--source", help="The source these belong to.", metavar="ID", autocompletion=source_ids
        ),
    ] = "files",
    prefect: Annotated[
        bool, typer.Option("--prefect", help="Run as a Prefect flow even without a server.")
    ] = False,
) -> None:
    """Store what files hold: text, HTML, JSON lines, WARC. Any of them may be gzip'd."""
    from flows.load_command import load_files

    load_files(context.obj, paths, source, prefect=prefect)


@filling.command(cls=Command)
def ingest(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            help="Sources to poll now; by default those that are due.",
            metavar="SOURCE",
            autocompletion=source_ids,
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Poll every source now, due or not.")
    ] = False,
    prefect: Annotated[
        bool, typer.Option("--prefect", help="Run as a Prefect flow even without a server.")
    ] = False,
) -> None:
    """Poll feeds, sitemaps and pages, and store what is new."""
    from flows.ingest_command import ingest_sources

    ingest_sources(context.obj, sources or [], everything=everything, prefect=prefect)


@filling.command(
    cls=Command,
    epilog="Run it again after an interruption, and it goes on where it was. What is stored or "
    "refused already is not asked for again.",
)
def backfill(  # noqa: PLR0913, PLR0917 - each of them is an option
    context: typer.Context,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            help="The source whose days these are.",
            metavar="ID",
            autocompletion=source_ids,
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="The first day, such as 2026-03-01.", metavar="DAY"),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="The last day; by default today.", metavar="DAY")
    ] = None,
    urls: Annotated[
        str | None, typer.Option("--urls", help="A file with an address a line.", metavar="FILE")
    ] = None,
    warc: Annotated[
        list[str] | None,
        typer.Option("--warc", help="WARC files, folders or globs.", metavar="PATH"),
    ] = None,
    more: Annotated[
        list[str] | None, typer.Argument(help="More of --warc.", metavar="PATH")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Ask and read also what was done before.")
    ] = False,
    runner: Annotated[
        str | None,
        typer.Option(
            "--runner",
            help="Spread WARC files over Dask's workers, here or those of a scheduler.",
            metavar="dask[=ADDRESS]",
        ),
    ] = None,
    prefect: Annotated[
        bool, typer.Option("--prefect", help="Run as a Prefect flow even without a server.")
    ] = False,
) -> None:
    """Store the past: days of a source, addresses, or WARC files."""
    from flows.catchup import backfill, order_backfill

    if more and not warc:
        raise Exit(terminal.USAGE, f"{more[0]}: paths follow --warc")
    asked = {"source": source, "since": since, "until": until, "urls": urls, "again": again}
    order = order_backfill({**asked, "warc": [*(warc or []), *(more or [])]})
    backfill(context.obj, order, prefect=prefect, runner=runner)


@filling.command(cls=Command)
def reextract(
    context: typer.Context,
    source: Annotated[
        str | None,
        typer.Option(
            "--source", help="Only pages of this source.", metavar="ID", autocompletion=source_ids
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="Only pages captured on this day or later.", metavar="DAY"),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", help="Only pages captured on this day or before.", metavar="DAY"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change, by source.")
    ] = False,
    prefect: Annotated[
        bool, typer.Option("--prefect", help="Run as a Prefect flow even without a server.")
    ] = False,
) -> None:
    """Read the archive again by today's rules. What is other than before is stored."""
    from flows.catchup import order_reextract, reextract

    asked = {"source": source, "since": since, "until": until, "dry_run": dry_run}
    reextract(context.obj, order_reextract(asked), prefect=prefect)
