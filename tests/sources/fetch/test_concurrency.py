"""Many hosts at once: a slow, a hostile and a dead one delay none of the others."""

from __future__ import annotations

import asyncio
import gzip
import time
from contextlib import AsyncExitStack

from schemas.fetching import FetchSettings
from schemas.rejection import Reason
from sources.fetch import Fetched, FetchFailure, FetchRequest, Outcome
from sources.fetch.fetcher import Fetcher
from tests.sources.webserver import Asked, respond, serve

BOMB = respond(gzip.compress(b"\0" * 30_000_000), Content_Encoding="gzip")


async def silence(asked: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


def test_slow_and_hostile_hosts_delay_nobody() -> None:
    """As many pages wait on the bad hosts as there are slots; the others are all done first."""
    settings = FetchSettings(
        allow_private_networks=True,
        respect_robots=False,
        per_host_delay=0,
        per_host_concurrency=2,
        concurrency=8,
        timeout=2.0,
        retries=0,
    )

    async def run() -> tuple[list[Outcome], list[Outcome], float]:
        async with AsyncExitStack() as stack:
            good = [
                await stack.enter_async_context(serve({"/": respond(b"news")}, host=f"127.0.1.{n}"))
                for n in range(1, 11)
            ]
            slow = await stack.enter_async_context(serve({"/": silence}, host="127.0.2.1"))
            bomb = await stack.enter_async_context(serve({"/": BOMB}, host="127.0.2.2"))
            bad_urls = [slow.url(f"/?{n}") for n in range(8)] + [
                "http://127.0.2.3:1/",
                bomb.url(),
            ]
            fetcher = await stack.enter_async_context(Fetcher(settings))
            bad = [asyncio.ensure_future(fetcher.fetch(FetchRequest(url=u))) for u in bad_urls]
            await asyncio.sleep(0)  # the bad ones are first in every queue
            began = time.monotonic()
            urls = [web.url(f"/?{n}") for web in good for n in range(5)]
            done = await asyncio.gather(*(fetcher.fetch(FetchRequest(url=u)) for u in urls))
            took = time.monotonic() - began
            waiting = sum(not task.done() for task in bad)
            assert waiting == 8, "the slow host is still being waited for"
            return list(done), list(await asyncio.gather(*bad)), took

    done, bad, took = asyncio.run(run())
    assert all(isinstance(outcome, Fetched) for outcome in done)
    assert took < settings.timeout
    reasons = [outcome.reason for outcome in bad if isinstance(outcome, FetchFailure)]
    # after three failures in a row the slow host counts as down, and the rest ends at once
    assert reasons == [Reason.TOO_SLOW] * 8 + [Reason.UNREACHABLE, Reason.BOMB]


def test_no_more_requests_at_once_than_allowed() -> None:
    at_once: list[int] = []
    running = 0
    settings = FetchSettings(
        allow_private_networks=True,
        respect_robots=False,
        per_host_delay=0,
        per_host_concurrency=3,
        concurrency=4,
    )

    async def page(asked: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal running
        running += 1
        at_once.append(running)
        for _ in range(20):
            await asyncio.sleep(0)
        writer.write(respond(b"x", Connection="close"))
        running -= 1

    async def run() -> None:
        async with (
            serve({"/": page}, host="127.0.3.1") as one,
            serve({"/": page}, host="127.0.3.2") as two,
            Fetcher(settings) as fetcher,
        ):
            urls = [web.url() for web in (one, two) for _ in range(12)]
            await asyncio.gather(*(fetcher.fetch(FetchRequest(url=url)) for url in urls))

    asyncio.run(run())
    assert len(at_once) == 24
    assert max(at_once) <= 4
