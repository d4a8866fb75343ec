"""Everything in one table: newswell beside its peers, in one run.

    python benchmarks/all.py [--pages 500] [--only end-to-end,extraction] [--peers PYTHON]

The parts are those of the other benchmarks, at sizes that take some minutes: `ingest.py`
(fetch from a local server, extract, store), `extraction.py`, `duplicates.py`,
`warehouse.py` and `memory.py`. A row is a figure, a column is who it is of. The table is
printed at the end, what is being done meanwhile on standard error.

Peers that are not installed are named and left out. They may be in an environment of
their own: `--peers` is its Python, whose packages are looked for after this one's.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import duplicates, extraction, ingest, memory, warehouse

#: A peer's name to what pip installs for it.
PEERS = {
    "newspaper4k": "newspaper4k lxml_html_clean",
    "news-please": "news-please lxml_html_clean",
    "readability-lxml": "readability-lxml",
    "datasketch": "datasketch",
}
#: What the scripts of end to end store with.
STORING = "duckdb pyarrow"
AFTERNOON = "script with trafilatura"
SCRIPTS = {"newspaper4k": "with_newspaper.py", "news-please": "with_newsplease.py"}
#: A peer's name in `extraction.py`.
EXTRACTORS = {"readability-lxml": "readability"}
#: Collections with bodies, and how many pages of each.
SLICE, LIMIT = ("fundus", "aed", "aeb", "daniel"), 25
#: Articles that a batch goes into, and how many batches.
SIZES, ROUNDS = (1_000, 10_000), 3
#: Prints {name: version or null} and where packages are.
_ASK = """
import importlib.metadata, json, sys, sysconfig
def version(name):
    try: return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError: return None
print(json.dumps([sysconfig.get_path("purelib"), {one: version(one) for one in sys.argv[1:]}]))
"""


class Figure(NamedTuple):
    """A cell of the table."""

    what: str
    who: str
    shown: str


class Peers(NamedTuple):
    """The peers that are there, with their versions, and the Python that has them."""

    python: str
    versions: dict[str, str]


def find_peers(python: str) -> Peers:
    """Names what is missing, and makes what is there importable."""
    command = [python, "-c", _ASK, *PEERS, *STORING.split()]
    folder, versions = json.loads(subprocess.check_output(command, text=True))
    if folder not in sys.path:
        sys.path.append(folder)  # last, so that our own packages stay what they are
    for name, packages in PEERS.items():
        if not versions[name]:
            print(f"{name} is not installed, left out: {python} -m pip install {packages}")
    return Peers(python, {name: found for name, found in versions.items() if found})


def end_to_end(peers: Peers, pages: int) -> Iterator[Figure]:
    """Fetching from the local server, extracting, and storing in DuckDB."""
    with ingest.open_site(pages) as site:
        if not site["real"]:
            print("the collections are absent (NEWSWELL_BENCH): invented pages instead")
        ways: dict[str, Callable[[], ingest.Result]] = {
            "newswell": lambda: ingest.measure_ingest(site),
            AFTERNOON: lambda: ingest.measure_script(site),
        }
        storing = [one for one in STORING.split() if one not in peers.versions]
        for name, script in SCRIPTS.items():
            if name in peers.versions and storing:
                packages = " ".join(storing)
                print(f"{name} has no way to store: {peers.python} -m pip install {packages}")
            elif name in peers.versions:
                ways[name] = partial(ingest.measure_script, site, script, peers.python)
        for name, way in ways.items():
            try:
                result = way()
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                print(f"{name} is left out: {error}")
                continue
            ingest.show(name, pages, result)
            part = f"end to end, {pages:,} pages"
            yield Figure(f"{part}: pages a second", name, f"{pages / result['wall']:.1f}")
            yield Figure(f"{part}: CPU ms a page", name, f"{1000 * result['cpu'] / pages:.1f}")
            yield Figure(f"{part}: texts stored", name, f"{result['stored']:,.0f}")


def extract(peers: Peers) -> Iterator[Figure]:
    """Quality and CPU time on the first pages of each collection."""
    folder = extraction.bench()
    if not folder.is_dir():
        print(f"no benchmark data at {folder}: set NEWSWELL_BENCH; extraction is left out")
        return
    logging.disable(logging.CRITICAL)
    names = {"newswell": "newswell", AFTERNOON: "trafilatura"} | {
        name: EXTRACTORS.get(name, name)
        for name in PEERS
        if name in peers.versions and EXTRACTORS.get(name, name) in extraction.PEERS
    }
    loaded = extraction.load_peers([name for name in names.values() if name != "newswell"])
    extraction.warm(loaded)
    scorer = extraction.load_scorer(folder)
    results = [extraction.run_set(name, folder, loaded, scorer, LIMIT) for name in SLICE]
    part = f"extraction, {LIMIT * len(SLICE)} pages"
    for name, inner in names.items():
        if inner in loaded:
            quality = statistics.mean(one["figures"][inner]["F1"] for one in results)
            spent = statistics.mean(time for one in results for time in one["times"][inner])
            yield Figure(f"{part}: body F1", name, f"{quality:.3f}")
            yield Figure(f"{part}: CPU ms a page", name, f"{1000 * spent:.1f}")


def group(peers: Peers) -> Iterator[Figure]:
    """Near-duplicates of the labelled set, in order of date."""
    if not duplicates.SET.is_file():
        print(f"{duplicates.SET} is absent: duplicates are left out")
        return
    rows = duplicates.read_rows()
    ways = {"newswell": duplicates.group_rows}
    if "datasketch" in peers.versions:
        ways["datasketch"] = duplicates.group_by_sketches
    for name, way in ways.items():
        began = time.process_time()
        groups = way(rows)
        spent = time.process_time() - began
        told, *_ = duplicates.score(rows, lambda row, groups=groups: groups[row["id"]])  # type: ignore[misc]
        found = re.search(r"pairs .*?F1 (\S+)", told)
        part = f"duplicates, {len(rows):,} texts"
        yield Figure(f"{part}: pair F1", name, found[1] if found else told)
        yield Figure(f"{part}: texts a second of CPU", name, f"{len(rows) / spent:,.0f}")


def grow() -> Iterator[Figure]:
    """Space, and a batch into warehouses of two sizes, beside tables of one row an address."""
    with tempfile.TemporaryDirectory(prefix="newswell-all-") as place:
        folder = Path(place)
        stores: list[warehouse.Store] = [
            warehouse.Ours(folder),
            warehouse.PlainDuckDB(folder),
            warehouse.PlainSQLite(folder),
        ]
        first = 0
        for size in SIZES:
            grown = warehouse.grow(stores, first, size, ROUNDS)
            first = size + 2 * warehouse.BATCH * ROUNDS
            for times, of in ((grown.adding, ""), (grown.editing, "with edits of any age ")):
                batch = f"warehouse: {warehouse.BATCH} more {of}into {size:,}, ms (of CPU)"
                for store in stores:
                    yield Figure(batch, store.name, warehouse.middle(times[store.name]))
        for store in stores:
            each = warehouse.bytes_each(store, first)
            yield Figure(f"warehouse of {first:,}: bytes an article", store.name, f"{each:,.0f}")


def load(pages: int) -> Iterator[Figure]:
    """Peak memory of loading pages from a folder."""
    with tempfile.TemporaryDirectory(prefix="newswell-all-") as folder:
        peak, _ = memory.measure(pages, Path(folder))
    yield Figure(f"load of {pages:,} pages: peak MB", "newswell", f"{peak:,.0f}")


def table(figures: list[Figure], versions: dict[str, str]) -> str:
    """A row for each figure, a column for each that has one."""
    columns = list(dict.fromkeys(one.who for one in figures))
    cells = {(one.what, one.who): one.shown for one in figures}
    known = {**versions, AFTERNOON: version("trafilatura")}
    head = ["", *(f"{name} {known.get(name, '')}".strip() for name in columns)]
    lines = [head, ["---"] * len(head)]
    for what in dict.fromkeys(one.what for one in figures):
        lines.append([what, *(cells.get((what, name), "-") for name in columns)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Measures the parts asked for, and prints the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--pages", type=int, default=500, help="end to end, and of the load")
    options.add_argument("--only", help="parts, with commas between them")
    options.add_argument("--peers", default=sys.executable, metavar="PYTHON")
    asked = options.parse_args()
    peers: Peers
    parts: dict[str, Callable[[], Iterator[Figure]]] = {
        "end-to-end": lambda: end_to_end(peers, asked.pages),
        "extraction": lambda: extract(peers),
        "duplicates": lambda: group(peers),
        "warehouse": grow,
        "memory": lambda: load(asked.pages),
    }
    wanted = asked.only.split(",") if asked.only else list(parts)
    if unknown := sorted({*wanted} - {*parts}):
        options.error(f"--only {','.join(unknown)}: the parts are {', '.join(parts)}")
    began = time.monotonic()
    with redirect_stdout(sys.stderr):  # what the other benchmarks say on the way
        peers = find_peers(asked.peers)
        figures: list[Figure] = []
        for name in wanted:
            print(f"{name} ...", flush=True)
            figures += parts[name]()
        print(f"{time.monotonic() - began:.0f} seconds")
    print(table(figures, peers.versions))


if __name__ == "__main__":
    main()
