"""Feeds and sitemaps that lie, stumble or never end."""

from __future__ import annotations

from html import escape

from sources.newsroom.exchange import Reply, Request
from sources.newsroom.mishaps.bombs import entity_bomb, external_entity
from sources.newsroom.mishaps.misdeed import Answer, Situation

_RSS = ("Content-Type", "application/rss+xml")
_XML = ("Content-Type", "application/xml")
#: Five times the 2,000 entries at which other readers stop.
_MANY = 10_000
_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def rss(base: str, items: list[tuple[str, str]], more: str = "") -> str:
    """A sound RSS 2.0 feed of (path, title); `more` is put into each item."""
    rows = "\n".join(
        f"<item><title>{escape(title)}</title><link>{base}{path}</link>{more}</item>"
        for path, title in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>The Daily Mishap</title><link>{base}/</link>\n{rows}\n</channel></rss>\n"
    )


_ORDINARY = [("/page/ordinary", "An ordinary day at the Mishap")]


def malformed(_: Request, situation: Situation) -> Reply:
    """Two items that can be read, an unescaped ampersand, an open tag, and a sudden end."""
    items = [*_ORDINARY, ("/busy/once", "Fish & chips: prices up")]
    text = rss(situation.base, items).replace("&amp;", "&")
    cut = text.index("</channel>")
    return Reply(headers=(_RSS,), body=(text[:cut] + "<item><title>Never fin").encode())


def no_validators(_: Request, situation: Situation) -> Reply:
    """Sound, without ETag, Last-Modified or Cache-Control."""
    return Reply(headers=(_RSS,), body=rss(situation.base, _ORDINARY).encode())


def always_304(request: Request, situation: Situation) -> Reply:
    """Whole when asked without a condition; says 304 to any condition, though it has changed."""
    items = [*_ORDINARY, (f"/page/edition-{situation.edition}", "What changed")]
    if request.header("if-none-match") or request.header("if-modified-since"):
        return Reply(status=304, headers=(("ETag", '"the-only-one"'),))
    headers = (_RSS, ("ETag", '"the-only-one"'), ("Cache-Control", "no-cache"))
    return Reply(headers=headers, body=rss(situation.base, items).encode())


def unasked_304(_: Request, __: Situation) -> Reply:
    """304 to whoever asks, even without a condition."""
    return Reply(status=304)


def restless(_: Request, situation: Situation) -> Reply:
    """The same content with another ETag, date and comment each time."""
    body = rss(situation.base, _ORDINARY) + f"<!-- made {situation.earlier} -->\n"
    return Reply(headers=(_RSS, ("ETag", f'"{situation.earlier}"')), body=body.encode())


def page_for_feed(_: Request, __: Situation) -> Reply:
    """An HTML page of a megabyte under a feed's address and type."""
    row = "<div class=card><a href=/x>Nothing here is a feed</a></div>\n"
    body = f"<!DOCTYPE html><html><body>{row * 16_000}</body></html>"
    return Reply(headers=(_RSS,), body=body.encode())


def empty_feed(_: Request, situation: Situation) -> Reply:
    """Sound, without items."""
    return Reply(headers=(_RSS,), body=rss(situation.base, []).encode())


def very_long(_: Request, situation: Situation) -> Reply:
    """Ten thousand items."""
    items = [(f"/page/number-{n}", f"Item {n}") for n in range(_MANY)]
    return Reply(headers=(_RSS,), body=rss(situation.base, items).encode())


def dated(date: str) -> Answer:
    """One item with that as its date."""

    def answer(_: Request, situation: Situation) -> Reply:
        body = rss(situation.base, _ORDINARY, f"<pubDate>{date}</pubDate>")
        return Reply(headers=(_RSS,), body=body.encode())

    return answer


def strange_links(_: Request, situation: Situation) -> Reply:
    """Links that are relative, of other schemes, overlong, missing, and one that is sound."""
    links = [
        "page/ordinary",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "mailto:desk@mishap.example",
        "http://",
        f"{situation.base}/{'long-' * 800}",
        "",
        f"{situation.base}/page/ordinary",
    ]
    rows = "".join(
        f"<item><title>Link {n}</title><link>{x}</link></item>" for n, x in enumerate(links)
    )
    body = f'<rss version="2.0"><channel><title>Links</title>{rows}</channel></rss>'
    return Reply(headers=(_RSS,), body=body.encode())


def wrong_charset(_: Request, situation: Situation) -> Reply:
    """Says UTF-8 twice and is windows-1252."""
    body = rss(situation.base, [("/page/ordinary", "Déjà vu à l’écluse")])
    headers = (("Content-Type", "application/rss+xml; charset=utf-8"),)
    return Reply(headers=headers, body=body.encode("windows-1252"))


def laughing(_: Request, situation: Situation) -> Reply:
    """The entity bomb."""
    return Reply(headers=(_RSS,), body=entity_bomb(situation.base))


def prying(_: Request, situation: Situation) -> Reply:
    """The external entity."""
    return Reply(headers=(_RSS,), body=external_entity(situation.base))


def sitemap_loop(_: Request, situation: Situation) -> Reply:
    """An index that names itself."""
    loc = f"<sitemap><loc>{situation.base}/sitemaps/loop.xml</loc></sitemap>"
    return Reply(headers=(_XML,), body=f"<sitemapindex {_SITEMAP}>{loc}</sitemapindex>".encode())


def sitemap_broken(_: Request, situation: Situation) -> Reply:
    """One sound address, then an unclosed element."""
    loc = f"<url><loc>{situation.base}/page/ordinary</loc></url><url><loc>http"
    return Reply(headers=(_XML,), body=f"<urlset {_SITEMAP}>{loc}".encode())
