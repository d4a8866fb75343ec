"""The outlets on the air: pages, feeds, sitemaps, validators, editions, and what was asked."""

from __future__ import annotations

import gzip
import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser

import httpx
import lxml.etree
import pytest

from sources.newsroom.exchange import Reply
from sources.newsroom.feeds import FEEDS
from sources.newsroom.journal import Asked, most_at_once, shortest_pause
from sources.newsroom.roster import Outlet, entries_of, read_roster
from sources.newsroom.server import Newsroom, open_newsroom

ROSTER = {outlet.id: outlet for outlet in read_roster()}
BRIDGE = "/2026/03/10/merrin-bridge-closed/"
FORECAST = "/weather/harbour-forecast-2026-03-20"


@pytest.fixture(name="newsroom")
def _newsroom() -> Iterator[Newsroom]:
    with open_newsroom() as newsroom:
        yield newsroom


@pytest.fixture(name="client")
def _client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=5) as client:
        yield client


def get(client: httpx.Client, url: str, **headers: str) -> httpx.Response:
    return client.get(url, headers={key.replace("_", "-"): text for key, text in headers.items()})


def addresses(feed: bytes) -> list[str]:
    """Links of items in an XML feed of any kind, in order."""
    root = lxml.etree.fromstring(feed, lxml.etree.XMLParser(resolve_entities=False))
    items = root.xpath("//*[local-name()='item' or local-name()='entry']")
    links = [item.xpath("string(*[local-name()='link'])") for item in items]
    return (
        links
        if any(links)
        else [item.xpath("string(*[local-name()='link']/@href)") for item in items]
    )


@pytest.mark.parametrize("outlet", ROSTER)
def test_every_article_is_served_at_the_address_that_its_page_names(
    newsroom: Newsroom, client: httpx.Client, outlet: str
) -> None:
    for entry in entries_of(ROSTER[outlet], newsroom.edition):
        reply = get(client, newsroom.url(outlet, entry.path))
        assert reply.status_code == 200
        assert b".example/images" not in reply.content
        canonical = re.search(rb'rel="canonical" href="([^"?]*)', reply.content)
        if canonical:
            plain = newsroom.url(outlet, entry.path.removeprefix("/amp"))
            assert canonical[1].decode() == plain


@pytest.mark.parametrize("outlet", ROSTER)
def test_every_kind_of_feed_names_every_listed_article(
    newsroom: Newsroom, client: httpx.Client, outlet: str
) -> None:
    row = ROSTER[outlet]
    listed = [entry.path for entry in entries_of(row, 1) if entry.listed]
    expected = [newsroom.url(outlet, path) + row.feed_query for path in listed]
    for path, (kind, content_type) in FEEDS.items():
        reply = get(client, newsroom.url(outlet, path))
        if kind == "full" and row.feed != "full":
            assert reply.status_code == 404
            continue
        assert reply.headers["content-type"] == content_type
        if kind == "json":
            assert [item["url"] for item in reply.json()["items"]] == expected
        else:
            assert addresses(reply.content) == expected
            assert row.feed_encoding in reply.content[:60].decode("ascii")


def test_a_full_text_feed_has_the_whole_text(newsroom: Newsroom, client: httpx.Client) -> None:
    feed = lxml.etree.fromstring(get(client, newsroom.url("boletin", "/feeds/full.xml")).content)
    texts = feed.xpath("//*[local-name()='encoded']/text()")
    assert len(texts) == 6
    assert any("geólogo Fermín Olazarra" in text and text.count("<p>") == 4 for text in texts)


@pytest.mark.parametrize("outlet", ROSTER)
def test_the_home_page_names_the_feed(
    newsroom: Newsroom, client: httpx.Client, outlet: str
) -> None:
    home = get(client, newsroom.url(outlet))
    feed = re.search(r'rel="alternate"[^>]* href="([^"]+)"', home.text)
    assert feed
    assert newsroom.source(outlet).feeds == (newsroom.url(outlet, feed[1]),)


@pytest.mark.parametrize("outlet", ROSTER)
def test_sitemaps_lead_to_every_listed_article(
    newsroom: Newsroom, client: httpx.Client, outlet: str
) -> None:
    robots = get(client, newsroom.url(outlet, "/robots.txt")).text
    index = re.findall(r"^Sitemap: (\S+)$", robots, re.MULTILINE)
    maps = [loc for url in index for loc in locations(get(client, url).content)]
    contents = [get(client, url).content for url in maps]
    plain = [gzip.decompress(c) if c.startswith(b"\x1f\x8b") else c for c in contents]
    listed = [entry for entry in entries_of(ROSTER[outlet], 1) if entry.listed]
    found = [loc for content in plain for loc in locations(content)]
    assert found == [newsroom.url(outlet, entry.path) for entry in listed]
    assert any(content is not text for content, text in zip(contents, plain, strict=True))


def locations(sitemap: bytes) -> list[str]:
    return [
        str(loc) for loc in lxml.etree.fromstring(sitemap).xpath("//*[local-name()='loc']/text()")
    ]


def test_robots_txt_forbids_a_part_and_asks_for_a_delay(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    rules = RobotFileParser()
    rules.parse(get(client, newsroom.url("salines", "/robots.txt")).text.splitlines())
    assert str(rules.crawl_delay("newswell")) == "1"  # typeshed says str, it is an int
    assert rules.can_fetch("newswell", newsroom.url("salines", "/articles/x.htm"))
    assert not rules.can_fetch("newswell", newsroom.url("salines", "/search?q=x"))
    assert not rules.can_fetch("greedybot", newsroom.url("salines", "/articles/x.htm"))


@pytest.mark.parametrize("path", ["/", BRIDGE, "/feeds/rss.xml", "/sitemap.xml", "/robots.txt"])
def test_validators_bring_304_and_only_while_they_hold(
    newsroom: Newsroom, client: httpx.Client, path: str
) -> None:
    url = newsroom.url("gazette", path)
    first = get(client, url)
    tag, date = first.headers["etag"], first.headers["last-modified"]
    again = get(client, url, if_none_match=tag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert get(client, url, if_modified_since=date).status_code == 304
    assert get(client, url, if_modified_since="Thu, 01 Jan 2015 00:00:00 GMT").status_code == 200
    assert get(client, url, if_modified_since="yesterday").status_code == 200
    assert get(client, url, if_none_match='"other"', if_modified_since=date).status_code == 200
    assert "max-age=" in first.headers["cache-control"]


def test_gzip_is_sent_to_those_who_take_it(newsroom: Newsroom, client: httpx.Client) -> None:
    url = newsroom.url("gazette", BRIDGE)
    packed = get(client, url, accept_encoding="gzip")
    plain = get(client, url, accept_encoding="identity")
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content


def test_the_next_edition_updates_adds_and_takes_down(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    page, feed = newsroom.url("gazette", BRIDGE), newsroom.url("gazette", "/feeds/atom.xml")
    before, feed_before = get(client, page), get(client, feed)
    assert get(client, newsroom.url("courier", FORECAST)).status_code == 200
    assert newsroom.advance() == 2
    after = get(client, page, if_none_match=before.headers["etag"])
    assert "in 11 of the 88" in before.text
    assert "in 14 of the 88" in after.text
    after_date = get(client, page, if_modified_since=before.headers["last-modified"])
    assert after_date.status_code == 200
    feed_after = get(client, feed, if_none_match=feed_before.headers["etag"])
    new = set(addresses(feed_after.content)) - set(addresses(feed_before.content))
    assert new == {newsroom.url("gazette", "/2026/05/12/merrin-bridge-one-lane/")}
    assert get(client, new.pop()).status_code == 200
    assert get(client, newsroom.url("courier", FORECAST)).status_code == 410
    assert FORECAST not in get(client, newsroom.url("courier", "/feeds/rss.xml")).text


def test_pages_keep_their_charsets_and_rights(newsroom: Newsroom, client: httpx.Client) -> None:
    old = get(client, newsroom.url("salines", "/articles/2026/04/secheresse.htm"))
    assert old.headers["content-type"] == "text/html"
    assert "maraîchers" in old.content.decode("windows-1252")
    wide = get(client, newsroom.url("almyropolitis", "/nisia/ploio.txt"))
    assert wide.headers["content-type"] == "text/plain; charset=utf-16"
    assert "Γαρυφαλλιά" in wide.text
    assert wide.headers["x-robots-tag"] == "noarchive"
    home = get(client, newsroom.url("shionari"))
    assert home.headers["tdm-reservation"] == "1"


def test_an_address_without_its_last_slash_is_redirected(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    reply = get(client, newsroom.url("gazette", BRIDGE.rstrip("/")))
    assert reply.status_code == 301
    assert reply.headers["location"] == newsroom.url("gazette", BRIDGE)
    assert get(client, newsroom.url("gazette", "/nowhere")).status_code == 404


def test_head_has_no_body_and_other_methods_are_refused(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    head = client.head(newsroom.url("gazette", BRIDGE))
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 0
    assert client.post(newsroom.url("gazette", BRIDGE), content=b"hello").status_code == 405
    assert get(client, newsroom.url("gazette", BRIDGE)).status_code == 200


def test_it_records_what_it_was_asked(newsroom: Newsroom, client: httpx.Client) -> None:
    url = newsroom.url("courier", "/feeds/rss.xml?x=1")
    tag = get(client, url).headers["etag"]
    get(client, url, if_none_match=tag, user_agent="tester/1")
    first, second = newsroom.asked("courier", "/feeds/rss.xml?x=1")
    assert (first.method, first.status, second.status) == ("GET", 200, 304)
    assert first.header("if-none-match") is None
    assert second.header("if-none-match") == tag
    assert second.header("user-agent") == "tester/1"
    assert url.startswith(f"http://{second.host}/")
    assert first.ended is not None
    assert first.started <= first.ended <= second.started
    assert newsroom.asked("gazette") == ()
    newsroom.forget_requests()
    assert newsroom.requests == ()


def test_requests_at_once_are_counted() -> None:
    with open_newsroom(outlets=["gazette"], latency=0.2) as newsroom:
        together = threading.Barrier(3)

        def fetch(_: int) -> int:
            with httpx.Client(trust_env=False) as client:
                together.wait(5)
                return client.get(newsroom.url("gazette", BRIDGE)).status_code

        with ThreadPoolExecutor(3) as pool:
            assert list(pool.map(fetch, range(3))) == [200] * 3
        assert most_at_once(newsroom.asked("gazette")) == 3


def asked(started: float, ended: float | None) -> Asked:
    return Asked(
        outlet="o", host="h", method="GET", path="/", headers=(), started=started, ended=ended
    )


def test_concurrency_and_pauses_are_measured() -> None:
    rows = [asked(0.0, 1.0), asked(1.0, 2.0), asked(1.5, None)]
    assert most_at_once(rows) == 2
    assert shortest_pause(rows) == 0.5
    assert shortest_pause(rows[:1]) is None
    assert most_at_once([]) == 0


def test_scripted_replies_come_in_order_and_the_last_one_stays(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    url = newsroom.url("gazette", "/robots.txt")
    newsroom.answer("gazette", "/robots.txt", Reply(status=503), Reply(status=403))
    assert [get(client, url).status_code for _ in range(3)] == [503, 403, 403]
    newsroom.answer("gazette", "/robots.txt")
    assert get(client, url).status_code == 200


def test_hosts_of_ones_own_are_served_beside_the_outlets(client: httpx.Client) -> None:
    pages = {"/a": Reply(body=b"one")}
    with open_newsroom(outlets=[], hosts={"first": pages, "second": pages}) as newsroom:
        assert newsroom.outlets == ("first", "second")
        assert get(client, newsroom.url("second", "/a")).content == b"one"
        assert get(client, newsroom.url("second", "/b")).status_code == 404


def test_an_unknown_outlet_is_an_error() -> None:
    with pytest.raises(KeyError, match="gazzette"), open_newsroom(outlets=["gazzette"]):
        pass


def test_outlets_have_addresses_of_their_own_or_share_one(client: httpx.Client) -> None:
    with open_newsroom(spread=False) as newsroom:
        hosts = {httpx.URL(newsroom.url(name)).host for name in newsroom.outlets}
        assert hosts == {"127.0.0.1"}
        assert get(client, newsroom.url("wire")).status_code == 200
    with open_newsroom(outlets=["gazette", "courier"]) as newsroom:
        netlocs = {httpx.URL(newsroom.url(name)).netloc for name in newsroom.outlets}
        assert len(netlocs) == 2


def test_an_outlet_that_is_taken_down_refuses_and_the_others_do_not(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    assert get(client, newsroom.url("wire")).status_code == 200
    newsroom.take_down("wire")
    with pytest.raises(httpx.TransportError):
        get(client, newsroom.url("wire"))
    assert get(client, newsroom.url("gazette")).status_code == 200


def test_closing_leaves_no_thread_and_no_port_behind(client: httpx.Client) -> None:
    before = set(threading.enumerate())
    with open_newsroom() as newsroom:
        url = newsroom.url("gazette")
        assert get(client, url).status_code == 200
    assert set(threading.enumerate()) == before
    with pytest.raises(httpx.TransportError):
        get(client, url)


def test_what_feeds_say_agrees_with_what_a_reader_finds() -> None:
    expected: dict[str, Any] = json.loads(
        Path(__file__).with_name("newsroom_expected.json").read_text("utf-8")
    )
    titles = {row["title"] for row in expected["documents"] if "title" in row}
    for outlet in ROSTER.values():
        if outlet.id == "wire":
            continue  # the agency's list names texts that have no headline themselves
        for title in titles_of(outlet):
            assert title in titles or title in {"Harbour news"} or "diary" in title


def titles_of(outlet: Outlet) -> set[str]:
    return {entry.title for edition in (1, 2) for entry in entries_of(outlet, edition)}
