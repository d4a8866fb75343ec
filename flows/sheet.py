"""Laying out a result on a screen: as a table where it fits, else a column a line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.model import Frozen

#: A column that gets less than its name or this has more lines than anyone reads.
_LEAST = 12
#: What stands between two columns: a bar between two spaces.
_BETWEEN = 3

Cells = Sequence[Sequence[str]]


class Layout(Frozen):
    """The columns that are shown, by their places, with the width of each."""

    places: tuple[int, ...]
    widths: tuple[int, ...]


def lay_out(
    columns: Sequence[str], rows: Cells, width: int, spare: Sequence[str] = ()
) -> Layout | None:
    """The widths of a table in a screen of `width` signs; None if it would be unreadable there.

    Columns named in `spare` are left out, the first of them first, until the others need not
    be folded; then the widest are.
    """
    natural = [
        max([cell_len(name), *(cell_len(row[place]) for row in rows)])
        for place, name in enumerate(columns)
    ]
    places = list(range(len(columns)))
    for name in ("", *spare):
        places = [place for place in places if columns[place] != name]
        room = width - _BETWEEN * (len(places) - 1)
        if sum(natural[place] for place in places) <= room:
            return Layout(places=places, widths=[natural[place] for place in places])
    least = [min(natural[place], max(_LEAST, cell_len(columns[place]))) for place in places]
    rest = room - sum(least)
    if rest < 0:
        return None
    widths = dict(zip(places, least, strict=True))
    # who wants little more gets it; what that leaves is shared by the others
    wanting = sorted(places, key=lambda place: natural[place] - widths[place])
    for number, place in enumerate(wanting):
        more = min(natural[place] - widths[place], rest // (len(wanting) - number))
        widths[place] += more
        rest -= more
    return Layout(places=places, widths=[widths[place] for place in places])


def print_table(console: Console, columns: Sequence[str], rows: Cells, layout: Layout) -> None:
    """A row a line, or a few where a cell is folded."""
    table = Table(show_edge=False, pad_edge=False)
    for place, width in zip(layout.places, layout.widths, strict=True):
        table.add_column(columns[place], overflow="fold", width=width)
    for row in rows:
        table.add_row(*(Text(row[place]) for place in layout.places))
    console.print(table)


def print_records(console: Console, columns: Sequence[str], rows: Cells) -> None:
    """A column a line, and an empty line between two rows."""
    for number, row in enumerate(rows):
        if number:
            console.print()
        table = Table(show_edge=False, pad_edge=False, show_header=False)
        table.add_column(style="bold", overflow="fold", max_width=console.width // 2)
        table.add_column(overflow="fold")
        for name, cell in zip(columns, row, strict=True):
            table.add_row(Text(name), Text(cell))
        console.print(table)
