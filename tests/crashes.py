"""A process that dies at a chosen step: every statement of SQL, every change of a file is one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import warehouse.compact
import warehouse.connect
import warehouse.search.index
from sources.archive.writer import Archive
from warehouse.file import open_file


class CrashError(BaseException):
    """No `except Exception` holds it, as none holds a SIGKILL."""


class Fuse:
    """Counts steps; from the one of that number on, everything that is tried is a crash.

    A dead process does nothing more: neither its own clearing up nor a note of its end
    reaches the disk.
    """

    def __init__(self, at: int | None = None) -> None:
        self.steps: list[str] = []
        self._at = at

    @property
    def blown(self) -> bool:
        """Whether the process is dead."""
        return self._at is not None and len(self.steps) > self._at

    def step(self, name: str) -> None:
        """Comes before the step is taken."""
        self.steps.append(name)
        if self.blown:
            raise CrashError(name)


class _Watched:
    """A connection each of whose statements is a step."""

    def __init__(self, connection: Any, fuse: Fuse) -> None:
        self._connection, self._fuse = connection, fuse

    def execute(self, query: str, *arguments: object) -> Any:
        self._fuse.step(" ".join(query.split())[:60])
        return self._connection.execute(query, *arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@contextmanager
def dying(fuse: Fuse) -> Iterator[None]:
    """Every step within the block passes the fuse."""

    @contextmanager
    def watched(*arguments: Any) -> Iterator[Any]:
        fuse.step("open the warehouse")
        with open_file(*arguments) as connection:
            yield _Watched(connection, fuse)

    def guarded(work: Callable[..., Any], name: str) -> Callable[..., Any]:
        def guard(*arguments: Any, **named: Any) -> Any:
            fuse.step(name)
            return work(*arguments, **named)

        return guard

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warehouse.connect, "open_file", watched)
        patch.setattr(warehouse.compact, "open_file", watched)
        for owner, name in (
            (os, "fsync"),
            (Path, "replace"),
            (Path, "unlink"),
            (Archive, "write"),
            (warehouse.search.index, "_commit"),
            (warehouse.search.index, "_write_state"),
        ):
            patch.setattr(owner, name, guarded(getattr(owner, name), name))
        yield
