"""Backfilling the days of a source and lists of addresses, against the sample newsroom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from flows.backfilling import run_backfill
from flows.batch import Clock, Placing, store_batch
from flows.ingesting import run_ingest
from flows.outcome import Outcome
from schemas.orders import BackfillOrder
from schemas.run import RunReport
from schemas.settings import Settings
from schemas.source import Source
from sources.newsroom.exchange import Reply
from sources.newsroom.server import Newsroom, open_newsroom
from tests.ingested import MovedClock, ask, assert_sound, configure, fates
from tests.invocation import Newswell

MARCH = BackfillOrder(source="gazette", since=date(2026, 3, 9), until=date(2026, 3, 11))


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with open_newsroom() as newsroom:
        yield newsroom


def gazette(newsroom: Newsroom) -> Source:
    return Source(
        id="gazette",
        publisher="The Saltmere Gazette",
        sitemaps=(newsroom.url("gazette", "/sitemap.xml"),),
    )


def archive_of(newsroom: Newsroom, outlet: str) -> Source:
    template = newsroom.url(outlet, "/archive/{year}/{month:02}/{day:02}")
    return Source(id=outlet, archives=(template,))


def coverage(settings: Settings) -> list[tuple[object, ...]]:
    sql = "SELECT day::VARCHAR, expected, found, missing, trouble FROM coverage ORDER BY day"
    return [tuple(row.values()) for row in ask(settings, sql)]


def test_the_days_of_a_source_are_fetched_and_no_others(newsroom: Newsroom, tmp_path: Path) -> None:
    settings, clock = configure(tmp_path, [gazette(newsroom)]), MovedClock()
    report = run_backfill(settings, MARCH, clock=clock)
    assert report.counts.adds_up
    assert (report.kind, report.counts.stored) == ("backfill", 2)
    stored = ask(settings, "SELECT url, published_on::VARCHAR AS day, first_seen_at FROM articles")
    assert {row["day"] for row in stored} == {"2026-03-10", "2026-03-11"}
    assert all(row["first_seen_at"].date() == clock().date() for row in stored)
    assert coverage(settings) == [
        ("2026-03-09", 0, 0, 0, None),
        ("2026-03-10", 1, 1, 0, None),
        ("2026-03-11", 1, 1, 0, None),
    ]
    assert_sound(settings)

    newsroom.forget_requests()
    again = run_backfill(settings, MARCH, clock=clock)
    assert again.counts.discovered == 0
    assert newsroom.requests == ()
    asked_again = run_backfill(settings, MARCH.model_copy(update={"again": True}), clock=clock)
    assert asked_again.counts.discovered == 0
    assert {one.path for one in newsroom.requests} <= {
        "/robots.txt",
        "/sitemap.xml",
        "/sitemap-news.xml",
        "/sitemap-archive.xml.gz",
    }
    # what the poll finds later is the same article
    live = run_ingest(settings, clock=clock)
    assert live.counts.new_versions == 0


def test_archive_pages_tell_articles_from_the_rest_of_the_site(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    settings = configure(tmp_path, [archive_of(newsroom, "salines")])
    order = BackfillOrder(source="salines", since=date(2026, 4, 14), until=date(2026, 4, 15))
    report = run_backfill(settings, order, clock=MovedClock())
    assert report.counts.stored == 1
    assert [row[1:3] for row in coverage(settings)] == [(0, 0), (1, 1)]
    asked = {one.path for one in newsroom.asked("salines")}
    assert not asked & {"/", "/about", "/search?q=", "/search"}


def test_what_failed_is_a_gap_that_the_next_backfill_fills(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    settings, clock = configure(tmp_path, [gazette(newsroom)]), MovedClock()
    newsroom.answer("gazette", "/2026/03/10/merrin-bridge-closed/", Reply(status=503))
    report = run_backfill(settings, MARCH, clock=clock)
    assert (report.counts.stored, report.counts.waiting) == (1, 1)
    assert ("2026-03-10", 1, 0, 1, None) in coverage(settings)
    newsroom.answer("gazette", "/2026/03/10/merrin-bridge-closed/")
    clock.move(hours=12)
    report = run_backfill(settings, MARCH, clock=clock)
    assert (report.counts.discovered, report.counts.stored) == (1, 1)
    assert ("2026-03-10", 1, 1, 0, None) in coverage(settings)


def test_a_list_that_cannot_be_read_is_a_trouble_of_its_days(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    settings, clock = configure(tmp_path, [gazette(newsroom)]), MovedClock()
    newsroom.answer("gazette", "/sitemap.xml", Reply(status=404))
    report = run_backfill(settings, MARCH, clock=clock)
    assert report.counts.discovered == 0
    assert {row[4] for row in coverage(settings)} == {"not-found"}
    newsroom.answer("gazette", "/sitemap.xml")
    assert run_backfill(settings, MARCH, clock=clock).counts.stored == 2
    assert {row[4] for row in coverage(settings)} == {None}


class StopError(Exception):
    """The disk is full, say."""


def stop_after_one(
    settings: Settings, run: RunReport, found: Sequence[Outcome], clock: Clock, placing: Placing, /
) -> RunReport:
    store_batch(settings, run, found, clock, placing)
    raise StopError


def test_broken_off_it_asks_only_for_what_is_left(newsroom: Newsroom, tmp_path: Path) -> None:
    settings, clock = configure(tmp_path, [gazette(newsroom)], batch_size=1), MovedClock()
    with pytest.raises(StopError):
        run_backfill(settings, MARCH, clock=clock, store=stop_after_one)
    (first,) = ask(settings, "SELECT requested_url FROM articles")
    newsroom.forget_requests()
    assert run_backfill(settings, MARCH, clock=clock).counts.stored == 1
    asked = [newsroom.url(one.outlet, one.path) for one in newsroom.requests]
    assert first["requested_url"] not in asked
    assert [one for one in asked if "sitemap" in one] == []
    assert_sound(settings)


def test_a_list_of_addresses(newsroom: Newsroom, tmp_path: Path) -> None:
    settings = configure(tmp_path, [gazette(newsroom)])
    file = tmp_path / "urls.txt"
    bridge = newsroom.url("gazette", "/2026/03/10/merrin-bridge-closed/")
    taps = newsroom.url("courier", "/news/taps-to-run-dry-49377")
    nowhere = newsroom.url("courier", "/nowhere")
    file.write_text(f"# two outlets\n{bridge}\n\n{taps}\n{bridge}#top\nnot an address\n{nowhere}\n")
    order = BackfillOrder(urls=str(file))
    report = run_backfill(settings, order, clock=MovedClock())
    assert report.counts.adds_up
    assert (report.counts.stored, report.counts.waiting) == (2, 1)
    rows = ask(settings, "SELECT requested_url, source_id FROM articles")
    assert {row["requested_url"]: row["source_id"] for row in rows} == {
        bridge: "gazette",
        taps: "urls",
    }
    assert fates(settings)[nowhere] == ("waiting", "not-found")
    (bad,) = ask(settings, "SELECT detail FROM rejects WHERE reason = 'bad-address'")
    assert "line 6" in bad["detail"]
    newsroom.forget_requests()
    assert run_backfill(settings, order, clock=MovedClock()).counts.discovered == 0
    assert newsroom.requests == ()
    assert_sound(settings)


def test_a_source_without_lists_has_no_days_to_ask_for(tmp_path: Path, newswell: Newswell) -> None:
    sources = "[[sources]]\nid = 'gazette'\nfeeds = ['https://gazette.example/feed.xml']\n"
    (tmp_path / "newswell.toml").write_text(sources)
    result = newswell("backfill", "--source", "gazette", "--since", "2026-03-09")
    assert (result.code, result.out) == (2, "")
    assert "neither sitemaps nor archives" in result.err
    assert result.err.count("\n") == 1


def test_days_of_which_nothing_was_read_are_in_trouble(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.answer("courier", "/robots.txt", Reply(status=404))
    feed = newsroom.url("courier", "/feed.xml")
    source = Source(id="gazette", feeds=(feed,), sitemaps="auto")
    settings = configure(tmp_path, [source])
    run_backfill(settings, MARCH, clock=MovedClock())
    assert {row[-1] for row in coverage(settings)} == {"empty"}


def test_the_command_names_an_unknown_source(newswell: Newswell, tmp_path: Path) -> None:
    (tmp_path / "newswell.toml").write_text("")
    result = newswell("backfill", "--source", "nobody", "--since", "2026-03-01")
    assert result.code == 2
    assert "there is no source 'nobody'" in result.err
