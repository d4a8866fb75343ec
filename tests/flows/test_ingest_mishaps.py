"""Publishers that misbehave: each page and feed has its reason, and nobody else is hurt."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import flows.harvest
from flows.ingesting import run_ingest
from schemas.records import FeedRow
from schemas.run import RunReport
from schemas.settings import Settings
from schemas.source import Source
from sources.discovery import Discovery, discover
from sources.fetch import Fetcher
from sources.newsroom.exchange import Page, Reply, Request, reply_with
from sources.newsroom.mishaps.misdeed import Bounds, Misdeed
from sources.newsroom.mishaps.table import MISDEEDS, find_misdeed
from sources.newsroom.server import Newsroom, open_newsroom
from tests.ingested import MovedClock, article_page, ask, assert_sound, configure, fates, rss

#: Small enough for seconds, large enough to be over the limits below.
BOUNDS = Bounds(drip_seconds=0.05, most_seconds=5, large_bytes=6_000_000, bomb_bytes=64 << 20)
FETCH = {"timeout": 1.5, "max_bytes": 1_000_000, "concurrency": 64}
ROBOTS = Reply(
    headers=(("Content-Type", "text/plain"),), body=b"User-agent: *\nDisallow: /private/\n"
)

WAITING = {
    "/status/404": "not-found",
    "/status/500": "server-error",
    "/status/502": "server-error",
    "/status/504": "server-error",
    "/busy/seconds": "server-error",
    "/busy/date": "server-error",
    "/busy/limited": "rate-limited",
    "/busy/for-good": "rate-limited",
    "/busy/nonsense": "server-error",
    "/busy/once": "server-error",
    "/redirect/file": "bad-response",
    "/redirect/script": "bad-response",
    "/redirect/nowhere": "bad-response",
    "/redirect/unresolvable": "dns-failure",
    "/redirect/refused": "unreachable",
    "/redirect/tls": "tls-error",
    "/page/empty": "empty",
    "/gzip/bad": "bad-gzip",
    "/gzip/in-name-only": "bad-gzip",
    "/gzip/cut": "cut-off",
    "/slow/drip": "too-slow",
    "/slow/head": "too-slow",
    "/slow/silence": "too-slow",
    "/cut/length": "cut-off",
    "/cut/chunked": "cut-off",
    "/cut/reset": "cut-off",
    "/cut/at-once": "cut-off",
    "/headers/not-http": "cut-off",
}
REJECTED = {
    "/private/page": "robots-disallowed",
    "/page/blank": "no-article",
    "/page/soft-404": "no-article",
    "/page/deep": "no-article",
    "/page/login": "login-wall",
    "/page/challenge": "login-wall",
    "/page/binary": "binary",
    "/status/400": "http-4xx",
    "/status/401": "forbidden",
    "/status/403": "forbidden",
    "/status/418": "http-4xx",
    "/status/451": "forbidden",
    "/redirect/loop": "redirect-loop",
    "/redirect/back": "redirect-loop",
    "/redirect/endless": "too-many-redirects",
    "/redirect/metadata": "private-address",
    "/type/pdf": "wrong-content-type",
    "/type/video": "wrong-content-type",
    "/type/octets": "wrong-content-type",
    "/headers/huge": "too-large",
    "/headers/many": "too-large",
    "/page/attributes": "too-large",
    "/page/no-article": "no-article",
    "/page/consent": "login-wall",
    "/large/said": "too-large",
    "/large/unsaid": "too-large",
    "/bomb/page": "decompression-bomb",
    "/bomb/nested": "bad-encoding",
}
SOUND = {"/page/ordinary", "/cookies", "/redirect/permanent", "/redirect/temporary"} | {
    "/type/none",
    "/gzip/unsaid",
}
#: What the network says of a private address, and what extraction makes of a page that
#: holds a few words, is the subject of other tests.
UNDECIDED = {"/redirect/private", "/page/undecodable"}

PAGES = [one for one in MISDEEDS if one.kind == "page"]


def town(newsroom: Newsroom, misdeeds: list[Misdeed]) -> dict[str, str]:
    """A host of its own for each misdeed, so that none slows another down: paths to addresses."""
    ordinary = found("/page/ordinary")
    endless = found("/redirect/endless")
    for number, misdeed in enumerate(misdeeds):
        host = f"host-{number}"
        newsroom.answer(host, "/robots.txt", ROBOTS)
        newsroom.answer(host, "/page/ordinary", ordinary)
        for path in {"/redirect/loop", "/redirect/back", misdeed.path}:
            newsroom.answer(host, path, found(path))
        for step in range(1, 12):
            newsroom.answer(host, f"/redirect/endless/{step}", endless)
    return {
        one.path: newsroom.url(f"host-{number}", one.path) for number, one in enumerate(misdeeds)
    }


def found(path: str) -> Misdeed:
    misdeed = find_misdeed(path)
    assert misdeed is not None
    return misdeed


@dataclass(frozen=True)
class Town:
    """What two runs made of the pages: as they were, and once the servers had recovered."""

    settings: Settings
    urls: Mapping[str, str]
    reports: tuple[RunReport, RunReport]
    first: dict[str, dict[str, Any]]
    then: dict[str, dict[str, Any]]
    refused: dict[str, set[str]]
    asked: set[tuple[str, str]]
    began: datetime


@pytest.fixture(name="pages", scope="module")
def _pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    clock = MovedClock(datetime.now(UTC))  # Retry-After as a date is the server's own time
    began = clock()
    hosts: dict[str, dict[str, Reply | Page]] = {f"host-{n}": {} for n in range(len(PAGES))}
    lists: dict[str, Reply | Page] = {}
    with open_newsroom(outlets=(), hosts={"paper": lists} | hosts, bounds=BOUNDS) as newsroom:
        urls = town(newsroom, PAGES)
        lists["/feed.xml"] = rss({url: path for path, url in urls.items()})
        source = Source(id="paper", feeds=(newsroom.url("paper", "/feed.xml"),))
        settings = configure(tmp_path_factory.mktemp("mishaps"), [source], fetch=FETCH)
        first = run_ingest(settings, clock=clock)
        asked = {(one.outlet, one.path) for one in newsroom.requests}
        before = rows(settings)
        refused = ask(settings, "SELECT url, list(reason) AS reasons FROM rejects GROUP BY url")
        for number, misdeed in enumerate(PAGES):
            page = reply_with(article_page(f"number {number}"), Request(method="GET", target="/"))
            newsroom.answer(f"host-{number}", misdeed.path, page)
        clock.move(minutes=12)
        second = run_ingest(settings, clock=clock)
        yield Town(
            settings=settings,
            urls=urls,
            reports=(first, second),
            first=before,
            then=rows(settings),
            refused={row["url"]: set(row["reasons"]) for row in refused},
            asked=asked,
            began=began,
        )


def rows(settings: Settings) -> dict[str, dict[str, Any]]:
    return {row["url"]: row for row in ask(settings, "FROM ops.candidates")}


def test_the_table_speaks_of_every_misdeed() -> None:
    known = WAITING.keys() | REJECTED.keys() | SOUND | UNDECIDED | {"/status/410"}
    assert {one.path for one in PAGES} == known


@pytest.mark.parametrize(
    ("fate", "path", "reason"),
    [
        *(("waiting", path, reason) for path, reason in WAITING.items()),
        *(("rejected", path, reason) for path, reason in REJECTED.items()),
        ("gone", "/status/410", "gone"),
    ],
)
def test_each_page_ends_with_its_reason(pages: Town, fate: str, path: str, reason: str) -> None:
    row = pages.first[pages.urls[path]]
    assert (row["fate"], row["reason"]) == (fate, reason)
    assert reason in pages.refused[pages.urls[path]]


def test_the_sound_pages_among_them_are_stored(pages: Town) -> None:
    for path in SOUND:
        assert pages.first[pages.urls[path]]["fate"] == "stored"


def test_the_sums_agree_and_nothing_is_broken(pages: Town) -> None:
    for report in pages.reports:
        assert report.counts.adds_up
    assert pages.reports[0].counts.discovered == len(PAGES)
    assert_sound(pages.settings)


def test_what_robots_txt_forbids_is_not_asked(pages: Town) -> None:
    assert "/private/page" not in {path for _, path in pages.asked}


def test_what_may_pass_is_tried_again_later(pages: Town) -> None:
    for path in WAITING:
        wait = pages.first[pages.urls[path]]["next_at"] - pages.began
        assert timedelta(minutes=10) <= wait <= timedelta(hours=24, minutes=1), path
    # a page that is not there gets one more look, a server that asks for days gets a day
    hour = pages.first[pages.urls["/status/404"]]["next_at"] - pages.began
    assert timedelta(hours=1) <= hour < timedelta(hours=1.2)
    day = pages.first[pages.urls["/busy/for-good"]]["next_at"] - pages.began
    assert day > timedelta(hours=23)
    for path in REJECTED:
        assert pages.first[pages.urls[path]]["next_at"] is None


def test_what_has_passed_is_stored(pages: Town) -> None:
    still = {"/status/404", "/busy/for-good"}
    for path, reason in WAITING.items():
        row = pages.then[pages.urls[path]]
        expected = ("waiting", reason) if path in still else ("stored", None)
        assert (row["fate"], row["reason"]) == expected, path
    for path, reason in REJECTED.items():
        assert pages.then[pages.urls[path]]["reason"] == reason
    assert pages.reports[1].counts.stored == len(WAITING) - len(still)


#: How the sound ones end: a feed that stumbles is salvaged.
FEED_TROUBLE = {
    "/feeds/unasked-304.xml": "bad-response",
    "/feeds/bomb.xml": "decompression-bomb",
    "/feeds/drip.xml": "too-slow",
    "/feeds/page.xml": "not-a-feed",
    "/feeds/nothing.xml": "empty",
    "/sitemaps/bomb.xml.gz": "decompression-bomb",
}
#: Two thousand addresses take long to fetch and show nothing more.
LISTS = [one for one in MISDEEDS if one.kind != "page" and one.path != "/feeds/long.xml"]


def test_a_feed_that_fails_is_asked_less_and_never_given_up(tmp_path: Path) -> None:
    clock = MovedClock()
    hosts: dict[str, dict[str, Reply | Page]] = {f"host-{n}": {} for n in range(len(LISTS))}
    with open_newsroom(outlets=(), hosts=hosts, bounds=BOUNDS) as newsroom:
        urls = town(newsroom, LISTS)
        for number in range(len(LISTS)):
            newsroom.answer(f"host-{number}", "/busy/once", found("/page/ordinary"))
        sources = [list_source(one, urls[one.path]) for one in LISTS]
        settings = configure(tmp_path, sources, fetch={**FETCH, "max_sitemap_bytes": 3_000_000})
        began = clock()
        run_ingest(settings, clock=clock)
        first = polls(settings)
        clock.move(hours=25)
        run_ingest(settings, clock=clock)
        second = polls(settings)
    refused = ask(settings, "SELECT source_id, reason FROM rejects WHERE stage = 'discover'")
    assert {(row["source_id"], row["reason"]) for row in refused} == {
        (name(path), reason) for path, reason in FEED_TROUBLE.items()
    }
    for one in LISTS:
        row, later = first[name(one.path)], second[name(one.path)]
        if one.path not in FEED_TROUBLE:
            assert row["failing_since"] is None, one.path
            continue
        assert row["reason"] == FEED_TROUBLE[one.path]
        assert one.path in row["detail"]
        assert row["failing_since"] == later["failing_since"] >= began
        assert row["next_at"] - began < timedelta(hours=24)
        # further away than after the first failure, and never further than a day
        wait = later["next_at"] - clock()
        assert timedelta(minutes=55) < wait <= timedelta(hours=24)
    assert_sound(settings)


def test_the_failures_of_a_source_push_its_next_poll_away_up_to_a_day(tmp_path: Path) -> None:
    clock = MovedClock()
    waits = []
    pages: dict[str, Reply | Page] = {"/feed.xml": Reply(status=404)}
    with open_newsroom(outlets=(), hosts={"paper": pages}) as newsroom:
        feed = newsroom.url("paper", "/feed.xml")
        settings = configure(tmp_path, [Source(id="paper", feeds=(feed,), cadence="10m")])
        for _ in range(6):
            run_ingest(settings, clock=clock)
            (poll,) = polls(settings).values()
            waits.append(poll["next_at"] - clock())
            clock.move(hours=24)
        pages["/feed.xml"] = rss({})
        run_ingest(settings, clock=clock)
        (poll,) = polls(settings).values()
    # each failure adds the same: the sixth wait is six times the first
    assert waits == sorted(waits)
    assert 5 * waits[0] < waits[-1] <= timedelta(hours=24)
    assert (poll["failing_since"], poll["reason"]) == (None, None)
    assert poll["next_at"] - clock() < timedelta(hours=1)


def list_source(misdeed: Misdeed, url: str) -> Source:
    if misdeed.kind == "feed":
        return Source(id=name(misdeed.path), feeds=(url,))
    return Source(id=name(misdeed.path), sitemaps=(url,))


def name(path: str) -> str:
    return path.strip("/").replace("/", "-")


def polls(settings: Settings) -> dict[str, dict[str, Any]]:
    return {row["source_id"]: row for row in ask(settings, "FROM ops.polls")}


def test_a_feed_that_lies_is_read_whole_once_a_day(tmp_path: Path) -> None:
    """It says 304 whatever happened."""
    clock = MovedClock()
    with open_newsroom(outlets=["mishap"]) as newsroom:
        feed = newsroom.url("mishap", "/feeds/always-304.xml")
        settings = configure(tmp_path, [Source(id="mishap", feeds=(feed,))])
        run_ingest(settings, clock=clock)
        newsroom.advance()
        clock.move(hours=2)
        run_ingest(settings, clock=clock)
        assert newsroom.url("mishap", "/page/edition-2") not in fates(settings)
        clock.move(hours=23)
        run_ingest(settings, clock=clock)
        assert newsroom.url("mishap", "/page/edition-2") in fates(settings)


def test_trouble_that_nobody_expected_stays_with_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def stumble(
        fetcher: Fetcher, source: Source, known: Mapping[str, FeedRow], now: datetime
    ) -> Discovery:
        if source.id == "gazette":
            raise LookupError("nobody thought of this")
        return await discover(fetcher, source, known, now)

    clock = MovedClock()
    with open_newsroom(outlets=["gazette", "morgenbote"]) as newsroom:
        sources = [newsroom.source("gazette"), newsroom.source("morgenbote")]
        settings = configure(tmp_path, sources)
        monkeypatch.setattr(flows.harvest, "discover", stumble)
        with caplog.at_level(logging.ERROR):
            report = run_ingest(settings, clock=clock)
        assert report.counts.stored == 3
        assert "source gazette failed" in caplog.text
        (row,) = ask(settings, "FROM rejects")
        assert (row["url"], row["stage"]) == (sources[0].feeds[0], "discover")
        assert row["reason"] == "crashed"
        assert "nobody thought of this" in row["detail"]
        poll = polls(settings)["gazette"]
        assert poll["failing_since"] is not None
        assert poll["reason"] == "crashed"
        assert_sound(settings)

        monkeypatch.undo()
        clock.move(hours=2)
        assert run_ingest(settings, clock=clock).counts.stored == 4
        assert polls(settings)["gazette"]["failing_since"] is None
