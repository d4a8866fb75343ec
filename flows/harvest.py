"""The network side of an ingest: an event loop in a thread of its own, and its inbox.

The run's own thread takes what comes out of the inbox, and it alone opens the warehouse.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from queue import SimpleQueue
from types import TracebackType
from typing import TypeVar

from schemas.fetching import FetchSettings, RobotsFile
from schemas.records import CandidateRow, FeedRow
from schemas.source import Source
from sources.days import Span
from sources.discovery import Discovery, discover
from sources.fetch import Fetcher, FetchRequest, Outcome, Purpose, SystemClock
from sources.survey import Survey, survey

T = TypeVar("T")

#: Answers that wait for the run to take them: their bytes are in memory.
_WAITING = 64
#: Pages of one source that are asked for or wait to be taken: more than a host is asked at
#: once, and few enough that a source with thousands due stays small in memory.
_AT_ONCE = 8


class StoppedError(Exception):
    """The run is over: nothing more is asked."""


@dataclass(frozen=True)
class Discovered:
    """A source was asked what it lists; the reply is what of it is to be fetched.

    `discovery` is None where only what was due from before is wanted.
    """

    source: Source
    discovery: Discovery | None
    reply: Future[list[CandidateRow]] = field(default_factory=Future)


@dataclass(frozen=True)
class Answered:
    """An address was asked."""

    source: Source
    row: CandidateRow
    outcome: Outcome


@dataclass(frozen=True)
class Finished:
    """A source is done; `error` is the trouble that nobody expected."""

    source: Source
    error: BaseException | None = None


Event = Discovered | Answered | Finished


class Harvest:
    """Fetches for a run; to be used as `with Harvest(settings, robots, clock) as harvest`."""

    def __init__(
        self, settings: FetchSettings, robots: list[RobotsFile], clock: Callable[[], datetime]
    ) -> None:
        self._inbox: SimpleQueue[Event] = SimpleQueue()
        #: what of the inbox is Discovered, so that all that is there can be entered at once
        self.listed: SimpleQueue[Discovered] = SimpleQueue()
        self._settings = settings
        self._robots = robots
        self._clock = SystemClock(clock)
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="harvest", daemon=True)
        self._ready: Future[Fetcher] = Future()
        self._stop: asyncio.Event
        #: places in the inbox: fetching waits for one, and holds no thread meanwhile
        self._places: asyncio.Semaphore

    def __enter__(self) -> Harvest:
        self._thread.start()
        self._ready.result()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends everything that is being asked; who waits in `collect` gets an error."""
        with self._lock:
            if not self._over.is_set() and self._thread.is_alive():
                self._over.set()
                self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._hold())
        except BaseException as error:
            if self._ready.done():
                raise
            # who waits for the fetcher has to hear why there is none
            self._ready.set_exception(error)
        finally:
            self._loop.close()

    async def _hold(self) -> None:
        self._stop = asyncio.Event()
        self._places = asyncio.Semaphore(_WAITING)
        async with Fetcher(self._settings, clock=self._clock, robots=self._robots) as fetcher:
            self._ready.set_result(fetcher)
            await self._stop.wait()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    def finish(self, source: Source, error: BaseException | None = None) -> None:
        """Tells the inbox that a source is done."""
        self._inbox.put(Finished(source, error))

    def take(self, seconds: float) -> Event:
        """What came in first, waited for so long at most. Raises queue.Empty."""
        event = self._inbox.get(timeout=seconds)
        if not isinstance(event, Finished):
            self._loop.call_soon_threadsafe(self._places.release)
        return event

    def robots_seen(self) -> tuple[RobotsFile, ...]:
        """The robots.txt files that were asked for."""
        return self._ready.result().robots_seen()

    def collect(self, source: Source, feeds: Mapping[str, FeedRow] | None, now: datetime) -> int:
        """Asks one source what it lists and fetches what is due; says how many were fetched.

        Without `feeds` (what is kept of them) it is not asked what it lists. Blocks until
        the source is done, while its answers come out of the inbox. Trouble that nobody
        expected is raised, StoppedError or CancelledError where the run ends before.
        """
        with self._lock:  # what is begun after the stop would never end
            if self._over.is_set():
                raise StoppedError(source.id)
            work = self._collect(source, feeds, now)
            asked = asyncio.run_coroutine_threadsafe(work, self._loop)
        return asked.result()

    async def _collect(
        self, source: Source, feeds: Mapping[str, FeedRow] | None, now: datetime
    ) -> int:
        fetcher = self._ready.result()
        listed = None if feeds is None else await discover(fetcher, source, feeds, now)
        found = Discovered(source, listed)
        self.listed.put(found)
        await self._put(found)
        rows = await asyncio.wrap_future(found.reply)

        places = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*(self._ask(source, row, places) for row in rows))
        return len(rows)

    def survey(self, source: Source, days: Span, now: datetime) -> Survey:
        """What the lists of a source name for some days; waits for it."""
        with self._lock:
            if self._over.is_set():
                raise StoppedError(source.id)
            work = survey(self._ready.result(), source, days, now)
            asked = asyncio.run_coroutine_threadsafe(work, self._loop)
        return asked.result()

    def ask_all(self, asked: Sequence[tuple[Source, CandidateRow]], at_once: int) -> None:
        """Begins to ask the addresses, so many at a time; the inbox is told when all are."""
        with self._lock:
            if self._over.is_set():
                raise StoppedError(asked[0][0].id)
            asyncio.run_coroutine_threadsafe(self._ask_all(asked, at_once), self._loop)

    async def _ask_all(self, asked: Sequence[tuple[Source, CandidateRow]], at_once: int) -> None:
        places = asyncio.Semaphore(at_once)
        try:
            await asyncio.gather(*(self._ask(*one, places) for one in asked))
        except Exception as error:  # noqa: BLE001 - told to the run, which notes it
            self.finish(asked[0][0], error)
        else:
            self.finish(asked[0][0])

    async def _ask(self, source: Source, row: CandidateRow, places: asyncio.Semaphore) -> None:
        known = row.validators if row.article_id else None
        request = FetchRequest(url=row.url, purpose=Purpose.PAGE, validators=known)
        async with places:
            answer = await self._ready.result().fetch(request)
            await self._put(Answered(source, row, answer))

    async def _put(self, event: Discovered | Answered) -> None:
        await self._places.acquire()
        self._inbox.put(event)
