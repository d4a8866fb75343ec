"""The commands that ask and show: nothing that is stored changes by them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.usage import Command

asking = typer.Typer()


@asking.command(cls=Command)
def query(
    context: typer.Context,
    sql: Annotated[
        str, typer.Argument(help="Any SQL; - reads it from standard input.", metavar="SQL")
    ],
    form: Annotated[
        str | None,
        typer.Option("--format", help="table (the default), json or csv.", metavar="FORMAT"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Write to a file instead of the screen.", metavar="FILE"),
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(
            "--search",
            help="Make the relation hits(article_id, score, snippet) of these words.",
            metavar="WORDS",
        ),
    ] = None,
) -> None:
    """Ask the published warehouse in SQL, read-only. Never blocks a run or waits for one."""
    from flows.answers import answer

    answer(context.obj, sys.stdin.read() if sql == "-" else sql, form, output, search)


@asking.command(
    cls=Command,
    epilog='Words, "phrases" and beginn* of words; AND, OR, NOT and parentheses; '
    "title:, body:, author:, publisher:, source: and language: in front of a word.",
)
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="What to look for.", metavar="WORDS")],
    since: Annotated[
        str | None, typer.Option("--since", help="Published on this day or later.", metavar="DAY")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Published on this day or before.", metavar="DAY")
    ] = None,
    publisher: Annotated[
        str | None, typer.Option("--publisher", help="Words of the outlet's name.", metavar="NAME")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Such as en, or pt-BR.", metavar="TAG")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=10_000, help="Hits to show.", metavar="N")
    ] = 10,
) -> None:
    """Find published articles by words, the best first."""
    from flows.searching import show_hits

    asked = {"publisher": publisher, "language": language}
    show_hits(context.obj, words, {"since": since, "until": until}, asked, limit)


@asking.command(cls=Command)
def edits(
    context: typer.Context,
    url: Annotated[
        str, typer.Argument(help="An article's address, or the path of its file.", metavar="URL")
    ],
) -> None:
    """Show each version of an article and what it changed."""
    from flows.editing import show_edits

    show_edits(context.obj, url)


@asking.command(cls=Command)
def why(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="Any address, or the path of a file.", metavar="URL")],
) -> None:
    """Explain what an article repeats, or why an address is none. With its story and thread, each
    of its versions, and the evidence."""
    from flows.why import show_reasons

    show_reasons(context.obj, url)


@asking.command(cls=Command)
def export(
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", help="The folder to write to.", metavar="DIR")],
    form: Annotated[
        str,
        typer.Option(
            "--format", help="parquet, or jsonl: schema.org's NewsArticle.", metavar="FORMAT"
        ),
    ] = "parquet",
) -> None:
    """Write the published articles as files by month. Only months that changed are written."""
    from flows.exporting import write_export

    write_export(context.obj, to, form)


@asking.command(cls=Command)
def status(context: typer.Context) -> None:
    """Show the sources, the last runs and the sizes."""
    from flows.health import show_status

    show_status(context.obj)


@asking.command(cls=Command)
def report(
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", help="The HTML file to write.", metavar="FILE")],
    days: Annotated[
        int,
        typer.Option(
            "--days", min=1, help="Days of coverage, up to the newest article.", metavar="N"
        ),
    ] = 90,
) -> None:
    """Write one self-contained page to look at. Coverage, health, stories, edits, refusals."""
    from flows.reporting import write_page

    write_page(context.obj, to, days)
