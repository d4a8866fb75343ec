"""The values of a JSON record, read as what the fields of an article want."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from lxml import etree, html

from extractors.html.moment import Moment, read_machine
from extractors.html.names import split_names
from extractors.html.words import plain
from extractors.text.dates import read_date

_MARKUP = re.compile(
    r"""</?(?:p|br|hr|div|h[1-6]|ul|ol|li|article|section|blockquote|figure|figcaption|img|picture
    |video|iframe|table|tr|td|th|script|style|span|a|b|i|u|em|strong|small|sub|sup)
    (?:\s[^<>]*)?/?>""",
    re.IGNORECASE | re.VERBOSE,
)
_BLOCK_END = re.compile(
    r"</(?:p|div|h[1-6]|li|article|section|blockquote|figure|table|tr)\s*>", re.IGNORECASE
)
#: With its semicolon: "?a=1&copy=2" is an address.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
#: A clock may be wrong by a time zone, not by more.
_AHEAD = timedelta(days=1)


def read_text(value: Any) -> str:
    """A body: a string, or its paragraphs as a list; markup becomes paragraphs."""
    if isinstance(value, list):
        return "\n\n".join(text for item in value if (text := read_text(item)))
    if not isinstance(value, str):
        return ""
    if not _MARKUP.search(value):
        value = _ENTITY.sub(lambda found: unescape(found[0]), value)
    if _MARKUP.search(value):
        value = _without_markup(value)
    return value if value.strip() else ""


def _without_markup(text: str) -> str:
    marked = re.sub(r"<br\s*/?>", "\n", _BLOCK_END.sub(r"\g<0>\n\n", text), flags=re.IGNORECASE)
    root = html.fromstring(f"<div>{marked}</div>")
    etree.strip_elements(root, "script", "style", with_tail=False)
    return str(root.text_content())


def read_line(value: Any) -> str | None:
    """A short text: a string, or the name of a thing; None for anything else."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value")
    if isinstance(value, list) and value:
        return read_line(value[0])
    return plain(value) or None


def read_names(value: Any) -> tuple[str, ...]:
    """Authors: one or many, as strings or as things with a name."""
    return tuple(dict.fromkeys(_names(value)))


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _names(item)
    elif isinstance(value, dict):
        # a thing's name is one name, whatever stands in it
        yield from filter(None, [plain(value.get("name"))])
    elif isinstance(value, str):
        yield from split_names(value)


def read_terms(value: Any) -> tuple[str, ...]:
    """Keywords: a list, or one string with commas or semicolons."""
    if isinstance(value, str):
        value = re.split(r"[,;]", value)
    terms = [read_line(item) for item in value] if isinstance(value, list) else []
    return tuple(dict.fromkeys(term for term in terms if term))


def read_address(value: Any) -> str | None:
    """An absolute http(s) address: a string, or the `url` or `@id` of a thing."""
    if isinstance(value, list) and value:
        return read_address(value[0])
    if isinstance(value, dict):
        value = value.get("url") or value.get("@id") or value.get("contentUrl")
    if isinstance(value, str) and re.match(r"https?://[^\s/]", value.strip(), re.IGNORECASE):
        return value.strip()
    return None


def read_language(value: Any) -> str | None:
    """A BCP 47 tag; a language's name or anything else is None."""
    line = read_line(value) or ""
    if not _LANGUAGE.fullmatch(line) or len(re.split("[-_]", line)[0]) > 3:
        return None
    primary, *rest = re.split("[-_]", line)
    return "-".join([primary.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def read_moment(value: Any) -> Moment | None:
    """A date in a machine's format, or one written out that leaves no doubt."""
    moment = read_machine(value)
    if moment or not isinstance(value, str):
        return moment
    stated = read_date(value.strip())
    return Moment(on=stated.on, at=stated.at) if stated and stated.on else None


def is_future(moment: Moment, seen_at: datetime) -> bool:
    """Whether a date lies so far ahead of its reading that it must be wrong."""
    return moment.stamp > seen_at + _AHEAD
