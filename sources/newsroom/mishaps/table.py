"""All misdeeds in one table, and the outlet that commits them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from sources.newsroom.exchange import Reply, Request
from sources.newsroom.mishaps import answers, feeds, transport
from sources.newsroom.mishaps.answers import html, page_named, redirect, status, typed
from sources.newsroom.mishaps.misdeed import Act, Answer, Kind, Misdeed, Situation

#: The outlet's name among the others.
MISHAP = "mishap"

_ORDINARY = page_named("ordinary.html")
_RSS = "application/rss+xml"

_PAGES: dict[str, tuple[str, Answer]] = {
    "/page/ordinary": ("nothing wrong with it", html("ordinary.html")),
    "/page/empty": ("no bytes", typed("text/html", b"")),
    "/page/blank": ("a page that only a script would fill", html("blank.html")),
    "/page/login": ("a login wall", html("login.html")),
    "/page/no-article": ("a page without an article", html("no-article.html")),
    "/page/soft-404": ("says 200 and means 404", html("soft-404.html")),
    "/page/challenge": ("asks whether one is a robot", html("challenge.html")),
    "/page/consent": ("asks for consent first", html("consent.html")),
    "/page/undecodable": ("bytes of no encoding", answers.undecodable),
    "/page/binary": ("a binary file said to be HTML", answers.binary),
    "/page/deep": ("20,000 elements inside each other", answers.deep),
    "/page/attributes": ("a megabyte of attributes", answers.heavy_attributes),
    "/private/page": ("a sound page that robots.txt forbids", html("ordinary.html")),
    "/cookies": ("a sound page that sets cookies", answers.cookie),
    "/status/400": ("bad request", status(400)),
    "/status/401": ("asks for a password", status(401, ("WWW-Authenticate", "Basic"))),
    "/status/403": ("forbidden", status(403)),
    "/status/404": ("not found", status(404)),
    "/status/410": ("gone for good", status(410)),
    "/status/418": ("a status that few expect", status(418)),
    "/status/451": ("withheld for legal reasons", status(451)),
    "/status/500": ("the server stumbles", status(500)),
    "/status/502": ("a gateway stumbles", status(502)),
    "/status/504": ("a gateway waits in vain", status(504)),
    "/busy/seconds": ("503, back in two seconds", status(503, ("Retry-After", "2"))),
    "/busy/date": ("503, back at a given time", answers.busy_until_date),
    "/busy/limited": ("429, back in two seconds", status(429, ("Retry-After", "2"))),
    "/busy/for-good": ("429, back in 88 hours", answers.busy_for_good),
    "/busy/nonsense": ("503, back at no time", status(503, ("Retry-After", "at low tide"))),
    "/busy/once": ("503 the first time, a page from then on", answers.busy_once),
    "/redirect/permanent": ("301 to a sound page", redirect("/page/ordinary", 301)),
    "/redirect/temporary": ("302 to a sound page", redirect("/page/ordinary")),
    "/redirect/loop": ("to itself by way of another", redirect("/redirect/back")),
    "/redirect/back": ("the other half of the loop", redirect("/redirect/loop")),
    "/redirect/endless": ("a chain without end", answers.endless_redirect),
    "/redirect/metadata": (
        "to the address where clouds keep their secrets",
        redirect("http://169.254.169.254/latest/meta-data/"),
    ),
    "/redirect/private": ("to a private address", redirect("http://10.0.0.1/admin")),
    "/redirect/file": ("to a file", redirect("file:///etc/passwd")),
    "/redirect/script": ("to a script", redirect("javascript:alert(1)")),
    "/redirect/nowhere": ("302 without a Location", redirect(None)),
    "/redirect/unresolvable": ("to a host without address", redirect("http://nobody.invalid/")),
    "/redirect/refused": ("to a port where nobody listens", redirect("http://127.0.0.1:9/")),
    "/redirect/tls": ("to https on a port that does not speak it", answers.redirect_to_tls),
    "/type/pdf": ("a PDF", typed("application/pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")),
    "/type/video": ("a video", typed("video/mp4", b"\x00\x00\x00\x18ftypmp42")),
    "/type/octets": ("a sound page as octets", typed("application/octet-stream", _ORDINARY)),
    "/type/none": ("a sound page without a type", typed(None, _ORDINARY)),
    "/gzip/bad": ("damaged gzip", answers.gzipped_nonsense),
    "/gzip/in-name-only": ("plain bytes said to be gzip", answers.gzip_in_name_only),
    "/gzip/cut": ("half a gzip stream", answers.gzip_cut_off),
    "/gzip/unsaid": ("gzip without a word about it", answers.gzip_unsaid),
}
_FEEDS: dict[str, tuple[str, Answer]] = {
    "/feeds/malformed.xml": ("two items and a sudden end", feeds.malformed),
    "/feeds/no-validators.xml": ("neither ETag nor date", feeds.no_validators),
    "/feeds/always-304.xml": ("says 304 though it changed", feeds.always_304),
    "/feeds/unasked-304.xml": ("says 304 unasked", feeds.unasked_304),
    "/feeds/restless.xml": ("a new ETag for the same content", feeds.restless),
    "/feeds/page.xml": ("a page instead of a feed", feeds.page_for_feed),
    "/feeds/empty.xml": ("no items", feeds.empty_feed),
    "/feeds/nothing.xml": ("no bytes", typed(_RSS, b"")),
    "/feeds/long.xml": ("10,000 items", feeds.very_long),
    "/feeds/future.xml": ("a date far ahead", feeds.dated("Fri, 01 Jan 2117 00:00:00 GMT")),
    "/feeds/epoch.xml": ("a clock never set", feeds.dated("Thu, 01 Jan 1970 00:00:00 GMT")),
    "/feeds/vague.xml": ("a date in words", feeds.dated("last Tuesday")),
    "/feeds/links.xml": ("links that lead nowhere", feeds.strange_links),
    "/feeds/charset.xml": ("another encoding than it says", feeds.wrong_charset),
    "/feeds/entity-bomb.xml": ("entities that breed", feeds.laughing),
    "/feeds/external-entity.xml": ("asks for a file of the reader", feeds.prying),
}
_SITEMAPS: dict[str, tuple[str, Answer]] = {
    "/sitemaps/loop.xml": ("an index of itself", feeds.sitemap_loop),
    "/sitemaps/broken.xml": ("one address and a sudden end", feeds.sitemap_broken),
}
_BROKEN_PAGES: dict[str, tuple[str, Act]] = {
    "/slow/drip": ("a byte a second", transport.drip_body),
    "/slow/head": ("headers, a byte a second", transport.drip_head),
    "/slow/silence": ("no answer", transport.stay_silent),
    "/cut/length": ("less than Content-Length", transport.cut_by_length),
    "/cut/chunked": ("chunks without an end", transport.cut_in_chunk),
    "/cut/reset": ("a reset in the body", transport.reset_in_body),
    "/cut/at-once": ("a reset instead of a reply", transport.reset_at_once),
    "/headers/huge": ("a header of a megabyte", transport.huge_header),
    "/headers/many": ("20,000 headers", transport.many_headers),
    "/headers/not-http": ("another protocol", transport.not_http),
    "/large/said": ("too large, and says so", transport.large),
    "/large/unsaid": ("too large, in chunks", transport.large_unsaid),
    "/bomb/page": ("a gzip bomb", transport.bomb("text/html", encoded=True)),
    "/bomb/nested": ("packed twice", transport.bomb("text/html", encoded=True, nested=True)),
}
_BROKEN_FEEDS: dict[str, tuple[str, Act]] = {
    "/feeds/bomb.xml": ("a gzip bomb", transport.bomb(_RSS, encoded=True)),
    "/feeds/drip.xml": ("a byte a second", transport.drip_body),
}
_BROKEN_SITEMAPS: dict[str, tuple[str, Act]] = {
    "/sitemaps/bomb.xml.gz": (
        "a file that is a bomb",
        transport.bomb("application/gzip", encoded=False),
    ),
}
_SLOW = frozenset({"/slow/drip", "/slow/head", "/slow/silence", "/feeds/drip.xml"})
_WORDLESS = frozenset({"/slow/silence", "/cut/at-once", "/headers/not-http"})


def _answering(kind: Kind, rows: Mapping[str, tuple[str, Answer]]) -> tuple[Misdeed, ...]:
    return tuple(
        Misdeed(path=path, about=about, kind=kind, answer=answer)
        for path, (about, answer) in rows.items()
    )


def _acting(kind: Kind, rows: Mapping[str, tuple[str, Act]]) -> tuple[Misdeed, ...]:
    return tuple(
        Misdeed(
            path=path,
            about=about,
            kind=kind,
            act=act,
            status=0 if path in _WORDLESS else 200,
            slow=path in _SLOW,
        )
        for path, (about, act) in rows.items()
    )


MISDEEDS: tuple[Misdeed, ...] = (
    *_answering("page", _PAGES),
    *_acting("page", _BROKEN_PAGES),
    *_answering("feed", _FEEDS),
    *_acting("feed", _BROKEN_FEEDS),
    *_answering("sitemap", _SITEMAPS),
    *_acting("sitemap", _BROKEN_SITEMAPS),
)


def find_misdeed(path: str) -> Misdeed | None:
    """The misdeed at that path; the chain of redirects has addresses without number."""
    known = "/redirect/endless" if path.startswith("/redirect/endless/") else path
    return next((misdeed for misdeed in MISDEEDS if misdeed.path == known), None)


def answer_mishap(request: Request, situation: Situation) -> Reply | Misdeed:
    """What the outlet does: its few sound pages, or a misdeed.

    `/feeds/rss.xml` lists every page, `/feeds/quick.xml` all but the slow ones.
    """
    pages = [one for one in MISDEEDS if one.kind == "page"]
    match request.path:
        case "/":
            return typed("text/html; charset=utf-8", _home())(request, situation)
        case "/robots.txt":
            return typed("text/plain", b"User-agent: *\nDisallow: /private/\n")(request, situation)
        case "/feeds/rss.xml":
            return _feed(situation.base, pages)
        case "/feeds/quick.xml":
            return _feed(situation.base, [one for one in pages if not one.slow])
        case path:
            return find_misdeed(path) or status(404)(request, situation)


def _feed(base: str, pages: list[Misdeed]) -> Reply:
    body = feeds.rss(base, [(one.path, one.about) for one in pages])
    return Reply(headers=(("Content-Type", _RSS),), body=body.encode())


def _home() -> bytes:
    rows = "\n".join(
        f'<li><a href="{one.path}">{one.path}</a> {escape(one.about)}</li>' for one in MISDEEDS
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<title>The Daily Mishap</title>"
        f'<link rel="alternate" type="{_RSS}" href="/feeds/rss.xml"></head>'
        f"<body><h1>The Daily Mishap</h1><ul>\n{rows}\n</ul></body></html>\n"
    ).encode()
