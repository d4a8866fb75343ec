"""`newswell search`, and the hits that `newswell query --search` joins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.text import Text

from flows.terminal import USAGE, Context, Exit, say_error, stdout, warehouse_errors
from schemas.settings import Settings
from warehouse.connect import open_published
from warehouse.query import Answer, ask
from warehouse.search import Filters, Found, Hit, QuestionError, find, hits_table
from warehouse.search.hits import find_in

#: The most hits that a query is given; each has a snippet to be made.
_MOST = 10_000
_MARKED = re.compile(r"\*\*(.+?)\*\*")


def show_hits(
    context: Context,
    words: Sequence[str],
    days: Mapping[str, str | None],
    asked: Mapping[str, str | None],
    limit: int,
) -> None:
    """`newswell search`: the best hits with title, outlet, day, address and a snippet."""
    settings = context.settings()
    since, until = (_day(name, value) for name, value in days.items())
    filters = Filters(since=since, until=until, **asked)
    with warehouse_errors(), _in_words():
        found = find(settings.published_path, _folder(settings), _phrased(words), filters, limit)
    _warn(found)
    result = {"total": found.total, "hits": [one.model_dump(mode="json") for one in found.hits]}
    if not context.finish(result):
        console = stdout()
        for hit in found.hits:
            _tell(console, hit)
        console.print(_counted(found))


def ask_hits(settings: Settings, sql: str, words: str) -> Answer:
    """The result of SQL that may name the relation `hits(article_id, score, snippet)`.

    Raises QueryError and WarehouseError; ends the command if the words cannot be read.
    """
    with open_published(settings.published_path) as connection:
        with _in_words():
            found = find_in(connection, _folder(settings), words, Filters(), _MOST)
        _warn(found)
        connection.register("found", hits_table(found.hits))
        connection.execute(
            "CREATE TEMP VIEW hits AS SELECT article_id::UUID AS article_id, score, snippet"
            " FROM found"
        )
        return ask(connection, sql)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except QuestionError as error:
        raise Exit(USAGE, str(error)) from error


def _folder(settings: Settings) -> Path:
    if settings.search_path is None:
        raise Exit(USAGE, "search is turned off: warehouse.search names no folder")
    return settings.search_path


def _day(option: str, value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise Exit(USAGE, f"--{option} {value}: write a day as 2026-03-28") from error


def _phrased(words: Sequence[str]) -> str:
    """The arguments as one question: among several, one of plain words is a phrase, since the
    shell took its quotation marks.
    """
    if len(words) == 1:
        return words[0]
    return " ".join(
        f'"{one}"' if re.fullmatch(r"[\w'’-]+(\s+[\w'’-]+)+", one) else one for one in words
    )


def _warn(found: Found) -> None:
    if found.behind:
        say_error("the search index is behind what is published; `newswell publish` catches up")
    if found.total > _MOST:
        say_error(f"{found.total:,} articles match; the best {_MOST:,} are the hits")


def _tell(console: Console, hit: Hit) -> None:
    about = [hit.publisher or "", str(hit.published_on or "no date"), hit.language or ""]
    if hit.duplicate_of:
        about.append("repeats another article")
    console.print(Text(hit.title or "(no title)", style="bold"))
    console.print(Text("  " + ", ".join(part for part in about if part), style="dim"))
    console.print(Text(f"  {hit.url}", style="dim"))
    console.print(Text("  ") + _highlighted(hit.snippet))
    console.print()


def _highlighted(snippet: str) -> Text:
    """The snippet with its words in colour; where there is none, the marks stay."""
    if not stdout().is_terminal:
        return Text(snippet)
    text = Text()
    for number, part in enumerate(_MARKED.split(snippet)):
        text.append(part, style="bold yellow" if number % 2 else None)
    return text


def _counted(found: Found) -> str:
    if not found.total:
        return "Nothing was found."
    shown = f", the best {len(found.hits)} shown" if len(found.hits) < found.total else ""
    return f"{found.total:,} article{'' if found.total == 1 else 's'}{shown}."
