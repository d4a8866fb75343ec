"""Imported by the process that workers are forked from, and by no other: they start warm."""

from __future__ import annotations

import gc
import signal

# Ctrl-C reaches the whole group of processes; the run itself ends this one
signal.signal(signal.SIGINT, signal.SIG_IGN)

import flows.extraction  # noqa: E402, F401 - what the workers will do, which takes a second
from extractors.warm import warm_up  # noqa: E402 - the same

warm_up()
# what is there now stays; the collector need not look at it in every worker, nor write to
# the pages of memory that they share
gc.collect()
gc.freeze()
