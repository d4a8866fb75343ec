"""Connections: kept where they are of use again, and never too many of them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from functools import partial

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.fetching import FetchSettings
from sources.fetch import FetchRequest, transport
from sources.fetch.fetcher import Fetcher
from tests.sources.webserver import WebServer, respond, serve

SETTINGS = FetchSettings(
    per_host_delay=0.0, allow_private_networks=True, retries=0, concurrency=4, timeout=5.0
)


async def ask_in_turn(hosts: int, rounds: int) -> list[WebServer]:
    """Each host is asked for a page in each round, one after the other."""
    page = partial(serve, {"/a": respond(b"<p>Ferry</p>")})
    async with AsyncExitStack() as held:
        servers = [
            await held.enter_async_context(page(host=f"127.0.3.{number + 1}"))
            for number in range(hosts)
        ]
        fetcher = await held.enter_async_context(Fetcher(SETTINGS))
        for _ in range(rounds):
            for server in servers:
                await fetcher.fetch(FetchRequest(url=server.url("/a")))
        return servers


def test_a_connection_serves_again_however_many_hosts_come_between() -> None:
    servers = asyncio.run(ask_in_turn(hosts=20, rounds=3))
    assert [server.paths() for server in servers] == [["/robots.txt", "/a", "/a", "/a"]] * 20
    assert [server.connections for server in servers] == [1] * 20


def test_the_connections_not_used_for_longest_are_closed_where_they_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transport, "_POOLS", 2)
    servers = asyncio.run(ask_in_turn(hosts=3, rounds=2))
    assert [server.connections for server in servers] == [2, 2, 2]


@given(
    st.sampled_from(["http://paper.example", "https://paper.example:443", "http://127.0.0.1:8080"]),
    st.text("ab/.~-_?=&%+é ", max_size=12).map("/{}".format),
)
@example("http://paper.example", "")
@example("http://paper.example", "?a=b")
@example("http://paper.example", "/a/../b/./c//d?e=f")
@example("http://paper.example:80", "/a.b/~c/?d=e&f")
@example("HTTP://Paper.example", "/a")
def test_an_address_is_taken_apart_as_httpx_does(origin: str, rest: str) -> None:
    whole = httpx.URL(origin + rest)
    asked = transport.request_for(origin + rest, [])
    assert asked.headers == ((b"Host", whole.netloc),)
    assert (asked.url.scheme, asked.url.host) == (whole.raw_scheme, whole.raw_host)
    assert (asked.url.port, asked.url.target) == (whole.port, whole.raw_path)
