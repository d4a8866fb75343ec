"""How often Python looks for cycles: what this house makes is many values and hardly any cycle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: New objects after which Python looks for cycles. With its own number, 700, a batch of 500
#: takes a quarter more CPU, and a page in a worker a thirtieth.
_COLLECT_AFTER = 200_000


def collect_seldom() -> None:
    """Lets Python look for cycles seldom, from now on."""
    gc.set_threshold(_COLLECT_AFTER, *gc.get_threshold()[1:])


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Lets Python look for cycles seldom, for as long as a run lasts."""
    before = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
