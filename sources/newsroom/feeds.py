"""The same entries as a feed of each kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC
from email.utils import format_datetime
from html import escape
from types import MappingProxyType

from sources.newsroom.pages import html_of
from sources.newsroom.roster import Entry, FeedKind, Outlet

#: Where each kind lies, the same on every outlet, and its media type.
FEEDS: MappingProxyType[str, tuple[FeedKind, str]] = MappingProxyType(
    {
        "/feeds/rss.xml": ("rss", "application/rss+xml"),
        "/feeds/rss092.xml": ("rss092", "text/xml"),
        "/feeds/rss091.xml": ("rss091", "text/xml"),
        "/feeds/rdf.xml": ("rdf", "application/rdf+xml"),
        "/feeds/atom.xml": ("atom", "application/atom+xml"),
        "/feeds/feed.json": ("json", "application/feed+json"),
        "/feeds/full.xml": ("full", "application/rss+xml"),
    }
)


def feed_path(kind: FeedKind) -> str:
    """Where that kind of feed lies."""
    return next(path for path, (named, _) in FEEDS.items() if named == kind)


def render_feed(kind: FeedKind, outlet: Outlet, entries: Sequence[Entry], base: str) -> bytes:
    """The feed's bytes, in the outlet's own encoding; links lead to `base`."""
    rows = [entry for entry in entries if entry.listed]
    text = _WRITERS[kind](outlet, rows, base)
    if kind == "json":
        return text.encode("utf-8")
    declaration = f'<?xml version="1.0" encoding="{outlet.feed_encoding}"?>\n'
    return (declaration + text).encode(outlet.feed_encoding, errors="xmlcharrefreplace")


def _link(outlet: Outlet, entry: Entry, base: str) -> str:
    return base + entry.path + outlet.feed_query


def _channel(outlet: Outlet, base: str) -> str:
    return (
        f"<title>{escape(outlet.name)}</title><link>{base}/</link>"
        f"<description>{escape(outlet.name)}</description>"
        f"<language>{outlet.language}</language>"
    )


def _rss_item(outlet: Outlet, entry: Entry, base: str) -> str:
    link = escape(_link(outlet, entry, base))
    creators = "".join(f"<dc:creator>{escape(name)}</dc:creator>" for name in entry.authors)
    section = f"<category>{escape(entry.section)}</category>" if entry.section else ""
    return (
        f"<title>{escape(entry.title)}</title><link>{link}</link>"
        f'<guid isPermaLink="false">{escape(outlet.id + entry.path)}</guid>'
        f"<pubDate>{format_datetime(entry.published)}</pubDate>{creators}{section}"
        f"<description>{escape(entry.summary)}</description>"
    )


def _rss(outlet: Outlet, entries: Sequence[Entry], base: str) -> str:
    """RSS 2.0 with Dublin Core creators. https://www.rssboard.org/rss-specification"""
    items = "\n".join(f"<item>{_rss_item(outlet, entry, base)}</item>" for entry in entries)
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"{_channel(outlet, base)}<ttl>15</ttl>\n{items}\n</channel></rss>\n"
    )


def _full(outlet: Outlet, entries: Sequence[Entry], base: str) -> str:
    """RSS 2.0 with the whole text (https://web.resource.org/rss/1.0/modules/content/)."""
    items = "\n".join(
        f"<item>{_rss_item(outlet, entry, base)}"
        f"<content:encoded>{escape(html_of(entry))}</content:encoded></item>"
        for entry in entries
    )
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"{_channel(outlet, base)}\n{items}\n</channel></rss>\n"
    )


def _rss091(outlet: Outlet, entries: Sequence[Entry], base: str) -> str:
    """RSS 0.91: title, link and description, and no dates."""
    return _old_rss("0.91", outlet, entries, base, "")


def _rss092(outlet: Outlet, entries: Sequence[Entry], base: str) -> str:
    """RSS 0.92: what 0.91 has, and a source; still no dates."""
    source = f'<source url="{base}/feeds/rss092.xml">{escape(outlet.name)}</source>'
    return _old_rss("0.92", outlet, entries, base, source)


def _old_rss(version: str, outlet: Outlet, entries: Sequence[Entry], base: str, more: str) -> str:
    items = "\n".join(
        f"<item><title>{escape(entry.title)}</title>"
        f"<link>{escape(_link(outlet, entry, base))}</link>"
        f"<description>{escape(entry.summary)}</description>{more}</item>"
        for entry in entries
    )
    return (
        f'<rss version="{version}"><channel>{_channel(outlet, base)}\n{items}\n</channel></rss>\n'
    )


def _rdf(outlet: Outlet, entries: Sequence[Entry], base: str) -> str:
    """RSS 1.0 (https://web.resource.org/rss/1.0/spec): items beside the channel."""
    links = [escape(_link(outlet, entry, base)) for entry in entries]
    sequence = "".join(f'<rdf:li rdf:resource="{link}"/>' for link in links)
    items = "\n".join(
        f'<item rdf:about="{link}"><title>{escape(entry.title)}</title><link>{link}</link>'
        f"<description>{escape(entry.summary)}</description>"
        + "".join(f"<dc:creator>{escape(name)}</dc:creator>" for name in entry.authors)
        + f"<dc:date>{entry.published.isoformat()}</dc:date></item>"
        for entry, link in zip(entries, links, strict=True)
    )
    return (
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<channel rdf:about="{base}/"><title>{escape(outlet.name)}</title><link>{base}/</link>'
        f"<description>{escape(outlet.name)}</description>"
        f"<dc:language>{outlet.language}</dc:language>"
        f"<items><rdf:Seq>{sequence}</rdf:Seq></items></channel>\n{items}\n</rdf:RDF>\n"
    )


def _atom(outlet: Outlet, entries: Sequence[Entry], base: str) -> str:
    """Atom (RFC 4287)."""
    newest = max((entry.modified for entry in entries), default=None)
    updated = newest.astimezone(UTC).isoformat() if newest else "2026-01-01T00:00:00+00:00"
    items = "\n".join(
        f"<entry><title>{escape(entry.title)}</title><id>urn:newsroom:{outlet.id}:{entry.path}</id>"
        f'<link rel="alternate" href="{escape(_link(outlet, entry, base))}"/>'
        f"<published>{entry.published.isoformat()}</published>"
        f"<updated>{entry.modified.isoformat()}</updated>"
        + "".join(f"<author><name>{escape(name)}</name></author>" for name in entry.authors)
        + (f'<category term="{escape(entry.section)}"/>' if entry.section else "")
        + f'<summary type="text">{escape(entry.summary)}</summary></entry>'
        for entry in entries
    )
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<title>{escape(outlet.name)}</title><id>urn:newsroom:{outlet.id}</id>"
        f'<link rel="self" href="{base}/feeds/atom.xml"/><link href="{base}/"/>'
        f"<updated>{updated}</updated>\n{items}\n</feed>\n"
    )


def _json(outlet: Outlet, entries: Sequence[Entry], base: str) -> str:
    """JSON Feed 1.1. https://www.jsonfeed.org/version/1.1/"""
    items = [
        {
            "id": outlet.id + entry.path,
            "url": _link(outlet, entry, base),
            "title": entry.title,
            "content_text": entry.summary,
            "summary": entry.summary,
            "date_published": entry.published.isoformat(),
            "date_modified": entry.modified.isoformat(),
            "authors": [{"name": name} for name in entry.authors],
            "tags": [entry.section] if entry.section else [],
            "language": outlet.language,
        }
        for entry in entries
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{base}/",
        "feed_url": f"{base}/feeds/feed.json",
        "language": outlet.language,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


_WRITERS: MappingProxyType[FeedKind, Callable[[Outlet, Sequence[Entry], str], str]] = (
    MappingProxyType(
        {
            "rss": _rss,
            "rss091": _rss091,
            "rss092": _rss092,
            "rdf": _rdf,
            "atom": _atom,
            "json": _json,
            "full": _full,
        }
    )
)
