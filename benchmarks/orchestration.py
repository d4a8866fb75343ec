"""What Prefect adds to an ingest: the same run as plain functions and as a flow.

    python benchmarks/orchestration.py [--pages 2000] [--rounds 3] [--minutes 9]

A Prefect server of our own runs all the while (`flows/hosting.py`). Each round ingests the same
pages from the same 20 addresses (`loopback.py`) twice, by `newswell ingest --all` in a fresh
process and into a fresh folder: once with the API configured, once without; who goes first
alternates. Told are the wall time of the process, start-up included, that of the run alone, and
the CPU time of the process and its children. No round begins that could not end within
`--minutes`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from ingest import Result, Site, measure, open_site, write_settings  # noqa: E402

from flows.hosting import prefect_server  # noqa: E402

_INGEST = """
import contextlib, io, json, sys
from flows.cli import main
said = io.StringIO()
with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
    sys.argv = ["newswell", "--json", "--config", sys.argv[1], "ingest", "--all"]
    main()
told = json.loads(said.getvalue().strip().splitlines()[-1])
print(json.dumps({"run": told["seconds"], **told["counts"]}))
"""


def run_once(site: Site, api: str | None) -> Result:
    """An ingest of the whole site, as a flow if there is an API."""
    with tempfile.TemporaryDirectory(prefix="newswell-prefect-") as folder:
        config = write_settings(site, Path(folder))
        os.environ["PYTHONPATH"] = str(HERE.parent)
        os.environ["PREFECT_HOME"] = str(Path(folder) / "prefect")
        os.environ.pop("PREFECT_API_URL", None)
        if api:
            os.environ["PREFECT_API_URL"] = api
        return measure(["-c", _INGEST, str(config)])


def show(name: str, result: Result) -> None:
    """One line of figures."""
    print(
        f"{name:>8}: {result['wall']:6.1f} s, the run {result['run']:6.1f} s, "
        f"CPU {result['cpu']:6.1f} s, stored {result['stored']:.0f}",
        flush=True,
    )


def report(rounds: Sequence[tuple[Result, Result]]) -> None:
    """The medians of what the flow takes more than the plain run, and how far they lay apart."""
    print(f"{len(rounds)} rounds; Prefect adds, median (least to most):")
    for figure, what in (("wall", "wall time"), ("run", "of the run alone"), ("cpu", "CPU time")):
        more = sorted(flow[figure] / plain[figure] - 1 for plain, flow in rounds)
        seconds = statistics.median(flow[figure] - plain[figure] for plain, flow in rounds)
        print(
            f"{what:>16}: {statistics.median(more):+.1%} ({more[0]:+.1%} to {more[-1]:+.1%}), "
            f"{seconds:+.1f} s"
        )


def main() -> None:
    """Prints each run, and the medians."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--pages", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--minutes", type=float, default=9)
    asked = options.parse_args()
    rounds: list[tuple[Result, Result]] = []
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="newswell-server-") as home,
        prefect_server(Path(home)) as address,
        open_site(asked.pages) as site,
    ):
        while len(rounds) < asked.rounds:
            start = time.monotonic()
            found = {}
            for is_flow in (len(rounds) % 2 == 1, len(rounds) % 2 == 0):
                found[is_flow] = run_once(site, f"{address}/api" if is_flow else None)
                show("a flow" if is_flow else "plain", found[is_flow])
            rounds.append((found[False], found[True]))
            now = time.monotonic()
            if now - began + now - start > 60 * asked.minutes:
                break
    report(rounds)


if __name__ == "__main__":
    main()
