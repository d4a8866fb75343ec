"""The batch that a run is filling: what is complete and waits to be stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Protocol

from flows.batch import Clock, Placing
from flows.grouping import place_waiting
from flows.outcome import Outcome
from flows.rhythm import Moments, is_due, is_idle, is_overdue
from schemas.document import Document
from schemas.run import RunReport
from schemas.settings import Settings

#: Documents after which their articles are placed in stories, so that a long run does not end
#: with a long wait.
_PLACE_AFTER = 2000
#: Is told how many more are done.
Watch = Callable[[int], None]


class Store(Protocol):
    """Stores a batch: `store_batch`, or a Prefect task around it."""

    def __call__(
        self, settings: Settings, run: RunReport, outcomes: Sequence[Outcome], clock: Clock, /
    ) -> RunReport: ...


class PlacedStore(Protocol):
    """Stores a batch and when its addresses are due: `store_batch`, or a task around it."""

    def __call__(
        self,
        settings: Settings,
        run: RunReport,
        outcomes: Sequence[Outcome],
        clock: Clock,
        placing: Placing,
        /,
    ) -> RunReport: ...


class Waiting:
    """What is complete and waits to be stored; `report` is the run as far as it is stored."""

    def __init__(
        self, settings: Settings, report: RunReport, clock: Clock, store: Store, watch: Watch
    ) -> None:
        self.report = report
        self.extracting = 0
        self._settings, self._clock, self._store, self._watch = settings, clock, store, watch
        self._outcomes: list[Outcome] = []
        self._began = self._arrived = self._stored = clock()
        self._cost = timedelta()
        self._unplaced = 0

    def counted(self, documents: Iterable[Document | None]) -> Iterator[Document | None]:
        """The documents, on their way to extraction."""
        for document in documents:
            if document is not None:
                self._arrived = self._clock()
                self.extracting += 1
            yield document

    def add(self, outcome: Outcome) -> None:
        """Puts an outcome in, and stores the batch if it is full or waited long enough."""
        now = self._clock()
        if not self._outcomes:
            self._began = now
        self._outcomes.append(outcome)
        is_full = len(self._outcomes) >= self._settings.extract.batch_size
        if is_full or is_overdue(self._began, now):
            self.keep()

    def keep_if_due(self) -> None:
        """Stores what there is if it should not wait for more; where nothing is left to be stored,
        what is there is placed in stories while a slow host is waited for.
        """
        moments = Moments(
            began=self._began,
            arrived=self._arrived,
            stored=self._stored,
            cost=self._cost,
            extracting=self.extracting,
        )
        if self._outcomes and is_due(moments, self._clock()):
            self.keep()
        elif self._unplaced and not self._outcomes and is_idle(moments, self._clock()):
            self._place()

    def keep(self) -> None:
        """Stores what there is."""
        if not self._outcomes:
            return
        start = self._clock()
        self.report = self._store(self._settings, self.report, tuple(self._outcomes), self._clock)
        self._stored = self._clock()
        self._cost = self._stored - start
        self._unplaced += len(self._outcomes)
        self._watch(len(self._outcomes))
        self._outcomes.clear()
        if self._unplaced >= _PLACE_AFTER:
            self._place()

    def _place(self) -> None:
        """Places what was stored in stories."""
        start = self._clock()
        place_waiting(self._settings, self._clock)
        self._stored = self._clock()
        self._cost = self._stored - start
        self._unplaced = 0
