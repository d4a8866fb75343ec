"""What search costs: adding articles to a large index, and asking it; beside DuckDB's fts.

    python benchmarks/search.py [--articles 200000] [--added 1000] [--rounds 5]

Invented articles of about 3.3 kB (words drawn from 50,000 with Zipf's frequencies) are put into a
published file in a temporary folder. Newswell's index is made, then brought up to date after
articles were added; DuckDB's extension fts (from its package duckdb-extension-fts) indexes the same
file, and, since it cannot add, makes its index anew. The same questions go to both.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from schemas.settings import WarehouseSettings
from tests.invented import NOW
from warehouse.connect import open_published, open_warehouse
from warehouse.extensions import load_extension
from warehouse.migrate import migrate
from warehouse.search import Filters, catch_up
from warehouse.search.hits import find_in

_VOCABULARY = 50_000
_WORDS = 480  # of 6 letters on average: 3.3 kB
_CHUNK = 5_000
_QUESTIONS = 20

_INSERT = """INSERT INTO articles BY NAME SELECT id::UUID AS article_id, url, url AS requested_url,
    url AS canonical_url, 'sampler' AS source_id, 'The Sampler' AS publisher, title,
    [] AS authors, DATE '2026-01-01' + (number % 365)::INTEGER AS published_on, 'en' AS language,
    [] AS keywords, body, 480 AS word_count, 1 AS version, 'live' AS status, [] AS flags,
    '{}' AS provenance, '{}' AS extra, now() AS first_seen_at, now() AS last_seen_at,
    now() AS content_changed_at, id::UUID AS document_id FROM fresh"""
_MARK = (
    """INSERT INTO ops.fingerprints SELECT id::UUID, md5(body)::UUID, md5(body)::UUID FROM fresh"""
)


class Inventor:
    """Articles by number, the same in each run."""

    def __init__(self) -> None:
        chance = np.random.default_rng(7)
        letters = np.array(list("abcdefghilmnoprstuv"))
        lengths = chance.integers(3, 10, _VOCABULARY)
        self.words = ["".join(chance.choice(letters, size)) for size in lengths]
        weights = 1 / np.arange(1, _VOCABULARY + 1)
        self._odds = np.cumsum(weights / weights.sum())
        self._chance = chance

    def articles(self, first: int, count: int) -> pa.Table:
        """So many articles as a table."""
        drawn = np.searchsorted(self._odds, self._chance.random((count, _WORDS + 8)))
        texts = [[self.words[word] for word in row] for row in drawn]
        numbers = range(first, first + count)
        return pa.table(
            {
                "number": list(numbers),
                "id": [f"00000000-0000-0000-0000-{number:012}" for number in numbers],
                "url": [f"https://sampler.example/{number}" for number in numbers],
                "title": [" ".join(text[:8]) for text in texts],
                "body": [" ".join(text[8:]) for text in texts],
            }
        )

    def questions(self) -> list[str]:
        """Two words each, neither the commonest nor the rarest."""
        chosen = self._chance.integers(50, 5_000, (_QUESTIONS, 2))
        return [f"{self.words[one]} {self.words[other]}" for one, other in chosen]


def main() -> None:
    """Prints one table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--articles", type=int, default=200_000)
    arguments.add_argument("--added", type=int, default=1_000)
    arguments.add_argument("--rounds", type=int, default=5)
    chosen = arguments.parse_args()
    inventor = Inventor()
    with tempfile.TemporaryDirectory() as folder:
        path, index = Path(folder, "news.duckdb"), Path(folder, "search")
        for first in range(0, chosen.articles, _CHUNK):
            put(path, inventor.articles(first, min(_CHUNK, chosen.articles - first)))
        print(f"{chosen.articles:,} articles, {path.stat().st_size / 1e6:,.0f} MB", flush=True)
        made = timed(lambda: catch_up(path, index, 5))
        adding = []
        for number in range(chosen.rounds):
            put(path, inventor.articles(chosen.articles + number * chosen.added, chosen.added))
            adding.append(timed(lambda: catch_up(path, index, 5)))
        questions = inventor.questions()
        with open_published(path) as published:
            asking = [
                timed(lambda q=q: find_in(published, index, q, Filters(), 10))  # type: ignore[misc]
                for q in questions
            ]
        total = chosen.articles + chosen.rounds * chosen.added
        print("| | made, articles a second | 1,000 more, seconds | a question, ms |")
        print("|---|---|---|---|")
        show("newswell", chosen.articles / made, statistics.median(adding), asking)
        with duckdb.connect() as connection:
            load_extension(connection, "fts")
            connection.execute(f"ATTACH '{path}' AS news")
            connection.execute("USE news")
            pragma = "PRAGMA create_fts_index('articles', 'article_id', 'title', 'body')"
            rebuilt = timed(lambda: connection.execute(pragma))
            sql = """SELECT article_id, title, fts_main_articles.match_bm25(article_id, ?,
                conjunctive := 1) AS score FROM articles WHERE score IS NOT NULL
                ORDER BY score DESC LIMIT 10"""
            peer = [timed(lambda q=q: connection.execute(sql, [q]).fetchall()) for q in questions]  # type: ignore[misc]
        show("DuckDB's fts", total / rebuilt, rebuilt, peer)
        more, ask = rebuilt / statistics.median(adding), ratio(peer, asking)
        print(f"newswell adds {more:,.0f} times as fast and answers {ask:,.1f} times as fast")


def put(path: Path, fresh: pa.Table) -> None:
    """Adds articles to a published file."""
    with open_warehouse(path, WarehouseSettings(memory_limit="4GB")) as connection:
        migrate(connection, NOW)
        connection.register("fresh", fresh)
        connection.execute(_INSERT)
        connection.execute(_MARK)
        connection.unregister("fresh")


def timed(work: Callable[[], Any]) -> float:
    """Seconds that it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def show(name: str, rate: float, more: float, asking: list[float]) -> None:
    """A line of the table."""
    print(
        f"| {name} | {rate:,.0f} | {more:,.2f} | {statistics.median(asking) * 1e3:,.1f} |",
        flush=True,
    )


def ratio(one: list[float], other: list[float]) -> float:
    """How many times as long the one takes, by medians."""
    return statistics.median(one) / statistics.median(other)


if __name__ == "__main__":
    main()
