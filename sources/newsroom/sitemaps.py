"""What an outlet tells crawlers: robots.txt, sitemaps, an index of them, a gzip'd one."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from html import escape

from sources.newsroom.roster import Entry, Outlet

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
#: How many of the newest entries the news sitemap has; the gzip'd archive has the others.
_NEWEST = 3


def robots_txt(outlet: Outlet, base: str) -> bytes:
    """RFC 9309, with the two lines that it leaves out: Crawl-delay and Sitemap."""
    delay = f"Crawl-delay: {outlet.crawl_delay:g}\n" if outlet.crawl_delay else ""
    return (
        f"# {outlet.name}\n"
        "User-agent: greedybot\nDisallow: /\n\n"
        f"User-agent: *\nDisallow: /search\nDisallow: /login\nDisallow: /private/\n{delay}\n"
        f"Sitemap: {base}/sitemap.xml\n"
    ).encode()


def sitemap_index(base: str) -> bytes:
    """An index (https://www.sitemaps.org/protocol.html) of the two below."""
    names = ("sitemap-news.xml", "sitemap-archive.xml.gz")
    rows = "".join(f"<sitemap><loc>{base}/{name}</loc></sitemap>" for name in names)
    return f'{_XML}<sitemapindex xmlns="{_SITEMAP}">{rows}</sitemapindex>\n'.encode()


def news_sitemap(outlet: Outlet, entries: Sequence[Entry], base: str) -> bytes:
    """The newest entries with Google's news elements: publication, date, title."""
    rows = "\n".join(
        f"<url><loc>{escape(base + entry.path)}</loc>"
        f"<lastmod>{entry.modified.isoformat()}</lastmod>"
        f"<news:news><news:publication><news:name>{escape(outlet.name)}</news:name>"
        f"<news:language>{outlet.language[:2]}</news:language></news:publication>"
        f"<news:publication_date>{entry.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(entry.title)}</news:title></news:news></url>"
        for entry in _listed(entries)[:_NEWEST]
    )
    head = f'<urlset xmlns="{_SITEMAP}" xmlns:news="{_NEWS}">'
    return f"{_XML}{head}\n{rows}\n</urlset>\n".encode()


def archive_sitemap(entries: Sequence[Entry], base: str) -> bytes:
    """The older entries, addresses and dates only; a gzip file, not a transfer encoding."""
    rows = "\n".join(
        f"<url><loc>{escape(base + entry.path)}</loc>"
        f"<lastmod>{entry.modified.date().isoformat()}</lastmod></url>"
        for entry in _listed(entries)[_NEWEST:]
    )
    text = f'{_XML}<urlset xmlns="{_SITEMAP}">\n{rows}\n</urlset>\n'
    return gzip.compress(text.encode("utf-8"), mtime=0)


def _listed(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.listed]
