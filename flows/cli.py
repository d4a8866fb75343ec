"""The command line: `newswell`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows import terminal
from flows.cli_asking import asking
from flows.cli_filling import filling
from flows.cli_keeping import keeping
from flows.cli_sources import sources
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
def demo(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Option("--dir", help="Where to keep the demo's warehouse.", metavar="DIR")
    ] = Path("newswell-demo"),
) -> None:
    """Serve a sample newsroom, ingest it and query it. Offline, without configuration."""
    from flows.demo import run_demo

    run_demo(context.obj, folder)


for some in (filling, asking, keeping):
    app.add_typer(some)
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
