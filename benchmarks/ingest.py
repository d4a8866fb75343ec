"""An ingest beside the script of an afternoon: pages a second, and what is not extraction.

    python benchmarks/ingest.py [--pages 2000] [--rounds 3]

Both fetch the same pages from the same server (`loopback.py`, 20 addresses) and store
their articles in a DuckDB file; the ingest reads feeds and robots.txt, archives, decides
on duplicates and versions, enters fates and publishes besides. They take turns, each in a
fresh process, so that start-up counts. `afternoon.py` is the peer.

The share of the time outside extraction is told twice. By CPU: of the CPU seconds that the
ingest used, those not spent inside `extract_one` (measured there by each worker). By the
clock: of all cores' seconds while the run lasted, less those that the server of the pages
took, those not spent inside `extract_one`; what waits or belongs to others is in it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).resolve().parent
Site = dict[str, Any]
Result = dict[str, float]


@contextmanager
def open_site(pages: int) -> Iterator[tuple[Site, psutil.Process]]:
    """The server of the pages, in a process of its own."""
    command = [sys.executable, str(HERE / "loopback.py"), "--pages", str(pages)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield json.loads(server.stdout.readline()), psutil.Process(server.pid)
        server.stdin.close()


def write_settings(site: Site, folder: Path) -> Path:
    """A configuration with a source for each host, asked as fast as it answers."""
    blocks = ["[fetch]\nper_host_delay = 0.0\nallow_private_networks = true\n"]
    blocks += [
        f'[[sources]]\nid = "host{number}"\nfeeds = ["{host["feed"]}"]\n'
        for number, host in enumerate(site["hosts"])
    ]
    path = folder / "newswell.toml"
    path.write_text("\n".join(blocks), encoding="utf-8")
    return path


def ingest(config: Path) -> None:
    """One ingest; prints what it did. Runs in a process of its own."""
    sys.path.insert(0, str(HERE.parent))
    from flows.batch import store_batch  # noqa: PLC0415 - only the process that ingests pays
    from flows.ingesting import run_ingest  # noqa: PLC0415
    from flows.pool import Extraction  # noqa: PLC0415
    from schemas.settings import load_settings  # noqa: PLC0415

    seconds = 0.0

    def store(settings: Any, run: Any, outcomes: Sequence[Any], clock: Any, placing: Any) -> Any:
        nonlocal seconds
        seconds += sum(one.seconds for one in outcomes if isinstance(one, Extraction))
        return store_batch(settings, run, outcomes, clock, placing)

    counts = run_ingest(load_settings(config), store=store).counts
    print(json.dumps({**counts.model_dump(), "extraction": seconds}))


def measure(command: list[str], told: str, server: psutil.Process) -> Result:
    """What a command printed last, with its own costs and those of the server meanwhile."""
    before = sum(server.cpu_times()[:2])
    measured = [sys.executable, str(HERE / "measured.py"), sys.executable, *command]
    run = subprocess.run(measured, input=told, stdout=subprocess.PIPE, text=True, check=True)
    *_, printed, costs = run.stdout.splitlines()
    server_cpu = sum(server.cpu_times()[:2]) - before
    return {**json.loads(printed), **json.loads(costs), "server": server_cpu}


def run_both(site: Site, server: psutil.Process) -> tuple[Result, Result]:
    """An ingest and the script of an afternoon, one after the other."""
    folder = Path(tempfile.mkdtemp(prefix="newswell-ingest-"))
    try:
        config = write_settings(site, folder)
        ours = measure([str(HERE / "ingest.py"), "--config", str(config)], "", server)
        addresses = "\n".join(url for host in site["hosts"] for url in host["pages"])
        theirs = measure([str(HERE / "afternoon.py"), str(folder)], addresses, server)
    finally:
        shutil.rmtree(folder)
    return ours, theirs


def show(name: str, pages: int, result: Result) -> None:
    """One line of figures."""
    line = (
        f"{name:>10}: {pages / result['wall']:5.1f} pages a second, {result['wall']:6.1f} s, "
        f"CPU {1000 * result['cpu'] / pages:5.1f} ms a page, stored {result['stored']:.0f}"
    )
    if "extraction" in result:
        by_cpu, by_clock = outside(result)
        line += (
            f", extraction {1000 * result['extraction'] / pages:.1f} ms a page; "
            f"outside it {by_cpu:.1%} of its CPU, {by_clock:.1%} of the cores' time"
        )
    print(line, flush=True)


def outside(result: Result) -> tuple[float, float]:
    """The share of the time outside extraction, by CPU and by the clock."""
    cores = result["wall"] * (os.cpu_count() or 1) - result["server"]
    return 1 - result["extraction"] / result["cpu"], 1 - result["extraction"] / cores


def main() -> None:
    """Prints each run, and the medians with their ratio."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--pages", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--config", type=Path, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.config:
        ingest(asked.config)
        return
    rounds = []
    with open_site(asked.pages) as (site, server):
        if not site["real"]:
            print("the collections are absent (NEWSWELL_BENCH): invented pages of 20 kB instead")
        for _ in range(asked.rounds):
            ours, theirs = run_both(site, server)
            show("newswell", asked.pages, ours)
            show("afternoon", asked.pages, theirs)
            rounds.append((ours, theirs))
    middle = statistics.median
    shares = [outside(ours) for ours, _ in rounds]
    print(
        f"newswell {middle(asked.pages / ours['wall'] for ours, _ in rounds):.1f} pages a second, "
        f"afternoon {middle(asked.pages / theirs['wall'] for _, theirs in rounds):.1f}: "
        f"{middle(theirs['wall'] / ours['wall'] for ours, theirs in rounds):.2f} times as fast, "
        f"{middle(theirs['cpu'] / ours['cpu'] for ours, theirs in rounds):.2f} times by CPU; "
        f"outside extraction {middle(share for share, _ in shares):.1%} of the CPU, "
        f"{middle(share for _, share in shares):.1%} by the clock"
    )


if __name__ == "__main__":
    main()
