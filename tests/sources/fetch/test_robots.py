"""robots.txt: the pure reading of it, and when it is asked for."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from schemas.fetching import FetchSettings, RobotsFile
from schemas.rejection import Reason
from sources.fetch import Fetched, FetchFailure, FetchRequest, Outcome, Purpose, sitemaps_in
from sources.fetch.fetcher import Fetcher
from sources.fetch.robots import Rules, origin_of, product_token
from tests.sources.fakeclock import FakeClock
from tests.sources.webserver import Pages, WebServer, respond, serve

AGENT = "newswell/0.1 (+https://example.org/bot)"
NOW = FakeClock().now()
RULES = """
User-agent: *
Disallow: /

User-agent: Newswell
Disallow: /private
Allow: /private/open
Disallow: /*.pdf$
Crawl-delay: 4
Sitemap: /news.xml

Sitemap: https://example.org/more.xml
"""


def rules(text: str) -> Rules:
    until = NOW + timedelta(days=1)
    file = RobotsFile(
        origin="https://example.org", access="rules", text=text, fetched_at=NOW, expires_at=until
    )
    return Rules(file, AGENT)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/private/x", False),
        ("/private/open/x", True),
        ("/a.pdf", False),
        ("/a.pdf?page=2", True),
        ("/robots.txt", True),
    ],
)
def test_the_own_group_and_the_longest_rule_decide(path: str, allowed: bool) -> None:
    verdict = rules(RULES).judge("https://example.org" + path)
    assert verdict.allowed is allowed
    assert verdict.reason is (None if allowed else Reason.ROBOTS_DISALLOWED)


def test_crawl_delay_request_rate_and_sitemaps_are_read() -> None:
    assert rules(RULES).judge("https://example.org/").crawl_delay == 4.0
    rated = rules("User-agent: *\nRequest-rate: 1/10s\nCrawl-delay: 2")
    assert rated.judge("https://example.org/").crawl_delay == 10.0
    expected = ("https://example.org/news.xml", "https://example.org/more.xml")
    assert sitemaps_in(rules(RULES).file) == expected


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        (AGENT, "newswell"),
        ("Mozilla/5.0 (compatible; Gazette-Bot/2.1; +https://example.org)", "Gazette-Bot"),
        ("simple", "simple"),
    ],
)
def test_the_product_token_is_a_name_and_nothing_else(agent: str, token: str) -> None:
    assert product_token(agent) == token


def test_words_of_the_contact_address_match_no_group() -> None:
    assert rules("User-agent: bot\nDisallow: /").judge("https://example.org/a").allowed


@pytest.mark.parametrize(
    "text", ["", "<html><body>hello</body></html>", "\0\xff" * 50, "Disallow: /\n" * 9, "a:" * 999]
)
def test_a_file_without_rules_allows_all(text: str) -> None:
    assert rules(text).judge("https://example.org/a").allowed


def test_an_origin_is_scheme_host_and_port() -> None:
    assert origin_of("HTTPS://User:Word@Example.ORG:8443/a?b") == "https://example.org:8443"


def ask(
    pages: Pages, *paths: str, **changes: object
) -> tuple[list[Outcome], WebServer, FakeClock, tuple[RobotsFile, ...]]:
    given = {"per_host_delay": 0.0, "allow_private_networks": True, "retries": 0}
    settings = FetchSettings.model_validate(given | changes)
    clock = FakeClock()

    async def run() -> tuple[list[Outcome], WebServer, FakeClock, tuple[RobotsFile, ...]]:
        async with serve(pages) as web, Fetcher(settings, clock=clock) as fetcher:
            asked = [FetchRequest(url=web.url(path)) for path in paths]
            outcomes = await asyncio.gather(*map(fetcher.fetch, asked))
            return list(outcomes), web, clock, fetcher.robots_seen()

    return asyncio.run(run())


def test_robots_is_asked_once_and_obeyed() -> None:
    text = b"User-agent: *\nDisallow: /no\nCrawl-delay: 3"
    pages = {"/robots.txt": respond(text), "/yes": respond(b"yes"), "/no": respond(b"no")}
    outcomes, web, clock, seen = ask(pages, "/yes", "/no", "/yes?2")
    assert web.paths() == ["/robots.txt", "/yes", "/yes?2"]
    assert isinstance(outcomes[0], Fetched)
    assert isinstance(outcomes[1], FetchFailure)
    assert outcomes[1].reason is Reason.ROBOTS_DISALLOWED
    assert outcomes[1].retry_at is None
    assert clock.slept == [3.0]
    assert [(file.access, file.text) for file in seen] == [("rules", text.decode())]
    assert seen[0].expires_at - seen[0].fetched_at == timedelta(days=1)


def test_crawl_delay_is_honoured_up_to_its_cap() -> None:
    pages = {"/robots.txt": respond(b"User-agent: *\nCrawl-delay: 900"), "/yes": respond(b"yes")}
    _, _, clock, _ = ask(pages, "/yes", "/yes?2", crawl_delay_cap=20.0)
    assert clock.slept == [20.0]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (respond(status=404), None),
        (respond(status=403), None),
        (respond(status=301, Location="/robots.txt"), None),
        (respond(status=500), Reason.ROBOTS_UNAVAILABLE),
        (respond(status=429), Reason.ROBOTS_UNAVAILABLE),
        (respond(b"User-agent: *", length=99, Connection="close"), Reason.CUT_OFF),
    ],
)
def test_4xx_allows_and_5xx_disallows_for_now(answer: bytes, reason: Reason | None) -> None:
    pages = {"/robots.txt": answer, "/a": respond(b"yes")}
    (outcome,), web, clock, _ = ask(pages, "/a")
    if reason is None:
        assert isinstance(outcome, Fetched)
    else:
        assert isinstance(outcome, FetchFailure)
        assert outcome.reason is reason
        assert outcome.retry_at is not None
        assert outcome.retry_at > clock.now()
        assert "/a" not in web.paths()


def test_only_so_much_of_robots_is_read() -> None:
    text = b"User-agent: *\nDisallow: /no\n" + b"# filler\n" * 100_000
    pages = {"/robots.txt": respond(text), "/no": respond(b"no")}
    (outcome,), *_ = ask(pages, "/no")
    assert isinstance(outcome, FetchFailure)
    assert outcome.reason is Reason.ROBOTS_DISALLOWED


def test_a_kept_file_is_believed_until_it_expires() -> None:
    clock = FakeClock()

    async def run() -> list[str]:
        async with serve({"/a": respond(b"yes")}) as web:
            kept = RobotsFile(
                origin=web.url("").rstrip("/"),
                access="all",
                fetched_at=clock.now(),
                expires_at=clock.now() + timedelta(hours=1),
            )
            settings = FetchSettings(allow_private_networks=True, per_host_delay=0)
            async with Fetcher(settings, clock=clock, robots=[kept]) as fetcher:
                await fetcher.fetch(FetchRequest(url=web.url("/a")))
                clock.seconds += 3600
                await fetcher.fetch(FetchRequest(url=web.url("/a"), purpose=Purpose.FEED))
            return web.paths()

    assert asyncio.run(run()) == ["/a", "/robots.txt", "/a"]
