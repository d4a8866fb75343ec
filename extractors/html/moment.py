"""Dates as pages write them, read into a calendar day and, where known, an instant.

Machine formats: ISO 8601 in all the shapes sites produce, RFC 5322, Unix time. Written
dates: numbers, and month names in the languages of `_MONTHS`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from schemas.article import Precision

#: Nothing on the web is older; typos and zero dates are.
_FIRST_YEAR = 1990

_ISO = re.compile(
    r"(?P<y>\d{4})[-/.]?(?P<m>\d{2})[-/.]?(?P<d>\d{2})"
    r"(?:(?:[T ]+|T?\s*,?\s+|"
    r"-(?=\d\d:))(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{1,2})(?:[.,:]\d+)?)?\s*"
    r"(?P<z>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?$")
_UNIX = re.compile(r"1\d{9}(?:\d{3})?$")
_DMY = re.compile(r"(?<!\d)(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})(?!\d)")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?")
_NAMED_DMY = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?[\s.,-]*(?:de\s+|of\s+|"
    r"d')?([^\W\d_]{3,12})\.?[\s,.-]*(?:de[l]?\s+)?(\d{4})(?!\d)",
    re.IGNORECASE,
)
_NAMED_MDY = re.compile(
    r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)", re.IGNORECASE
)
#: Arabic pages have a month's Syriac name, of one or two words, beside its other one.
_NAMED_TWICE = re.compile(
    r"(?<!\d)(\d{1,2})\s+[^\W\d_]+(?:\s+[^\W\d_]+)?\s*/\s*([^\W\d_]{3,12})\s+(\d{4})(?!\d)"
)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.h](\d{2})(?!\d)\s*(am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE)

#: Beginnings of month names, January to December, in the languages of most news sites;
#: one that means different months in two languages (Croatian and Polish "listopad") is left out.
_MONTHS = tuple(
    tuple(names.split())
    for names in (
        "jan ene gen янв січ sty led oca ιαν ian tammi يناير",
        "feb fév fev лют фев luty lute únor şub subat φεβ helmi فبراير شباط",
        "mar mär maa märz mrt мар бер maar bře μαρ μάρ maalis márc مارس آذار",
        "apr avr abr апр квіт kwi dub nis απρ huhti ápr أبريل ابريل نيسان",
        "may mai mag maj maí мая май трав mei kvě μαϊ μάι μαΐ touko máj مايو أيار",
        "jun giu juin июн черв cze haz ιουν iun kesä jún يونيو حزيران",
        "jul lug juil июл lipc lipi červenc tem ιουλ iul heinä júl يوليو تموز",
        "aug ago aoû aout август авг серп sierp ağu agu αυγ elo أغسطس اغسطس",
        "sep set сен вер wrze wrzo září zari eyl σεπ syys szept سبتمبر أيلول",
        "oct okt ott out окт жов paź paz říj ekim οκτ loka أكتوبر اكتوبر",
        "nov noi ноя kas νοε νοέ marras نوفمبر",
        "dec dez dic déc des дек груд gru pros ara δεκ joulu ديسمبر",
    )
)


@dataclass(frozen=True)
class Moment:
    """A calendar day as written, and the instant when a time and a zone stand with it.

    `at` is None when the zone is missing: then only the day is known. `local` is the
    time of day as written, to recognise the same moment told twice.
    """

    on: date
    at: datetime | None = None
    precision: Precision = "day"
    local: tuple[int, int] | None = None

    @property
    def stamp(self) -> datetime:
        """The instant in UTC; midnight UTC of the day where only that is known."""
        return self.at or datetime(self.on.year, self.on.month, self.on.day, tzinfo=UTC)


def read_machine(text: object) -> Moment | None:
    """A date in a machine's format, or None; anything but text and numbers is None."""
    if isinstance(text, int | float) and not isinstance(text, bool):
        text = str(int(text)) if abs(text) < 1e14 else ""
    if not isinstance(text, str):
        return None
    text = text.strip().strip("\"'")[:60]
    if _UNIX.fullmatch(text):
        return _aware(datetime.fromtimestamp(int(text[:10]), tz=UTC), seconds=True)
    if found := _COMPACT.match(text):
        return _clocked(found[1], found[2], found[3], found[4], found[5], found[6], found[7])
    if found := _ISO.match(text):
        if found["H"] is None:
            return _day(int(found["y"]), int(found["m"]), int(found["d"]))
        return _clocked(*(found[part] for part in "ymdHMSz"))
    if re.search(r"\d{4} \d\d:\d\d", text) and re.match(r"[A-Za-z]{3},|\d", text):
        try:
            return _aware(parsedate_to_datetime(text), seconds=True)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return None


def read_written(text: str, day_first: bool = True) -> Moment | None:
    """The first date in a line of text; `day_first` reads 03/04/2020 as the third of April."""
    text = text[:200]  # longer is not a date line
    if found := _CJK.search(text):
        return _with_clock(_day(int(found[1]), int(found[2]), int(found[3])), text[found.end() :])
    if found := re.search(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", text):
        return _with_clock(_day(int(found[1]), int(found[2]), int(found[3])), text[found.end() :])
    for pattern, order in (
        (_NAMED_DMY, (3, 2, 1)),
        (_NAMED_MDY, (3, 1, 2)),
        (_NAMED_TWICE, (3, 2, 1)),
    ):
        for found in pattern.finditer(text):
            month = _month(found[order[1]])
            if month and (day := _day(int(found[order[0]]), month, int(found[order[2]]))):
                return _with_clock(day, text[found.end() :])
    if found := _DMY.search(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        if "/" in found[0] and not day_first:
            first, second = second, first
        return _with_clock(
            _day(year, second, first) or _day(year, first, second), text[found.end() :]
        )
    return None


def _month(name: str) -> int | None:
    name = name.casefold()
    best: tuple[int, int] | None = None
    for number, beginnings in enumerate(_MONTHS, 1):
        for beginning in beginnings:
            if name.startswith(beginning) and (best is None or len(beginning) > best[0]):
                best = (len(beginning), number)
    return best[1] if best else None


def _with_clock(day: Moment | None, rest: str) -> Moment | None:
    if day is None or not (found := _CLOCK.search(rest[:30])):
        return day
    hour = int(found[1]) % 12 + 12 * found[3].lower().startswith("p") if found[3] else int(found[1])
    return Moment(on=day.on, local=(hour, int(found[2])))


def _day(year: int, month: int, day: int) -> Moment | None:
    try:
        return Moment(on=date(year, month, day)) if year >= _FIRST_YEAR else None
    except ValueError:
        return None


def _clocked(
    y: str, m: str, d: str, hour: str, minute: str, second: str | None, zone: str | None
) -> Moment | None:
    try:
        clock = int(hour) % 24, int(minute), min(int(second or 0), 59)
        naive = datetime(int(y), int(m), int(d), *clock)  # noqa: DTZ001 - its zone is read below
    except ValueError:
        return _day(int(y), int(m), int(d))
    if naive.year < _FIRST_YEAR:
        return None
    # midnight to the second is how content systems write "no time"
    if (naive.hour, naive.minute, naive.second) == (0, 0, 0):
        return Moment(on=naive.date())
    if not zone:
        return Moment(on=naive.date(), local=(naive.hour, naive.minute))
    return _aware(naive.replace(tzinfo=_zone(zone)), seconds=second is not None)


def _zone(text: str) -> timezone:
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    # no place on earth is further from Greenwich than 14 hours
    return timezone(offset if text[0] == "+" else -offset) if offset <= timedelta(hours=14) else UTC


def _aware(moment: datetime, *, seconds: bool) -> Moment | None:
    if moment.year < _FIRST_YEAR or moment.year > 2200:  # beyond is a number that is no date
        return None
    if moment.tzinfo is None:
        return Moment(on=moment.date(), local=(moment.hour, moment.minute))
    return Moment(
        on=moment.date(),
        at=moment.astimezone(UTC),
        precision="second" if seconds else "minute",
        local=(moment.hour, moment.minute),
    )
