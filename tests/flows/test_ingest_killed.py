"""An ingest that is killed or interrupted and started again ends as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.ingesting import run_ingest
from schemas.settings import Settings
from schemas.source import Source
from sources.newsroom.exchange import Page, Reply
from sources.newsroom.mishaps.table import find_misdeed
from sources.newsroom.server import Newsroom, open_newsroom
from tests.ingested import (
    MAY,
    MovedClock,
    article_page,
    ask,
    assert_sound,
    atom,
    configure,
    rss,
)
from tests.invented import body

ROOT = Path(__file__).parent.parent.parent
#: A few meet most moments over some weeks of test runs; before a release NEWSWELL_KILLS=50.
KILLS = int(os.environ.get("NEWSWELL_KILLS", "2"))
#: Pages a host: sixty in all are a few batches of five from each.
PAGES = 15
HOSTS = ("alpha", "beta", "gamma", "delta")
#: Far more than a run takes on a machine that does other things too, seconds.
_PATIENCE = 150

SCRIPT = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.ingesting import run_ingest
from schemas.settings import load_settings

if __name__ == "__main__":
    settings = load_settings(Path(sys.argv[1]))
    ahead = timedelta(seconds=float(sys.argv[2]))
    print("ready", flush=True)
    try:
        run_ingest(settings, clock=lambda: datetime.now(UTC) + ahead)
    except KeyboardInterrupt:
        sys.exit(130)
"""

Pages = dict[str, Reply | Page]


class Press:
    """Four hosts in two editions: pages, edits, refusals, an article that goes, whole texts."""

    def __init__(self, newsroom: Newsroom, pages: dict[str, Pages]) -> None:
        self.newsroom, self._pages = newsroom, pages
        self.print(1)

    def sources(self) -> list[Source]:
        """What to configure."""
        return [
            Source(
                id=host,
                feeds=(self.newsroom.url(host, "/feed.xml"),),
                full_text_in_feed=host == "delta",
            )
            for host in HOSTS
        ]

    def print(self, edition: int) -> None:
        """Puts an edition on the air."""
        for host in HOSTS:
            self._pages[host].clear()
        # alpha: no dates, so that each page is looked at an hour after it was found
        alpha = {f"/{n}": article_page(f"alpha {n}") for n in range(PAGES)}
        alpha["/13"] = article_page("beta 3", head="<!-- taken over -->", text="beta 3")
        alpha["/14"] = Page(
            body=b"<html><body><a href=/>Nothing here</a></body></html>",
            content_type="text/html",
            modified=MAY,
            max_age=60,
        )
        links = {self.newsroom.url("alpha", path): path for path in [*alpha, "/missing"]}
        self._pages["alpha"] |= {**alpha, "/feed.xml": rss(links)}
        # beta: its feed tells what was edited
        edited = {n: MAY + timedelta(hours=1) for n in range(4) if edition == 2}
        beta = {
            f"/{n}": article_page(f"beta {n}", text=f"beta {n}, corrected" if n in edited else "")
            for n in range(PAGES)
        }
        week = MAY - timedelta(days=8)
        told = {
            self.newsroom.url("beta", f"/{n}"): (f"Beta {n}", week, edited.get(n, week))
            for n in range(PAGES)
        }
        self._pages["beta"] |= {**beta, "/feed.xml": atom(told)}
        # gamma: young, so that its pages are looked at again
        gamma = {f"/{n}": article_page(f"gamma {n}") for n in range(PAGES + edition - 1)}
        dated = {self.newsroom.url("gamma", path): path for path in gamma}
        self._pages["gamma"] |= {**gamma, "/feed.xml": rss(dated, dated=MAY)}
        # delta: articles that have no pages
        texts = {
            self.newsroom.url("delta", f"/{n}"): whole(n, edition)
            for n in range(PAGES - 2 + edition)
        }
        titles = {url: f"Delta {n}" for n, url in enumerate(texts)}
        self._pages["delta"]["/feed.xml"] = rss(titles, dated=MAY, content=texts)
        if edition == 2:
            self._pages["alpha"]["/0"] = article_page("alpha 0", text="alpha 0, corrected")
            self._pages["alpha"]["/1"] = Reply(status=410)


def whole(number: int, edition: int) -> str:
    edited = " corrected" if edition == 2 and number in {2, 5, 7} else ""
    parts = (body(f"delta {number}{edited}") + "\n\n" + body(f"more {number}")).split("\n\n")
    return "".join(f"<p>{part}</p>" for part in parts)


@pytest.fixture(name="press", scope="module")
def _press() -> Iterator[Press]:
    pages: dict[str, Pages] = {host: {} for host in HOSTS}
    with open_newsroom(outlets=(), hosts=pages, latency=0.01) as newsroom:
        yield Press(newsroom, pages)


class Runs:
    """Processes that ingest one folder."""

    def __init__(self, folder: Path, press: Press) -> None:
        folder.mkdir()
        self._script = folder / "run.py"
        self._script.write_text(SCRIPT)
        self._config = folder / "newswell.toml"
        self.settings = configure(folder, press.sources(), batch_size=5)

    def start(self, clock: MovedClock) -> subprocess.Popen[str]:
        """A run that is about to begin."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("NEWSWELL_")}
        process = subprocess.Popen(
            [sys.executable, str(self._script), str(self._config), str(clock.ahead)],
            cwd=ROOT,
            env={**kept, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def finish(self, clock: MovedClock) -> float:
        """A run that is left in peace; says how many seconds it took."""
        with self.start(clock) as process:
            began = time.monotonic()
            assert process.wait(_PATIENCE) == 0
            return time.monotonic() - began

    def kill(self, clock: MovedClock, after: float) -> bool:
        """A run that is killed after so many seconds, unless it is done before."""
        with self.start(clock) as process:
            try:
                assert process.wait(after) == 0
            except subprocess.TimeoutExpired:
                process.kill()
                return process.wait(_PATIENCE) == -signal.SIGKILL
            return False


def outcome(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that time does not change."""
    queries = {
        "articles": """SELECT article_id, url, canonical_url, title, body, version, status,
            duplicate_of, published_at, source_id, flags FROM articles""",
        "versions": "SELECT article_id, version, title, body, change FROM article_versions",
        "fates": "SELECT url, source_id, fate, reason, article_id FROM ops.candidates",
        "duplicates": "SELECT article_id, duplicate_of, kind FROM duplicates",
        "rejects": "SELECT url, stage, reason FROM rejects",
        "looks": "SELECT url, attempts, looks, next_at IS NULL FROM ops.candidates",
    }
    return {
        name: sorted(tuple(map(repr, row.values())) for row in ask(settings, sql))
        for name, sql in queries.items()
    }


def requests(press: Press) -> Counter[tuple[str, str]]:
    """How often each page and feed was asked; what robots.txt said is kept at a run's end."""
    asked = ((one.outlet, one.path) for one in press.newsroom.requests)
    return Counter(one for one in asked if one[1] != "/robots.txt")


@pytest.mark.long
@pytest.mark.timeout(240 + 60 * KILLS)
def test_killed_at_random_moments_it_ends_as_an_undisturbed_run(
    press: Press, tmp_path: Path
) -> None:
    chance = random.Random()
    calm = Runs(tmp_path / "calm", press)
    expected, lengths, asked = {}, {}, {}
    clock = MovedClock()
    for edition in (1, 2):
        press.print(edition)
        press.newsroom.forget_requests()
        lengths[edition] = calm.finish(clock)
        expected[edition], asked[edition] = outcome(calm.settings), requests(press)
        clock.move(hours=2)
    assert expected[1] != expected[2]
    assert max(asked[1].values()) == 1

    killed = rounds = 0
    while killed < KILLS:
        rounds += 1
        runs = Runs(tmp_path / f"round-{rounds}", press)
        clock = MovedClock()
        for edition in (1, 2):
            press.print(edition)
            press.newsroom.forget_requests()
            before = killed
            while killed < KILLS and runs.kill(clock, chance.uniform(0, lengths[edition])):
                killed += 1
            runs.finish(clock)
            assert outcome(runs.settings) == expected[edition], f"round {rounds}"
            assert_sound(runs.settings)
            # what a killed run had fetched and not stored is fetched again, no more
            again = requests(press)
            assert again.keys() == asked[edition].keys()
            assert max(again.values()) <= 1 + killed - before
            clock.move(hours=2)


def test_interrupted_it_keeps_what_it_stored_and_goes_on_later(
    press: Press, tmp_path: Path
) -> None:
    clock = MovedClock()
    press.print(1)
    silence = find_misdeed("/slow/silence")
    assert silence is not None
    press.newsroom.answer("gamma", "/7", silence)
    runs = Runs(tmp_path / "run", press)
    with runs.start(clock) as process:
        # one page does not come, and the others are stored meanwhile
        while not stored(runs.settings):
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.1)
        process.send_signal(signal.SIGINT)
        assert process.wait(_PATIENCE) == 130
    (run,) = ask(runs.settings, "FROM runs")
    assert run["status"] == "interrupted"
    assert run["finished_at"] is not None
    fates = ask(runs.settings, "SELECT fate, count(*) AS n FROM url_fate GROUP BY fate")
    assert run["stored"] == {row["fate"]: row["n"] for row in fates}["stored"] > 0
    assert_sound(runs.settings)

    press.newsroom.answer("gamma", "/7")
    run_ingest(runs.settings, clock=clock)
    left = ask(runs.settings, "SELECT url FROM url_fate WHERE reason = 'discovered'")
    assert left == []


def stored(settings: Settings) -> int:
    if not settings.warehouse_path.exists():
        return 0
    rows = ask(settings, "SELECT table_name FROM duckdb_tables() WHERE table_name = 'runs'")
    return sum(row["stored"] for row in ask(settings, "FROM runs")) if rows else 0
