"""`newswell doctor`: what is not sound is found, and what follows from something else rebuilt."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from flows.ingesting import run_ingest
from flows.loading import utc_now
from flows.pending import write_pending
from schemas.settings import Settings
from schemas.source import Source
from sources.newsroom.server import open_newsroom
from tests.ingested import MovedClock, article_page, configure, rss
from tests.invented import ask, extraction, settings_in, store
from tests.invocation import Newswell
from warehouse.affected import Target
from warehouse.connect import open_warehouse
from warehouse.migrate import migrate
from warehouse.publish import publish
from warehouse.readers import refresh


@pytest.fixture(name="settings")
def _settings(tmp_path: Path) -> Settings:
    settings = settings_in(tmp_path)
    store(settings, [extraction("a", "rivers"), extraction("b", "lakes")])
    refresh(settings)
    return settings


def names(newswell: Newswell, *options: str) -> tuple[set[str], set[str]]:
    """What doctor finds, and what it only notes."""
    told = newswell("--json", "doctor", *options)
    assert told.code == (1 if told.json["findings"] else 0)
    return (
        {one["name"] for one in told.json["findings"]},
        {one["name"] for one in told.json["hints"]},
    )


def test_a_sound_warehouse_and_the_versions(settings: Settings, newswell: Newswell) -> None:
    told = newswell("doctor")
    assert told.code == 0
    assert "newswell.duckdb is sound." in told.out
    assert "duckdb 1." in told.out
    assert "Repaired" not in newswell("doctor", "--repair").out
    assert settings.search_path is not None


def test_an_index_that_is_behind_is_brought_up_to_date(
    settings: Settings, newswell: Newswell
) -> None:
    store(settings, [extraction("c", "seas")])
    publish(settings.warehouse_path, settings.published_path, settings.warehouse)
    assert names(newswell) == (set(), {"search index and published file agree"})
    told = newswell("doctor", "--repair")
    assert "Repaired: brought published file and search index up to date." in told.out
    assert names(newswell) == (set(), set())


def test_a_damaged_index_is_made_anew(settings: Settings, newswell: Newswell) -> None:
    assert settings.search_path is not None
    for folder in settings.search_path.glob("0*"):
        shutil.rmtree(folder)
    assert "lacks 2 articles" in newswell("doctor").out
    assert newswell("doctor", "--repair").code == 0
    assert newswell("--json", "search", "rivers").json["total"] == 1


def test_an_older_warehouse_is_brought_forward(tmp_path: Path, newswell: Newswell) -> None:
    settings = settings_in(tmp_path)
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        migrate(connection, utc_now(), upto=1)
    assert "Repaired: brought the warehouse forward to schema" in newswell("doctor", "--repair").out
    assert names(newswell) == (set(), set())


def test_a_broken_off_takedown_is_completed(settings: Settings, newswell: Newswell) -> None:
    target = Target(kind="url", value="https://news.example/a")
    assert isinstance(settings.warehouse_path, Path)
    write_pending(settings, [target])
    assert names(newswell) == ({"every takedown is complete"}, set())
    assert "completed a takedown" in newswell("doctor", "--repair").out
    assert names(newswell) == (set(), set())
    assert ask(settings, "SELECT count(*) FROM articles") == [(1,)]


def test_a_run_in_the_future(settings: Settings, newswell: Newswell) -> None:
    ask(settings, "UPDATE runs SET started_at = ?", utc_now() + timedelta(hours=3))
    assert "the clock goes right" in names(newswell)[0]


def test_an_old_published_file(settings: Settings, newswell: Newswell) -> None:
    assert names(newswell, "--max-age", "1h") == (set(), set())
    stamp = (utc_now() - timedelta(hours=5)).timestamp()
    assert isinstance(settings.published_path, Path)
    os.utime(settings.published_path, (stamp, stamp))
    assert names(newswell, "--max-age", "6h") == (set(), set())
    assert names(newswell, "--max-age", "4h") == ({"the published file is new enough"}, set())
    wrong = newswell("doctor", "--max-age", "soon")
    assert (wrong.code, wrong.err.count("\n")) == (2, 1)


@pytest.fixture(name="archived")
def _archived(tmp_path: Path) -> Iterator[Settings]:
    pages = {f"/{label}": article_page(label) for label in ("rivers", "lakes")}
    with open_newsroom(outlets=(), hosts={"gazette": pages}) as newsroom:
        addresses = {newsroom.url("gazette", path): path for path in list(pages)}
        pages["/feed.xml"] = rss(addresses)
        source = Source(id="gazette", feeds=(newsroom.url("gazette", "/feed.xml"),))
        settings = configure(tmp_path, [source])
        run_ingest(settings, clock=MovedClock(utc_now()))
        yield settings


@pytest.mark.parametrize(
    "damage", ["archive_offset = archive_offset + 1", "archive_file = 'gone'", "sha256 = 'other'"]
)
def test_a_place_of_the_archive_that_has_something_else(
    archived: Settings, newswell: Newswell, damage: str
) -> None:
    assert names(newswell) == (set(), set())
    ask(archived, f"UPDATE fetches SET {damage} WHERE url LIKE '%/lakes'")
    for options in ([], ["--all"]):
        assert names(newswell, *options)[0] == {"the archive has what was fetched"}
