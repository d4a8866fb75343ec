"""What a batch costs in a small warehouse and in a large one.

    python benchmarks/batches.py [--sizes 1000,100000] [--rounds 5]

Stores batches of 200 invented articles (about 3,000 characters each) in warehouses of
growing size, kept in a temporary folder: all of them new, all of them edited, all of them
met again; and looks 64 documents up. Prints milliseconds (the median of the rounds) and
the ratio to the first size.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flows.batch import store_batch
from flows.outcome import Known
from flows.pool import Extraction
from schemas.run import RunReport
from schemas.settings import Settings
from tests.invented import begin, body, clock, extraction, known, settings_in
from warehouse.checks import run_checks
from warehouse.connect import open_warehouse
from warehouse.lookup import known_documents

BATCH = 200
LOOK_UP = 64
#: What is stored at once to fill a warehouse.
_FILL = 2000
#: One article in fifty repeats another, as agency reports do.
_REPEATS = 50


def page(number: int, edition: int = 0) -> Extraction:
    """An invented article; a later edition has another text."""
    copied = number - 1 if number % _REPEATS == 1 else number
    text = f"quay {copied}" if not edition else f"quay {number} in edition {edition}"
    more = "\n\n".join(body(f"{text}, part {part}") for part in range(4))
    return extraction(f"{number}", text, captured=edition, more=more)


def fill(settings: Settings, size: int) -> RunReport:
    """A warehouse of so many articles."""
    run = begin(settings)
    for start in range(0, size, _FILL):
        batch = [page(number) for number in range(start, min(start + _FILL, size))]
        run = store_batch(settings, run, batch, clock)
    return run


def met_again(page: Extraction) -> Known:
    """The article as a file that is still there: one that was captured is not touched."""
    return known(page).model_copy(update={"is_anew": True})


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def measure(size: int, rounds: int) -> dict[str, float]:
    """Medians for one size, by what was done."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        run = fill(settings, size)
        found: dict[str, list[float]] = {}
        for turn in range(1, rounds + 1):
            first = turn * size // (rounds + 1)
            old = [page(number) for number in range(first, first + BATCH)]
            batches = {
                "new": [page(size + turn * BATCH + number) for number in range(BATCH)],
                "edited": [page(number, turn) for number in range(first, first + BATCH)],
                "known": [met_again(one) for one in old],
            }
            for name, batch in batches.items():
                spent = timed(lambda batch=batch: store_batch(settings, run, batch, clock))  # type: ignore[misc]
                found.setdefault(name, []).append(spent)
            ids = [one.document.document_id for one in old[:LOOK_UP]]
            with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
                looked = timed(lambda: known_documents(connection, ids))  # noqa: B023 - run at once
                found.setdefault("look-up", []).append(looked)
        with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
            findings = []
            found["doctor"] = [timed(lambda: findings.extend(run_checks(connection)))]
            assert not findings, findings
        size_mb = settings.warehouse_path.stat().st_size / 1e6
        return {name: statistics.median(spent) for name, spent in found.items()} | {"MB": size_mb}


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", default="1000,100000", help="articles, smallest first")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    results = {size: measure(size, options.rounds) for size in sizes}
    names = list(results[sizes[0]])
    print("| articles | " + " | ".join(names) + " |")
    print("|---" * (len(names) + 1) + "|")
    for size, result in results.items():
        cells = [
            f"{result[name]:,.1f} (x{result[name] / results[sizes[0]][name]:.1f})" for name in names
        ]
        print(f"| {size:,} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
