"""Near-duplicates: quality on labelled groups, speed beside datasketch and rensa, growth.

    python benchmarks/duplicates.py [--shuffles 2] [--sizes 10000,100000,1000000]

Quality: the documents of `neardup_dev` in NEWSWELL_BENCH (default ../shared/bench) are placed
one by one as batches place them, in order of date and shuffled, and the groups scored by the
set's own `score.py`; then through warehouses in batches of three sizes, whose groups have to be
the same. Speed: CPU time from text to decision, beside datasketch and the sketches alone of
datasketch and rensa (`pip install datasketch rensa`; left out where they are absent), on the same
texts in the same process, in turns. Growth: invented texts of 70 hashes each, 5,000 a day, in a
warehouse file; how long the look-ups of 1,000 texts of the last day take, for a process that has
stored before (as all but its first batch) and for one that has not, and bytes a text.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dedup import fingerprint
from dedup.clusters import cluster
from dedup.fingerprint import words
from dedup.near import FAR, NEAR, Neighbourhood, Text
from dedup.shingles import shingle
from flows.batch import store_batch
from flows.pool import Extraction
from schemas.address import article_id
from schemas.article import Article
from schemas.document import Document, Kind, digest, document_id
from schemas.settings import WarehouseSettings
from tests.invented import NOW, begin, clock, settings_in
from warehouse.connect import open_warehouse, transaction
from warehouse.file import _LARGE
from warehouse.holders import Asked, Memory, remembering
from warehouse.migrate import migrate
from warehouse.texts import StoredText, remembered, write_texts

HERE = Path(__file__).resolve().parent
BENCH = Path(os.environ.get("NEWSWELL_BENCH", HERE.parent.parent / "shared" / "bench"))
SET = BENCH / "groups" / "neardup_dev" / "docs.jsonl.gz"
Row = dict[str, Any]
#: As a warehouse of real articles has them: 560 words, one shingle in eight.
_HASHES, _A_DAY, _ASKED = 70, 5_000, 1_000
_ROUNDS = 5
#: Of the usual length, for a peer's sketch.
_PERMUTATIONS = 128
#: Jaccard similarity that a peer's index joins at. Of .3, .4 ... .8 its pair F1 on this set is
#: best at .5 and .7 (.30 both), and BCubed F1 there better at .5 (.89, .81).
_THRESHOLD = 0.5


def read_rows() -> list[Row]:
    """The documents of the set, in order of date."""
    with gzip.open(SET, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return sorted(rows, key=lambda row: (row["date"], row["id"]))


def day_of(row: Row) -> datetime | None:
    """Year 1 stands for an unknown date."""
    moment = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC)
    return None if moment.year == 1 else moment


def text_of(row: Row) -> Text:
    """A document as it is placed."""
    published = day_of(row)
    return Text(
        text_id=uuid5(NAMESPACE_URL, row["id"]),
        body=row["text"],
        publisher=row["publisher"],
        published_at=published,
        day=(published or NOW).toordinal(),
        shingles=shingle(words(row["text"])),
    )


def place(texts: Sequence[Text]) -> dict[UUID, UUID]:
    """The group of each text, placed in this order."""
    known = {one.text_id: one for one in texts}
    around = Neighbourhood({}, {}, {}, [], known.get)
    for one in texts:
        around.place(one)
    return cluster(known, around.links)


def score(rows: Sequence[Row], group: Callable[[Row], object]) -> list[str]:
    """What the set's own script says."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(
            json.dumps({"id": row["id"], "group": str(group(row))}) + "\n" for row in rows
        )
        file.flush()
        command = [sys.executable, str(SET.parent.parent / "score.py"), str(SET), file.name]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def show_quality(rows: Sequence[Row], shuffles: int) -> None:
    """Scores in order of date, whole, and shuffled, in one line each."""
    texts = [text_of(row) for row in rows]
    for number in range(shuffles + 1):
        order = [*texts]
        if number:
            random.Random(number).shuffle(order)
        groups = place(order)
        told = score(rows, lambda row, groups=groups: groups[uuid5(NAMESPACE_URL, row["id"])])
        print("\n".join(told) if not number else f"shuffled: {told[0]}\n{told[-1]}", flush=True)


def extraction_of(row: Row) -> Extraction:
    """A document as a run hands it to the warehouse, under an address of its own."""
    url, published = f"https://a.example/{row['id']}", day_of(row)
    document = Document(
        document_id=document_id(url, digest(row["text"].encode()), NOW),
        url=url,
        requested_url=url,
        source_id="gazette",
        kind=Kind.HTML,
        content=b"",
        sha256=digest(row["text"].encode()),
        seen_at=NOW,
        captured_at=NOW,
    )
    article = Article(
        article_id=article_id(url),
        url=url,
        requested_url=url,
        canonical_url=url,
        source_id="gazette",
        publisher=row["publisher"],
        document_id=document.document_id,
        title=row["title"],
        body=row["text"],
        word_count=len(row["text"].split()),
        published_at=published,
        published_on=published.date() if published else None,
        provenance={},
    )
    mark = fingerprint(row["title"], row["text"])
    return Extraction(document=document, size=0, result=article, fingerprint=mark)


def show_batches(rows: Sequence[Row]) -> None:
    """The same documents through warehouses: survivors must not depend on the batch size."""
    made = [extraction_of(row) for row in rows]
    found = []
    for size in (37, 500, 2000):
        with tempfile.TemporaryDirectory(prefix="newswell-duplicates-") as folder:
            settings = settings_in(Path(folder))
            run = begin(settings)
            began = time.process_time()
            for start in range(0, len(made), size):
                run = store_batch(settings, run, made[start : start + size], clock)
            spent = time.process_time() - began
            with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
                told = connection.execute(
                    "SELECT url, coalesce(duplicate_of, article_id) FROM articles"
                ).fetchall()
        survivors = {url.rsplit("/", 1)[1]: survivor for url, survivor in told}
        found.append(survivors)
        line = score(rows, lambda row, survivors=survivors: survivors[row["id"]])[0]
        print(
            f"through a warehouse, batches of {size}: {line}; "
            f"stored whole {len(rows) / spent:,.0f} a second",
            flush=True,
        )
    same = all(one == found[0] for one in found)
    print(f"survivors and groups the same whatever the batch size: {same}")


def show_speed(rows: Sequence[Row]) -> None:
    """Documents a second, from text to decision, beside peers' sketches alone."""
    ways: dict[str, Callable[[], object]] = {
        "newswell, text to decision": lambda: group_rows(rows),
        "newswell, shingles alone": lambda: [shingle(words(row["text"])) for row in rows],
    }
    try:
        import datasketch  # noqa: F401, PLC0415 - a peer, where it is installed

        ways["datasketch, text to decision"] = lambda: group_by_sketches(rows)
        ways["datasketch, sketches alone"] = lambda: [sketch(row) for row in rows]
    except ImportError:
        print("datasketch is not installed: left out")
    try:
        from rensa import RMinHash  # noqa: PLC0415 - the same

        def quick(row: Row) -> RMinHash:
            made = RMinHash(num_perm=_PERMUTATIONS, seed=1)
            made.update(triples(row))
            return made

        ways["rensa, sketches alone"] = lambda: [quick(row) for row in rows]
    except ImportError:
        print("rensa is not installed: left out")
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(3):
        for name, way in ways.items():
            began = time.process_time()
            way()
            spent[name].append(time.process_time() - began)
    for name, seconds in spent.items():
        print(f"{name}: {len(rows) / statistics.median(seconds):,.0f} documents a second of CPU")


def group_rows(rows: Sequence[Row]) -> dict[str, object]:
    """The group of each document by its name, placed in this order."""
    groups = place([text_of(row) for row in rows])
    return {row["id"]: groups[uuid5(NAMESPACE_URL, row["id"])] for row in rows}


def group_by_sketches(rows: Sequence[Row]) -> dict[str, object]:
    """The same by datasketch's index of MinHash sketches: what it finds for a text is joined."""
    from datasketch import MinHashLSH  # noqa: PLC0415 - a peer

    index = MinHashLSH(threshold=_THRESHOLD, num_perm=_PERMUTATIONS)
    members: dict[str, list[str]] = {}
    group: dict[str, object] = {}
    for row in rows:
        made, mine = sketch(row), row["id"]
        members[mine] = [mine]
        group[mine] = mine
        for other in {group[one] for one in index.query(made)}:
            for one in members.pop(str(other)):
                members[mine].append(one)
                group[one] = mine
        index.insert(mine, made)
    return group


def sketch(row: Row) -> Any:
    """datasketch's MinHash of a document."""
    from datasketch import MinHash  # noqa: PLC0415 - a peer

    made = MinHash(num_perm=_PERMUTATIONS)
    made.update_batch([one.encode() for one in triples(row)])
    return made


def triples(row: Row) -> list[str]:
    """The word sequences that a peer's sketch is made of."""
    said = words(row["text"])
    return [" ".join(said[at : at + 3]) for at in range(len(said) - 2)]


def invented(numbers: Iterable[int], last: int) -> list[StoredText]:
    """Texts without words: the look-up needs none."""
    return [
        StoredText(
            text_id=uuid5(NAMESPACE_URL, str(number)),
            body="",
            publisher=None,
            published_at=None,
            authors=(),
            day=20_000 + (number - last) // _A_DAY,
            originals=(),
        )
        for number in numbers
    ]


def as_large(settings: WarehouseSettings, size: int) -> WarehouseSettings:
    """With as many cores as a warehouse has that holds the articles too, 4.5 kB each."""
    cores = (os.cpu_count() or 1) if size * 4_500 >= _LARGE else 1
    return settings.model_copy(update={"threads": cores})


def show_growth(sizes: Sequence[int]) -> None:
    """Bytes a text, and the time of 1,000 look-ups, at each size of the warehouse."""
    chance = np.random.default_rng(1)
    last = max(sizes)
    with tempfile.TemporaryDirectory(prefix="newswell-duplicates-") as folder:
        settings = settings_in(Path(folder))
        path = settings.warehouse_path
        with open_warehouse(path, settings.warehouse) as connection:
            migrate(connection, NOW)
        assert isinstance(path, Path)
        empty = path.stat().st_size
        for size, before in zip(sizes, (0, *sizes), strict=False):
            for start in range(before, size, _ASKED):
                texts = invented(range(start, min(start + _ASKED, size)), last)
                hashes = chance.integers(0, 2**32, (len(texts), _HASHES)).tolist()
                kept = {one.text_id: mine for one, mine in zip(texts, hashes, strict=True)}
                with (
                    open_warehouse(path, settings.warehouse) as connection,
                    transaction(connection),
                    remembering(connection) as memory,
                ):
                    write_texts(connection, memory, texts, dict.fromkeys(kept, 560), kept)
            today = 20_000 + (size - last) // _A_DAY
            large = as_large(settings.warehouse, size)
            # the first look-up of a process, and those after it
            first, later = [], []
            for spent in (*[first] * _ROUNDS, [], *[later] * _ROUNDS):
                hashes = chance.integers(0, 2**32, (_ASKED, _HASHES), dtype=np.uint32)
                asked = [Asked(today, np.sort(mine)) for mine in hashes]
                with open_warehouse(path, large) as connection:
                    began = time.perf_counter()
                    with remembering(connection) as memory:
                        here = Memory(memory.mark) if spent is first else memory
                        _, days_of = here.holders(connection, asked, NEAR, FAR)
                        remembered(connection, days_of)
                    spent.append(time.perf_counter() - began)
            print(
                f"{size:>9,} texts, {(path.stat().st_size - empty) / size:4.0f} bytes each: "
                f"{_ASKED:,} look-ups {statistics.median(later):.3f} s, "
                f"a process's first {statistics.median(first):.3f} s",
                flush=True,
            )


def main() -> None:
    """Prints all of it."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--shuffles", type=int, default=2)
    options.add_argument("--sizes", default="10000,100000,1000000")
    asked = options.parse_args()
    if SET.is_file():
        rows = read_rows()
        show_quality(rows, asked.shuffles)
        show_batches(rows)
        show_speed(rows)
    else:
        print(f"{SET} is absent: only growth is measured")
    show_growth([int(size) for size in asked.sizes.split(",")])


if __name__ == "__main__":
    main()
