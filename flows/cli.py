"""The command line: `newswell`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows import terminal
from flows.cli_sources import sources
from flows.completion import source_ids
from flows.ending import ended_in_words, said_to_the_end
from flows.terminal import Context, Exit
from flows.usage import Command, Commands

app = typer.Typer(
    name="newswell",
    cls=Commands,
    help="Keeps a clean, deduplicated warehouse of news in DuckDB.",
    epilog="Start with `newswell demo`, or `newswell init` and `newswell load PATH`.\n\n"
    "Exit codes: 0 done; 1 done, but some sources or files failed; 2 usage or configuration; "
    "3 warehouse unavailable; 130 interrupted.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_MORE = typer.Option(
    "-v",
    "--verbose",
    count=True,
    show_default=False,
    help="Say more; -vv also where trouble arose.",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"newswell {version('newswell')}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            help="Configuration file; by default newswell.toml here or above.",
            metavar="FILE",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, all else on stderr.")
    ] = False,
    verbose: Annotated[int, _MORE] = 0,
    version: Annotated[  # noqa: ARG001 - typer calls _version itself
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(message)s")
    context.obj = Context(config=config, as_json=as_json)


@app.command(cls=Command)
def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where to put it.", metavar="DIR")] = Path(),
) -> None:
    """Write a commented newswell.toml."""
    from flows.initial import write_config

    path = write_config(folder)
    said = context.obj.finish({"config": str(path)})
    if not said:
        typer.echo(f"Wrote {path}. Every value in it is the default; change what you need.")
        typer.echo("Next: newswell sources add URL, then newswell ingest;")
        typer.echo("or newswell load PATH...  (text, HTML, JSON lines, WARC, gzip'd or not)")


@app.command(cls=Command)
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
    from flows.commands import load_files

    load_files(context.obj, paths, source, prefect=prefect)


@app.command(cls=Command)
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
    from flows.commands import ingest_sources

    ingest_sources(context.obj, sources or [], everything=everything, prefect=prefect)


@app.command(
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


@app.command(cls=Command)
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


@app.command(cls=Command)
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


@app.command(
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


@app.command(cls=Command)
def edits(
    context: typer.Context,
    url: Annotated[
        str, typer.Argument(help="An article's address, or the path of its file.", metavar="URL")
    ],
) -> None:
    """Show each version of an article and what it changed."""
    from flows.editing import show_edits

    show_edits(context.obj, url)


@app.command(cls=Command)
def why(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="Any address, or the path of a file.", metavar="URL")],
) -> None:
    """Explain what an article repeats, or why an address is none. With its story and thread, each
    of its versions, and the evidence."""
    from flows.why import show_reasons

    show_reasons(context.obj, url)


@app.command(cls=Command)
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


@app.command(cls=Command)
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


@app.command(cls=Command)
def status(context: typer.Context) -> None:
    """Show the sources, the last runs and the sizes."""
    from flows.health import show_status

    show_status(context.obj)


@app.command(cls=Command)
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


@app.command(cls=Command)
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


@app.command(cls=Command)
def publish(context: typer.Context) -> None:
    """Replace the file that readers open by what is stored now."""
    from flows.commands import publish_now

    publish_now(context.obj)


@app.command(cls=Command)
def maintain(context: typer.Context) -> None:
    """Do the night's work now. Retention, compaction, archive, search, export, checks, report."""
    from flows.service import maintain_now

    maintain_now(context.obj)


@app.command(cls=Command)
def backup(
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", help="The folder of the backup.", metavar="DIR")],
) -> None:
    """Copy warehouse, archive and configuration. Run again, it brings the copy up to date."""
    from flows.keeping import make_backup

    make_backup(context.obj, to)


@app.command(cls=Command)
def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The folder of a backup.", metavar="DIR")],
) -> None:
    """Put a backup in place, where no warehouse is yet."""
    from flows.keeping import take_backup

    take_backup(context.obj, folder)


@app.command(cls=Command)
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


@app.command(cls=Command)
def demo(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Option("--dir", help="Where to keep the demo's warehouse.", metavar="DIR")
    ] = Path("newswell-demo"),
) -> None:
    """Serve a sample newsroom, ingest it and query it. Offline, without configuration."""
    from flows.demo import run_demo

    run_demo(context.obj, folder)


app.add_typer(sources, name="sources")

#: Options that may stand before or after the command: name -> whether it takes a value.
_GLOBAL = {"--config": True, "--json": False, "-v": False, "-vv": False, "--verbose": False}


def _global_first(arguments: list[str]) -> list[str]:
    """The arguments with the global options moved to the front, where typer wants them."""
    front: list[str] = []
    rest: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            rest += [argument, *remaining]
        elif argument.partition("=")[0] in _GLOBAL:
            front.append(argument)
            if _GLOBAL[argument.partition("=")[0]] and "=" not in argument:
                front += [value for value in [next(remaining, None)] if value is not None]
        else:
            rest.append(argument)
    return front + rest


def main() -> None:
    """The console script. Exit codes: 0 done, 1 done with failures, 2 usage or configuration,
    3 warehouse unavailable, 130 interrupted, 143 ended by SIGTERM.
    """
    try:
        with said_to_the_end(), ended_in_words():
            app(args=_global_first(sys.argv[1:]), prog_name="newswell")
    except Exit as error:
        if error.message:
            terminal.say_error(error.message)
        sys.exit(error.code)
