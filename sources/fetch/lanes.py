"""Lanes: the queue of each host, and the slots that all hosts share.

Whoever waits for a host's pace waits in that host's lane and holds no slot, so a slow
or hostile host delays nobody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from schemas.fetching import FetchSettings
from sources.fetch.clock import Clock
from sources.fetch.pacing import Pace, after_start, delay_of

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Blocked(Exception):  # noqa: N818 -- not an error: the host is to be left alone
    """The host may not be asked for longer than a run waits; `pace` says until when and why."""

    def __init__(self, pace: Pace) -> None:
        super().__init__(pace.detail)
        self.pace = pace


def host_of(url: str) -> str:
    """The lane of a URL: its host, with the port where that is not the scheme's own."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port
    return host if port in {None, *_DEFAULT_PORTS.values()} else f"{host}:{port}"


class Lanes:
    """The paces of all hosts that this fetcher has met."""

    def __init__(self, settings: FetchSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._paces: dict[str, Pace] = {}
        self._places: dict[str, asyncio.Semaphore] = {}
        self._slots = asyncio.Semaphore(settings.concurrency)

    def pace(self, host: str) -> Pace:
        """What is known of a host."""
        return self._paces.get(host) or Pace()

    def note(self, host: str, change: Callable[[Pace], Pace]) -> None:
        """Replace what is known of a host."""
        self._paces[host] = change(self.pace(host))

    @asynccontextmanager
    async def turn(self, host: str, crawl_delay: float | None = None) -> AsyncIterator[None]:
        """Wait for this host's turn, then for a free slot; hold both for the request.

        Raises Blocked instead of waiting longer than the settings' patience for a host
        that is down or asked for time.
        """
        self._check(host)
        place = self._places.setdefault(
            host, asyncio.Semaphore(self._settings.per_host_concurrency)
        )
        async with place:
            await self._wait(host, crawl_delay)
            async with self._slots:
                yield

    async def _wait(self, host: str, crawl_delay: float | None) -> None:
        while True:
            pace = self._check(host)
            now = self._clock.monotonic()
            start = max(now, pace.next_start, pace.blocked_until)
            if pace.blocked_until <= now:
                delay = delay_of(pace, crawl_delay, self._settings)
                self._paces[host] = after_start(pace, start, delay)
            if start > now:
                await self._clock.sleep(start - now)
            if pace.blocked_until <= now:
                # whatever happened while this one waited for its start
                self._check(host)
                if self.pace(host).blocked_until <= self._clock.monotonic():
                    return

    def _check(self, host: str) -> Pace:
        pace = self.pace(host)
        if pace.blocked_until - self._clock.monotonic() > self._settings.patience:
            raise Blocked(pace)
        return pace
