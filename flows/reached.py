"""Up to where a file is stored, while its documents overtake each other on their way. Pure."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Hashable

from flows.outcome import Outcome
from flows.pool import Extraction
from schemas.document import Document
from schemas.rejection import Rejection


def key_of(one: Document | Outcome) -> Hashable:
    """What tells a document on its way from the others, as it sets out and as it arrives."""
    if isinstance(one, Extraction):
        return one.document.document_id
    if isinstance(one, Rejection):
        return (one.url, one.stage, one.reason)
    return one.document_id


class Reached:
    """The place before which everything has arrived; whatever comes later may be on its way."""

    def __init__(self, start: int) -> None:
        self.position = start
        self._out: deque[tuple[Hashable, int]] = deque()
        self._awaited: Counter[Hashable] = Counter()
        self._there: Counter[Hashable] = Counter()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on its way."""
        return not self._out

    def set_out(self, key: Hashable, end: int) -> None:
        """Something was read that ends there."""
        self._out.append((key, end))
        self._awaited[key] += 1

    def awaits(self, key: Hashable) -> bool:
        """Whether that is on its way."""
        return self._awaited[key] > 0

    def pass_over(self, end: int) -> None:
        """Nothing more stands before that place."""
        self.set_out(None, end)
        self.arrive(None)

    def arrive(self, key: Hashable) -> None:
        """Something is stored. What was read first is, and then the place moves on."""
        self._awaited -= Counter([key])
        self._there[key] += 1
        while self._out and self._there[self._out[0][0]]:
            first, end = self._out.popleft()
            self._there -= Counter([first])
            self.position = max(self.position, end)
