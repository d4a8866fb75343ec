"""What may be connected to: numbers, names that lead inside, redirects that do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from schemas.fetching import FetchSettings
from schemas.rejection import Reason
from sources.fetch import Fetched, FetchFailure, FetchRequest, Outcome
from sources.fetch.addresses import may_connect
from sources.fetch.fetcher import Fetcher
from tests.sources.webserver import respond, serve

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "100.64.0.1",
    "198.18.0.1",
    "240.0.0.1",
    "::1",
    "fec0::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::8.8.8.8",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:db8::1",
]
NEVER = [
    "169.254.169.254",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "::ffff:169.254.169.254",
    "0.0.0.0",
    "::",
    "224.0.0.1",
    "239.1.1.1",
    "ff02::1",
    "255.255.255.255",
    "",
    "host",
]
PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_need_permission(address: str) -> None:
    assert not may_connect(address, allow_private=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1", "fd00::1", "100.64.0.1"])
def test_permission_lets_private_addresses_in(address: str) -> None:
    assert may_connect(address, allow_private=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_connected_to(address: str) -> None:
    assert not may_connect(address, allow_private=False)
    assert not may_connect(address, allow_private=True)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_free(address: str) -> None:
    assert may_connect(address, allow_private=False)


def fetch(
    url: str,
    resolve: Callable[[str, int], Awaitable[list[str]]] | None = None,
    **changes: object,
) -> Outcome:
    settings = FetchSettings.model_validate({"respect_robots": False, "retries": 0} | changes)

    async def run() -> Outcome:
        async with Fetcher(settings, resolve=resolve) as fetcher:
            return await fetcher.fetch(FetchRequest(url=url))

    return asyncio.run(run())


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:9/",
        "http://127.1:9/",
        "http://2130706433:9/",
        "http://0x7f.0.0.1:9/",
        "http://0177.0.0.1:9/",
        "http://[::1]:9/",
        "http://[::ffff:127.0.0.1]:9/",
        "http://0.0.0.0:9/",
    ],
)
def test_every_spelling_of_this_machine_is_refused(url: str) -> None:
    outcome = fetch(url)
    assert isinstance(outcome, FetchFailure)
    # some spellings are not even accepted as addresses
    assert outcome.reason in {Reason.PRIVATE_ADDRESS, Reason.BAD_ADDRESS}, outcome.detail


def test_a_name_that_leads_inside_is_refused_after_resolution() -> None:
    async def inside(host: str, port: int) -> list[str]:
        return ["10.1.2.3", "fd00::7"]

    outcome = fetch("http://innocent.example/", inside)
    assert isinstance(outcome, FetchFailure)
    assert outcome.reason is Reason.PRIVATE_ADDRESS
    assert "10.1.2.3" in outcome.detail


def test_a_redirect_to_a_private_address_is_refused() -> None:
    """The first host is let in by a resolver that calls it public only once."""

    async def run() -> tuple[Outcome, list[str]]:
        async with serve(host="127.0.0.1") as web:
            web.pages = {
                "/": respond(status=302, Location="http://inside.example/secret"),
                "/secret": respond(b"secret"),
            }

            async def resolve(host: str, port: int) -> list[str]:
                return ["127.0.0.1"] if host == "outside.example" else ["0.0.0.0"]

            settings = FetchSettings(allow_private_networks=True, respect_robots=False)
            async with Fetcher(settings, resolve=resolve) as fetcher:
                url = f"http://outside.example:{web.port}/"
                return await fetcher.fetch(FetchRequest(url=url)), web.paths()

    outcome, paths = asyncio.run(run())
    assert isinstance(outcome, FetchFailure)
    assert outcome.reason is Reason.PRIVATE_ADDRESS
    assert outcome.redirects[0].target == "http://inside.example/secret"
    assert paths == ["/"]


def test_a_dead_address_does_not_hide_a_living_one() -> None:
    async def run() -> Outcome:
        async with serve({"/": respond(b"here")}) as web:

            async def resolve(host: str, port: int) -> list[str]:
                return ["127.0.0.9", "127.0.0.1"]

            settings = FetchSettings(allow_private_networks=True, respect_robots=False)
            async with Fetcher(settings, resolve=resolve) as fetcher:
                return await fetcher.fetch(FetchRequest(url=f"http://two.example:{web.port}/"))

    outcome = asyncio.run(run())
    assert isinstance(outcome, Fetched)
    assert outcome.exchange.ip == "127.0.0.1"


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")

    async def run() -> Outcome:
        settings = FetchSettings(allow_private_networks=True, respect_robots=False)
        async with serve({"/": respond(b"here")}) as web, Fetcher(settings) as fetcher:
            return await fetcher.fetch(FetchRequest(url=web.url()))

    assert isinstance(asyncio.run(run()), Fetched)
