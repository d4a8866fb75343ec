"""What the newsroom was asked, by whom, when, and how many at once: for questions of politeness."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from itertools import pairwise

from schemas.model import Frozen
from sources.newsroom.exchange import Request


class Asked(Frozen):
    """One request, as it came. Times are `time.monotonic()` seconds.

    `outlet` is whose server it was, `host` the Host header, `path` the target with its
    query, `headers` in lower case and in order. `ended` is None while the reply is being
    sent; `status` is None until one is chosen, 0 where none was sent.
    """

    outlet: str
    host: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    started: float
    ended: float | None = None
    status: int | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name (lower case), if it came."""
        return next((value for key, value in self.headers if key == name), None)


class Journal:
    """Requests in the order in which they came; safe to read from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: list[Asked] = []
        self._offset = 0

    def begin(self, outlet: str, request: Request) -> int:
        """Notes a request and returns its number for the two below."""
        row = Asked(
            outlet=outlet,
            host=request.header("host") or "",
            method=request.method,
            path=request.target,
            headers=request.headers,
            started=time.monotonic(),
        )
        with self._lock:
            self._rows.append(row)
            return self._offset + len(self._rows) - 1

    def answer(self, number: int, status: int) -> None:
        """Notes what a request is answered with, before that is sent."""
        self._note(number, status=status)

    def end(self, number: int) -> None:
        """Notes that a reply is complete."""
        self._note(number, ended=time.monotonic())

    def snapshot(self) -> tuple[Asked, ...]:
        """What was asked until now."""
        with self._lock:
            return tuple(self._rows)

    def _note(self, number: int, **changes: float) -> None:
        with self._lock:
            index = number - self._offset
            if index >= 0:  # cleared away since, otherwise
                self._rows[index] = self._rows[index].model_copy(update=changes)

    def clear(self) -> None:
        """Forgets what was asked until now."""
        with self._lock:
            self._offset += len(self._rows)
            self._rows.clear()


def most_at_once(requests: Sequence[Asked]) -> int:
    """The largest number of these requests that were being answered at one moment."""
    moments = [(row.started, 1) for row in requests]
    moments += [(row.ended, -1) for row in requests if row.ended is not None]
    most = now = 0
    for _, change in sorted(moments):  # at equal times an end counts before a start
        now += change
        most = max(most, now)
    return most


def shortest_pause(requests: Sequence[Asked]) -> float | None:
    """The shortest time between the starts of two requests that follow each other, in seconds."""
    starts = sorted(row.started for row in requests)
    return min((later - sooner for sooner, later in pairwise(starts)), default=None)
