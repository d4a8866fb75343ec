"""Whatever comes in whatever order and wherever it crashes: the warehouse is the same."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, note, settings
from hypothesis import strategies as st

from flows.backfilling import run_backfill
from flows.forgetting import complete, forget
from flows.ingesting import run_ingest
from flows.loading import run_load
from schemas.orders import BackfillOrder
from schemas.settings import Settings
from schemas.source import Source
from sources.newsroom.exchange import Page, Reply
from sources.newsroom.server import Newsroom, open_newsroom
from tests.crashes import CrashError, Fuse, dying
from tests.crawls import Crawl
from tests.ingested import (
    MAY,
    MovedClock,
    article_page,
    ask,
    assert_sound,
    atom,
    configure,
)
from tests.invented import body, unused_folder
from warehouse.affected import Target
from warehouse.publish import is_current
from warehouse.search import is_behind

#: Each is a few runs, beside the two below; test runs meet most moments in time. Before a release
#: NEWSWELL_CRASHES=200.
EXAMPLES = int(os.environ.get("NEWSWELL_CRASHES", "2"))
#: Pages of the outlet, records of each file.
PAGES = 6

Kind = Literal["ingest", "load", "backfill", "forget"]


class Act(NamedTuple):
    """What is done; `which` is the edition, file or address; a crash at each share of the way."""

    kind: Kind
    which: int
    crashes: tuple[float, ...] = ()


acts = st.lists(
    st.builds(
        Act,
        st.sampled_from(["ingest", "load", "backfill", "forget"]),
        st.integers(0, 2),
        st.lists(st.floats(0, 1), max_size=2).map(tuple),
    ),
    min_size=2,
    max_size=5,
)


class World:
    """An outlet in three editions, files and crawls that repeat some of its articles."""

    def __init__(self, newsroom: Newsroom, pages: dict[str, Reply | Page], folder: Path) -> None:
        self.newsroom, self._pages = newsroom, pages
        self.files = [self._records(folder, number) for number in range(3)]
        self.crawls = [self._crawl(folder, number) for number in range(3)]

    def source(self) -> Source:
        """What to configure."""
        return Source(id="gazette", feeds=(self.newsroom.url("gazette", "/feed.xml"),))

    def print(self, edition: int) -> None:
        """Each edition has one page more and one that was edited."""
        shown = range(PAGES + edition)
        week = MAY - timedelta(days=8)
        edited = {number: MAY + timedelta(hours=number) for number in range(edition)}
        self._pages.clear()
        for number in shown:
            text = f"gazette {number}{', corrected' if number in edited else ''}"
            self._pages[f"/{number}"] = article_page(f"gazette {number}", text=text)
        self._pages["/empty"] = Page(
            body=b"<html><body><p>Soon.</p></body></html>",
            content_type="text/html",
            modified=MAY,
            max_age=60,
        )
        told = {
            self.newsroom.url("gazette", f"/{number}"): (
                f"Gazette {number}",
                week,
                edited.get(number, week),
            )
            for number in [*shown, "empty"]
        }
        self._pages["/feed.xml"] = atom(told)

    def target(self, which: int) -> Target:
        """A page, a record of the files, or a whole domain."""
        if which == 0:
            return Target(kind="url", value=self.newsroom.url("gazette", "/0"))
        if which == 1:
            return Target(kind="url", value="https://files.example/1")
        return Target(kind="domain", value="news.example")

    def _records(self, folder: Path, number: int) -> Path:
        """Records of which two have the words of the outlet's pages, and one is in two files."""
        rows = [
            {
                "url": f"https://files.example/{one}",
                "title": f"Council puts off its decision on record {one}",
                "text": body(f"gazette {one}" if one % 3 == 0 else f"record {one} of {number % 2}"),
                "date": f"2026-04-{one + 1:02}",
            }
            for one in range(number * 2, number * 2 + 5)
        ]
        file = folder / f"{number}.jsonl"
        lines = [*map(json.dumps, rows), '{"url": "https://files.example/none"}']
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    def _crawl(self, folder: Path, number: int) -> Path:
        crawl = Crawl(folder / f"{number}.warc.gz")
        crawl.add_pages(range(number * 3, number * 3 + 5))
        crawl.add(f"https://news.example/empty/{number}", b"")
        return folder / f"{number}.warc.gz"


@pytest.fixture(name="world", scope="module")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    pages: dict[str, Reply | Page] = {}
    with open_newsroom(outlets=(), hosts={"gazette": pages}) as newsroom:
        yield World(newsroom, pages, tmp_path_factory.mktemp("world"))


def act(world: World, settings: Settings, what: Act, clock: MovedClock) -> None:
    """Does it, or goes on with it."""
    if what.kind == "ingest":
        world.print(what.which)
        run_ingest(settings, everything=True, clock=clock)
    elif what.kind == "load":
        run_load(settings, [str(world.files[what.which])], clock=clock)
    elif what.kind == "backfill":
        order = BackfillOrder(warc=(str(world.crawls[what.which]),))
        run_backfill(settings, order, clock=clock)
    elif settings.warehouse_path.exists():
        # what was broken off is known to the warehouse, not only to who ordered it
        complete(settings, clock)
        forget(settings, [world.target(what.which)], clock)


def undisturbed(world: World, folder: Path, todo: Sequence[Act]) -> tuple[Settings, list[int]]:
    """The warehouse after everything went well, and how many steps each act had."""
    settings = configure(folder, [world.source()], batch_size=3)
    clock, steps = MovedClock(), []
    for what in todo:
        fuse = Fuse()
        with dying(fuse):
            act(world, settings, what, clock)
        steps.append(len(fuse.steps))
        clock.move(hours=2)
    return settings, steps


def shaken(
    world: World, folder: Path, todo: Sequence[Act], steps: Sequence[int]
) -> tuple[Settings, list[str]]:
    """The warehouse after crashes, and at which steps those were."""
    settings = configure(folder, [world.source()], batch_size=3)
    clock, died = MovedClock(), []
    for what, length in zip(todo, steps, strict=True):
        for share in what.crashes:
            fuse = Fuse(int(share * length))
            with dying(fuse), suppress(CrashError):
                act(world, settings, what, clock)
            if fuse.blown:
                died.append(f"{what.kind} {what.which}: {fuse.steps[int(share * length)]}")
        act(world, settings, what, clock)
        clock.move(hours=2)
    return settings, died


def outcome(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that neither time nor the number of runs changes."""
    queries = {
        "articles": """SELECT article_id, url, canonical_url, source_id, title, body, version,
            status, duplicate_of, published_at, flags FROM articles""",
        "versions": """SELECT article_id, version, title, body, change, valid_to IS NULL
            FROM article_versions""",
        "fates": "SELECT url, source_id, fate, reason, article_id FROM ops.candidates",
        "duplicates": "SELECT article_id, duplicate_of, kind, similarity FROM duplicates",
        "rejects": "SELECT DISTINCT url, stage, reason FROM rejects",
        "tombstones": "SELECT kind, value FROM ops.tombstones",
        "marks": "SELECT article_id, content_hash, body_hash FROM ops.fingerprints",
    }
    return {
        name: sorted(tuple(map(repr, row.values())) for row in ask(settings, sql))
        for name, sql in queries.items()
    }


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(todo=acts)
@example(todo=[Act("ingest", 0, (0.5,)), Act("load", 0, (0.4,)), Act("forget", 0, (0.3, 0.7))])
@example(todo=[Act("load", 1, (0.8,)), Act("backfill", 0, (0.6, 0.9)), Act("forget", 2, (0.9,))])
@pytest.mark.long
@pytest.mark.timeout(120 + 60 * EXAMPLES)
def test_wherever_it_crashes_it_ends_as_if_it_had_not(
    world: World, tmp_path: Path, todo: list[Act]
) -> None:
    calm, steps = undisturbed(world, unused_folder(tmp_path), todo)
    after, died = shaken(world, unused_folder(tmp_path), todo, steps)
    note(f"died at {died}")
    assert after.warehouse_path.exists() == calm.warehouse_path.exists()
    if not calm.warehouse_path.exists():
        return
    there, expected = outcome(after), outcome(calm)
    for name, rows in expected.items():
        assert there[name] == rows, (name, died)
    assert_sound(after)
    assert is_current(after.warehouse_path, after.published_path, after.warehouse), died
    assert after.search_path is not None
    assert not is_behind(after.published_path, after.search_path), died
