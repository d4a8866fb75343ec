"""A plan for one month of CC-NEWS, computed from what is measured here.

    python benchmarks/scaling.py [--pages 400] [--files 350] [--file-bytes 1073741824]
        [--page-bytes 28000] [--articles 0.8] [--workers 64] [--core-hour 0.04] [--gb-month 0.023]

Measured: the CPU of `newswell backfill` for a page from a WARC file into a DuckLake (PostgreSQL on
this machine), the bytes that an article takes there once its files are joined, and how long a batch
of 200 holds the writers' turn. The rest are assumptions, each an option. Prints docs/scaling.md's
table.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.invented import invent_page
from benchmarks.warehouse import page as article
from flows.batch import store_batch
from schemas.location import Lake
from tests.crawls import Crawl
from tests.invented import ask, begin, clock
from tests.lakes import lake_settings, running_postgres
from warehouse.lakefiles import compact_lake

ROOT = Path(__file__).resolve().parent.parent
BATCH, ROUNDS = 200, 7


def measure(pages: int) -> dict[str, float]:
    """CPU seconds a page, bytes an article, seconds of the turn for a batch."""
    with running_postgres() as server, tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        settings = lake_settings(folder, server.new_database())
        crawl = Crawl(folder / "month.warc.gz")
        for number in range(pages):
            crawl.add(f"https://news.example/{number}", invent_page(number).encode())
        (folder / "newswell.toml").write_text(
            f'[warehouse]\npath = "{settings.warehouse.path}"\n[extract]\nworkers = 1\n'
        )
        spent = []
        # the same again has nothing to do: what a run costs that has pages or not
        for _ in range(2):
            told = subprocess.run(
                [
                    sys.executable,
                    str(ROOT / "benchmarks" / "measured.py"),
                    sys.executable,
                    "-c",
                    "from flows.cli import main; main()",
                    "--json",
                    "backfill",
                    "--warc",
                    "month.warc.gz",
                ],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            spent.append(json.loads(told.splitlines()[-1])["cpu"])
        lake = settings.warehouse_path
        assert isinstance(lake, Lake)
        compact_lake(lake, settings.warehouse, datetime(2100, 1, 1, tzinfo=UTC))
        held = sum(file.stat().st_size for file in Path(lake.data).rglob("*.parquet"))
        ((stored, read),) = ask(settings, "SELECT count(*), avg(strlen(body)) FROM articles")
        run = begin(settings)
        turns = []
        for number in range(ROUNDS):
            batch = [article(number * BATCH + one) for one in range(BATCH)]
            began = time.perf_counter()
            run = store_batch(settings, run, batch, clock)
            turns.append(time.perf_counter() - began)
        return {
            "cpu": (spent[0] - spent[1]) / pages,
            "start": spent[1],
            "bytes": held / stored,
            "characters": read,
            "turn": statistics.median(turns),
        }


def main() -> None:
    """Prints what was measured, and the plan."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pages", type=int, default=400, help="measured on so many")
    parser.add_argument("--files", type=int, default=350, help="archives of the month")
    parser.add_argument("--file-bytes", type=float, default=2**30)
    parser.add_argument("--page-bytes", type=float, default=28_000, help="packed, with its request")
    parser.add_argument("--articles", type=float, default=0.8, help="share that holds an article")
    parser.add_argument("--workers", type=int, default=64, help="cores that extract")
    parser.add_argument("--core-hour", type=float, default=0.04, help="dollars")
    parser.add_argument("--gb-month", type=float, default=0.023, help="dollars of object storage")
    plan = parser.parse_args()
    found = measure(plan.pages)
    pages = plan.files * plan.file_bytes / plan.page_bytes
    hours = (pages * found["cpu"] + plan.files * found["start"]) / 3600
    articles = pages * plan.articles
    kept = articles * found["bytes"] / 1e9
    turns = pages / BATCH * found["turn"] / 3600
    rows = [
        ("CPU a page, ms", f"{found['cpu'] * 1000:.1f}", "measured"),
        ("CPU a run, s", f"{found['start']:.1f}", "measured"),
        (
            "bytes an article in the lake",
            f"{found['bytes']:,.0f}",
            f"measured, text of {found['characters']:,.0f}",
        ),
        (f"writers' turn for {BATCH} articles, s", f"{found['turn']:.2f}", "measured"),
        ("archives", f"{plan.files:,}", "assumed"),
        ("read, GB", f"{plan.files * plan.file_bytes / 1e9:,.0f}", "assumed"),
        ("pages", f"{pages:,.0f}", f"{plan.page_bytes:,.0f} bytes each"),
        ("core-hours", f"{hours:,.0f}", f"{hours / plan.workers:,.1f} hours of {plan.workers}"),
        ("lake, GB", f"{kept:,.1f}", f"{plan.articles:.0%} hold an article"),
        ("turns one after the other, hours", f"{turns:,.1f}", "no number of workers is faster"),
        ("workers that keep the turn busy", f"{hours / turns:,.0f}", "more only wait"),
        (
            "cost, dollars",
            f"{hours * plan.core_hour:,.0f} + {kept * plan.gb_month:,.2f} a month",
            f"{plan.core_hour} a core-hour, {plan.gb_month} a GB",
        ),
    ]
    print("| | | |\n|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
