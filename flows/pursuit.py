"""Addresses that are fetched because somebody ordered it, a slice after the other."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path

from flows.harvest import Harvest
from flows.intake import Intake
from flows.run import Item
from schemas.records import CandidateRow
from schemas.source import Source

#: Addresses of one slice: they are asked before the next is looked up, so that memory does not
#: grow with the order. Fewer, and its slowest page is waited for more often.
SLICE = 500

#: Addresses to be asked, each with its source.
Asked = Sequence[tuple[Source, CandidateRow]]


def pursue(
    harvest: Harvest, intake: Intake, slices: Iterable[Asked], at_once: int
) -> Generator[Item | None]:
    """What comes of asking the addresses; None where nothing comes for the moment."""
    for asked in slices:
        if asked:
            harvest.ask_all(asked, at_once)
            yield from intake.take(1)


def read_addresses(path: Path) -> Iterator[list[tuple[int, str]]]:
    """The lines of a file that are not empty and no comment (`#`), with their numbers, in slices.

    Raises OSError.
    """
    lines: list[tuple[int, str]] = []
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            text = line.strip()
            if text and not text.startswith("#"):
                lines.append((number, text))
            if len(lines) == SLICE:
                yield lines
                lines = []
    if lines:
        yield lines


def count_addresses(path: Path) -> int:
    """How many addresses a file has. Raises OSError."""
    return sum(len(lines) for lines in read_addresses(path))
