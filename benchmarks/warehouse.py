"""What the warehouse costs as it grows: storing, space, a batch, and the questions of docs/sql.md.

    python benchmarks/warehouse.py [--sizes 10000,100000,1000000] [--rounds 5] [--times 1]

Fills one warehouse with invented articles (about 3,000 characters, 5,000 a day, one in fifty a
copy at another publisher, one in a hundred edited within three days), and at each size stores
batches of 500 new ones with edits, the same with edits of articles of any age, publishes, and asks
the first ten questions of docs/sql.md of the published file. The same articles go into two tables
that do nothing else than keep one row an address: DuckDB's and SQLite's, with a primary key and an
upsert. Prints a table when a size is done. A million takes about an hour of two cores and 10 GB in
the folder for temporary files; with `--sizes 10000,100000 --times 10` ten minutes, since the last
warehouse is then multiplied instead of filled (`multiplied.py`).
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from multiplied import multiply

from dedup import fingerprint
from dedup.fingerprint import words
from dedup.shingles import shingle
from flows.batch import store_batch
from flows.garbage import seldom_collecting
from flows.pool import Extraction
from schemas.address import article_id
from schemas.article import Article
from schemas.document import Document, Kind, digest, document_id
from schemas.run import RunReport
from schemas.settings import Settings
from tests.invented import NOW, begin, clock, settings_in
from tests.sql_page import PAGE, examples
from warehouse.connect import open_published
from warehouse.publish import publish
from warehouse.query import ask

#: The batch that is timed, as the issue asks, and what fills a warehouse faster than that.
BATCH, FILL = 500, 2_500
QUESTIONS = 10
#: Words of an article: 3,000 characters.
LENGTH = 450
A_DAY = 5_000
COPIED, EDITED = 50, 100
#: Articles of three days: as long as `ingest` looks at one again.
YOUNG = 3 * A_DAY
PUBLISHERS = 40

_SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "qui",
    "ro",
    "su",
    "ta",
    "ve",
    "wi",
    "xo",
    "zu",
]
#: 8,000 words, used as unevenly as those of a language: a tenth of them makes half of a text.
_VOCABULARY = np.array([a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES])
_UNEVEN = 3.3


def body(number: int, edition: int = 0) -> str:
    """The text of an article: that of the one before it for one in fifty."""
    said = number - 1 if number % COPIED == 1 else number
    ranks = (np.random.default_rng(said).random(LENGTH) ** _UNEVEN * len(_VOCABULARY)).astype(int)
    chosen = _VOCABULARY[ranks].tolist()
    if edition:
        chosen[LENGTH // 2] = f"edition {edition}"
    cut = range(0, LENGTH, 50)
    return "\n\n".join(" ".join(chosen[at : at + 50]).capitalize() + "." for at in cut)


def page(number: int, edition: int = 0) -> Extraction:
    """An article as the extraction hands it on, with its shingles."""
    outlet = number % PUBLISHERS
    url = f"https://outlet{outlet}.example/news/{number}"
    text = body(number, edition)
    published = NOW - timedelta(days=400) + timedelta(seconds=number * 86_400 / A_DAY)
    title = " ".join(text[:60].split()[:-1])
    sha256 = digest(text.encode())
    captured = published + timedelta(minutes=10 + 60 * edition)
    document = Document(
        document_id=document_id(url, sha256, captured),
        url=url,
        requested_url=url,
        source_id=f"outlet{outlet}",
        kind=Kind.HTML,
        content=b"",
        sha256=sha256,
        seen_at=captured,
        captured_at=captured,
    )
    article = Article(
        article_id=article_id(url),
        url=url,
        requested_url=url,
        canonical_url=url,
        source_id=document.source_id,
        publisher=f"Outlet {outlet}",
        document_id=document.document_id,
        title=title,
        body=text,
        word_count=LENGTH,
        language="en",
        published_at=published,
        published_on=published.date(),
        published_precision="second",
        provenance={"title": "h1"},
    )
    return Extraction(
        document=document,
        size=len(text),
        result=article,
        fingerprint=fingerprint(title, text),
        shingles=shingle(words(text)),
    )


def batches(first: int, last: int, size: int, age: int = YOUNG) -> Iterator[list[Extraction]]:
    """The articles of these numbers, and edits of some among so many that came before."""
    for start in range(first, last, size):
        numbers = range(start, min(start + size, last))
        chance = random.Random(start)
        before = range(max(start - age, 0), start)
        edits = [chance.choice(before) for _ in range(len(numbers) // EDITED) if before]
        yield [page(one) for one in numbers] + [page(one, 1) for one in dict.fromkeys(edits)]


class Spent(NamedTuple):
    """Seconds by the clock on the wall, and of all cores' time."""

    wall: float
    cpu: float


def timed(work: Callable[[], object]) -> Spent:
    """What the work takes."""
    began, used = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - began, time.process_time() - used)


def middle(spent: Sequence[Spent]) -> str:
    """The medians, in milliseconds."""
    wall, cpu = (statistics.median(one[part] for one in spent) * 1000 for part in (0, 1))
    return f"{wall:,.0f} ({cpu:,.0f})"


class Ours:
    """The warehouse."""

    name = "newswell"

    def __init__(self, folder: Path) -> None:
        self.settings: Settings = settings_in(folder)
        self.path = self.settings.warehouse_path
        self.run: RunReport = begin(self.settings)
        assert isinstance(self.path, Path)

    def store(self, batch: Sequence[Extraction]) -> None:
        """One transaction, as a run does it."""
        with seldom_collecting():
            self.run = store_batch(self.settings, self.run, batch, clock)

    def questions(self) -> tuple[Spent, list[Spent]]:
        """What publishing takes, and each question on an open published file."""
        published = self.settings.published_path
        spent = timed(lambda: publish(self.path, published, self.settings.warehouse, anew=True))
        asked = [sql for sql, _ in examples(PAGE.read_text(encoding="utf-8"))][:QUESTIONS]
        with open_published(published) as connection:
            answers = [
                min(timed(lambda sql=sql: ask(connection, sql)) for _ in range(3))  # type: ignore[misc]
                for sql in asked
            ]
        return spent, answers


class PlainDuckDB:
    """A table with a primary key; nothing but the last text of each address."""

    name = "DuckDB, PRIMARY KEY"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "plain.duckdb"
        self._connection = duckdb.connect(str(self.path))
        self._connection.execute(
            "CREATE TABLE articles (url VARCHAR PRIMARY KEY, publisher VARCHAR, title VARCHAR,"
            " body VARCHAR, published_at TIMESTAMPTZ)"
        )

    def store(self, batch: Sequence[Extraction]) -> None:
        """An upsert."""
        names = ["url", "publisher", "title", "body", "published_at"]
        columns = list(zip(*map(_row, batch), strict=True))
        staged = pa.table(dict(zip(names, map(list, columns), strict=True)))
        self._connection.register("staged", staged)
        self._connection.execute("INSERT OR REPLACE INTO articles FROM staged")
        self._connection.unregister("staged")


class PlainSQLite:
    """The same in SQLite, in write-ahead mode."""

    name = "SQLite, PRIMARY KEY"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "plain.sqlite"
        self._connection = sqlite3.connect(self.path)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(
            "CREATE TABLE articles (url TEXT PRIMARY KEY, publisher TEXT, title TEXT, body TEXT,"
            " published_at TEXT) WITHOUT ROWID"
        )

    def store(self, batch: Sequence[Extraction]) -> None:
        """An upsert."""
        rows = [(*row[:4], row[4].isoformat()) for row in map(_row, batch)]
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO articles VALUES (?,?,?,?,?)", rows)


Store = Ours | PlainDuckDB | PlainSQLite
Times = dict[str, list[Spent]]


def _row(item: Extraction) -> tuple:  # type: ignore[type-arg]
    article = item.result
    assert isinstance(article, Article)
    return article.url, article.publisher, article.title, article.body, article.published_at


def main() -> None:
    """Prints a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="articles, smallest first")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=1, help="multiplies the last warehouse")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newswell-warehouse-") as place:
        stores = [Ours(Path(place)), PlainDuckDB(Path(place)), PlainSQLite(Path(place))]
        print(
            "milliseconds, in brackets of CPU\n\n"
            "| articles | stored in | rows a second | MB per 1,000 | 500 more "
            "| with old edits | publish | ten questions | the slowest of them |\n|" + "---|" * 9,
            flush=True,
        )
        next_one = 0
        for size in map(int, options.sizes.split(",")):
            show(stores, next_one, size, options.rounds)
            next_one = size + 2 * BATCH * options.rounds
        if options.times > 1:
            assert isinstance(stores[0].path, Path)
            multiply(stores[0].path, options.times, 1 + next_one // A_DAY)
            show_multiplied(stores[0], next_one, options)


def show_multiplied(store: Store, first: int, options: argparse.Namespace) -> None:
    """Adds batches to a warehouse that was multiplied, and prints a line."""
    _, adding, older = grow([store], first, first, options.rounds)
    articles = first * options.times
    mb = bytes_each(store, articles) / 1000
    print(
        f"| {articles:,} | {store.name}, multiplied | - | {mb:.2f}"
        f" | {middle(adding[store.name])} | {middle(older[store.name])} | {_asked(store)} |",
        flush=True,
    )


def _asked(store: Store) -> str:
    """What publishing takes and the ten questions, the slowest of them as well."""
    if not isinstance(store, Ours):
        return "- | - | -"
    publishing, answers = store.questions()
    whole = Spent(sum(one.wall for one in answers), sum(one.cpu for one in answers))
    return f"{middle([publishing])} | {middle([whole])} | {middle([max(answers)])}"


class Grown(NamedTuple):
    """What each batch took, by the store's name: of those that fill it, of those that come then,
    and of some with edits of articles of any age.
    """

    filling: Times
    adding: Times
    editing: Times


def grow(stores: Sequence[Store], first: int, size: int, rounds: int) -> Grown:
    """Fills all stores up to a size and adds twice as many batches as `rounds`."""
    times = Grown(*({store.name: [] for store in stores} for _ in range(3)))
    more = BATCH * rounds
    growing = (
        batches(first, size, FILL),
        batches(size, size + more, BATCH),
        batches(size + more, size + 2 * more, BATCH, age=size),
    )
    for spent, made in zip(times, growing, strict=True):
        for batch in made:
            for store in stores:
                spent[store.name].append(timed(partial(store.store, batch)))
    return times


def bytes_each(store: Store, articles: int) -> float:
    """Bytes of the file for each article."""
    assert isinstance(store.path, Path)
    return store.path.stat().st_size / articles


def show(stores: Sequence[Store], first: int, size: int, rounds: int) -> None:
    """Fills all stores up to a size, and prints a line for each."""
    grown = grow(stores, first, size, rounds)
    for store in stores:
        wall, cpu = (sum(one[part] for one in grown.filling[store.name]) for part in (0, 1))
        mb = bytes_each(store, size + 2 * BATCH * rounds) / 1000
        new = size - first
        print(
            f"| {size:,} | {store.name} | {new / wall:,.0f} ({new / cpu:,.0f})"
            f" | {mb:.2f} | {middle(grown.adding[store.name])}"
            f" | {middle(grown.editing[store.name])}"
            f" | {_asked(store)} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
