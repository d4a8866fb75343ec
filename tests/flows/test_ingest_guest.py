"""What a publisher asks for is done: robots.txt, pauses, rights; and what came is archived."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from flows.ingesting import run_ingest
from schemas.document import Document
from schemas.settings import Settings
from schemas.source import Source
from sources.archive import Archive, ArchiveBusyError, Maker, read_place
from sources.newsroom.exchange import Page, Reply
from sources.newsroom.journal import shortest_pause
from sources.newsroom.server import Newsroom, open_newsroom
from sources.reading import Reading
from tests.ingested import MovedClock, article_page, ask, assert_sound, configure, fates, rss

Pages = dict[str, Reply | Page]
HOST = "gazette"


@pytest.fixture(name="pages")
def _pages() -> Pages:
    return {}


@pytest.fixture(name="newsroom")
def _newsroom(pages: Pages) -> Iterator[Newsroom]:
    with open_newsroom(outlets=(), hosts={HOST: pages}) as newsroom:
        yield newsroom


def publish(newsroom: Newsroom, pages: Pages, articles: Pages) -> Source:
    """Puts articles and a feed of them on the air."""
    titles = {newsroom.url(HOST, path): path for path in articles}
    pages |= {**articles, "/feed.xml": rss(titles)}
    return Source(id=HOST, feeds=(newsroom.url(HOST, "/feed.xml"),))


def robots(text: str) -> Reply:
    return Reply(headers=(("Content-Type", "text/plain"),), body=text.encode())


def test_what_robots_txt_forbids_is_neither_asked_nor_lost(
    newsroom: Newsroom, pages: Pages, tmp_path: Path
) -> None:
    pages["/robots.txt"] = robots("User-agent: newswell\nDisallow: /secret\n")
    articles: Pages = {"/open": article_page("open"), "/secret/1": article_page("secret")}
    settings = configure(tmp_path, [publish(newsroom, pages, articles)])
    run_ingest(settings, clock=MovedClock())
    assert newsroom.asked(HOST, "/secret/1") == ()
    assert fates(settings) == {
        newsroom.url(HOST, "/open"): ("stored", None),
        newsroom.url(HOST, "/secret/1"): ("rejected", "robots-disallowed"),
    }
    (row,) = ask(settings, "SELECT stage, detail FROM rejects")
    assert row["stage"] == "fetch"
    assert "robots.txt" in row["detail"]


def test_robots_txt_is_asked_once_a_day(newsroom: Newsroom, pages: Pages, tmp_path: Path) -> None:
    clock = MovedClock()
    settings = configure(tmp_path, [publish(newsroom, pages, {"/open": article_page("open")})])
    for hours, times in ((0, 1), (2, 1), (24, 2)):
        clock.move(hours=hours)
        run_ingest(settings, everything=True, clock=clock)
        assert len(newsroom.asked(HOST, "/robots.txt")) == times


def test_a_server_that_cannot_say_what_it_allows_is_asked_nothing(
    newsroom: Newsroom, pages: Pages, tmp_path: Path
) -> None:
    source = publish(newsroom, pages, {"/open": article_page("open")})
    pages["/robots.txt"] = Reply(status=503)
    settings = configure(tmp_path, [source])
    run_ingest(settings, clock=MovedClock())
    assert {one.path for one in newsroom.requests} == {"/robots.txt"}
    (poll,) = ask(settings, "FROM ops.polls")
    assert poll["reason"] == "robots-unavailable"
    assert poll["failing_since"] is not None


def test_the_pause_that_robots_txt_asks_for_is_kept(
    newsroom: Newsroom, pages: Pages, tmp_path: Path
) -> None:
    pages["/robots.txt"] = robots("User-agent: *\nCrawl-delay: 0.5\n")
    articles: Pages = {f"/{n}": article_page(f"{n}") for n in range(3)}
    settings = configure(tmp_path, [publish(newsroom, pages, articles)])
    report = run_ingest(settings, clock=MovedClock())
    assert report.counts.stored == 3
    asked = [one for one in newsroom.requests if one.path != "/robots.txt"]
    starts = [one.started for one in asked]
    # three pauses; the server notes when a request arrives, which on a busy machine is later than
    # when it left, and more so for one than for another
    assert len(starts) == 4
    assert max(starts) - min(starts) > 1.2
    # and none of the three was left out
    pause = shortest_pause(asked)
    assert pause is not None
    assert pause > 0.25


def test_it_says_who_it_is_and_takes_no_cookies(
    newsroom: Newsroom, pages: Pages, tmp_path: Path
) -> None:
    cookie = {"Set-Cookie": "visitor=1; Path=/"}
    articles: Pages = {f"/{n}": article_page(f"{n}", headers=cookie) for n in range(3)}
    settings = configure(tmp_path, [publish(newsroom, pages, articles)])
    run_ingest(settings, clock=MovedClock())
    assert {one.header("user-agent") for one in newsroom.requests} == {settings.fetch.user_agent}
    assert {one.header("cookie") for one in newsroom.requests} == {None}


RESERVED: dict[str, str] = {"X-Robots-Tag": "noai, noindex", "tdm-reservation": "1"}


def test_what_a_publisher_reserves_stands_with_the_article(
    newsroom: Newsroom, pages: Pages, tmp_path: Path
) -> None:
    head = '<meta name="robots" content="noimageai"><link rel="license" href="/terms">'
    articles: Pages = {
        "/free": article_page("free"),
        "/reserved": article_page("reserved", head=head, headers=RESERVED),
    }
    settings = configure(tmp_path, [publish(newsroom, pages, articles)])
    run_ingest(settings, clock=MovedClock())
    sql = "SELECT flags, extra->'rights' AS rights FROM articles WHERE url LIKE '%' || ?"
    (row,) = ask(settings, sql, "/reserved")
    assert {"noai", "noindex", "noimageai", "tdm-reserved"} <= set(row["flags"])
    for word in ("header:noai", "meta:noimageai", newsroom.url(HOST, "/terms")):
        assert word in row["rights"]
    (row,) = ask(settings, sql, "/free")
    assert not {"noai", "noindex"} & set(row["flags"])


def test_a_source_may_skip_what_is_reserved(
    newsroom: Newsroom, pages: Pages, tmp_path: Path
) -> None:
    articles: Pages = {
        "/free": article_page("free"),
        "/reserved": article_page("reserved", headers=RESERVED),
    }
    source = publish(newsroom, pages, articles).model_copy(update={"reserved": "skip"})
    settings = configure(tmp_path, [source])
    run_ingest(settings, clock=MovedClock())
    assert fates(settings) == {
        newsroom.url(HOST, "/free"): ("stored", None),
        newsroom.url(HOST, "/reserved"): ("rejected", "rights-reserved"),
    }
    assert len(archived(settings)) == 1


def archive_of(settings: Settings) -> Path:
    return settings.resolve(settings.archive.path)


def archived(settings: Settings) -> list[str]:
    """The addresses of the responses in the archive, as warcio and fastwarc both read them."""
    told = []
    for file in sorted(archive_of(settings).glob("*.warc.gz")):
        with file.open("rb") as raw:
            mine = [
                (one.rec_type, one.rec_headers.get_header("WARC-Target-URI"))
                for one in ArchiveIterator(raw, check_digests="raise")
            ]
        with file.open("rb") as raw:
            theirs = [
                (one.headers.get("WARC-Type"), one.headers.get("WARC-Target-URI"))
                for one in FastIterator(raw)
            ]
        assert theirs == mine
        assert mine[0][0] == "warcinfo"
        told += [str(url) for kind, url in mine if kind == "response"]
        assert sum(kind == "request" for kind, _ in mine) == len(told)
    return told


def read_back(settings: Settings) -> list[dict[str, Any]]:
    """Every stored page that has a place in the archive, having been read from there."""
    placed = ask(settings, "FROM fetches WHERE archive_file IS NOT NULL")
    reading = Reading(source_id=HOST, max_bytes=10_000_000, seen_at=datetime.now(UTC))
    for row in placed:
        kept = read_place(archive_of(settings), row["archive_file"], row["archive_offset"], reading)
        assert isinstance(kept, Document)
        assert (kept.sha256, kept.url) == (row["sha256"], row["url"])
    return placed


def test_every_page_can_be_read_back_from_the_archive(
    newsroom: Newsroom, pages: Pages, tmp_path: Path
) -> None:
    articles: Pages = {f"/{n}": article_page(f"{n}") for n in range(5)}
    articles["/empty"] = Reply(
        headers=(("Content-Type", "text/html"),), body=b"<html><body><form></form></body></html>"
    )
    articles["/private"] = article_page("private", headers={"X-Robots-Tag": "noarchive"})
    settings = configure(tmp_path, [publish(newsroom, pages, articles)])
    run_ingest(settings, clock=MovedClock())
    assert len(read_back(settings)) == 5
    # what holds no article is kept too: a better extraction may find one
    kept = {newsroom.url(HOST, path) for path in articles if path != "/private"}
    assert set(archived(settings)) == kept
    (row,) = ask(settings, "SELECT * FROM fetches WHERE url LIKE '%/private'")
    assert (row["archive_file"], row["archive_offset"]) == (None, None)


def test_the_archive_can_be_turned_off(newsroom: Newsroom, pages: Pages, tmp_path: Path) -> None:
    source = publish(newsroom, pages, {"/open": article_page("open")})
    settings = configure(tmp_path, [source], archive="")
    assert run_ingest(settings, clock=MovedClock()).counts.stored == 1
    assert read_back(settings) == []
    assert list(tmp_path.rglob("*.warc.gz")) == []


def test_a_record_that_a_crash_tore_is_cut_off_by_the_next_run(
    newsroom: Newsroom, pages: Pages, tmp_path: Path
) -> None:
    clock = MovedClock()
    settings = configure(tmp_path, [publish(newsroom, pages, {"/one": article_page("one")})])
    run_ingest(settings, clock=clock)
    (file,) = archive_of(settings).glob("*.warc.gz")
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:100])

    publish(newsroom, pages, {"/one": article_page("one"), "/two": article_page("two")})
    run_ingest(settings, everything=True, clock=clock)
    assert file.read_bytes().startswith(whole)
    assert archived(settings) == [newsroom.url(HOST, "/one"), newsroom.url(HOST, "/two")]
    assert len(read_back(settings)) == 2
    assert_sound(settings)


def test_a_second_ingest_at_the_same_time_is_refused_and_leaves_no_trace(
    newsroom: Newsroom, pages: Pages, tmp_path: Path
) -> None:
    settings = configure(tmp_path, [publish(newsroom, pages, {"/one": article_page("one")})])
    with Archive(archive_of(settings), Maker()), pytest.raises(ArchiveBusyError):
        run_ingest(settings, clock=MovedClock())
    assert newsroom.requests == ()
    assert not settings.warehouse_path.exists()
