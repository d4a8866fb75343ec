"""Whether a source is not what it was: its template changed, or it lost its dates. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from schemas.model import Frozen

Measure = Literal["yield", "undated", "duplicates", "words"]

#: Fewer pages lately say nothing, whatever they are.
_LATELY = 8
#: So many are needed to know what is usual.
_USUAL = 20
#: Standard errors. Every source is asked after every run, some hundred times a day, for four
#: measures: at five, chance alone speaks less than once in a year of a hundred sources.
_SURPRISE = 5.0
#: A share that moved by less is nobody's broken template.
_SHARE = 0.25
#: Bodies half as long, or twice: a teaser in their place, or a page's comments with them.
_LENGTH = 2.0


class Figure(Frozen):
    """A row of `source_drift`: a measure of a source lately, and as it usually is.

    `yield` is the share of pages that hold an article, `undated` and `duplicates` shares of
    the articles, `words` their typical length.
    """

    source_id: str
    measure: Measure
    usual: float
    recent: float
    usual_count: int
    recent_count: int
    surprise: float


def find_drifts(figures: Iterable[Figure]) -> list[Figure]:
    """Those that are a matter for an alarm, the most surprising first."""
    found = [one for one in figures if has_drifted(one)]
    return sorted(found, key=lambda one: (-abs(one.surprise), one.source_id, one.measure))


def has_drifted(figure: Figure) -> bool:
    """Whether a measure went where it should not, by much, and not by chance."""
    if figure.recent_count < _LATELY or figure.usual_count < _USUAL:
        return False
    if abs(figure.surprise) < _SURPRISE:
        return False
    match figure.measure:
        case "yield":
            return figure.usual - figure.recent >= _SHARE
        case "undated" | "duplicates":
            return figure.recent - figure.usual >= _SHARE
        case "words":
            longer, shorter = max(figure.usual, figure.recent), min(figure.usual, figure.recent)
            return longer >= _LENGTH * max(shorter, 1.0)


def explain_drift(figure: Figure) -> str:
    """The alarm in words."""
    lately = f"the last {figure.recent_count}"
    match figure.measure:
        case "yield":
            return (
                f"{figure.recent:.0%} of {lately} pages hold an article, "
                f"usually {figure.usual:.0%}: the template may have changed"
            )
        case "undated":
            return (
                f"{figure.recent:.0%} of {lately} articles have no date, usually {figure.usual:.0%}"
            )
        case "duplicates":
            return (
                f"{figure.recent:.0%} of {lately} articles repeat another one, "
                f"usually {figure.usual:.0%}"
            )
        case "words":
            return (
                f"{lately} articles have about {figure.recent:,.0f} words, "
                f"usually {figure.usual:,.0f}: the template may have changed"
            )
