"""Where a site's feeds are, found from one of its pages.

Announced ones by the de-facto rule of `<link rel="alternate" type="application/rss+xml">`
(https://www.rssboard.org/rss-autodiscovery), then links that look like feeds, then the
places where publishing systems put them.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import urljoin

from lxml import etree

from schemas.model import Frozen
from sources.item import clean_line, clean_link
from sources.markup import decode

#: Feeds are announced in the head; 1 MB is past it on every page that is one.
_MAX_PAGE = 1_000_000
_FEED_TYPES = {
    "application/rss+xml": "rss",
    "application/atom+xml": "atom",
    "application/rdf+xml": "rdf",
    "application/feed+json": "json",
    "application/json": "json",
    "text/xml": "rss",
    "application/xml": "rss",
}
_LOOKS_LIKE_FEED = (
    "/feed",
    "/rss",
    ".rss",
    "/atom",
    ".atom",
    "/feed.xml",
    "/rss.xml",
    "/feed.json",
)
#: Where the common systems put them, the commonest first; to be tried one after the other.
GUESSES = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/feeds",
    "/?feed=rss2",
)


class FoundFeed(Frozen):
    """A feed that a page leads to; `how` says how sure that is."""

    url: str
    title: str | None
    kind: str
    how: Literal["announced", "linked", "guessed"]


def find_feeds(content: bytes, url: str, charset: str | None = None) -> tuple[FoundFeed, ...]:
    """The feeds that a page announces, links to, or may have, the likeliest first.

    Never raises. Feeds of comments come after the others of their kind.
    """
    root = _parse(content, charset)
    found: dict[str, FoundFeed] = {}
    if root is not None:
        base = next((clean_link(each.get("href"), url) for each in root.iter("base")), None) or url
        for feed in (*_announced(root, base), *_linked(root, base)):
            found.setdefault(feed.url, feed)
    for path in GUESSES:
        guess = FoundFeed(url=urljoin(url, path), title=None, kind="rss", how="guessed")
        found.setdefault(guess.url, guess)
    order = {"announced": 0, "linked": 2, "guessed": 4}
    return tuple(sorted(found.values(), key=lambda feed: order[feed.how] + _is_comments(feed)))


def _parse(content: bytes, charset: str | None) -> etree._Element | None:
    text = decode(content[:_MAX_PAGE], charset).text.replace("\0", "")
    if not text.strip():
        return None
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, recover=True)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _announced(root: etree._Element, base: str) -> list[FoundFeed]:
    found = []
    for link in root.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        kind = _FEED_TYPES.get((link.get("type") or "").partition(";")[0].strip().lower())
        url = clean_link(link.get("href"), base)
        # rel="alternate" application/json is what WordPress announces its API by
        is_api = kind == "json" and "wp-json" in (url or "")
        if url and kind and {"alternate", "feed"}.intersection(rel) and not is_api:
            title = clean_line(link.get("title"))
            found.append(FoundFeed(url=url, title=title, kind=kind, how="announced"))
    return found


def _linked(root: etree._Element, base: str) -> list[FoundFeed]:
    found = []
    for link in root.iter("a"):
        url = clean_link(link.get("href"), base)
        path = (url or "").partition("?")[0].rstrip("/").lower()
        if url and path.endswith(_LOOKS_LIKE_FEED):
            kind = "json" if path.endswith(".json") else "atom" if "atom" in path else "rss"
            text = clean_line("".join(map(str, link.itertext())))
            found.append(FoundFeed(url=url, title=text, kind=kind, how="linked"))
    return found


def _is_comments(feed: FoundFeed) -> bool:
    return "comment" in feed.url.lower() or "comment" in (feed.title or "").lower()
