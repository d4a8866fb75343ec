"""DuckDB instances, kept for the next opening: making one takes twenty times as long as attaching
a file to it, and a run opens its warehouse several times a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import duckdb

import warehouse.nopandas  # noqa: F401 - before the first question

#: How an instance was made: what differs is no instance to take.
Setup = Sequence[object]
#: Instances that nobody uses, each with nothing attached, and how they were made.
_idle: list[tuple[Setup, duckdb.DuckDBPyConnection]] = []
#: A run opens one kind, seldom two.
_KEPT = 2


@contextmanager
def borrowed(
    setup: Setup | None, make: Callable[[], duckdb.DuckDBPyConnection], catalogs: Sequence[str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that nobody else uses, of an instance that was made with this `setup`; of one
    that is made for this block alone where there is none.

    Afterwards the `catalogs` that the block may have attached are let go, which brings a file's
    log into it and unlocks it. Where the block ends with an error, the instance is closed.
    """
    instance = (setup and _take(setup)) or make()
    connection = instance.cursor()
    try:
        yield connection
    except BaseException:
        # closing waits for what still runs, which after an interrupt nobody wants
        connection.interrupt()
        connection.close()
        instance.close()
        raise
    connection.close()
    if setup is None:
        instance.close()
        return
    try:
        for catalog in catalogs:
            instance.execute(f"DETACH DATABASE IF EXISTS {catalog}")
    except duckdb.Error:
        # what was committed lies in the file's log, and whoever opens it next brings that in
        instance.close()
    else:
        _idle.append((setup, instance))
        while len(_idle) > _KEPT:
            _idle.pop(0)[1].close()


def _take(setup: Setup) -> duckdb.DuckDBPyConnection | None:
    """An idle one; each list operation is one step, whatever other threads do meanwhile."""
    for one in tuple(_idle):
        if one[0] == setup:
            with suppress(ValueError):  # another thread was faster
                _idle.remove(one)
                return one[1]
    return None
