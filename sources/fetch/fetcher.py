"""The polite fetcher: everything the pipeline asks of the network goes through here."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType

from schemas.fetching import FetchSettings, RobotsFile
from schemas.rejection import Reason
from sources.fetch.addresses import Resolve, resolve_in
from sources.fetch.backoff import wait_before_retry
from sources.fetch.clock import Clock, SystemClock
from sources.fetch.conditional import conditional_headers, is_same_body
from sources.fetch.exchange import HopRequest, Line, exchange
from sources.fetch.head import Hop
from sources.fetch.lanes import Blocked, Lanes, host_of
from sources.fetch.outcome import (
    Fetched,
    FetchFailure,
    FetchRequest,
    NotModified,
    Outcome,
    Purpose,
    Redirect,
)
from sources.fetch.pacing import after_answer, after_request_for_time, after_trouble
from sources.fetch.robots import Rules, Verdict, origin_of, read_robots
from sources.fetch.transport import Pools
from sources.fetch.trouble import HOST_TROUBLE, TRANSIENT

#: A host that says "too many requests" without saying for how long is left alone this
#: long, and longer each time (story-indexer's scoreboard starts with the same).
_RATE_LIMITED_SECONDS = 30.0


class Fetcher:
    """Fetches as a guest should; to be used as `async with Fetcher(settings) as fetcher`.

    `robots` are files kept from earlier runs. `resolve` and `ssl_context` replace the
    system's name resolution and trust, `chance` the dice of the backoff.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        clock: Clock | None = None,
        robots: Iterable[RobotsFile] = (),
        resolve: Resolve | None = None,
        ssl_context: ssl.SSLContext | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._chance = chance
        self._lanes = Lanes(settings, self._clock)
        self._rules = {file.origin: Rules(file, settings.user_agent) for file in robots}
        self._robots_locks: dict[str, asyncio.Lock] = {}
        self._robots_seen: dict[str, RobotsFile] = {}
        # a thread for each request: the system's resolver blocks, and one dead name
        # server must not keep the others from being asked
        self._resolvers = ThreadPoolExecutor(settings.concurrency, thread_name_prefix="resolve")
        find = resolve or partial(resolve_in, self._resolvers)
        self._line = Line(Pools(settings, find, ssl_context), settings, self._clock)

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._line.pools.aclose()
        self._resolvers.shutdown(wait=False, cancel_futures=True)

    async def fetch(self, request: FetchRequest) -> Outcome:
        """The answer to a request, after as many attempts as the settings allow.

        Never raises for what a server, its name or its network does. Waits for the
        host's pace as long as it takes, for a host that asked for time no longer than
        the settings' patience. Any number of calls may run at once.
        """
        attempt = 1
        while True:
            outcome = await self._follow(request)
            if not isinstance(outcome, FetchFailure):
                return outcome
            wait = wait_before_retry(
                outcome, attempt, self._settings, self._clock.now(), self._chance()
            )
            if wait is None:
                return outcome
            await self._clock.sleep(wait)
            attempt += 1

    async def robots(self, url: str) -> RobotsFile:
        """The robots.txt that speaks for this address, from memory if it is fresh.

        Raises ValueError for what is no address.
        """
        return (await self._rules_for(origin_of(url))).file

    def robots_seen(self) -> tuple[RobotsFile, ...]:
        """The robots.txt files asked for since this fetcher was made, to be kept."""
        return tuple(self._robots_seen.values())

    async def _rules_for(self, origin: str) -> Rules:
        async with self._robots_locks.setdefault(origin, asyncio.Lock()):
            known = self._rules.get(origin)
            if known is not None and known.file.expires_at > self._clock.now():
                return known
            request = FetchRequest(url=f"{origin}/robots.txt", purpose=Purpose.ROBOTS)
            answer = await self.fetch(request)
            assert not isinstance(answer, NotModified), "the request had no validators"
            file = read_robots(origin, answer, self._clock.now(), self._settings)
            self._robots_seen[origin] = file
            self._rules[origin] = Rules(file, self._settings.user_agent)
            return self._rules[origin]

    async def _judge(self, url: str, purpose: Purpose) -> Verdict:
        if purpose is Purpose.ROBOTS or not self._settings.respect_robots:
            return Verdict(allowed=True)
        return (await self._rules_for(origin_of(url))).judge(url)

    async def _follow(self, request: FetchRequest) -> Outcome:
        """One attempt: the request and the redirects that it meets."""
        url, hops, left = request.url, list[Redirect](), self._settings.timeout
        while True:
            answer, took = await self._ask(url, request, left)
            left = max(left - took, 0.001)
            if not isinstance(answer, Hop):
                return _finish(answer, request, tuple(hops))
            hops.append(Redirect(url=url, status=answer.status, target=answer.target))
            trouble = _redirect_trouble(hops, self._settings.max_redirects)
            if trouble is not None:
                failure = FetchFailure(url=url, reason=trouble[0], detail=trouble[1])
                return _finish(failure, request, tuple(hops))
            url = answer.target

    async def _ask(
        self, url: str, request: FetchRequest, seconds: float
    ) -> tuple[Outcome | Hop, float]:
        """One address, in its host's turn: the answer, and the seconds it took."""
        try:
            host = host_of(url)
        except ValueError as error:
            return FetchFailure(url=url, reason=Reason.BAD_ADDRESS, detail=str(error)), 0.0
        verdict = await self._judge(url, request.purpose)
        if verdict.reason is not None:
            return FetchFailure(
                url=url, reason=verdict.reason, detail=verdict.detail, retry_at=verdict.retry_at
            ), 0.0
        conditions = conditional_headers(
            request.validators, self._clock.now(), self._settings.look_anyway_after
        )
        hop = HopRequest(url=url, purpose=request.purpose, conditions=conditions)
        try:
            async with self._lanes.turn(host, verdict.crawl_delay):
                began = self._clock.monotonic()
                answer = await exchange(self._line, hop, seconds)
                took = self._clock.monotonic() - began
                return self._learn(host, answer, took), took
        except Blocked as blocked:
            pace = blocked.pace
            retry_at = self._wall(pace.blocked_until)
            reason = pace.reason or Reason.UNREACHABLE
            return FetchFailure(url=url, reason=reason, detail=pace.detail, retry_at=retry_at), 0.0

    def _learn(self, host: str, answer: Outcome | Hop, took: float) -> Outcome | Hop:
        """Note what an answer says of its host; a failure comes back with its `retry_at`."""
        if not isinstance(answer, FetchFailure):
            self._lanes.note(host, lambda pace: after_answer(pace, took, good=True))
            return answer
        reason, now = answer.reason, self._clock.monotonic()
        if reason is Reason.RATE_LIMITED and answer.retry_at is None:
            seconds = _RATE_LIMITED_SECONDS * self._lanes.pace(host).slowdown
            answer = answer.model_copy(update={"retry_at": self._wall(now + seconds)})
        if reason in HOST_TROUBLE or reason in TRANSIENT:
            self._lanes.note(
                host, lambda pace: after_trouble(pace, reason, answer.detail, now, self._settings)
            )
        else:
            self._lanes.note(host, lambda pace: after_answer(pace, took, good=False))
        until = answer.retry_at
        if until is not None and self._settings.retry_after_scope == "host":
            self._lanes.note(
                host,
                lambda pace: after_request_for_time(pace, reason, until, self._clock.now(), now),
            )
        return answer

    def _wall(self, monotonic: float) -> datetime:
        return self._clock.now() + timedelta(seconds=monotonic - self._clock.monotonic())


def _redirect_trouble(hops: list[Redirect], most: int) -> tuple[Reason, str] | None:
    target = hops[-1].target
    if any(hop.url == target for hop in hops):
        return Reason.REDIRECT_LOOP, f"redirected back after {len(hops)} hops"
    if len(hops) > most:
        return Reason.TOO_MANY_REDIRECTS, f"more than {most} redirects"
    return None


def _finish(answer: Outcome, request: FetchRequest, hops: tuple[Redirect, ...]) -> Outcome:
    """The answer of the last hop as the answer to the request."""
    if isinstance(answer, Fetched) and not hops and not request.validators:
        return answer
    final = {"url": request.url, "final_url": answer.url, "redirects": hops}
    if isinstance(answer, Fetched) and is_same_body(request.validators, answer.sha256):
        return NotModified(
            url=request.url,
            final_url=answer.url,
            redirects=hops,
            headers=answer.headers,
            by="body",
            started_at=answer.started_at,
            ended_at=answer.ended_at,
            wire_bytes=answer.wire_bytes,
        )
    return answer.model_copy(update=final)
