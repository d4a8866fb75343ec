"""The fields of a feed item or sitemap entry, cleaned and bounded, as `Hints` want them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

#: Feeds of one day have tens of entries; whoever lists more lists an archive.
MAX_ENTRIES = 2_000
#: What browsers, servers and search engines agree to handle.
MAX_URL = 2_048
#: A headline; what is longer is a text in the wrong place, and is cut.
_MAX_TITLE = 1_000
#: A teaser; what is longer is the article, and is kept as `content` alone.
_MAX_DESCRIPTION = 2_000
_MAX_NAMES = 50
_TAG = re.compile(r"<(?:[A-Za-z/!?][^<>]{0,2000})>")
_BLOCK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]{0,200}>", re.IGNORECASE)
_NO_TEXT = re.compile(r"<(script|style)\b[^<>]{0,500}>[^<]{0,100000}</\1\s{0,9}>", re.IGNORECASE)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean_link(link: object, base: str) -> str | None:
    """An absolute http(s) address without fragment marks of trackers; None if it is none."""
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        url = urljoin(base, "".join(link.split()))
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
        is_address = is_address and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    fits = is_address and len(url) <= MAX_URL and not _UNPRINTABLE.search(url)
    return url if fits else None


def clean_text(value: object) -> str | None:
    """A text as it stands, without characters that no text has; None if nothing is left."""
    if not isinstance(value, str):
        return None
    return _UNPRINTABLE.sub("", value).strip() or None


def clean_line(value: object, longest: int = _MAX_TITLE) -> str | None:
    """One line of plain text: markup off, entities read, white space single, cut at `longest`."""
    text = clean_text(value)
    if text is None:
        return None
    # markup may be most of it, but nobody writes twenty times as much
    text = text[: longest * 20]
    if "<" in text:
        text = _TAG.sub("", _BLOCK.sub(" ", _NO_TEXT.sub(" ", text)))
    # feeds escape twice: what reads "&amp;amp;" in the file is an ampersand
    text = html.unescape(html.unescape(text)) if "&" in text else text
    text = " ".join(_UNPRINTABLE.sub("", text).split())
    return text[:longest].rstrip() or None


def clean_description(value: object) -> str | None:
    """A teaser as plain text; None for what is too long to be one."""
    text = clean_line(value, _MAX_DESCRIPTION + 1)
    return text if text and len(text) <= _MAX_DESCRIPTION else None


def clean_names(values: Iterable[object]) -> tuple[str, ...]:
    """Names or keywords as single lines, each once, in order."""
    found = (clean_line(value, 200) for value in values)
    return tuple(dict.fromkeys(name for name in found if name))[:_MAX_NAMES]


def clean_language(value: object) -> str | None:
    """A language tag as BCP 47 writes it (`en`, `pt-BR`); None for anything else."""
    text = value.strip().replace("_", "-") if isinstance(value, str) else ""
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", text):
        return None
    first, *rest = text.split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def longer(one: str | None, other: str | None) -> str | None:
    """The longer of two texts, the first if they are equally long."""
    return other if len(other or "") > len(one or "") else one


def update_floor(
    ttl: object = None, period: object = None, frequency: object = None
) -> timedelta | None:
    """How long the publisher says that nothing will change: RSS ttl, syndication module.

    `ttl` is minutes; `period` a word (`hourly`), divided by `frequency`. None if nothing
    is said or it cannot be read; at most a week.
    """
    periods = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 168, "yearly": 168}
    minutes = _positive(ttl)
    hours = periods.get(str(period or "").strip().lower())
    if hours:
        minutes = max(minutes or 0.0, hours * 60 / (_positive(frequency) or 1.0))
    return timedelta(minutes=min(minutes, 7 * 24 * 60)) if minutes else None


def _positive(value: object) -> float | None:
    text = str(value if value is not None else "").strip()
    return float(text) if re.fullmatch(r"\d{1,6}", text) and int(text) else None
