"""Backfilling from WARC files: what is taken, where it goes on, what a kill leaves."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from flows.backfilling import run_backfill
from flows.batch import Also, Clock, Placing, store_batch
from flows.outcome import Outcome
from schemas.document import Document
from schemas.orders import BackfillOrder
from schemas.rejection import Rejection
from schemas.run import RunReport
from schemas.settings import Settings, load_settings
from schemas.source import Source
from sources.reading import Reading
from sources.warc import read_captures
from tests.crawls import CAPTURED, Crawl
from tests.ingested import MAY, MovedClock, ask, assert_sound, configure, fates
from tests.invocation import Newswell

ROOT = Path(__file__).parent.parent.parent


def order(*paths: Path | str, again: bool = False, source: str | None = None) -> BackfillOrder:
    return BackfillOrder(warc=tuple(map(str, paths)), again=again, source=source)


def outcome(settings: Settings) -> dict[str, list[tuple[str, ...]]]:
    """Everything that neither time nor the number of runs changes."""
    queries = {
        "articles": "SELECT * EXCLUDE (last_seen_at) FROM articles",
        "versions": "SELECT * FROM article_versions",
        "fetches": "SELECT * EXCLUDE (run_id, seen_at) FROM fetches",
        "fates": "SELECT url, source_id, fate, reason, article_id FROM ops.candidates",
        "rejects": "SELECT url, source_id, stage, reason, detail FROM rejects",
    }
    return {
        name: sorted(tuple(map(repr, row.values())) for row in ask(settings, sql))
        for name, sql in queries.items()
    }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return configure(tmp_path, [], batch_size=4)


def test_pages_are_taken_and_all_else_is_passed_over_or_has_a_reason(
    settings: Settings, tmp_path: Path
) -> None:
    crawl = Crawl(tmp_path / "CC-NEWS-1.warc.gz")
    crawl.add_pages(range(3))
    crawl.add_what_is_no_page()
    crawl.add_damaged("https://news.example/damaged")
    crawl.add_pages([3])
    crawl.add_badly_packed("https://news.example/packed")
    crawl.add("https://news.example/empty", b"")
    crawl.add_bytes(b"\x00junk" * 50)
    crawl.add_pages([4])
    report = run_backfill(settings, order(tmp_path / "CC-NEWS-1.warc.gz"), clock=MovedClock())
    assert report.counts.adds_up
    assert report.counts.stored == 5
    assert report.kind == "backfill"
    told = fates(settings)
    assert {url for url, (fate, _) in told.items() if fate == "stored"} == {
        f"https://news.example/{number}" for number in range(5)
    }
    refused = {
        url.rpartition("/")[2].partition("#")[0]: reason for url, (_, reason) in told.items()
    }
    assert {name: reason for name, reason in refused.items() if reason} == {
        "CC-NEWS-1.warc.gz": "bad-record",
        "packed": "bad-gzip",
        "empty": "empty",
    }
    assert report.counts.rejected == 4  # two stretches of damage
    assert_sound(settings)
    (row,) = ask(settings, "SELECT * FROM articles WHERE url = 'https://news.example/0'")
    assert row["first_seen_at"].date() == CAPTURED.date()
    assert row["source_id"] == "warc"
    (fetch,) = ask(settings, "SELECT * FROM fetches WHERE url = 'https://news.example/0'")
    assert fetch["seen_at"] >= MAY
    assert fetch["archive_file"] == str(tmp_path / "CC-NEWS-1.warc.gz")


def test_the_second_time_nothing_is_read(settings: Settings, tmp_path: Path) -> None:
    Crawl(tmp_path / "a.warc.gz").add_pages(range(5))
    Crawl(tmp_path / "b.warc.gz").add_pages(range(5, 9))
    assert run_backfill(settings, order(tmp_path / "*.warc.gz")).counts.stored == 9
    before = outcome(settings)
    # it may have been moved meanwhile
    (tmp_path / "a.warc.gz").rename(tmp_path / "c.warc.gz")
    report = run_backfill(settings, order(tmp_path / "*.warc.gz"))
    assert report.counts.discovered == 0
    again = run_backfill(settings, order(tmp_path / "*.warc.gz", again=True))
    assert (again.counts.unchanged, again.counts.discovered) == (9, 9)
    assert outcome(settings) == before


def test_a_file_that_grew_is_read_from_where_it_ended(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    crawl = Crawl(path)
    # the mark of a file is that of its first bytes
    crawl.add("https://news.example/large.png", os.urandom(9_000), "image/png")
    crawl.add_pages(range(4))
    assert run_backfill(settings, order(path)).counts.stored == 4
    crawl.add_pages(range(4, 7))
    report = run_backfill(settings, order(path))
    assert (report.counts.discovered, report.counts.stored) == (3, 3)
    assert_sound(settings)


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_that_was_cut_off_anywhere_is_gone_on_with_when_it_is_whole(
    tmp_path: Path, *, packed: bool
) -> None:
    path = tmp_path / "a.warc.gz"
    crawl = Crawl(path)
    crawl.add("https://news.example/large.png", os.urandom(9_000), "image/png")
    crawl.add_pages([0])
    begun = len(path.read_bytes() if packed else gzip.decompress(path.read_bytes()))
    crawl.add_pages([1])
    whole = path.read_bytes() if packed else gzip.decompress(path.read_bytes())
    reading = Reading(source_id="a", max_bytes=1_000_000, seen_at=MAY, html_only=True)
    for cut in range(begun + 1, len(whole) - 1, 7 if packed else 97):
        path.write_bytes(whole[:cut])
        with path.open("rb") as raw:
            first = list(read_captures(raw, path, f"file:{path}", reading))
        path.write_bytes(whole)
        with path.open("rb") as raw:
            rest = list(read_captures(raw, path, f"file:{path}", reading, first[-1].end))
        urls = [one.found.url for one in (*first, *rest) if isinstance(one.found, Document)]
        assert set(urls) == {"https://news.example/0", "https://news.example/1"}, cut
        # of what comes after the cut, nothing is damaged
        assert not [one for one in rest if isinstance(one.found, Rejection)], cut


def test_another_file_that_begins_alike_is_read_whole(settings: Settings, tmp_path: Path) -> None:
    crawl = Crawl(tmp_path / "a.warc.gz")
    crawl.add("https://news.example/large.png", os.urandom(9_000), "image/png")
    begun = (tmp_path / "a.warc.gz").read_bytes()
    crawl.add_pages(range(3))
    run_backfill(settings, order(tmp_path / "a.warc.gz"))
    other = tmp_path / "other"
    other.mkdir()
    Crawl(other / "a.warc.gz").add_pages(range(10, 16))
    rest = (other / "a.warc.gz").read_bytes()
    (other / "a.warc.gz").write_bytes(begun + rest)
    report = run_backfill(settings, order(other / "a.warc.gz"))
    assert report.counts.stored == 6


def test_a_page_is_that_sources_on_whose_host_it_lies(tmp_path: Path) -> None:
    gazette = Source(
        id="gazette", publisher="The Gazette", feeds=("https://www.gazette.example/feed.xml",)
    )
    settings = configure(tmp_path, [gazette])
    crawl = Crawl(tmp_path / "a.warc.gz")
    crawl.add_pages([1], host="gazette.example")
    crawl.add_pages([2], host="other.example")
    run_backfill(settings, order(tmp_path / "a.warc.gz"))
    rows = ask(settings, "SELECT source_id, publisher, url FROM articles ORDER BY url")
    assert [(row["source_id"], row["url"]) for row in rows] == [
        ("gazette", "https://gazette.example/1"),
        ("warc", "https://other.example/2"),
    ]
    assert rows[0]["publisher"] == "The Gazette"
    named = run_backfill(settings, order(tmp_path / "a.warc.gz", source="crawl"))
    assert named.counts.unchanged == 2


def test_what_a_publisher_reserves_is_kept_with_the_page(tmp_path: Path) -> None:
    skipping = Source(id="strict", pages=("https://strict.example/",), reserved="skip")
    settings = configure(tmp_path, [skipping])
    crawl = Crawl(tmp_path / "a.warc.gz")
    page = "<html><head><title>T</title></head><body><article>{}</article></body></html>"
    text = "<p>The council put off its decision on the pier for another week.</p>" * 9
    crawl.add("https://free.example/1", page.format(text).encode(), X_Robots_Tag="noai")
    crawl.add("https://strict.example/1", page.format(text).encode(), X_Robots_Tag="noai")
    run_backfill(settings, order(tmp_path / "a.warc.gz"))
    (row,) = ask(settings, "SELECT url, flags FROM articles")
    assert row["url"] == "https://free.example/1"
    assert "noai" in row["flags"]
    assert fates(settings)["https://strict.example/1"] == ("rejected", "rights-reserved")


class StopError(Exception):
    """The disk is full, say."""


class Store:
    """Stores, and breaks off at one batch: before or after it is in the warehouse."""

    def __init__(self, batch: int, *, after: bool) -> None:
        self._left, self._after = batch, after

    def __call__(
        self,
        settings: Settings,
        run: RunReport,
        outcomes: Sequence[Outcome],
        clock: Clock,
        placing: Placing,
        also: Also,
        /,
    ) -> RunReport:
        self._left -= 1
        if not self._left and not self._after:
            raise StopError
        report = store_batch(settings, run, outcomes, clock, placing, also)
        if not self._left:
            raise StopError
        return report


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two archives in which one page of each kind comes between the others."""
    folder = tmp_path_factory.mktemp("crawled")
    for number in range(2):
        crawl = Crawl(folder / f"{number}.warc.gz")
        for start in range(0, 10, 5):
            first = number * 10 + start
            crawl.add_pages(range(first, first + 5))
            crawl.add(f"https://news.example/empty/{first}", b"")
            crawl.add_what_is_no_page()
            crawl.add_badly_packed(f"https://news.example/packed/{first}")
    return folder


@pytest.fixture(scope="module")
def calm(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, RunReport]:
    """What a run that nothing disturbs stores, and what it says."""
    settings = configure(tmp_path_factory.mktemp("calm"), [], batch_size=4)
    return settings, run_backfill(settings, order(crawled))


@pytest.mark.parametrize("after", [False, True])
def test_wherever_it_breaks_off_it_goes_on_there(
    crawled: Path, calm: tuple[Settings, RunReport], tmp_path: Path, *, after: bool
) -> None:
    whole = calm[1].counts
    for batch in (1, 3, 6):
        settings = configure(_made(tmp_path / f"at-{batch}"), [], batch_size=4)
        with pytest.raises(StopError):
            run_backfill(settings, order(crawled), store=Store(batch, after=after))
        run_backfill(settings, order(crawled))
        assert outcome(settings) == outcome(calm[0]), batch
        (sums,) = ask(settings, "SELECT sum(stored) AS stored, sum(unchanged) AS again FROM runs")
        assert sums["stored"] == whole.stored
        # what had overtaken a page that was on its way is read again, and nothing else
        assert sums["again"] <= 10
        assert_sound(settings)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


SCRIPT = """
import os, signal, sys
from pathlib import Path
from flows.backfilling import run_backfill
from flows.batch import store_batch
from schemas.orders import BackfillOrder
from schemas.run import RunReport
from schemas.settings import load_settings

left = int(sys.argv[3])

def store(*arguments):
    global left
    report = store_batch(*arguments)
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return report

if __name__ == "__main__":
    run_backfill(load_settings(Path(sys.argv[1])), BackfillOrder(warc=(sys.argv[2],)), store=store)
"""


@pytest.mark.long
@pytest.mark.timeout(240)
def test_killed_it_goes_on_and_nothing_is_lost_or_doubled(
    crawled: Path, calm: tuple[Settings, RunReport], tmp_path: Path
) -> None:
    folder = _made(tmp_path / "killed")
    settings = configure(folder, [], batch_size=4)
    script = folder / "run.py"
    script.write_text(SCRIPT)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("NEWSWELL_")}
    done = []
    for _ in range(9):
        process = subprocess.run(
            [sys.executable, str(script), str(folder / "newswell.toml"), str(crawled), "3"],
            cwd=ROOT,
            env={**kept, "PYTHONPATH": str(ROOT)},
            timeout=60,
            check=False,
        )
        done.append(process.returncode)
        if process.returncode == 0:
            break
    assert done[-1] == 0
    assert done.count(-signal.SIGKILL) >= 2
    assert outcome(load_settings(folder / "newswell.toml")) == outcome(calm[0])
    assert_sound(settings)
    status: list[Any] = [row["status"] for row in ask(settings, "FROM runs ORDER BY started_at")]
    assert status[-1] == "done"
    assert set(status[:-1]) == {"crashed"}


def test_the_command_says_what_it_did(newswell: Newswell, tmp_path: Path) -> None:
    Crawl(tmp_path / "a.warc.gz").add_pages(range(2))
    Crawl(tmp_path / "b.warc.gz").add_pages([2])
    (tmp_path / "notes.txt").write_text("no archive")
    result = newswell("backfill", "--warc", "a.warc.gz", "b.warc.gz", "--json")
    assert result.code == 0, result.err
    assert result.json["counts"]["stored"] == 3
    assert result.json["kind"] == "backfill"
    assert result.json["parameters"] == {"warc": ["a.warc.gz", "b.warc.gz"]}
    again = newswell("backfill", "--warc", "a.warc.gz", "--json")
    assert again.json["counts"]["discovered"] == 0
    bad = newswell("backfill", "--warc", "notes.txt", "gone.warc.gz")
    assert bad.code == 1
    assert "not a WARC file" in bad.out
    assert "no such file" in bad.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name one of three: --source and --since, --urls, or --warc"),
        (["--source", "x"], "name one of three: --source and --since, --urls, or --warc"),
        (["--since", "2026-03-01"], "--since needs --source"),
        (["--source", "x", "--until", "2026-03-01", "--warc", "a"], "--until needs --since"),
        (["--source", "x", "--since", "yesterday"], "--since yesterday: write a day"),
        (["--source", "x", "--since", "2026-03-02", "--until", "2026-03-01"], "until lies before"),
        (["--source", "X Y", "--warc", "a"], "--source 'X Y': use small letters"),
        (["--urls", "a", "--warc", "b"], "name one of three"),
        (["a.warc.gz"], "paths follow --warc"),
        (["--urls", "nowhere.txt"], "there is no such file"),
    ],
)
def test_a_wrong_order_gets_one_line(newswell: Newswell, arguments: list[str], said: str) -> None:
    result = newswell("backfill", *arguments)
    assert result.code == 2
    assert said in result.err
    assert result.err.count("\n") == 1
