"""Reading a date where a text states one; nothing is completed or assumed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from extractors.text.calendar import MONTHS, WEEKDAYS
from schemas.article import Published
from schemas.model import Frozen

AMBIGUOUS = "date-ambiguous"
IMPOSSIBLE = "date-impossible"
IN_FUTURE = "date-in-future"


class Stated(Frozen):
    """A date expression and what it says.

    `text` is the expression as printed and `end` where it stops in the string it was read
    from. `on` is None for a date without a year, an ambiguous or an impossible one; `problem`
    then says which. `at` is set only where a time and its zone are stated; `clock` is a time
    of day whose zone the text does not give, as printed.
    """

    text: str
    end: int
    on: date | None = None
    at: datetime | None = None
    seconds: bool = False
    clock: str | None = None
    problem: str | None = None
    has_year: bool = True


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_MONTH = rf"(?P<month>{_alternatives(MONTHS)})(?!\w)\.?"
_WEEKDAY = (
    rf"(?:(?:le|el|am|"
    rf"den)\s)?(?:(?:{_alternatives(WEEKDAYS)})\b\.?,?\s{{0,2}}(?:(?:der|den|le|the)\s)?)?"
)
_DAY = r"(?P<day>[0-3]?\d)(?!\d)(?:st|nd|rd|th|er|º|ª|\.)?"
#: Newspapers began in 1605; four digits from 1600 on are a year, below they are a number.
_YEAR = r"(?P<year>(?:1[6-9]|20|21)\d\d)(?!\d)"
_OF = r"(?:\s{0,2}(?:de|of|do|di)\b)?"
_FORMS = tuple(
    re.compile(_WEEKDAY + form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}(?P<sep>[-/.])\s?(?P<number>[01]?\d)(?P=sep)\s?{_DAY}",
        rf"{_YEAR}\s?[年년]\s?(?P<number>[01]?\d)\s?[月월]\s?{_DAY}\s?[日号號일]",
        rf"(?P<first>[0-3]?\d)(?P<sep>[/.-])\s?(?P<second>[0-3]?\d)(?P=sep)\s?{_YEAR}",
        rf"{_DAY}{_OF}[\s/-]{{0,2}}{_MONTH}(?:,|{_OF})[\s/-]{{0,2}}{_YEAR}(?:\s?г(?:ода|\.)?)?",
        rf"{_MONTH}[\s-]{{0,2}}{_DAY},?[\s-]{{0,2}}{_YEAR}",
        rf"{_YEAR}[\s,-]{{1,2}}{_MONTH}[\s-]{{0,2}}{_DAY}(?![\d:])",
        r"(?P<first>[0-3]?\d)(?P<sep>[/.-])(?P<second>[0-3]?\d)(?P=sep)(?P<short>\d\d)(?![\d/.-])",
    )
)
_YEARLESS = tuple(
    re.compile(_WEEKDAY + form, re.IGNORECASE)
    for form in (
        rf"(?:le\s|el\s|am\s)?{_DAY}{_OF}[\s-]{{0,2}}{_MONTH}",
        rf"{_MONTH}[\s-]{{0,2}}{_DAY}(?![\d:])",
        rf"(?P<number>[01]?\d)\s?[月월]\s?{_DAY}\s?[日号號일]",
    )
)
#: What every date has, looked for first: most paragraphs start without. A weekday and a
#: month in words take 40 characters in the longest of the languages read here.
_DIGITS_SOON = re.compile(r"\D{0,40}\d")
_BARE = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<number>[01]\d)(?P<day>[0-3]\d)(?!\d)")

#: Abbreviations with one meaning in the news; IST, CST and BST have several and are left out.
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WAT": 1, "CET": 1, "CEST": 2, "EET": 2, "CAT": 2,
    "SAST": 2, "EEST": 3, "MSK": 3, "TRT": 3, "EAT": 3, "GST": 4, "PKT": 5, "WIB": 7, "ICT": 7,
    "SGT": 8, "HKT": 8, "MYT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "BRT": -3, "ART": -3,
}  # fmt: skip
#: Abbreviations that leave summer time to the calendar.
_REGIONS = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
#: Printed after times, but with several meanings (India, Israel, Ireland; Chicago, Shanghai).
_UNCLEAR = ("IST", "CST", "BST", "AST", "SST")
_ZONE = (
    rf"(?:UTC|GMT)?\s?[+−-]\d\d?(?::?\d\d)?\b|"
    rf"(?:{_alternatives([*_ZONES, *_REGIONS, *_UNCLEAR])})\b"
)
_CLOCK = re.compile(
    rf"""(?:T|[ \t]{{0,3}}(?:[-–—|/,·•@(]|,?\s?(?:at|um|à|a\slas|às|alle|kl\.?|в|o)\b)?[ \t]{{0,3}})
    (?P<clock>(?P<hour>[0-2]?\d)\s?(?P<colon>[:.h])\s?(?P<minute>[0-5]\d)
    (?::(?P<second>[0-5]\d)(?:[.,]\d{{1,9}})?)?(?![\d%])
    (?:\s?(?P<half>[apAP])\.?\s?[mM]\b\.?|\s?(?P<unit>Uhr|hrs?|hours)\b)?)
    (?:\s?\(?(?P<zone>{_ZONE})\)?)?\)?""",
    re.VERBOSE,
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+−-])(\d\d?)(?::?(\d\d))?")


def read_date(text: str, start: int = 0) -> Stated | None:
    """The full date that stands at `start`, with the time of day after it if there is one."""
    if not _DIGITS_SOON.match(text, start):
        return None
    for form in _FORMS:
        if found := form.match(text, start):
            return _with_clock(_resolve(found), text)
    return None


def find_date(text: str) -> Stated | None:
    """The first full date in a line, wherever it stands."""
    starts = re.finditer(r"(?<!\w)(?=\w)", text)
    return next((found for at in starts if (found := read_date(text, at.start()))), None)


def read_bare_date(text: str, start: int = 0) -> Stated | None:
    """A date of eight digits, YYYYMMDD: only a label before it tells it from a number."""
    found = _BARE.match(text, start)
    return _resolve(found) if found else None


def read_yearless(text: str, start: int = 0) -> Stated | None:
    """The day and month without a year that stand at `start`; they fix no date."""
    if not _DIGITS_SOON.match(text, start):
        return None
    for form in _YEARLESS:
        if found := form.match(text, start):
            return Stated(text=found[0], end=found.end(), has_year=False)
    return None


def published(stated: Stated, seen_at: datetime) -> tuple[Published | None, tuple[str, ...]]:
    """The moment of publication as far as stated, and flags for what keeps it from being used.

    A date later than a day after `seen_at` is an error of the text: a day, because the
    publisher's calendar may be that far ahead.
    """
    if stated.on is None:
        return None, (stated.problem,) if stated.problem else ()
    at = stated.at or datetime.combine(stated.on, time(), UTC)
    if at > seen_at.astimezone(UTC) + timedelta(days=1):
        return None, (IN_FUTURE,)
    precision = "day" if stated.at is None else "second" if stated.seconds else "minute"
    return Published.model_validate({"at": at, "on": stated.on, "precision": precision}), ()


def _resolve(found: re.Match[str]) -> Stated:
    parts = found.groupdict()
    text, end = found[0], found.end()
    if parts.get("short"):  # 14.01.19 is read in three orders around the world
        return Stated(text=text, end=end, problem=AMBIGUOUS)
    year = int(parts["year"])
    if parts.get("first"):
        month_day = _order(int(parts["first"]), int(parts["second"]), parts["sep"])
        if month_day is None:
            return Stated(text=text, end=end, problem=AMBIGUOUS)
        month, day = month_day
    else:
        day = int(parts["day"])
        name = parts.get("month")
        month = MONTHS[name.lower()] if name else int(parts["number"])
    try:
        return Stated(text=text, end=end, on=date(year, month, day))
    except ValueError:
        return Stated(text=text, end=end, problem=IMPOSSIBLE)


def _order(first: int, second: int, separator: str) -> tuple[int, int] | None:
    """(month, day) of two numbers; None where both orders are in use and make sense."""
    if first == second or second > 12:
        return first, second
    # with points the day comes first wherever points are used
    if first > 12 or separator == ".":
        return second, first
    return None


def _with_clock(stated: Stated, text: str) -> Stated:
    found = _CLOCK.match(text, stated.end)
    if found is None or stated.on is None:
        return stated
    if found["colon"] == "." and not (found["half"] or found["unit"]):
        return stated  # 10.30 alone may as well be an amount of money
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    if hour > 23:
        return stated
    start = stated.end - len(stated.text)
    known = {"text": text[start : found.end()].strip(), "end": found.end()}
    zone = _zone(found["zone"])
    if zone is None:
        clock = f"{found['clock']} {found['zone'] or ''}".strip()
        return stated.model_copy(update=known | {"clock": clock})
    local = datetime.combine(stated.on, time(hour, minute, second), zone)
    at = local.astimezone(UTC)
    return stated.model_copy(update=known | {"at": at, "seconds": found["second"] is not None})


def _zone(label: str | None) -> tzinfo | None:
    if label in _REGIONS:
        return ZoneInfo(_REGIONS[label])
    if label in _ZONES:
        return timezone(timedelta(hours=_ZONES[label]))
    found = _OFFSET.fullmatch(label.strip()) if label else None
    if found is None or int(found[2]) > 14:  # the earliest clock on earth is UTC+14
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(offset if found[1] == "+" else -offset)
