"""The fetcher against real sockets: what it sends, what it makes of each kind of answer."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable

import pytest

from schemas.fetching import FetchSettings, Validators
from schemas.rejection import Reason
from sources.fetch import Fetched, FetchFailure, FetchRequest, NotModified, Outcome, Purpose
from sources.fetch.fetcher import Fetcher
from tests.sources.fakeclock import FakeClock
from tests.sources.webserver import Asked, Pages, Speak, WebServer, respond, serve

PAGE = b"<html><body><p>The ferry is back.</p></body></html>"


def settings(**changes: object) -> FetchSettings:
    given = {"per_host_delay": 0.0, "allow_private_networks": True, "timeout": 5.0, "retries": 0}
    return FetchSettings.model_validate(given | changes)


def ask(
    pages: Pages,
    *requests: FetchRequest | str,
    **changes: object,
) -> tuple[list[Outcome], WebServer, FakeClock]:
    """The outcomes of requests made one after the other; paths stand for whole addresses."""
    clock = FakeClock()

    async def run() -> tuple[list[Outcome], WebServer, FakeClock]:
        async with (
            serve(pages) as web,
            Fetcher(settings(**changes), clock=clock, chance=lambda: 0.5) as fetcher,
        ):
            outcomes = []
            for request in requests:
                asked = FetchRequest(url=request) if isinstance(request, str) else request
                if asked.url.startswith("/"):
                    asked = asked.model_copy(update={"url": web.url(asked.url)})
                outcomes.append(await fetcher.fetch(asked))
            return outcomes, web, clock

    return asyncio.run(run())


def failure(outcome: Outcome) -> FetchFailure:
    assert isinstance(outcome, FetchFailure), outcome
    return outcome


def fetched(outcome: Outcome) -> Fetched:
    assert isinstance(outcome, Fetched), outcome
    return outcome


def test_a_page_comes_whole_with_what_was_said() -> None:
    pages = {"/a": respond(PAGE, Set_Cookie="id=1", ETag='"7"')}
    (outcome, _), web, _ = ask(pages, "/a", "/a")
    page = fetched(outcome)
    assert (page.status, page.content, page.final_url) == (200, PAGE, page.url)
    assert (page.content_type, page.charset) == ("text/html", "utf-8")
    assert page.exchange.ip == "127.0.0.1"
    assert page.exchange.request_head.startswith(b"GET /a HTTP/1.1\r\nHost: 127.0.0.1:")
    assert page.exchange.response_head.startswith(b"HTTP/1.1 200 Said\r\n")
    assert web.paths() == ["/robots.txt", "/a", "/a"]
    asked = web.asked[-1]
    assert asked.headers["user-agent"] == "newswell/0.1 (+https://example.org/bot)"
    assert asked.headers["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in asked.headers
    assert {each.connection for each in web.asked} == {1}


def test_compressed_bodies_are_unpacked_and_archived_as_sent() -> None:
    raw = zlib.compressobj(wbits=-15)
    bare = raw.compress(PAGE) + raw.flush()
    packed = gzip.compress(PAGE)
    pages = {
        "/gzip": respond(packed, Content_Encoding="gzip"),
        "/members": respond(packed + packed, Content_Encoding="x-gzip"),
        "/padded": respond(packed + b"\0" * 9, Content_Encoding="gzip"),
        "/deflate": respond(zlib.compress(PAGE), Content_Encoding="deflate"),
        "/bare": respond(bare, Content_Encoding="deflate"),
        "/none": respond(PAGE, Content_Encoding="none"),
    }
    outcomes, _, _ = ask(pages, *pages)
    contents = [fetched(outcome).content for outcome in outcomes]
    assert contents == [PAGE, PAGE + PAGE, PAGE, PAGE, PAGE, PAGE]
    assert fetched(outcomes[0]).exchange.body == packed


async def drip(asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.01)


async def endless(asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(b"x" * 50_000)
        await writer.drain()


async def endless_headers(asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Filler: " + b"y" * 5_000 + b"\r\n")
        await writer.drain()


async def silence(asked: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def hang_up(asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


BOMB = gzip.compress(b"\0" * 30_000_000)

BAD: dict[str, tuple[bytes | Speak, Reason]] = {
    "404": (respond(status=404), Reason.NOT_FOUND),
    "410": (respond(status=410), Reason.GONE),
    "403": (respond(status=403), Reason.FORBIDDEN),
    "418": (respond(status=418), Reason.CLIENT_ERROR),
    "500": (respond(status=500), Reason.SERVER_ERROR),
    "204": (b"HTTP/1.1 204 None\r\n\r\n", Reason.EMPTY),
    "unasked 304": (b"HTTP/1.1 304 Same\r\n\r\n", Reason.BAD_RESPONSE),
    "image": (respond(b"GIF89a", Content_Type="image/gif"), Reason.WRONG_CONTENT_TYPE),
    "bomb": (respond(BOMB, Content_Encoding="gzip"), Reason.BOMB),
    "announced": (respond(PAGE, length=20_000_000), Reason.TOO_LARGE),
    "endless": (endless, Reason.TOO_LARGE),
    "large headers": (respond(X_Filler="y" * 70_000), Reason.TOO_LARGE),
    "endless headers": (endless_headers, Reason.TOO_LARGE),
    "cut": (respond(PAGE, length=999, Connection="close"), Reason.CUT_OFF),
    "cut gzip": (respond(gzip.compress(PAGE)[:-12], Content_Encoding="gzip"), Reason.CUT_OFF),
    "bad gzip": (respond(b"not gzip at all", Content_Encoding="gzip"), Reason.BAD_GZIP),
    "brotli": (respond(b"...", Content_Encoding="br"), Reason.BAD_ENCODING),
    "twice": (respond(b"...", Content_Encoding="gzip, gzip"), Reason.BAD_ENCODING),
    "not http": (b"220 smtp.example.org ESMTP\r\n\r\n", Reason.BAD_RESPONSE),
    "hang up": (hang_up, Reason.CUT_OFF),
    "redirect nowhere": (respond(status=302), Reason.BAD_RESPONSE),
    "redirect to a file": (
        respond(status=302, Location="file:///etc/passwd"),
        Reason.BAD_RESPONSE,
    ),
    "redirect to itself": (respond(status=301, Location="/it"), Reason.REDIRECT_LOOP),
}


@pytest.mark.parametrize("name", BAD)
def test_each_bad_answer_has_its_reason(name: str) -> None:
    said, reason = BAD[name]
    (outcome,), _, _ = ask({"/it": said}, "/it")
    assert failure(outcome).reason is reason, failure(outcome).detail


@pytest.mark.parametrize("speak", [drip, silence])
def test_the_whole_request_has_one_time_limit(
    speak: Callable[[Asked, asyncio.StreamWriter], Awaitable[None]],
) -> None:
    (outcome,), _, _ = ask({"/slow": speak}, "/slow", timeout=0.2)
    assert failure(outcome).reason is Reason.TOO_SLOW


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:1/", Reason.UNREACHABLE),
        ("http://nowhere.invalid/", Reason.DNS_FAILURE),
        ("ftp://example.org/", Reason.BAD_ADDRESS),
        ("file:///etc/passwd", Reason.BAD_ADDRESS),
        ("http://", Reason.BAD_ADDRESS),
        ("http://host:99999/", Reason.BAD_ADDRESS),
        ("http://[::1/", Reason.BAD_ADDRESS),
        ("news", Reason.BAD_ADDRESS),
    ],
)
@pytest.mark.parametrize("respect_robots", [True, False])
def test_each_bad_address_has_its_reason(url: str, reason: Reason, respect_robots: bool) -> None:
    (outcome,), _, clock = ask({}, url, respect_robots=respect_robots)
    assert failure(outcome).reason is reason
    assert clock.slept == []


def test_redirects_are_followed_and_told() -> None:
    pages: dict[str, bytes | Speak] = {
        "/old": respond(status=301, Location="/new?a=1#top"),
        "/newest": respond(PAGE),
    }

    async def second(asked: Asked, writer: asyncio.StreamWriter) -> None:
        port = asked.headers["host"].partition(":")[2]
        writer.write(respond(status=302, Location=f"http://user:word@127.0.0.1:{port}/newest"))

    pages["/new"] = second
    (outcome,), web, _ = ask(pages, "/old")
    page = fetched(outcome)
    assert page.content == PAGE
    assert page.url == web.url("/old")
    assert page.final_url == web.url("/newest")
    assert [hop.status for hop in page.redirects] == [301, 302]
    assert page.redirects[0].target == web.url("/new?a=1")
    assert "authorization" not in web.asked[-1].headers


def test_redirects_have_an_end() -> None:
    async def onward(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(respond(status=302, Location=f"/on?{len(asked.path) * 'n'}"))

    (outcome,), web, _ = ask({"/on": onward}, "/on", max_redirects=4)
    assert failure(outcome).reason is Reason.TOO_MANY_REDIRECTS
    assert len(failure(outcome).redirects) == 5
    assert len(web.asked) == 1 + 5


def test_conditional_requests_and_servers_that_lie() -> None:
    known = Validators(
        etag='"7"', last_modified="Sun, 01 Mar 2026 10:00:00 GMT", looked_at=FakeClock().now()
    )

    def feed(path: str, validators: Validators) -> FetchRequest:
        return FetchRequest(url=path, purpose=Purpose.FEED, validators=validators)

    pages = {"/same": b"HTTP/1.1 304 Same\r\n\r\n", "/body": respond(PAGE)}
    first, *_ = ask(pages, "/body")
    body_known = Validators(sha256=fetched(first[0]).sha256)
    outcomes, web, _ = ask(pages, feed("/same", known), feed("/body", body_known))
    status, body = outcomes
    assert isinstance(status, NotModified)
    assert status.by == "status"
    assert isinstance(body, NotModified)
    assert body.by == "body"
    assert web.asked[1].headers["if-none-match"] == '"7"'
    assert web.asked[1].headers["if-modified-since"] == "Sun, 01 Mar 2026 10:00:00 GMT"
    assert {each.connection for each in web.asked} == {1}


def test_server_errors_are_retried_with_growing_waits() -> None:
    pages: Pages = {"/a": [respond(status=503), respond(status=502), respond(PAGE)]}
    (outcome,), web, clock = ask(pages, "/a", retries=3)
    assert fetched(outcome).content == PAGE
    assert web.paths()[1:] == ["/a"] * 3
    assert clock.slept[0] == 1.5
    assert 2.5 in clock.slept


def test_retry_after_is_honoured_within_patience_and_left_to_later_beyond() -> None:
    pages: Pages = {
        "/soon": [respond(status=503, Retry_After="40"), respond(PAGE)],
        "/later": respond(status=429, Retry_After="7200"),
        "/next": respond(PAGE),
    }
    outcomes, web, clock = ask(pages, "/soon", "/later", "/next", retries=3)
    soon, later, after = outcomes
    assert fetched(soon).content == PAGE
    assert 40.0 <= sum(clock.slept) < 41.0
    assert failure(later).reason is Reason.RATE_LIMITED
    retry_at = failure(later).retry_at
    assert retry_at is not None
    assert (retry_at - clock.now()).total_seconds() == pytest.approx(7200.0)
    # the whole host is left alone until then
    assert failure(after).retry_at == retry_at
    assert "/next" not in web.paths()
    outcomes, web, _ = ask(pages, "/later", "/next", retry_after_scope="url")
    assert fetched(outcomes[1]).content == PAGE


def test_waits_of_days_are_capped() -> None:
    (outcome,), _, clock = ask({"/a": respond(status=503, Retry_After="317100")}, "/a")
    retry_at = failure(outcome).retry_at
    assert retry_at is not None
    assert (retry_at - clock.now()).total_seconds() == 86_400


def test_a_host_that_is_down_is_not_asked_again_and_again() -> None:
    urls = [f"http://127.0.0.1:1/{number}" for number in range(5)]
    outcomes, _, clock = ask({}, *urls, respect_robots=False, retries=3)
    assert {failure(outcome).reason for outcome in outcomes} == {Reason.UNREACHABLE}
    assert failure(outcomes[0]).retry_at is None
    last = failure(outcomes[-1]).retry_at
    assert last is not None
    assert 0 < (last - clock.now()).total_seconds() <= 600
    assert sum(clock.slept) < 10


def test_requests_to_one_host_keep_their_distance() -> None:
    pages = {f"/{number}": respond(PAGE) for number in range(4)}
    _, _, clock = ask(pages, *pages, per_host_delay=2.0)
    assert clock.slept == pytest.approx([2.0] * 4)
    # errors never speed it up
    _, _, clock = ask({}, *pages, per_host_delay=2.0)
    assert clock.slept == pytest.approx([2.0] * 4)
