"""How far a long run is: told to whoever shows it, a terminal or Prefect's page."""

from __future__ import annotations

from typing import Protocol


class Gauge(Protocol):
    """Shows how much of what there is to do is done."""

    def expect(self, more: int, /) -> None:
        """There is so much more to do than was known."""

    def advance(self, done: int, /) -> None:
        """So much more is done."""


class Unseen:
    """Shows nothing."""

    def expect(self, more: int, /) -> None:
        """Nobody looks."""

    def advance(self, done: int, /) -> None:
        """Nobody looks."""


UNSEEN = Unseen()
