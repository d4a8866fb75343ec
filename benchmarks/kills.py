"""SIGKILL, a hundred times, to ingests of 2,000 pages: each has to end as one that was left alone.

    python benchmarks/kills.py [--kills 100] [--pages 2000] [--longest SECONDS]

Four outlets on loopback; a run is killed at a random moment within `--longest` seconds (a quarter
of what one takes that is left alone) and started again until one ends by itself, in a new folder
each time that happens, until all kills are done. Afterwards each warehouse is compared with that of
a run left in peace (articles, bodies, versions, duplicates, fates) and all invariants are checked.
Ends with an error at the first difference.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import tests.flows.test_ingest_killed as killed
from sources.newsroom.server import open_newsroom
from tests.ingested import MovedClock, ask, assert_sound, configure

#: Pages in a transaction.
BATCH = 25


def main() -> None:
    """Prints what was done, or fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--longest", type=float, help="seconds until a kill")
    options = parser.parse_args()
    killed.PAGES = options.pages // len(killed.HOSTS)
    killed._PATIENCE = 900
    pages: dict[str, killed.Pages] = {host: {} for host in killed.HOSTS}
    chance = random.Random()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="newswell-kills-") as place,
        open_newsroom(outlets=(), hosts=pages) as newsroom,
    ):
        press = killed.Press(newsroom, pages)

        def runs(name: str) -> killed.Runs:
            folder = Path(place) / name
            made = killed.Runs(folder, press)
            made.settings = configure(folder, press.sources(), batch_size=BATCH)
            return made

        calm = runs("calm")
        clock = MovedClock()
        seconds = calm.finish(clock)
        expected = killed.outcome(calm.settings)
        print(f"left alone: {len(expected['fates'])} addresses in {seconds:.0f} s", flush=True)
        longest = options.longest or seconds / 4
        done = rounds = 0
        while done < options.kills:
            rounds += 1
            press.newsroom.forget_requests()
            shaken = runs(f"round-{rounds}")
            here = 0
            while done < options.kills and shaken.kill(clock, chance.uniform(0, longest)):
                done += 1
                here += 1
            shaken.finish(clock)
            there = killed.outcome(shaken.settings)
            for name, rows in expected.items():
                assert there[name] == rows, (rounds, name)
            assert_sound(shaken.settings)
            asked = sum(killed.requests(press).values())
            crashed = ask(shaken.settings, "SELECT count(*) AS n FROM runs WHERE status='crashed'")
            print(
                f"round {rounds}: {here} kills, {crashed[0]['n']} of them within a run's entry and"
                f" end; the same as left alone; {asked} requests",
                flush=True,
            )
        print(f"{done} kills in {rounds} rounds, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
