"""Every misdeed of the sample newsroom has its reason, and costs no more than it may."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from schemas.fetching import FetchSettings
from schemas.rejection import Reason, Rejection
from sources.feed import FeedSource, ParsedFeed, parse_feed
from sources.fetch import Fetched, FetchFailure, FetchRequest, NotModified, Outcome, Purpose
from sources.fetch.fetcher import Fetcher
from sources.newsroom.mishaps.misdeed import Bounds, Misdeed
from sources.newsroom.mishaps.table import MISDEEDS
from sources.newsroom.server import Newsroom, open_newsroom
from sources.sitemap import ParsedSitemap, SitemapSource, parse_sitemap

SETTINGS = FetchSettings(
    allow_private_networks=True, per_host_delay=0, timeout=1.5, retries=0, max_bytes=3_000_000
)
BOUNDS = Bounds(drip_seconds=0.02, most_seconds=20, large_bytes=6_000_000, bomb_bytes=64 << 20)
NOW = datetime(2026, 5, 12, tzinfo=UTC)

#: What is not here arrives whole: the misdeed is in the page, not on the way.
REASONS = {
    "/private/page": Reason.ROBOTS_DISALLOWED,
    "/status/400": Reason.CLIENT_ERROR,
    "/status/401": Reason.FORBIDDEN,
    "/status/403": Reason.FORBIDDEN,
    "/status/404": Reason.NOT_FOUND,
    "/status/410": Reason.GONE,
    "/status/418": Reason.CLIENT_ERROR,
    "/status/451": Reason.FORBIDDEN,
    "/status/500": Reason.SERVER_ERROR,
    "/status/502": Reason.SERVER_ERROR,
    "/status/504": Reason.SERVER_ERROR,
    "/busy/seconds": Reason.SERVER_ERROR,
    "/busy/date": Reason.SERVER_ERROR,
    "/busy/limited": Reason.RATE_LIMITED,
    "/busy/for-good": Reason.RATE_LIMITED,
    "/busy/nonsense": Reason.SERVER_ERROR,
    "/busy/once": Reason.SERVER_ERROR,
    "/redirect/loop": Reason.REDIRECT_LOOP,
    "/redirect/back": Reason.REDIRECT_LOOP,
    "/redirect/endless": Reason.TOO_MANY_REDIRECTS,
    "/redirect/metadata": Reason.PRIVATE_ADDRESS,
    "/redirect/file": Reason.BAD_RESPONSE,
    "/redirect/script": Reason.BAD_RESPONSE,
    "/redirect/nowhere": Reason.BAD_RESPONSE,
    "/redirect/unresolvable": Reason.DNS_FAILURE,
    "/redirect/refused": Reason.UNREACHABLE,
    "/redirect/tls": Reason.TLS_ERROR,
    "/type/pdf": Reason.WRONG_CONTENT_TYPE,
    "/type/video": Reason.WRONG_CONTENT_TYPE,
    "/type/octets": Reason.WRONG_CONTENT_TYPE,
    "/gzip/bad": Reason.BAD_GZIP,
    "/gzip/in-name-only": Reason.BAD_GZIP,
    "/gzip/cut": Reason.CUT_OFF,
    "/slow/drip": Reason.TOO_SLOW,
    "/slow/head": Reason.TOO_SLOW,
    "/slow/silence": Reason.TOO_SLOW,
    "/cut/length": Reason.CUT_OFF,
    "/cut/chunked": Reason.CUT_OFF,
    "/cut/reset": Reason.CUT_OFF,
    "/cut/at-once": Reason.CUT_OFF,
    "/headers/huge": Reason.TOO_LARGE,
    "/headers/many": Reason.TOO_LARGE,
    "/headers/not-http": Reason.CUT_OFF,
    "/large/said": Reason.TOO_LARGE,
    "/large/unsaid": Reason.TOO_LARGE,
    "/bomb/page": Reason.BOMB,
    "/bomb/nested": Reason.BAD_ENCODING,
    "/feeds/unasked-304.xml": Reason.BAD_RESPONSE,
    "/feeds/bomb.xml": Reason.BOMB,
    "/feeds/drip.xml": Reason.TOO_SLOW,
}
#: Where there is no such address or no such network, the system decides what it says.
UNDECIDED = {"/redirect/private"}
LISTS = {
    "/feeds/page.xml": Reason.NOT_A_FEED,
    "/feeds/nothing.xml": Reason.EMPTY,
    "/sitemaps/bomb.xml.gz": Reason.BOMB,
}
PURPOSES = {"page": Purpose.PAGE, "feed": Purpose.FEED, "sitemap": Purpose.SITEMAP}


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with open_newsroom(outlets=["mishap"], bounds=BOUNDS) as opened:
        yield opened


def fetch(newsroom: Newsroom, path: str, purpose: Purpose) -> Outcome:
    async def run() -> Outcome:
        async with Fetcher(SETTINGS) as fetcher:
            url = newsroom.url("mishap", path)
            return await fetcher.fetch(FetchRequest(url=url, purpose=purpose))

    return asyncio.run(run())


@pytest.mark.parametrize(
    "misdeed", [each for each in MISDEEDS if each.path not in UNDECIDED], ids=lambda each: each.path
)
def test_every_misdeed_has_its_reason(newsroom: Newsroom, misdeed: Misdeed) -> None:
    outcome = fetch(newsroom, misdeed.path, PURPOSES[misdeed.kind])
    expected = REASONS.get(misdeed.path)
    if expected is not None:
        assert isinstance(outcome, FetchFailure), outcome
        assert outcome.reason is expected, outcome.detail
        return
    assert isinstance(outcome, Fetched), outcome
    if misdeed.kind == "feed":
        source = FeedSource(url=outcome.final_url, source_id="mishap", fetched_at=NOW)
        feed = parse_feed(outcome.content, source.model_copy(update={"charset": outcome.charset}))
        assert (feed.reason if isinstance(feed, Rejection) else None) is LISTS.get(misdeed.path)
    if misdeed.kind == "sitemap":
        place = SitemapSource(url=outcome.final_url, source_id="mishap", fetched_at=NOW)
        listed = parse_sitemap(outcome.content, place)
        assert (listed.reason if isinstance(listed, Rejection) else None) is LISTS.get(misdeed.path)


def test_a_bomb_needs_no_more_memory_than_the_limit(newsroom: Newsroom) -> None:
    tracemalloc.start()
    try:
        fetch(newsroom, "/bomb/page", Purpose.PAGE)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # the limit, once in pieces and never joined, and what a client needs anyway
    assert most < 4 * SETTINGS.max_bytes


def parsed(newsroom: Newsroom, path: str) -> ParsedFeed:
    outcome = fetch(newsroom, path, Purpose.FEED)
    assert isinstance(outcome, Fetched)
    source = FeedSource(
        url=outcome.final_url, source_id="mishap", fetched_at=NOW, charset=outcome.charset
    )
    feed = parse_feed(outcome.content, source)
    assert isinstance(feed, ParsedFeed)
    return feed


def test_feeds_that_stumble_are_salvaged(newsroom: Newsroom) -> None:
    malformed = parsed(newsroom, "/feeds/malformed.xml")
    assert len(malformed.candidates) == 2
    assert malformed.salvaged
    assert len(parsed(newsroom, "/feeds/long.xml").candidates) == 2_000
    links = parsed(newsroom, "/feeds/links.xml")
    assert [each.url for each in links.candidates] == [
        newsroom.url("mishap", "/feeds/page/ordinary"),
        newsroom.url("mishap", "/page/ordinary"),
    ]
    for path in ("/feeds/future.xml", "/feeds/epoch.xml", "/feeds/vague.xml"):
        hints = parsed(newsroom, path).candidates[0].hints
        assert hints is not None
        assert hints.published_at is None
    charset = parsed(newsroom, "/feeds/charset.xml").candidates[0].hints
    assert charset is not None
    assert charset.title == "Déjà vu à l’écluse"
    prying = parsed(newsroom, "/feeds/external-entity.xml").candidates[0].hints
    assert prying is not None
    assert "root:" not in (prying.title or "")


def test_sitemaps_that_stumble_are_salvaged(newsroom: Newsroom) -> None:
    for path, count in (("/sitemaps/broken.xml", 1), ("/sitemaps/loop.xml", 0)):
        outcome = fetch(newsroom, path, Purpose.SITEMAP)
        assert isinstance(outcome, Fetched)
        place = SitemapSource(url=outcome.final_url, source_id="mishap", fetched_at=NOW)
        listed = parse_sitemap(outcome.content, place)
        assert isinstance(listed, ParsedSitemap)
        assert len(listed.candidates) == count


def test_unasked_304_is_not_taken_for_an_answer(newsroom: Newsroom) -> None:
    outcome = fetch(newsroom, "/feeds/unasked-304.xml", Purpose.FEED)
    assert not isinstance(outcome, NotModified)
