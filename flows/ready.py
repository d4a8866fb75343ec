"""Imported by the process that workers are forked from, and by no other: they start warm."""

from __future__ import annotations

import gc
import signal
import sys
import traceback
from types import TracebackType

# Ctrl-C reaches the whole group of processes; the run itself ends this one
signal.signal(signal.SIGINT, signal.SIG_IGN)

import flows.cli  # noqa: E402 - the program, which each of its workers would load by itself
import flows.extraction  # noqa: E402 - what the workers will do, which takes a second
import flows.pool  # noqa: E402, F401 - how they are asked for it: a twentieth of a second
from extractors.warm import warm_up  # noqa: E402 - the same


def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tells of trouble, but for that of a worker which was still to begin when its run ended.

    Such a one finds that what it shares with the run is gone, and nobody waits for it.
    """
    gone = isinstance(error, FileNotFoundError | EOFError | BrokenPipeError)
    if not (gone and _is_in_multiprocessing(trace)):
        sys.__excepthook__(kind, error, trace)


def _is_in_multiprocessing(trace: TracebackType | None) -> bool:
    """Whether the trouble arose where processes are begun, and not in what they do."""
    *_, (frame, _) = traceback.walk_tb(trace) if trace else [(None, 0)]
    return frame is not None and str(frame.f_globals["__name__"]).startswith("multiprocessing")


try:
    warm_up()
except OSError as error:
    # no worker could do what this one cannot: a full temporary folder, for one
    print(f"newswell: the extractors cannot start: {error}", file=sys.stderr)  # noqa: T201
    sys.exit(1)
# pages that are too much for a worker are told of elsewhere: this is for its beginning
sys.excepthook = tell
# what is there now stays; the collector need not look at it in every worker, nor write to
# the pages of memory that they share
gc.collect()
gc.freeze()
