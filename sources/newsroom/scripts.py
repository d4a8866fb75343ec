"""What a test makes a server say instead of what it would: by outlet and path, in order."""

from __future__ import annotations

import threading

from sources.newsroom.exchange import Reply
from sources.newsroom.mishaps.misdeed import Misdeed

#: Stands for every path of an outlet that has no script of its own.
ALL_PATHS = "*"


class Scripts:
    """Replies waiting for requests; set by one thread, taken by another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, str], tuple[Reply | Misdeed, ...]] = {}

    def put(self, outlet: str, path: str, replies: tuple[Reply | Misdeed, ...]) -> None:
        """Replaces what was waiting for that path; nothing takes it back."""
        with self._lock:
            if replies:
                self._waiting[outlet, path] = replies
            else:
                self._waiting.pop((outlet, path), None)

    def take(self, outlet: str, path: str) -> Reply | Misdeed | None:
        """The next reply for that path; the last one is never used up."""
        with self._lock:
            for key in ((outlet, path), (outlet, ALL_PATHS)):
                waiting = self._waiting.get(key)
                if waiting:
                    self._waiting[key] = waiting[1:] or waiting
                    return waiting[0]
        return None
