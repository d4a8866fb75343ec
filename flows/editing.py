"""`newswell edits`: each version of an article and what it changed."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import typer
from rich.text import Text

from flows.difference import Part, difference
from flows.terminal import USAGE, Context, Exit, short, stdout, warehouse_errors
from warehouse.history import Edition, History, read_history

#: How removed and added words stand out where there is no colour, as wdiff prints them.
_MARKS = {"kept": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_STYLES = {"kept": "", "removed": "red strike", "added": "green"}


def show_edits(context: Context, url: str) -> None:
    """Prints the versions of the article that an address, or the path of a file, leads to."""
    settings = context.settings()
    with warehouse_errors():
        history = read_history(settings.published_path, url)
        if history is None and "://" not in url:
            history = read_history(settings.published_path, f"file:{Path(url).absolute()}")
    if history is None:
        raise Exit(USAGE, f"{url}: no article is stored under this address")
    steps = [(new, _compare(old, new)) for old, new in pairwise(history.editions)]
    result = {
        "article_id": str(history.article_id),
        "url": history.url,
        "versions": len(history.editions),
        "edits": [_record(edition, parts) for edition, parts in steps],
    }
    if not context.finish(result):
        _tell(history, steps)


def _compare(old: Edition, new: Edition) -> tuple[Part, ...]:
    return difference(old.title, old.body, new.title, new.body)


def _record(edition: Edition, parts: tuple[Part, ...]) -> dict[str, Any]:
    return {
        "version": edition.version,
        "changed_at": edition.valid_from.isoformat(),
        "change": edition.change,
        "title": edition.title,
        "difference": [part.model_dump() for part in parts],
    }


def _tell(history: History, steps: list[tuple[Edition, tuple[Part, ...]]]) -> None:
    first = history.editions[0]
    typer.echo(first.title or "(no title)")
    typer.echo(f"  {', '.join(filter(None, [history.publisher, short(history.url)]))}")
    typer.echo(f"  first seen {first.valid_from:%Y-%m-%d %H:%M}")
    if not steps:
        typer.echo("It was not edited since.")
    console = stdout()
    for edition, parts in steps:
        typer.echo(
            f"\nVersion {edition.version}, {edition.valid_from:%Y-%m-%d %H:%M}, {edition.change}:"
        )
        console.print(_spelled(parts, in_colour=console.is_terminal), soft_wrap=True)


def _spelled(parts: tuple[Part, ...], *, in_colour: bool) -> Text:
    text = Text()
    for number, part in enumerate(parts):
        before, after = ("", "") if in_colour else _MARKS[part.kind]
        space = " " if number else ""
        text.append(space).append(f"{before}{part.text}{after}", style=_STYLES[part.kind])
    return text
