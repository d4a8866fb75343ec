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
#: A template says the same each day with other numbers: where more than one word in 20 of the
#: smaller text is a number that stands in none of the words in common, it is no copy. Reports by
#: one pattern change one word in six to twenty; of copies, corrections and updates 97 in 100
#: change fewer than one in 33.
_CHANGED = 0.05
#: Of one publisher, on another day, it is likelier to be the day's report by the same pattern.
_DAILY_CHANGED = 0.04
#: After so many days what one publisher repeats is a recurring report, unless hardly a word of
#: it changed (in a wire's stream, none of nine such likenesses was a copy), or the smaller one
#: stands whole in the larger one.
_RECURRING_DAYS = 3
_EQUAL, _WHOLE, _WHOLE_CHANGED = 0.9, 0.95, 0.01


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
    firsts, lasts = _passages(inside)
    lengths = lasts - firsts + 1
    covered, best = int(lengths.sum()), int(lengths.argmax())
    likeness = Likeness(
        covered=covered / len(small.line),
        share=min(covered / len(large.line), 1.0),
        start=int(firsts[best]),
        length=int(lengths[best]) + small.size - 1,
        smaller_first=smaller_first,
    )
    changed = _changed_numbers(small, inside) / len(small.line)
    return likeness if _is_copy(likeness, changed, days, least) else None


def _is_copy(like: Likeness, changed: float, days: float | None, least: float) -> bool:
    """Whether one of two is the other's copy; `changed` numbers it has for each of its words."""
    if like.covered < least or (like.share < _SMALL_PART and like.covered < _SMALL_COVERED):
        return False
    if changed > (_DAILY_CHANGED if days is not None and days >= 1 else _CHANGED):
        return False
    if days is None or days < _RECURRING_DAYS or like.share >= _EQUAL:
        return True
    return like.covered >= _WHOLE and changed <= _WHOLE_CHANGED


def _positions(line: NDArray[np.uint64], known: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Where in the line the hashes are that the other text knows."""
    at = np.searchsorted(known, line)
    at[at == len(known)] = 0
    return np.flatnonzero(known[at] == line)


def _passages(inside: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first and the last shingles of the passages in common, gaps filled."""
    ends = np.flatnonzero(np.diff(inside) > _GAP)
    firsts = inside[np.concatenate(([0], ends + 1))]
    lasts = inside[np.concatenate((ends, [len(inside) - 1]))]
    return firsts, lasts


def _changed_numbers(small: Shingles, inside: NDArray[np.intp]) -> int:
    """How many numbers of a text are in no shingle that is shared."""
    before = np.searchsorted(inside, small.numbers, side="right") - 1
    shared = (before >= 0) & (small.numbers - inside[before] < small.size)
    return len(small.numbers) - int(shared.sum())
