"""How well articles are put together to stories, in whatever order they come.

    python benchmarks/stories.py [--batch 50] [--orders date,reversed,shuffle,shuffle] [--halves]

Stores the labelled documents of `groups/story_dev` in a warehouse kept in a temporary folder,
a batch after the other, and places each batch. Prints BCubed precision, recall and F1 for each
order of arrival, the milliseconds of CPU that placing an article takes, and how many are in
another story than in the first order. `--halves` scores ten random halves of the stories, each
in a warehouse of its own: what the figures are worth on stories that were not looked at.
`--growth 2500,10000` prints what placing costs in warehouses of growing size.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Hashable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dedup import fingerprint
from extractors.words import count_words
from flows.batch import store_batch
from flows.grouping import place_waiting
from flows.pool import Extraction
from schemas.address import article_id, canonical_url
from schemas.article import Article
from schemas.document import Document, Kind, digest, document_id
from schemas.settings import Settings
from tests.invented import NOW, SOURCE, ask, begin, clock, settings_in

BENCH = Path(os.environ.get("NEWSWELL_BENCH", "../shared/bench"))
Doc = dict[str, Any]


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--orders", default="date,reversed,shuffle,shuffle,shuffle")
    parser.add_argument("--halves", action="store_true")
    parser.add_argument("--growth", default="")
    options = parser.parse_args()
    path = BENCH / "groups" / "story_dev" / "docs.jsonl.gz"
    if not path.exists():
        print(f"{path} is not there: set NEWSWELL_BENCH to the folder of the benchmark data")
        return
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        docs = [json.loads(line) for line in lines]
    if options.growth:
        growth(docs, [int(size) for size in options.growth.split(",")], options.batch)
        return
    if options.halves:
        halves(docs, options.batch)
        return
    first: dict[str, str] = {}
    for number, order in enumerate(options.orders.split(",")):
        found, cost = place(arranged(docs, order, number), options.batch)
        first = first or found
        moved = elsewhere(first, found)
        print(f"{order:9} {told(docs, found)}  {cost:.1f} ms of CPU an article  {moved} elsewhere")


def halves(docs: Sequence[Doc], size: int) -> None:
    """Scores random halves of the stories."""
    stories = sorted({doc["story"] for doc in docs})
    chance = random.Random(6)
    for _ in range(5):
        half = set(chance.sample(stories, len(stories) // 2))
        for kept in (
            [doc for doc in docs if doc["story"] in half],
            [doc for doc in docs if doc["story"] not in half],
        ):
            found, _ = place(arranged(kept, "shuffle", 1), size)
            print(f"{len(kept):5} documents  {told(kept, found)}")


def growth(docs: Sequence[Doc], sizes: Sequence[int], batch: int) -> None:
    """Prints what placing the last batches costs in warehouses of so many articles: the
    documents again and again, each time with other names and a month later.
    """
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        stored = 0
        for size in sizes:
            many = [
                anew(docs[number % len(docs)], number // len(docs))
                for number in range(stored, size)
            ]
            enter(settings, many[: -5 * batch], 500)
            cost = 1000 * enter(settings, many[-5 * batch :], batch) / (5 * batch)
            stored = size
            size_of = (Path(folder) / "data" / "newswell.duckdb").stat().st_size
            figures = f"{cost:.1f} ms of CPU and {size_of / size:,.0f} bytes an article"
            print(f"{size:9,} articles  {figures}")


def anew(doc: Doc, edition: int) -> Doc:
    """The document about other people and places, so many months later."""
    mark = "abcdefghijklmnopqrstuvwxyz"[edition % 26] * (1 + edition // 26)
    day = date.fromisoformat((doc["date"] or "2012-06-01")[:10]) + timedelta(days=30 * edition)

    def other(text: str) -> str:
        return re.sub(r"\b[A-Z]\w+", lambda word: f"{word.group()}{mark}", text)

    return {
        **doc,
        "id": f"{doc['id']}-{edition}",
        "title": other(doc["title"] or ""),
        "text": other(doc["text"]),
        "date": day.isoformat(),
    }


def arranged(docs: Sequence[Doc], order: str, seed: int) -> list[Doc]:
    """The documents in an order of arrival; undated ones spread by chance."""
    chance = random.Random(seed)
    mixed = chance.sample(list(docs), len(docs))
    if order == "shuffle":
        return mixed
    span = sorted(doc["date"] for doc in docs if doc["date"])
    mixed.sort(key=lambda doc: doc["date"] or chance.choice(span), reverse=order == "reversed")
    return mixed


def place(docs: Sequence[Doc], size: int) -> tuple[dict[str, str], float]:
    """The story of each document, and the milliseconds of CPU that placing one took."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        seconds = enter(settings, docs, size)
        rows = ask(settings, "SELECT extra->>'name', story_id::VARCHAR FROM articles")
    return dict(rows), 1000 * seconds / len(docs)


def enter(settings: Settings, docs: Sequence[Doc], size: int) -> float:
    """Stores and places the documents; returns the seconds of CPU that placing took."""
    run, seconds = begin(settings), 0.0
    for start in range(0, len(docs), size):
        run = store_batch(
            settings, run, [extraction(doc) for doc in docs[start : start + size]], clock
        )
        began = time.process_time()
        place_waiting(settings, clock)
        seconds += time.process_time() - began
    return seconds


def extraction(doc: Doc) -> Extraction:
    """A document as a run hands it to the warehouse."""
    url = f"https://{doc['publisher'] or 'somewhere.example'}/{doc['id']}"
    canonical = canonical_url(url)
    day = date.fromisoformat(doc["date"][:10]) if doc["date"] else None
    content = f"{doc['id']}\n{doc['title']}\n{doc['text']}".encode()
    document = Document(
        document_id=document_id(url, digest(content), None),
        url=url,
        requested_url=url,
        source_id=SOURCE.id,
        kind=Kind.RECORD,
        content=b"",
        sha256=digest(content),
        seen_at=NOW,
        captured_at=None,
    )
    article = Article(
        article_id=article_id(canonical),
        url=url,
        requested_url=url,
        canonical_url=canonical,
        source_id=SOURCE.id,
        document_id=document.document_id,
        title=doc["title"],
        body=doc["text"],
        language=doc["lang"],
        publisher=doc["publisher"],
        word_count=count_words(doc["text"]),
        published_at=datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None,
        published_on=day,
        published_precision="day" if day else None,
        extra={"name": doc["id"]},
    )
    mark = fingerprint(article.title, article.body)
    return Extraction(document=document, size=len(content), result=article, fingerprint=mark)


def told(docs: Sequence[Doc], found: dict[str, str]) -> str:
    """BCubed figures (Bagga and Baldwin 1998), as `score.py` of the data computes them."""
    pairs = [(found[doc["id"]], doc["story"]) for doc in docs]
    both = Counter(pairs)
    guessed, true = Counter(one for one, _ in pairs), Counter(one for _, one in pairs)
    precision = sum(count * count / guessed[one] for (one, _), count in both.items()) / len(pairs)
    recall = sum(count * count / true[one] for (_, one), count in both.items()) / len(pairs)
    score = 2 * precision * recall / (precision + recall)
    figures = f"BCubed P {precision:.3f} R {recall:.3f} F1 {score:.4f}"
    return f"{figures}  {len(guessed)} stories of {len(true)}"


def elsewhere(first: dict[str, str], second: dict[str, str]) -> int:
    """Documents whose story has other members in the second than in the first."""
    return sum(_mates(first)[one] != mates for one, mates in _mates(second).items())


def _mates(found: dict[str, str]) -> dict[str, frozenset[str]]:
    members: dict[Hashable, set[str]] = {}
    for one, story in found.items():
        members.setdefault(story, set()).add(one)
    return {one: frozenset(members[story]) for one, story in found.items()}


if __name__ == "__main__":
    main()
