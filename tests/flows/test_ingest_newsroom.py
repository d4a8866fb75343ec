"""The sample newsroom on the air, ingested four times: new, unchanged, edited, and looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.ingesting import run_ingest
from schemas.document import Document, Kind, document_id
from schemas.run import RunReport
from schemas.settings import Settings
from sources.archive import read_place
from sources.newsroom.journal import Asked
from sources.newsroom.roster import Listing, Outlet, read_roster
from sources.newsroom.server import open_newsroom
from sources.reading import Reading
from tests.ingested import MovedClock, ask, assert_sound, configure, fates
from tests.invented import NOW

EXPECTED = json.loads(
    (Path(__file__).parent.parent / "sources" / "newsroom_expected.json").read_text("utf-8")
)
BY_FILE = {
    one["file"].removeprefix("outlets/"): one
    for one in EXPECTED["documents"]
    if one["file"].startswith("outlets/") and "record" not in one
}
OUTLETS = read_roster()
LISTED = [
    (outlet, listing)
    for outlet in OUTLETS
    for listing in outlet.articles
    if listing.listed and listing.first_edition == 1
]


@dataclass(frozen=True)
class Edition:
    """One run, what it asked, and what the warehouse held after it."""

    report: RunReport
    requests: tuple[Asked, ...]
    articles: dict[str, dict[str, Any]]
    fates: dict[str, tuple[str, str | None]]
    feeds: list[dict[str, Any]]


@dataclass(frozen=True)
class Story:
    """The runs in their order, and where each outlet stood."""

    settings: Settings
    bases: dict[str, str]
    first: Edition
    again: Edition
    edited: Edition

    def url(self, outlet: Outlet, listing: Listing) -> str:
        """The address that the outlet's feed gave."""
        return self.bases[outlet.id] + listing.path + outlet.feed_query

    def path(self, outlet: str, part: str) -> str:
        """The address of the article that has this in its path."""
        (found,) = [
            self.url(one, listing)
            for one in OUTLETS
            for listing in one.articles
            if one.id == outlet and part in listing.path and listing.listed
        ]
        return found


@pytest.fixture(name="story", scope="module")
def _story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    clock = MovedClock()
    names = [outlet.id for outlet in OUTLETS]
    with open_newsroom(outlets=names) as newsroom:
        folder = tmp_path_factory.mktemp("ingest")
        settings = configure(folder, [newsroom.source(name) for name in names])

        def ingest() -> Edition:
            newsroom.forget_requests()
            report = run_ingest(settings, everything=True, clock=clock)
            rows = ask(
                settings,
                "SELECT c.url AS discovered, a.* FROM ops.candidates c JOIN articles a"
                " USING (article_id)",
            )
            return Edition(
                report=report,
                requests=newsroom.requests,
                articles={row["discovered"]: row for row in rows},
                fates=fates(settings),
                feeds=ask(settings, "FROM ops.feeds"),
            )

        first, again = ingest(), ingest()
        newsroom.advance()
        clock.move(hours=2)
        bases = {name: newsroom.url(name, "") for name in names}
        yield Story(settings, bases, first, again, ingest())


def name_of(value: object) -> str:
    return value.id if isinstance(value, Outlet) else str(getattr(value, "path", value))


@pytest.mark.parametrize(("outlet", "listing"), LISTED, ids=name_of)
def test_everything_that_a_feed_lists_ends_as_a_reader_would_have_it(
    story: Story, outlet: Outlet, listing: Listing
) -> None:
    url = story.url(outlet, listing)
    if listing.rejected:
        assert story.first.fates[url] == ("rejected", listing.rejected)
        return
    assert story.first.fates[url] == ("stored", None)
    article = story.first.articles[url]
    told = BY_FILE.get(listing.file, {}) if outlet.feed != "full" else {}
    assert article["title"] in [told.get("title") or listing.title, *told.get("title_also", [])]
    assert article["published_on"] == listing.published.date()
    assert article["publisher"] == outlet.name
    assert article["source_id"] == outlet.id
    for paragraph in told.get("body", []):
        assert paragraph in article["body"]


def test_nothing_else_is_stored_and_the_sums_agree(story: Story) -> None:
    assert set(story.first.fates) == {story.url(*one) for one in LISTED}
    counts = story.first.report.counts
    assert counts.adds_up
    assert counts.discovered == len(LISTED)
    assert counts.rejected == sum(bool(listing.rejected) for _, listing in LISTED)
    assert counts.stored == counts.discovered - counts.rejected
    assert_sound(story.settings)


def test_a_feed_with_whole_texts_is_taken_without_its_pages(story: Story) -> None:
    asked = {(one.outlet, one.path) for one in story.first.requests}
    assert {path for outlet, path in asked if outlet == "wire"} == {
        "/robots.txt",
        "/feeds/full.xml",
    }
    # a letter to the editor is shorter than a teaser may be: its page is asked
    pages = {path for outlet, path in asked if outlet == "boletin"}
    assert pages == {"/robots.txt", "/feeds/full.xml", *_SHORT}


def test_what_a_feed_brings_whole_is_archived_as_it_is_read(story: Story) -> None:
    sql = """SELECT url, document_id, archive_file, archive_offset FROM fetches
        WHERE source_id = 'wire'"""
    rows = ask(story.settings, sql)
    reading = Reading(source_id="wire", max_bytes=1_000_000, seen_at=NOW)
    folder = story.settings.resolve(story.settings.archive.path)
    for row in rows:
        found = read_place(folder, row["archive_file"], row["archive_offset"], reading)
        assert isinstance(found, Document)
        assert (found.url, found.kind) == (row["url"], Kind.RECORD)
        assert document_id(found.url, found.sha256, found.captured_at) == row["document_id"]
    assert len(rows) > 3


_SHORT = {"/cartas/2026/03/espigon", "/noticias/2026/04/barracas"}


def test_a_second_run_asks_the_feeds_conditionally_and_nothing_else(story: Story) -> None:
    asked = story.again.requests
    assert {(one.outlet, one.path) for one in asked} == {
        (outlet.id, _feed_of(story, outlet)) for outlet in OUTLETS
    }
    assert len(asked) == len(OUTLETS)
    for one in asked:
        assert one.header("if-none-match")
        assert one.header("if-modified-since")
        assert one.status == 304
    assert story.again.report.counts.discovered == 0
    assert story.again.fates == story.first.fates
    assert story.again.articles == story.first.articles


def _feed_of(story: Story, outlet: Outlet) -> str:
    (url,) = [row["url"] for row in story.first.feeds if row["source_id"] == outlet.id]
    return str(url).removeprefix(story.bases[outlet.id])


def test_a_new_article_is_stored(story: Story) -> None:
    url = story.path("gazette", "merrin-bridge-one-lane")
    assert url not in story.again.fates
    assert story.edited.fates[url] == ("stored", None)


def test_an_edit_that_the_feed_tells_makes_a_version(story: Story) -> None:
    """Atom: an old article with a new `updated` is asked at once."""
    url = story.path("morgenbote", "landtagswahl-ergebnis")
    assert story.first.articles[url]["version"] == 1
    article = story.edited.articles[url]
    assert (article["version"], "78" in article["title"]) == (2, True)
    others = [one for one in story.edited.requests if one.outlet == "morgenbote"]
    assert len(others) == 2  # the feed and the one page


def test_an_edit_that_nobody_tells_is_seen_when_the_article_is_looked_at_again(
    story: Story,
) -> None:
    """RSS 0.91 has no dates: its pages are looked at an hour after they were found."""
    url = story.path("courier", "rovers-buyer-named")
    article = story.edited.articles[url]
    assert article["version"] == 2
    assert article["title"] == "Tarragal buys Rovers for 16.8 million crowns"
    versions = ask(
        story.settings,
        "SELECT version, title, change, valid_to IS NULL AS is_last FROM article_versions"
        " WHERE article_id = ? ORDER BY version",
        str(article["article_id"]),
    )
    assert [(row["version"], row["change"], row["is_last"]) for row in versions] == [
        (1, None, False),
        (2, "update", True),
    ]
    assert "shipping heiress" in versions[0]["title"]


def test_pages_that_are_as_they_were_are_asked_conditionally(story: Story) -> None:
    again = [one for one in story.edited.requests if one.outlet == "almyropolitis"]
    pages = [one for one in again if not one.path.startswith("/feeds/")]
    assert len(pages) == 2
    assert all(one.status == 304 and one.header("if-none-match") for one in pages)
    for url, article in story.edited.articles.items():
        if article["source_id"] == "almyropolitis":
            before = story.first.articles[url]
            assert article["last_seen_at"] > before["last_seen_at"]
            assert article["version"] == 1


def test_an_article_that_was_taken_away_is_gone(story: Story) -> None:
    url = story.path("courier", "harbour-forecast-2026-03-20")
    assert story.first.articles[url]["status"] == "live"
    assert story.edited.articles[url]["status"] == "gone"
    assert story.edited.fates[url] == ("gone", "gone")
    (row,) = ask(story.settings, "SELECT stage, reason FROM rejects WHERE url = ?", url)
    assert row == {"stage": "fetch", "reason": "gone"}
    (entry,) = ask(story.settings, "SELECT next_at FROM ops.candidates WHERE url = ?", url)
    assert entry["next_at"] is None


def test_the_sums_of_the_edited_edition(story: Story) -> None:
    counts = story.edited.report.counts
    assert counts.adds_up
    found = (counts.stored, counts.new_versions, counts.unchanged, counts.rejected)
    # unchanged: two pages of almyropolitis and four of courier
    assert found == (1, 2, 6, 1)
