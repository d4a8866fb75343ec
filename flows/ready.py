"""Imported by the process that workers are forked from, and by no other: they start warm."""

from __future__ import annotations

import gc
import signal
import sys
from types import TracebackType

# Ctrl-C reaches the whole group of processes; the run itself ends this one
signal.signal(signal.SIGINT, signal.SIG_IGN)

import flows.extraction  # noqa: E402, F401 - what the workers will do, which takes a second
from extractors.warm import warm_up  # noqa: E402 - the same


def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tells of trouble, but for that of a worker which was still to begin when its run ended.

    Such a one finds that what it shares with the run is gone, and nobody waits for it.
    """
    if not isinstance(error, FileNotFoundError | EOFError | BrokenPipeError):
        sys.__excepthook__(kind, error, trace)


warm_up()
# pages that are too much for a worker are told of elsewhere: this is for its beginning
sys.excepthook = tell
# what is there now stays; the collector need not look at it in every worker, nor write to
# the pages of memory that they share
gc.collect()
gc.freeze()
