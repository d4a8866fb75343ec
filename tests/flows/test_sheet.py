"""How results are laid out: what fits, what is folded, what becomes a column a line."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from flows.answers import show
from flows.sheet import lay_out
from tests.invented import body
from tests.invocation import Newswell
from warehouse.query import Answer

NAMES = ("source", "articles", "newest", "reason")
ROWS = [["gazette", "12", "2026-03-10", "unreachable"], ["courier", "3", "", ""]]


def shown(found: Answer, width: int, spare: tuple[str, ...] = ()) -> list[str]:
    console = Console(width=width, color_system=None, highlight=False)
    with console.capture() as captured:
        show(found, console, spare)
    return [line.rstrip() for line in captured.get().splitlines()]


def test_what_fits_is_as_wide_as_it_is() -> None:
    layout = lay_out(NAMES, ROWS, 80)
    assert layout is not None
    assert (layout.places, layout.widths) == ((0, 1, 2, 3), (7, 8, 10, 11))


def test_spare_columns_go_before_anything_is_folded() -> None:
    layout = lay_out(NAMES, ROWS, 35, ("reason", "articles"))
    assert layout is not None
    assert layout.places == (0, 1, 2)
    lines = shown(Answer(columns=NAMES, rows=ROWS), 35, ("reason", "articles"))
    assert lines[0] == "source  ┃ articles ┃ newest"
    assert " ".join(lines[-2:]) == "2 rows; a wider screen or --json shows reason"


def test_a_wide_result_is_shown_a_column_a_line() -> None:
    names = tuple(f"column_{number}" for number in range(30))
    found = Answer(columns=names, rows=[range(30)] * 25)
    lines = shown(found, 80)
    assert lines[:2] == ["column_0  │ 0", "column_1  │ 1"]
    assert lines[30:32] == ["", "column_0  │ 0"]
    assert lines[-1] == "25 rows, the first 20 shown; --format csv gives all"


cells = st.lists(st.lists(st.text(max_size=90), min_size=3, max_size=3), max_size=3)


@given(cells, st.integers(20, 120))
def test_no_table_is_wider_than_its_screen(rows: list[list[str]], width: int) -> None:
    layout = lay_out(("a", "bb", "a_long_name"), rows, width)
    if layout is not None:
        assert sum(layout.widths) + 3 * (len(layout.widths) - 1) <= width
        assert layout.widths[2] >= len("a_long_name")


def test_articles_can_be_read_on_any_screen(tmp_path: Path, newswell: Newswell) -> None:
    page = tmp_path / "page.txt"
    page.write_text(f"The lock is shut\n\n{body('the lock')}\n")
    newswell("load", page)
    result = newswell("query", "FROM articles")
    assert "\ntitle               │ The lock is shut  " in result.out
    assert result.out.endswith("1 row\n")
