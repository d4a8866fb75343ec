"""Peak memory of a load, by the number of pages: it must not grow with them.

    python benchmarks/memory.py [--pages 500 20000]

Writes pages into a temporary folder, loads them with `newswell load`, and samples the
memory of the command and all its processes together. Pages that processes share count once
(proportional set size), as `smaps_rollup` of Linux tells.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from invented import invent_page

#: Often enough to see every batch; a reading costs a few milliseconds.
_EVERY = 0.25


def memory_of(process: psutil.Process) -> int:
    """Bytes of a process and its children, shared pages counted once."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            continue
    return total


def measure(pages: int, folder: Path) -> tuple[float, float]:
    """Peak memory in MB and seconds of loading so many pages."""
    inputs = folder / "pages"
    inputs.mkdir()
    for number in range(pages):
        page = inputs / f"{number}.html"
        page.write_text(invent_page(number), encoding="utf-8")
    command = [sys.executable, "-c", "from flows.cli import main; main()", "load", str(inputs)]
    start = time.monotonic()
    run = psutil.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    peak = 0
    while run.poll() is None:
        peak = max(peak, memory_of(run))
        time.sleep(_EVERY)
    seconds = time.monotonic() - start
    print(f"  {run.stdout.read().splitlines()[0]}")
    if run.returncode:
        sys.exit(f"newswell load ended with exit code {run.returncode}")
    return peak / 1e6, seconds


def main() -> None:
    """Prints a row for each number of pages, and the growth from the first to the last."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pages", nargs="+", type=int, default=[500, 20_000])
    peaks = []
    for pages in options.parse_args().pages:
        folder = Path(tempfile.mkdtemp(prefix="newswell-memory-"))
        try:
            peak, seconds = measure(pages, folder)
        finally:
            shutil.rmtree(folder)
        peaks.append(peak)
        print(f"{pages:>8,} pages: peak {peak:6,.0f} MB, {pages / seconds:5.1f} pages a second")
    print(f"growth from first to last: {peaks[-1] - peaks[0]:,.0f} MB (to stay under 500)")


if __name__ == "__main__":
    main()
