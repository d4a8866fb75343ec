"""A web archive as large as CC-NEWS has them: how fast it is read, in how much memory.

    python benchmarks/crawl.py [--megabytes 1000] [--kill-after 0.5]

Writes one WARC file of the pages of the collections (as `loopback.py` varies them) on 200 hosts,
reads it with `newswell backfill --warc`, kills that with SIGKILL when the file is read so far,
and starts it again until it ends by itself. Prints pages a second, the peak memory of the command
and its processes together, and whether each page is stored once.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from loopback import make_pages, read_pages
from memory import memory_of

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.crawls import Crawl
from tests.invented import ask, settings_in

#: So that a host's pages are as many as a news site's are in a day's file.
_HOSTS = 200
#: Pages are made so many at a time; how many fill the file is not known before.
_PAGES = 1_000_000
#: Packed fast: what reading costs does not depend on it.
_LEVEL = 1
_EVERY = 0.25


def write_crawl(path: Path, size: int) -> int:
    """Fills an archive with so many bytes of pages; returns how many those are."""
    crawl = Crawl(path, _LEVEL)
    for number, (page, text) in enumerate(make_pages(read_pages(), _PAGES)):
        url = f"https://site{number % _HOSTS}.example{page}"
        crawl.add(url, text.encode("utf-8", "replace"))
        if path.stat().st_size >= size:
            return number + 1
    return _PAGES


def read_crawl(folder: Path, crawl: Path, stop: float | None = None) -> tuple[float, float, bool]:
    """Seconds of reading it, peak memory in MB, and whether it ended by itself; it is killed when
    `stop` seconds are over.
    """
    command = [sys.executable, "-c", "from flows.cli import main; main()"]
    began = time.monotonic()
    run = psutil.Popen(
        [*command, "backfill", "--warc", str(crawl)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peak = 0
    while run.poll() is None:
        peak = max(peak, memory_of(run))
        if stop is not None and time.monotonic() - began > stop:
            run.send_signal(signal.SIGKILL)
            run.wait()
            return time.monotonic() - began, peak / 1e6, False
        time.sleep(_EVERY)
    print("  " + run.stdout.read().replace("\n", "\n  ").rstrip())
    return time.monotonic() - began, peak / 1e6, run.returncode == 0


def main() -> None:
    """Prints the figures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--megabytes", type=int, default=1000)
    options.add_argument("--kill-after", type=float, default=60, help="seconds")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="newswell-crawl-") as place:
        folder = Path(place)
        crawl = folder / "crawl.warc.gz"
        pages = write_crawl(crawl, asked.megabytes * 10**6)
        print(f"{pages:,} pages in {crawl.stat().st_size / 1e6:,.0f} MB", flush=True)
        killed, _, _ = read_crawl(folder, crawl, asked.kill_after)
        seconds, peak, ended = read_crawl(folder, crawl)
        together = killed + seconds
        print(
            f"killed after {killed:.0f} s and started again: {together:.0f} s in all, "
            f"{pages / together:.1f} pages a second, peak {peak:,.0f} MB, ended: {ended}"
        )
        ((rows, once),) = ask(
            settings_in(folder), "SELECT count(*), count(DISTINCT article_id) FROM articles"
        )
        ((fates,),) = ask(settings_in(folder), "SELECT count(*) FROM ops.candidates")
        print(
            f"{rows:,} articles, {once:,} different; {fates:,} addresses of {pages:,} have a fate"
        )


if __name__ == "__main__":
    main()
