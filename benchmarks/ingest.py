"""An ingest beside the script of an afternoon: pages a second, and what is not extraction.

    python benchmarks/ingest.py [--pages 2000] [--rounds 2] [--minutes 6]

Both fetch the same pages from the same server (`loopback.py`, 20 addresses) and store
their articles in a DuckDB file; the ingest reads feeds and robots.txt, archives, decides
on duplicates and versions, enters fates and publishes besides. They take turns, each in a
fresh process, so that start-up counts. `afternoon.py` is the peer. No round begins that
could not end within `--minutes`.

What is outside extraction is told in CPU time, of all processes: what an ingest used, less
what its workers spent inside `extract_one` and less what loading the extractors' programs,
models and tables cost, which happens once, in the process that workers are forked from.
Its share is given beside our own extraction and beside plain trafilatura's: for that the
same ingest runs with `trafilatura.bare_extraction(with_metadata=True)` in the extractors'
place (`plain.py`), on the same pages. An ingest of few pages tells what is spent once a
run and what for each page.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).resolve().parent
Site = dict[str, Any]
Result = dict[str, float]
Round = dict[str, Result]
HOSTS = 20
#: Far more than any of them takes, seconds.
_PATIENCE = 600


@contextmanager
def open_site(pages: int) -> Iterator[Site]:
    """The server of the pages, in a process of its own."""
    command = [sys.executable, str(HERE / "loopback.py"), "--pages", str(pages)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield json.loads(server.stdout.readline())
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


def ingest(config: Path, plain: bool) -> None:
    """One ingest; prints what it did. Runs in a process of its own."""
    sys.path.insert(0, str(HERE.parent))
    import flows.run  # noqa: PLC0415 - only the process that ingests pays
    from flows.batch import store_batch  # noqa: PLC0415
    from flows.ingesting import run_ingest  # noqa: PLC0415
    from flows.pool import Extraction  # noqa: PLC0415
    from schemas.settings import load_settings  # noqa: PLC0415

    if plain:
        from plain import read_plain  # noqa: PLC0415

        flows.run.extract_one = read_plain
    seconds = 0.0

    def store(settings: Any, run: Any, outcomes: Sequence[Any], clock: Any, placing: Any) -> Any:
        nonlocal seconds
        seconds += sum(one.seconds for one in outcomes if isinstance(one, Extraction))
        return store_batch(settings, run, outcomes, clock, placing)

    counts = run_ingest(load_settings(config), store=store).counts
    # the children that are left: the process that workers were forked from, and its watcher
    used = [sum(child.cpu_times()[:2]) for child in psutil.Process().children()]
    print(json.dumps({**counts.model_dump(), "extraction": seconds, "loading": max(used)}))


def measure(command: list[str], told: str = "", python: str = sys.executable) -> Result:
    """What a script printed last, with its own costs."""
    measured = [sys.executable, str(HERE / "measured.py"), python, *command]
    run = subprocess.run(
        measured, input=told, stdout=subprocess.PIPE, text=True, check=True, timeout=_PATIENCE
    )
    *_, printed, costs = run.stdout.splitlines()
    result: Result = {**json.loads(printed), **json.loads(costs)}
    if "extraction" in result:
        result["outside"] = result["cpu"] - result["extraction"] - result["loading"]
    return result


def measure_ingest(site: Site, *, plain: bool = False) -> Result:
    """An ingest of the whole site into a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="newswell-ingest-") as folder:
        config = write_settings(site, Path(folder))
        flags = ["--plain"] if plain else []
        return measure([str(HERE / "ingest.py"), "--config", str(config), *flags])


def measure_script(site: Site, name: str = "afternoon.py", python: str = sys.executable) -> Result:
    """A peer's script, by default that of an afternoon, for the same pages."""
    addresses = "\n".join(url for host in site["hosts"] for url in host["pages"])
    with tempfile.TemporaryDirectory(prefix="newswell-ingest-") as folder:
        return measure([str(HERE / name), folder], addresses, python)


def show(name: str, pages: int, result: Result) -> None:
    """One line of figures."""
    line = (
        f"{name:>10}: {pages / result['wall']:5.1f} pages a second, {result['wall']:6.1f} s, "
        f"CPU {1000 * result['cpu'] / pages:5.1f} ms a page, stored {result['stored']:.0f}"
    )
    if "extraction" in result:
        line += (
            f"; extraction {1000 * result['extraction'] / pages:.1f} ms a page, loading it "
            f"{result['loading']:.1f} s, outside {1000 * result['outside'] / pages:.2f} ms a page"
        )
    print(line, flush=True)


def run_round(pages: int, site: Site) -> Round:
    """All three, one after the other."""
    found = {
        "newswell": measure_ingest(site),
        "plain": measure_ingest(site, plain=True),
        "afternoon": measure_script(site),
    }
    for name, result in found.items():
        show(name, pages, result)
    return found


def report(pages: int, few: int, rounds: Sequence[Round], small: Result) -> None:
    """The medians of the rounds."""

    def middle(figure: Callable[[Round], float]) -> float:
        return statistics.median(map(figure, rounds))

    outside = middle(lambda one: one["newswell"]["outside"])
    loading = middle(lambda one: one["newswell"]["loading"])
    each = (outside - small["outside"]) / (pages - few)
    print(
        f"(a) outside extraction {1000 * outside / pages:.2f} ms a page: {1000 * each:.2f} for "
        f"each, and {outside - pages * each:.1f} s once a run; loading the extractors, "
        f"{loading:.1f} s once a run, is not in it"
    )
    for mark, name, peer in (
        ("(b)", "newswell", "our own extraction"),
        ("(c)", "plain", "plain trafilatura's"),
    ):
        share = middle(lambda one: one[name]["outside"] / one[name]["cpu"])  # noqa: B023 - used at once
        loaded = middle(lambda one: 1 - one[name]["extraction"] / one[name]["cpu"])  # noqa: B023
        spent = 1000 * middle(lambda one: one[name]["extraction"]) / pages  # noqa: B023
        print(
            f"{mark} beside {peer} ({spent:.1f} ms a page): {share:.1%} of the CPU, "
            f"with the loading {loaded:.1%}"
        )
    print(
        f"newswell {middle(lambda one: pages / one['newswell']['wall']):.1f} pages a second, "
        f"afternoon {middle(lambda one: pages / one['afternoon']['wall']):.1f}: "
        f"{middle(lambda one: one['afternoon']['wall'] / one['newswell']['wall']):.2f} times as "
        f"fast, {middle(lambda one: one['afternoon']['cpu'] / one['newswell']['cpu']):.2f} times "
        "by CPU"
    )


def main() -> None:
    """Prints each run, and the medians with their ratio."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--pages", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--minutes", type=float, default=6)
    options.add_argument("--config", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.config:
        ingest(asked.config, asked.plain)
        return
    began = time.monotonic()
    few = max(HOSTS, asked.pages // 20)
    with open_site(few) as site:
        small = measure_ingest(site)
        show("few pages", few, small)
    rounds: list[Round] = []
    with open_site(asked.pages) as site:
        if not site["real"]:
            print("the collections are absent (NEWSWELL_BENCH): invented pages of 20 kB instead")
        while len(rounds) < asked.rounds:
            start = time.monotonic()
            rounds.append(run_round(asked.pages, site))
            now = time.monotonic()
            if now - began + now - start > 60 * asked.minutes:
                break
    print(f"medians of {len(rounds)} rounds:")
    report(asked.pages, few, rounds, small)


if __name__ == "__main__":
    main()
