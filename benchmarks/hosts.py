"""Twenty outlets of which three misbehave, beside the other seventeen alone.

    python benchmarks/hosts.py [--pages 40] [--timeout 5] [--rounds 3] [--minutes 4]

One outlet drips its pages a byte a second, one is down, one serves decompression bombs;
all three list their pages soundly. The seventeen must be done as soon as without them. A
run as a whole ends when the last page that drips has used up its time (`--timeout` seconds
for each attempt), so both are printed: when the last page of the seventeen was stored, and
when the run ended. The servers are a process of their own; no round begins that
could not end within `--minutes`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from invented import invent_page

from flows.batch import store_batch
from flows.harvest import Harvest
from flows.ingesting import collect_source, run_ingest
from flows.pool import Extraction
from schemas.settings import Settings, load_settings
from sources.newsroom.exchange import Page, Reply
from sources.newsroom.mishaps.bombs import gzip_bomb
from sources.newsroom.mishaps.table import find_misdeed
from sources.newsroom.server import open_newsroom

HERE = Path(__file__).resolve().parent
SOUND = tuple(f"sound{number}" for number in range(17))
DRIPS, DOWN, BOMBS = "drips", "down", "bombs"
#: Six times what a page may be, and made once: the server's work is not what is measured.
_BOMB_BYTES = 1 << 26
#: Far more than a run takes, seconds.
_PATIENCE = 120
NAMES = (*SOUND, DRIPS, DOWN, BOMBS)


def make_outlet(number: int, pages: int) -> dict[str, Reply | Page]:
    """The pages of one outlet, all different."""
    now = datetime.now(UTC)
    return {
        f"/{page}": Page(
            body=invent_page(number * pages + page).replace("canonical", "alternate").encode(),
            content_type="text/html; charset=utf-8",
            modified=now,
            max_age=60,
        )
        for page in range(pages)
    }


def serve(pages: int) -> None:
    """Prints the outlets' addresses as JSON and serves until standard input closes."""
    hosts: dict[str, dict[str, Reply | Page]] = {
        name: make_outlet(number, pages) for number, name in enumerate(NAMES)
    }
    drip = find_misdeed("/slow/drip")
    assert drip is not None
    headers = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    bomb = Reply(headers=headers, body=b"".join(gzip_bomb(_BOMB_BYTES)))
    hosts[BOMBS] = dict.fromkeys(hosts[BOMBS], bomb)
    with open_newsroom(outlets=(), hosts=hosts) as newsroom:
        for page in hosts[DRIPS]:
            newsroom.answer(DRIPS, page, drip)
        print(json.dumps({name: newsroom.url(name, "") for name in NAMES}), flush=True)
        newsroom.take_down(DOWN)
        sys.stdin.read()


@contextmanager
def open_outlets(pages: int) -> Iterator[dict[str, str]]:
    """The addresses of the outlets, served by another process."""
    command = [sys.executable, str(HERE / "hosts.py"), "--serve", "--pages", str(pages)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield json.loads(server.stdout.readline())
        server.stdin.close()


def write_settings(
    bases: Mapping[str, str], names: Sequence[str], pages: int, timeout: float, folder: Path
) -> Settings:
    """A configuration with these outlets, each with the list of its pages."""
    blocks = [
        f"[fetch]\nper_host_delay = 0.0\nallow_private_networks = true\ntimeout = {timeout}\n"
    ]
    for name in names:
        listed = [f"{bases[name]}/{page}" for page in range(pages)]
        blocks.append(f'[[sources]]\nid = "{name}"\npages = {json.dumps(listed)}\n')
    path = folder / "newswell.toml"
    path.write_text("\n".join(blocks), encoding="utf-8")
    return load_settings(path)


def ingest(settings: Settings) -> dict[str, Any]:
    """One run: seconds until its end, until the seventeen were stored, and of each source."""
    started = time.monotonic()
    ended: dict[str, float] = {}
    stored: dict[str, float] = {}

    def collect(harvest: Harvest, source: Any, feeds: Any, now: Any) -> int:
        try:
            return collect_source(harvest, source, feeds, now)
        finally:
            ended[source.id] = time.monotonic() - started

    def store(settings: Any, run: Any, outcomes: Sequence[Any], clock: Any, placing: Any) -> Any:
        after = store_batch(settings, run, outcomes, clock, placing)
        for outcome in outcomes:
            if isinstance(outcome, Extraction):
                stored[outcome.document.source_id] = time.monotonic() - started
        return after

    counts = run_ingest(settings, collect=collect, store=store).counts
    return {
        "run": time.monotonic() - started,
        "asked": max(ended[name] for name in SOUND),
        "stored": max(stored[name] for name in SOUND),
        "ended": {name: round(moment, 2) for name, moment in ended.items()},
        "counts": counts.model_dump(),
    }


def measure(bases: Mapping[str, str], names: Sequence[str], asked: argparse.Namespace) -> Any:
    """The same in a process of its own, so that each run starts alike."""
    folder = Path(tempfile.mkdtemp(prefix="newswell-hosts-"))
    try:
        write_settings(bases, names, asked.pages, asked.timeout, folder)
        command = [sys.executable, str(HERE / "hosts.py"), "--config", str(folder)]
        run = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, check=True, timeout=_PATIENCE
        )
        return json.loads(run.stdout.splitlines()[-1])
    finally:
        shutil.rmtree(folder)


def show(name: str, found: Mapping[str, Any]) -> None:
    """One run's figures."""
    counts = found["counts"]
    print(
        f"{name:>13}: the seventeen asked by {found['asked']:5.1f} s, stored by "
        f"{found['stored']:5.1f} s; run ended after {found['run']:5.1f} s; stored "
        f"{counts['stored']}, failed {counts['failed']}, rejected {counts['rejected']}, "
        f"waiting {counts['waiting']}",
        flush=True,
    )


def main() -> None:
    """Prints each run, the ends of each source in the last round, and the ratios."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--pages", type=int, default=40, help="pages of each outlet")
    options.add_argument("--timeout", type=float, default=5.0, help="seconds of a request")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--minutes", type=float, default=4)
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--config", type=Path, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.serve:
        serve(asked.pages)
        return
    if asked.config:
        print(json.dumps(ingest(load_settings(asked.config / "newswell.toml"))))
        return
    rounds: list[tuple[Any, Any]] = []
    began = time.monotonic()
    with open_outlets(asked.pages) as bases:
        while len(rounds) < asked.rounds:
            spent = time.monotonic() - began
            if rounds and spent * (1 + 1 / len(rounds)) > 60 * asked.minutes:
                break
            alone, beside = measure(bases, SOUND, asked), measure(bases, NAMES, asked)
            show("17 alone", alone)
            show("17 with the 3", beside)
            rounds.append((alone, beside))
    print("the sources of the last run ended after (s):", json.dumps(rounds[-1][1]["ended"]))
    for word in ("asked", "stored", "run"):
        ratio = statistics.median(beside[word] / alone[word] for alone, beside in rounds)
        print(f"{word}: with the three {ratio:.2f} times as long as without")


if __name__ == "__main__":
    main()
