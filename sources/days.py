"""The day, month or year that an address names. Pure."""

from __future__ import annotations

import calendar
import re
from datetime import date

from schemas.model import Frozen

_YEAR, _MONTH, _DAY = r"(?P<y>(?:19|20)\d\d)", r"(?P<m>0?[1-9]|1[0-2])", r"(?P<d>[0-2]?\d|3[01])"
#: `/2026/03/10/`, `2026-03-10`, `sitemap_2026_03`, `20260310`, `yyyy=2026&mm=03&dd=10`.
_FORMS = tuple(
    re.compile(rf"(?<!\d){form}(?!\d)", re.IGNORECASE)
    for form in (
        rf"{_YEAR}[/_.-]{_MONTH}[/_.-]{_DAY}",
        rf"y{{1,4}}(?:ear)?={_YEAR}&m{{1,2}}(?:onth)?={_MONTH}&d{{1,2}}(?:ay)?={_DAY}",
        r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-2]\d|3[01])",
        rf"{_YEAR}[/_.-]{_MONTH}",
        rf"y{{1,4}}(?:ear)?={_YEAR}&m{{1,2}}(?:onth)?={_MONTH}",
    )
)


class Span(Frozen):
    """From one day to another, both of them in it."""

    first: date
    last: date

    def meets(self, other: Span) -> bool:
        """Whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def span_of(url: str) -> Span | None:
    """The day or the month that an address names; None if it names none."""
    for form in _FORMS:
        for found in form.finditer(url):
            parts = found.groupdict()
            try:
                year, month = int(parts["y"]), int(parts["m"])
                if parts.get("d"):
                    day = date(year, month, int(parts["d"]))
                    return Span(first=day, last=day)
                end = calendar.monthrange(year, month)[1]
                return Span(first=date(year, month, 1), last=date(year, month, end))
            except ValueError:
                continue  # the 31st of February: a number, not a day
    return None


def day_of(url: str) -> date | None:
    """The day that an address names; None if it names none, or only a month."""
    span = span_of(url)
    return span.first if span is not None and span.first == span.last else None
