"""`newswell query`: answers as a table, as JSON or as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from flows.sheet import lay_out, print_records, print_table
from flows.terminal import USAGE, Context, Exit, stdout, warehouse_errors
from flows.whole import write_whole
from schemas.settings import Settings
from warehouse.query import Answer, QueryError, query, spell

_FORMS = ("table", "json", "csv")
#: A person reads no more; the other formats give everything.
_TABLE_ROWS = 200
#: As little as that of rows that take a screen each.
_RECORDS = 20
#: Longer cells are cut in tables: a body would fill the screen.
_CELL = 80


def answer(
    context: Context, sql: str, form: str | None, output: Path | None, search: str | None = None
) -> None:
    """Prints the result of SQL on the published file, or writes it to a file.

    With words to `search` for, the SQL can name their `hits`.
    """
    form = form or ("json" if context.as_json else "table")
    if form not in _FORMS:
        raise Exit(USAGE, f"--format {form}: choose one of {', '.join(_FORMS)}")
    settings = context.settings()
    published = settings.published_path
    try:
        with warehouse_errors():
            found = _hit(settings, sql, search) if search else query(published, sql)
    except QueryError as error:
        raise Exit(USAGE, str(error)) from error
    if form == "table" and output is None:
        show(found)
        return
    text = render(found, form)
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        write_whole(output, text)
    except OSError as error:
        raise Exit(USAGE, f"--output {output}: {error.strerror}") from error
    typer.echo(f"{len(found.rows):,} rows written to {output}", err=True)


def _hit(settings: Settings, sql: str, words: str) -> Answer:
    # the index and what it needs load as long as most queries take, which do without
    from flows.searching import ask_hits  # noqa: PLC0415

    return ask_hits(settings, sql, words)


def render(found: Answer, form: str) -> str:
    """A result as JSON (a list of objects), CSV (RFC 4180), or an aligned table."""
    if form == "json":
        return json.dumps(found.records(), ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(found.columns)
        writer.writerows([spell(value) for value in row] for row in found.rows)
        return text.getvalue()
    console = stdout()
    with console.capture() as captured:
        show(found, console)
    return captured.get()


def show(found: Answer, console: Console | None = None, spare: Sequence[str] = ()) -> None:
    """A result on the screen: as a table, or a column a line where the screen is too narrow.

    The columns named in `spare` are left out first.
    """
    console = console or stdout()
    rows = [[_cell(value) for value in row] for row in found.rows[:_TABLE_ROWS]]
    layout = lay_out(found.columns, rows, console.width, spare)
    shown = rows if layout else rows[:_RECORDS]
    left_out: list[str] = []
    if layout:
        print_table(console, found.columns, shown, layout)
        left_out = [one for place, one in enumerate(found.columns) if place not in layout.places]
    else:
        print_records(console, found.columns, shown)
    total = len(found.rows)
    told = f"{total:,} row{'' if total == 1 else 's'}"
    if total > len(shown):
        told += f", the first {len(shown)} shown; --format csv gives all"
    if left_out:
        told += f"; a wider screen or --json shows {', '.join(left_out)}"
    console.print(told)


def _cell(value: Any) -> str:
    text = " ".join(spell(value).split())
    return text if len(text) <= _CELL else text[: _CELL - 1] + "…"
