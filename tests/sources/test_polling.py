"""Polls of the sample newsroom: feeds of every kind, sitemaps, what is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.candidate import Candidate
from schemas.document import Document
from schemas.fetching import FetchSettings, Moved
from schemas.listing import ListingMemory
from schemas.rejection import Reason, Rejection
from schemas.source import Source
from sources.archive import Archive, Maker, read_place
from sources.autodiscovery import find_feeds
from sources.fetch import Fetched, Fetcher, FetchFailure, FetchRequest
from sources.newsroom.exchange import Reply
from sources.newsroom.server import Newsroom, open_newsroom
from sources.page import page_document
from sources.polling import Polled, find_sitemaps, poll_feed, poll_sitemap
from sources.reading import Reading
from tests.sources.fakeclock import FakeClock

SETTINGS = FetchSettings(allow_private_networks=True, per_host_delay=0, retries=0, timeout=5)
NOW = datetime(2026, 5, 8, 12, tzinfo=UTC)
OUTLETS = (
    "gazette", "courier", "morgenbote", "salines", "almyropolitis", "shionari", "boletin", "wire"
)  # fmt: skip


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with open_newsroom(outlets=[*OUTLETS, "mishap"]) as opened:
        yield opened


def poll(url: str, memory: ListingMemory | None = None, now: datetime = NOW) -> Polled:
    async def run() -> Polled:
        async with Fetcher(SETTINGS, clock=FakeClock()) as fetcher:
            return await poll_feed(fetcher, url, "s", memory or ListingMemory(), now)

    return asyncio.run(run())


@pytest.mark.parametrize("outlet", OUTLETS)
def test_every_outlet_s_feed_is_read_and_then_unchanged(newsroom: Newsroom, outlet: str) -> None:
    (feed,) = newsroom.source(outlet).feeds
    first = poll(feed)
    assert first.trouble is None
    assert not first.salvaged
    assert first.candidates
    for candidate in first.candidates:
        assert candidate.hints is not None
        assert candidate.hints.title
        assert candidate.url.startswith(newsroom.url(outlet, "/"))
    again = poll(feed, first.memory)
    assert again.unchanged
    assert again.candidates == ()
    assert newsroom.asked(outlet)[-1].status == 304
    assert again.floor == timedelta(minutes=5)


def test_full_text_travels_with_the_candidate(newsroom: Newsroom) -> None:
    found = poll(newsroom.url("wire", "/feeds/full.xml"))
    contents = [each.hints.content or "" for each in found.candidates if each.hints]
    assert all(len(content) > 500 for content in contents)


def test_the_sitemaps_of_robots_are_found_and_walked(newsroom: Newsroom) -> None:
    async def run(since: datetime | None) -> list[Polled]:
        async with Fetcher(SETTINGS, clock=FakeClock()) as fetcher:
            source = Source(id="gazette", feeds=newsroom.source("gazette").feeds, sitemaps="auto")
            (sitemap,) = await find_sitemaps(fetcher, source)
            assert sitemap == newsroom.url("gazette", "/sitemap.xml")
            return await poll_sitemap(fetcher, sitemap, "gazette", {}, since, NOW)

    polls = asyncio.run(run(None))
    names = [each.url.rpartition("/")[2] for each in polls]
    assert names[0] == "sitemap.xml"
    assert set(names[1:]) == {"sitemap-news.xml", "sitemap-archive.xml.gz"}
    assert all(each.trouble is None for each in polls)
    urls = {candidate.url for each in polls for candidate in each.candidates}
    assert newsroom.url("gazette", "/2026/03/10/merrin-bridge-closed/") in urls
    # nothing there is that young, but what has no date is kept
    young = asyncio.run(run(datetime(2027, 1, 1, tzinfo=UTC)))
    dated = [c for each in young for c in each.candidates if c.hints and c.hints.modified_at]
    assert dated == []


def test_a_sitemap_that_names_itself_is_asked_once(newsroom: Newsroom) -> None:
    async def run() -> list[Polled]:
        async with Fetcher(SETTINGS, clock=FakeClock()) as fetcher:
            url = newsroom.url("mishap", "/sitemaps/loop.xml")
            return await poll_sitemap(fetcher, url, "mishap", {}, None, NOW)

    assert len(asyncio.run(run())) == 1


def test_a_feed_is_found_from_its_home_page(newsroom: Newsroom) -> None:
    async def run() -> str:
        async with Fetcher(SETTINGS, clock=FakeClock()) as fetcher:
            home = await fetcher.fetch(FetchRequest(url=newsroom.url("shionari")))
            assert isinstance(home, Fetched)
            return find_feeds(home.content, home.final_url, home.charset)[0].url

    assert asyncio.run(run()) == newsroom.source("shionari").feeds[0]


def test_a_server_that_always_says_304_is_found_out(newsroom: Newsroom) -> None:
    """The whole look after a day shows that the body changed under the same ETag."""
    url = newsroom.url("mishap", "/feeds/always-304.xml")
    clock = FakeClock()

    async def ask(memory: ListingMemory) -> Polled:
        async with Fetcher(SETTINGS, clock=clock) as fetcher:
            return await poll_feed(fetcher, url, "mishap", memory, clock.now())

    first = asyncio.run(ask(ListingMemory()))
    newsroom.advance()
    told = asyncio.run(ask(first.memory))
    assert told.unchanged
    clock.seconds += 86_400
    looked = asyncio.run(ask(told.memory))
    assert not looked.unchanged
    assert looked.memory.validators is not None
    assert looked.memory.validators.distrusted
    newsroom.advance()
    after = asyncio.run(ask(looked.memory))
    assert not after.unchanged


def test_trouble_keeps_what_is_remembered(newsroom: Newsroom) -> None:
    memory = poll(newsroom.source("gazette").feeds[0]).memory
    failed = poll(newsroom.url("mishap", "/status/500"), memory)
    assert isinstance(failed.trouble, FetchFailure)
    assert failed.memory == memory
    refused = poll(newsroom.url("mishap", "/feeds/page.xml"), memory)
    assert isinstance(refused.trouble, Rejection)
    assert refused.trouble.reason is Reason.NOT_A_FEED
    assert refused.memory == memory


def test_a_feed_that_moved_for_good_is_asked_where_it_is(newsroom: Newsroom) -> None:
    old, new = newsroom.url("gazette", "/old.xml"), newsroom.source("gazette").feeds[0]
    newsroom.answer("gazette", "/old.xml", Reply(status=301, headers=(("Location", new),)))
    memory, now = ListingMemory(), NOW
    for _ in range(3):
        memory = poll(old, memory.model_copy(update={"validators": None}), now).memory
        now += timedelta(hours=12)
    assert memory.moved is not None
    assert (memory.moved.target, memory.moved.count) == (new, 3)
    day_later = memory.moved.first_at + timedelta(days=1)
    newsroom.forget_requests()
    asked = poll(old, memory, day_later)
    assert newsroom.asked("gazette", "/old.xml") == ()
    assert asked.memory.moved == memory.moved
    gone = Moved(target=newsroom.url("mishap", "/status/410"), **_seen_often())
    back = poll(old, ListingMemory(moved=gone), NOW)
    assert isinstance(back.trouble, FetchFailure)
    assert back.memory.moved is None


def _seen_often() -> dict[str, object]:
    return {"count": 9, "first_at": NOW - timedelta(days=9), "last_at": NOW}


def test_a_page_goes_from_the_wire_to_the_archive_and_back(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    async def run() -> Fetched:
        async with Fetcher(SETTINGS) as fetcher:
            url = newsroom.url("gazette", "/2026/03/10/merrin-bridge-closed")
            outcome = await fetcher.fetch(FetchRequest(url=url))
            assert isinstance(outcome, Fetched)
            return outcome

    fetched = asyncio.run(run())
    assert [hop.status for hop in fetched.redirects] == [301]
    with Archive(tmp_path, Maker()) as archive:
        place = archive.write(fetched.exchange)
    candidate = Candidate(url=fetched.url, source_id="gazette", discovered_at=NOW)
    found = page_document(Source(id="gazette"), candidate, fetched)
    assert isinstance(found, Document)
    made = found.model_copy(update={"archive_file": place.file, "archive_offset": place.offset})
    reading = Reading(source_id="gazette", max_bytes=10_000_000, seen_at=fetched.started_at)
    kept = read_place(tmp_path, place.file, place.offset, reading)
    assert isinstance(kept, Document)
    same = {"document_id", "requested_url", "headers"}
    assert kept.model_dump(exclude=same) == made.model_dump(exclude=same)
    assert {k.lower(): v for k, v in kept.headers} == {k.lower(): v for k, v in made.headers}
