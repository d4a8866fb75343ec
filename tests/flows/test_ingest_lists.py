"""What lists articles: feeds with whole texts, sitemaps, plain pages; and when each is due."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest

from flows.batch import Clock, Placing, store_batch
from flows.ingesting import run_ingest
from flows.outcome import Outcome
from schemas.run import RunReport
from schemas.settings import Settings, WarehouseSettings
from schemas.source import Source
from sources.newsroom.exchange import Page, Reply
from sources.newsroom.server import Newsroom, open_newsroom
from tests.ingested import (
    MAY,
    MovedClock,
    article_page,
    ask,
    assert_sound,
    atom,
    configure,
    fates,
    feed_page,
    rss,
)
from tests.invented import body
from warehouse.connect import WarehouseError

Pages = dict[str, Reply | Page]
HOST = "gazette"


class Paper:
    """One host whose pages a test writes as it goes, and a clock to move."""

    def __init__(self, newsroom: Newsroom, pages: Pages, folder: Path) -> None:
        self.newsroom, self.pages, self.folder = newsroom, pages, folder
        self.clock = MovedClock()
        self.settings: Settings

    def url(self, path: str) -> str:
        return self.newsroom.url(HOST, path)

    def configure(self, *sources: Source) -> None:
        self.settings = configure(self.folder, sources)

    def ingest(self, *, everything: bool = False) -> tuple[RunReport, list[str]]:
        """A run, and the paths that it asked."""
        self.newsroom.forget_requests()
        report = run_ingest(self.settings, everything=everything, clock=self.clock)
        assert report.counts.adds_up
        paths = [one.path for one in self.newsroom.requests if one.path != "/robots.txt"]
        return report, paths

    def ask(self, sql: str, *parameters: object) -> list[dict[str, Any]]:
        return ask(self.settings, sql, *parameters)


@pytest.fixture(name="paper")
def _paper(tmp_path: Path) -> Iterator[Paper]:
    pages: Pages = {}
    with open_newsroom(outlets=(), hosts={HOST: pages}) as newsroom:
        paper = Paper(newsroom, pages, tmp_path)
        yield paper
        assert_sound(paper.settings)


def whole(label: str) -> str:
    """A text that is longer than a teaser."""
    parts = (body(label) + "\n\n" + body(f"{label} again")).split("\n\n")
    return "".join(f"<p>{escape(part)}</p>" for part in parts)


def test_a_text_that_changes_in_its_feed_is_a_version(paper: Paper) -> None:
    first, second = paper.url("/first"), paper.url("/second")
    titles = {first: "Ferry sails again", second: "Pier closed"}

    def print_feed(one: str, two: str) -> None:
        paper.pages["/feed.xml"] = rss(
            titles, dated=MAY, content={first: whole(one), second: whole(two)}
        )

    feed = paper.url("/feed.xml")
    paper.configure(Source(id=HOST, feeds=(feed,), full_text_in_feed=True))
    print_feed("ferry", "pier")
    report, paths = paper.ingest(everything=True)
    assert (report.counts.stored, paths) == (2, ["/feed.xml"])

    report, paths = paper.ingest(everything=True)
    assert (report.counts.discovered, paths) == (0, ["/feed.xml"])

    paper.clock.move(hours=1)
    print_feed("ferry", "pier and mole")
    report, _ = paper.ingest(everything=True)
    assert (report.counts.discovered, report.counts.new_versions) == (1, 1)

    # taken back: what it said at first is its third version
    paper.clock.move(hours=1)
    print_feed("ferry", "pier")
    report, paths = paper.ingest(everything=True)
    assert (report.counts.new_versions, paths) == (1, ["/feed.xml"])
    rows = paper.ask("SELECT url, version, body FROM articles ORDER BY url")
    assert [(row["url"], row["version"]) for row in rows] == [(first, 1), (second, 3)]
    assert "mole" not in rows[1]["body"]
    kept = paper.ask("SELECT version, valid_from FROM article_versions ORDER BY valid_from")
    assert [row["version"] for row in kept if row["valid_from"]] == [1, 1, 2, 3]


def test_an_item_that_holds_no_article_is_refused_once(paper: Paper) -> None:
    address = paper.url("/menu")
    menu = "".join(f'<p><a href="/{n}">Read more about dish {n}</a></p>' for n in range(40))
    paper.pages["/feed.xml"] = rss({address: "Menu"}, content={address: menu})
    feed = paper.url("/feed.xml")
    paper.configure(Source(id=HOST, feeds=(feed,), full_text_in_feed=True))
    paper.ingest(everything=True)
    before = fates(paper.settings)
    assert before[address][0] == "rejected"
    more = paper.url("/ferry")
    paper.pages["/feed.xml"] = rss(
        {address: "Menu", more: "Ferry"}, content={address: menu, more: whole("ferry")}
    )
    report, _ = paper.ingest(everything=True)
    assert report.counts.discovered == 1
    assert fates(paper.settings)[address] == before[address]


def sitemap(urls: dict[str, datetime | None]) -> str:
    rows = "".join(
        f"<url><loc>{url}</loc>"
        + (f"<lastmod>{day.isoformat()}</lastmod>" if day else "")
        + "</url>"
        for url, day in urls.items()
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


@pytest.mark.parametrize("kind", ["auto", "index"])
def test_an_index_of_sitemaps_is_read_to_its_parts(paper: Paper, kind: str) -> None:
    index = "".join(
        f"<sitemap><loc>{paper.url(path)}</loc></sitemap>" for path in ("/news.xml", "/more.xml.gz")
    )
    packed = gzip.compress(
        sitemap(
            {
                paper.url("/undated"): None,
                paper.url("/old"): MAY - timedelta(days=30),
            }
        ).encode()
    )
    paper.pages |= {
        "/robots.txt": Reply(body=f"Sitemap: {paper.url('/index.xml')}\n".encode()),
        "/index.xml": feed_page(
            f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{index}'
            "</sitemapindex>"
        ),
        "/news.xml": feed_page(sitemap({paper.url("/today"): MAY})),
        "/more.xml.gz": Page(body=packed, content_type="application/gzip", modified=MAY, max_age=0),
        **{path: article_page(path) for path in ("/today", "/undated", "/old", "/plain")},
    }
    maps = "auto" if kind == "auto" else (paper.url("/index.xml"),)
    paper.configure(Source(id=HOST, sitemaps=maps, pages=(paper.url("/plain"),)))
    report, paths = paper.ingest(everything=True)
    # what is older than a week is for a backfill
    assert fates(paper.settings) == {
        paper.url(path): ("stored", None) for path in ("/today", "/undated", "/plain")
    }
    assert report.counts.stored == 3

    _, again = paper.ingest(everything=True)
    assert set(again) == {"/index.xml", "/news.xml", "/more.xml.gz"}
    parts = {one.path: one.status for one in paper.newsroom.requests}
    assert (parts["/news.xml"], parts["/more.xml.gz"]) == (304, 304)

    paper.pages["/news.xml"] = feed_page(
        sitemap({paper.url("/today"): MAY, paper.url("/new"): MAY + timedelta(hours=1)})
    )
    paper.pages["/new"] = article_page("new")
    paper.clock.move(hours=1)
    _, later = paper.ingest(everything=True)
    assert later.count("/new") == 1
    assert fates(paper.settings)[paper.url("/new")] == ("stored", None)
    assert "/old" not in {*paths, *again, *later}


def test_an_article_is_looked_at_while_it_is_young(paper: Paper) -> None:
    """1, 6, 24 and 72 hours after its publication; between them nobody is asked."""
    paper.pages |= {
        "/feed.xml": rss({paper.url("/young"): "Ferry sails again"}, dated=MAY),
        "/young": article_page("young"),
    }
    source = Source(id=HOST, feeds=(paper.url("/feed.xml"),), cadence="30d")
    paper.configure(source)
    asked = []
    moved = 0.0
    # three minutes later each time than the look is due
    for hours in (0.05, 0.5, 1.05, 3.0, 6.05, 24.05, 72.05, 200.0):
        paper.clock.move(hours=hours - moved)
        moved = hours
        report, paths = paper.ingest()
        asked += [(hours, path) for path in paths]
        assert report.counts.unchanged == sum(path == "/young" for path in paths if hours > 0.1)
    assert asked == [
        (0.05, "/feed.xml"),
        *((hours, "/young") for hours in (0.05, 1.05, 6.05, 24.05, 72.05)),
    ]


def test_an_edit_between_two_looks_is_told_by_the_feed(paper: Paper) -> None:
    page = paper.url("/page")
    quiet = paper.url("/quiet")
    long_ago = MAY - timedelta(days=9)

    def print_feed(edited: datetime) -> None:
        paper.pages["/feed.xml"] = atom(
            {page: ("Ferry", long_ago, edited), quiet: ("Pier", long_ago, long_ago)}
        )

    paper.pages |= {"/page": article_page("page"), "/quiet": article_page("quiet")}
    print_feed(long_ago)
    paper.configure(Source(id=HOST, feeds=(paper.url("/feed.xml"),)))
    paper.ingest(everything=True)

    paper.clock.move(hours=5)
    paper.pages["/page"] = article_page("page", text="page, corrected")
    print_feed(MAY + timedelta(hours=4))
    report, paths = paper.ingest(everything=True)
    assert sorted(paths) == ["/feed.xml", "/page"]
    assert report.counts.new_versions == 1

    # the same date says nothing new
    paper.clock.move(hours=1)
    paper.pages["/feed.xml"] = atom({page: ("Ferry", long_ago, MAY + timedelta(hours=4))})
    _, paths = paper.ingest(everything=True)
    assert paths == ["/feed.xml"]


def test_two_sources_that_list_one_address_make_one_article(paper: Paper) -> None:
    paper.pages |= {
        "/one.xml": rss({paper.url("/page?utm_source=one"): "Ferry"}),
        "/two.xml": rss({paper.url("/page?utm_source=two"): "Ferry"}),
        "/page": article_page("page"),
    }
    paper.configure(
        Source(id="one", feeds=(paper.url("/one.xml"),)),
        Source(id="two", feeds=(paper.url("/two.xml"),)),
    )
    report, paths = paper.ingest(everything=True)
    assert report.counts.discovered == 1
    assert sum(path.startswith("/page") for path in paths) == 1


def test_only_what_is_due_is_polled_unless_it_is_named(paper: Paper) -> None:
    paper.pages |= {"/one.xml": rss({}), "/two.xml": rss({})}
    paper.configure(
        Source(id="one", feeds=(paper.url("/one.xml"),), cadence="15m"),
        Source(id="two", feeds=(paper.url("/two.xml"),), cadence="6h"),
    )
    assert len(paper.ingest()[1]) == 2
    assert paper.ingest()[1] == []
    paper.clock.move(minutes=16)
    assert paper.ingest()[1] == ["/one.xml"]
    paper.newsroom.forget_requests()
    run_ingest(paper.settings, ["two"], clock=paper.clock)
    assert [one.path for one in paper.newsroom.requests] == ["/two.xml"]


def test_a_batch_that_is_stored_at_the_second_attempt_has_its_times(paper: Paper) -> None:
    """As when a Prefect task is retried."""

    def store(
        settings: Settings,
        run: RunReport,
        outcomes: Sequence[Outcome],
        clock: Clock,
        placing: Placing,
    ) -> RunReport:
        nowhere = WarehouseSettings(path="no?where")
        broken = settings.model_copy(update={"warehouse": nowhere})
        with pytest.raises(WarehouseError):
            store_batch(broken, run, outcomes, clock, placing)
        return store_batch(settings, run, outcomes, clock, placing)

    paper.pages |= {
        "/feed.xml": rss({paper.url("/page"): "Ferry"}),
        "/page": article_page("page"),
    }
    paper.configure(Source(id=HOST, feeds=(paper.url("/feed.xml"),)))
    run_ingest(paper.settings, clock=paper.clock, store=store)
    (row,) = paper.ask("SELECT looks, next_at, validators FROM ops.candidates")
    assert row["looks"] == 1
    assert row["next_at"] > paper.clock()
    assert "etag" in row["validators"]
