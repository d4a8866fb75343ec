"""What can be the matter with a warehouse that is nobody's bug, said in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb

_MACHINE_TROUBLE = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.FatalException,
    duckdb.TransactionException,  # a commit that found the disk full
)


#: What DuckDB says of a file that lost its end, or whose bytes are not those that it wrote.
_DAMAGE = re.compile(r"Could not read enough bytes from file|Corrupt database file")


class WarehouseError(Exception):
    """The warehouse cannot be used; the message says why and what to do."""


class NothingThereError(WarehouseError):
    """There is no warehouse yet."""


class ConflictError(WarehouseError):
    """Another writer changed the same rows in the meantime; nothing was changed."""


@contextmanager
def in_words(explain: Callable[[duckdb.Error], WarehouseError]) -> Iterator[None]:
    """Turns trouble with disk, memory and network into a WarehouseError."""
    try:
        with interruptible():
            yield
    except _MACHINE_TROUBLE as error:
        raise explain(error) from error


@contextmanager
def interruptible() -> Iterator[None]:
    """Lets Ctrl-C be what it is everywhere else: in a query DuckDB makes a RuntimeError of it."""
    try:
        yield
    except RuntimeError as error:
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise


def is_damage(error: duckdb.Error) -> bool:
    """Whether a file is to blame that is not as DuckDB left it."""
    return bool(_DAMAGE.search(str(error)))


def first_line(error: duckdb.Error) -> str:
    """What DuckDB says, without the places in its own code that may follow."""
    return str(error).splitlines()[0]
