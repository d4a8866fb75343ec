"""How much of one text stands in another, and whether that makes it a copy. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.shingles import Shingles

#: Shingles in a row that two texts need not share between two that they do: a changed word
#: costs three, a misread line a dozen. Further apart, each has a passage of its own.
_GAP = 16
#: Share of the smaller text that must stand in the larger one, gaps filled. Copies that were
#: edited, cut or misread have .6 and more; texts with one introduction in common half.
NORMAL = 0.6
#: The same where one of them says that it is the other's.
DECLARED = 0.4
#: What is less than a third of the other text is a teaser, which is cut and not rewritten, or
#: something that two reports quote.
_SMALL_PART, _SMALL_COVERED = 1 / 3, 0.75
#: Fewer shingles are a line or two, which anybody may write.
LEAST_SHINGLES = 20
#: A template says the same each day with other numbers: where more than a fifth of the smaller
#: text's numbers have no partner ...
_NUMBERS_MISSING = 0.2
#: ... and they are as many as this share of its words, it is no copy. A correction or an
#: update changes a few numbers in a long text.
_NUMBERS_DENSE = 0.04
#: Of one publisher, on another day, it is likelier to be the day's report by the same pattern.
_DAILY_MISSING, _DAILY_DENSE = 0.1, 0.03
#: After so many days what one publisher repeats is a recurring report, unless hardly a word of
#: it changed: in a wire's stream, none of nine such likenesses was a copy.
_RECURRING_DAYS = 3
_EQUAL = 0.9


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two texts share.

    `covered` is the share of the smaller text that stands in the larger one, `share` what part
    of the larger one that is, `start` and `length` where its longest passage lies in the
    smaller one, in words; `smaller_first` says which of the two compared is the smaller.
    """

    covered: float
    share: float
    start: int
    length: int
    smaller_first: bool


def compare(
    one: Shingles, other: Shingles, days: float | None = None, least: float = NORMAL
) -> Likeness | None:
    """What two texts share; None where that makes neither a copy of the other.

    `days` lie between them where both are one publisher's; None where they are not, or where
    nobody knows. `least` is the share of the smaller text that has to be covered.
    """
    smaller_first = len(one.line) <= len(other.line)
    small, large = (one, other) if smaller_first else (other, one)
    if len(small.line) < LEAST_SHINGLES or small.size != large.size:
        return None
    inside = _positions(small.line, large.known)
    if not len(inside):
        return None
    covered, start, length = _passages(inside, small.size)
    likeness = Likeness(
        covered=covered / len(small.line),
        share=min(covered / len(large.line), 1.0),
        start=start,
        length=length,
        smaller_first=smaller_first,
    )
    if likeness.covered < least or _is_template(small, large, days):
        return None
    if likeness.share < _SMALL_PART and likeness.covered < _SMALL_COVERED:
        return None
    if days is not None and days >= _RECURRING_DAYS and likeness.share < _EQUAL:
        return None
    return likeness


def _positions(line: NDArray[np.uint64], known: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Where in the line the hashes are that the other text knows."""
    at = np.searchsorted(known, line)
    at[at == len(known)] = 0
    return np.flatnonzero(known[at] == line)


def _passages(inside: NDArray[np.intp], size: int) -> tuple[int, int, int]:
    """How many places are covered, gaps filled; start and words of the longest passage."""
    steps = np.diff(inside)
    ends = np.flatnonzero(steps > _GAP)
    firsts = inside[np.concatenate(([0], ends + 1))]
    lasts = inside[np.concatenate((ends, [len(inside) - 1]))]
    lengths = lasts - firsts + 1
    best = int(lengths.argmax())
    return int(lengths.sum()), int(firsts[best]), int(lengths[best]) + size - 1


def _is_template(small: Shingles, large: Shingles, days: float | None) -> bool:
    daily = days is not None and days >= 1
    share, dense = (_DAILY_MISSING, _DAILY_DENSE) if daily else (_NUMBERS_MISSING, _NUMBERS_DENSE)
    missing = (small.numbers - large.numbers).total()
    return missing > share * small.numbers.total() and missing > dense * len(small.line)
