"""A progress artifact on Prefect's page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

#: Seconds between two updates: each is a request to the server, and people look less often.
_PAUSE = 2.0


class _Bar:
    """A gauge that tells Prefect's server."""

    def __init__(self, artifact: UUID) -> None:
        self._artifact = artifact
        self._expected = self._done = 0
        self._told_at = time.monotonic()

    def expect(self, more: int, /) -> None:
        """There is so much more to do than was known."""
        self._expected += more

    def advance(self, done: int, /) -> None:
        """So much more is done."""
        self._done += done
        if time.monotonic() - self._told_at >= _PAUSE:
            self.tell()

    def tell(self) -> None:
        """Shows how far it is."""
        self._told_at = time.monotonic()
        share = 100.0 * self._done / self._expected if self._expected else 0.0
        update_progress_artifact(self._artifact, progress=min(100.0, share))


@contextmanager
def shown_progress(key: str, description: str) -> Iterator[_Bar]:
    """A gauge whose artifact stands at its end when the block is done."""
    created = create_progress_artifact(progress=0.0, key=key, description=description)
    assert isinstance(created, UUID)  # not awaited here, so it is there
    bar = _Bar(created)
    yield bar
    update_progress_artifact(created, progress=100.0)
