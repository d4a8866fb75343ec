"""Dates as feeds and sitemaps write them, with the zone that they state."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

#: Hours from UTC of the abbreviations that mean one thing only; RFC 5322 covers the
#: American ones. IST, BST's rivals and the like are left out: three continents use them.
_ZONES = {
    "AEDT": 11, "AEST": 10, "AWST": 8, "BST": 1, "CAT": 2, "CEST": 2, "CET": 1, "EAT": 3,
    "EEST": 3, "EET": 2, "HKT": 8, "JST": 9, "KST": 9, "MSK": 3, "NZDT": 13, "NZST": 12,
    "PKT": 5, "SAST": 2, "SGT": 8, "WAT": 1, "WEST": 1, "WET": 0, "WIB": 7, "UTC": 0, "Z": 0,
}  # fmt: skip
_NAMED_ZONE = re.compile(r"\s([A-Z]{1,4})$")
#: W3C-DTF and what people make of it: "2026-03-01T10:00:00.1234567+0100", "2026-03-01 10:00".
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})?",
    re.IGNORECASE,
)


def parse_date(text: str | None) -> datetime | None:
    """A date in one of the forms of RFC 5322 or W3C-DTF; None if it is neither.

    Without a stated zone the result is naive; without a time it is midnight. A month
    without a day is no date. Years
    before 1990 and after 2100 are what broken clocks and templates write: None.
    """
    text = " ".join((text or "").split())
    if not text or len(text) > 64:
        return None
    moment = _iso(text) or _rfc(text)
    return moment if moment is not None and 1990 <= moment.year <= 2100 else None


def _iso(text: str) -> datetime | None:
    found = _ISO.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    # 60 is a leap second
    second = min(second, 59)
    try:
        return datetime(year, month, day or 1, hour, minute, second, tzinfo=_offset(found[7]))
    except ValueError:
        return None


def _offset(text: str | None) -> timezone | None:
    if not text:
        return None
    if text.upper() == "Z":
        return timezone(timedelta(0))
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _rfc(text: str) -> datetime | None:
    named = _NAMED_ZONE.search(text)
    hours = _ZONES.get(named[1]) if named else None
    if hours is not None and named:
        text = f"{text[: named.start()]} {hours:+03d}00"
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment
