"""What a reader sees of an outlet: its home page, and articles as they lie in the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

from sources.newsroom.roster import Entry, Outlet, read_entry, read_record

_ALTERNATE = {
    "rss": "application/rss+xml",
    "rss091": "application/rss+xml",
    "rss092": "application/rss+xml",
    "rdf": "application/rdf+xml",
    "full": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
#: Where the archive pages of days are: `/archive/2026/03/10`.
ARCHIVE = "/archive/"
_BODIES = ("articleBody", "text", "body")


def home_page(outlet: Outlet, entries: Sequence[Entry], feed: str) -> bytes:
    """A page of headlines that names the outlet's feed for autodiscovery (path `feed`)."""
    name = escape(outlet.name)
    items = "\n".join(
        f'<li><a href="{escape(entry.path)}">{escape(entry.title)}</a> '
        f'<time datetime="{entry.published.isoformat()}">{entry.published:%Y-%m-%d}</time></li>'
        for entry in entries
        if entry.listed
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{outlet.language}"><head><meta charset="utf-8">'
        f'<title>{name}</title><link rel="canonical" href="{outlet.origin}/">'
        f'<link rel="alternate" type="{_ALTERNATE[outlet.feed]}" title="{name}" href="{feed}">'
        f'<meta property="og:type" content="website"></head>\n<body><h1>{name}</h1>\n'
        f"<ul>\n{items}\n</ul></body></html>\n"
    ).encode()


def day_page(outlet: Outlet, entries: Sequence[Entry], day: date) -> bytes:
    """The archive page of a day: its articles between what stands on all of the site's pages."""
    rows = [f'<li><a href="{escape(one.path)}">{escape(one.title)}</a></li>' for one in entries]
    newest = [
        f'<li><a href="{escape(one.path)}">{escape(one.title)}</a></li>' for one in entries[:1]
    ]
    own = [
        row
        for row, one in zip(rows, entries, strict=True)
        if one.listed and one.published.date() == day
    ]
    other = day - timedelta(days=1)
    return (
        f'<!DOCTYPE html>\n<html lang="{outlet.language}"><head><meta charset="utf-8">'
        f"<title>{escape(outlet.name)}, {day}</title></head><body>"
        '<nav><a href="/">Home</a> <a href="/about">About us</a> <a href="/search?q=">Search</a>'
        f' <a href="{ARCHIVE}{other:%Y/%m/%d}">The day before</a></nav>\n'
        f"<ul>{''.join(own)}</ul>\n<aside>Most read<ul>{''.join(newest)}</ul></aside>"
        "</body></html>\n"
    ).encode()


def article_page(outlet: Outlet, entry: Entry) -> tuple[bytes, str]:
    """An article's bytes and media type; a JSON-lines record is set as a page.

    The charset is declared as the outlet's own server would: not at all where the page
    says it itself.
    """
    if entry.record is not None:
        return _record_page(outlet, entry), "text/html; charset=utf-8"
    content = read_entry(entry)
    if entry.file.suffix == ".txt":
        charset = "utf-16" if content.startswith(b"\xff\xfe") else "utf-8"
        return content, f"text/plain; charset={charset}"
    declares = entry.file.suffix == ".htm"
    return content, "text/html" if declares else "text/html; charset=utf-8"


def rebase(content: bytes, bases: Mapping[str, str]) -> bytes:
    """The same bytes with each origin (`https://www.gazette.example`) replaced by its base.

    All origins are ASCII, so that this holds in every encoding but UTF-16, where no text of
    the sample has an address.
    """
    for origin, base in bases.items():
        content = content.replace(origin.encode(), base.encode())
    return content


def html_of(entry: Entry) -> str:
    """The text of a record or a text file as HTML paragraphs, for full-text feeds.

    Raises ValueError for an HTML page: taking the article out of it is the reader's work.
    """
    if entry.record is not None:
        text = _body(read_record(entry))
    elif entry.file.suffix == ".txt":
        text = read_entry(entry).decode("utf-8")
    else:
        raise ValueError(f"{entry.file} is a page, not a text")
    return "\n".join(f"<p>{escape(part.strip())}</p>" for part in text.split("\n\n"))


def _body(record: dict[str, Any]) -> str:
    return next(str(record[name]) for name in _BODIES if name in record)


def _record_page(outlet: Outlet, entry: Entry) -> bytes:
    title, address = escape(entry.title), escape(outlet.origin + entry.path)
    day = entry.published.isoformat()
    authors = "".join(f'<meta name="author" content="{escape(name)}">' for name in entry.authors)
    return (
        f'<!DOCTYPE html>\n<html lang="{outlet.language}"><head><meta charset="utf-8">'
        f'<title>{title} | {escape(outlet.name)}</title><link rel="canonical" href="{address}">'
        f'<meta property="og:site_name" content="{escape(outlet.name)}">'
        f'<meta property="og:title" content="{title}">'
        f'<meta property="article:published_time" content="{day}">{authors}'
        f'<link rel="license" href="{escape(outlet.origin)}/aviso-legal">'
        "</head>\n<body>"
        f'<header><a href="/">{escape(outlet.name)}</a></header><article><h1>{title}</h1>'
        f'<p class="firma">{escape(", ".join(entry.authors))} <time datetime="{day}">'
        f"{entry.published:%d/%m/%Y}</time></p>\n{html_of(entry)}\n</article></body></html>\n"
    ).encode()
