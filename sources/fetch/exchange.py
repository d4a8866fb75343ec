"""One request to one address and its answer, with every limit enforced while it streams."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import dataclass

import httpcore
import httpx

from schemas.fetching import FetchSettings
from schemas.model import Frozen
from schemas.rejection import Reason
from sources.fetch.body import ACCEPT_ENCODING, BodyError, Decoder, coding_of
from sources.fetch.clock import Clock
from sources.fetch.head import Head, Hop, parse_content_type, read_head
from sources.fetch.outcome import (
    Exchange,
    Fetched,
    FetchFailure,
    Headers,
    NotModified,
    Purpose,
    header,
)
from sources.fetch.transport import Answer, Pools, Request, request_for, send
from sources.fetch.trouble import reason_of_error

_ACCEPT = {
    Purpose.PAGE: "text/html, application/xhtml+xml, text/plain;q=0.8, */*;q=0.5",
    Purpose.FEED: "application/atom+xml, application/rss+xml, application/rdf+xml, "
    "application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5",
    Purpose.SITEMAP: "application/xml, text/xml, application/gzip, text/plain;q=0.8, */*;q=0.5",
    Purpose.ROBOTS: "text/plain, */*;q=0.5",
}
#: What RFC 9309 2.5 obliges a crawler to read of a robots.txt.
ROBOTS_BYTES = 512_000
#: A new connection costs about as much as reading this; error pages are smaller.
_DISCARDED_BYTES = 65_536
#: Parts of a body (64 KB) that are unpacked before other hosts have their turn: half a
#: millisecond each where they are text.
_AT_A_STRETCH = 8
_NETWORK_ERRORS = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
    OSError,
    TimeoutError,
)


@dataclass(frozen=True)
class Line:
    """What a request goes out on."""

    pools: Pools
    settings: FetchSettings
    clock: Clock


class HopRequest(Frozen):
    """One address, asked once; `conditions` are the headers of a conditional request."""

    url: str
    purpose: Purpose
    conditions: Headers = ()


def limit_for(purpose: Purpose, settings: FetchSettings) -> int:
    """The largest content of this purpose, decompressed, in bytes."""
    if purpose is Purpose.SITEMAP:
        return settings.max_sitemap_bytes
    return ROBOTS_BYTES if purpose is Purpose.ROBOTS else settings.max_bytes


async def exchange(
    line: Line, hop: HopRequest, seconds: float
) -> Fetched | NotModified | FetchFailure | Hop:
    """Ask one address once, within `seconds`. Never raises for what a server does."""
    headers = [
        ("User-Agent", line.settings.user_agent),
        ("Accept", _ACCEPT[hop.purpose]),
        ("Accept-Encoding", ACCEPT_ENCODING),
        *hop.conditions,
    ]
    try:
        request = request_for(hop.url, headers)
    except (httpx.InvalidURL, ValueError) as error:
        return FetchFailure(url=hop.url, reason=Reason.BAD_ADDRESS, detail=str(error))
    try:
        async with asyncio.timeout(seconds):
            answer = await send(line.pools, request)
            try:
                return await _read(line, hop, request, answer)
            finally:
                with suppress(*_NETWORK_ERRORS):
                    await answer.close()
    except _NETWORK_ERRORS as error:
        reason, detail = reason_of_error(error)
        return FetchFailure(url=hop.url, reason=reason, detail=detail)


async def _read(
    line: Line, hop: HopRequest, request: Request, answer: Answer
) -> Fetched | NotModified | FetchFailure | Hop:
    head = Head(
        url=hop.url,
        purpose=hop.purpose,
        conditional=bool(hop.conditions),
        status=answer.status,
        headers=tuple((_text(key), _text(value)) for key, value in answer.raw_headers),
        started_at=line.clock.now(),
    )
    decided = read_head(head, line.settings, head.started_at)
    if decided is not None:
        if not isinstance(decided, FetchFailure) or decided.status != 200:
            await _discard(answer)
        return decided
    try:
        content, body, truncated = await _drain(answer, head, line.settings)
    except BodyError as error:
        return FetchFailure(
            url=hop.url, reason=error.reason, detail=error.detail, status=head.status
        )
    ended_at = line.clock.now()
    content_type, charset = parse_content_type(header(head.headers, "content-type"))
    return Fetched(
        url=head.url,
        final_url=head.url,
        purpose=head.purpose,
        status=head.status,
        redirects=(),
        headers=head.headers,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        content_type=content_type,
        charset=charset,
        started_at=head.started_at,
        ended_at=ended_at,
        exchange=Exchange(
            url=head.url,
            request_head=_request_head(request),
            response_head=_response_head(answer),
            body=body,
            ip=answer.ip,
            http_version=answer.http_version,
            started_at=head.started_at,
        ),
        wire_bytes=len(body),
        truncated=truncated,
    )


async def _discard(answer: Answer) -> None:
    """Read what little body a redirect or an error has, so that its connection can be reused."""
    seen = 0
    async for piece in answer.pieces():
        seen += len(piece)
        if seen > _DISCARDED_BYTES:
            return


async def _drain(answer: Answer, head: Head, settings: FetchSettings) -> tuple[bytes, bytes, bool]:
    """The content, the body as sent, and whether the rest was left unread. Raises BodyError."""
    limit = limit_for(head.purpose, settings)
    declared = header(head.headers, "content-length") or ""
    decoder = Decoder(coding_of(header(head.headers, "content-encoding")), limit)
    announced = int(declared[:18]) if declared.isascii() and declared.isdigit() else 0
    # a compressed body that is larger than its content may be does not get better
    if announced > limit and head.purpose is not Purpose.ROBOTS:
        raise BodyError(Reason.TOO_LARGE, f"{announced} bytes announced")
    parts: list[bytes] = []
    body = bytearray()
    try:
        async for piece in answer.pieces():
            body += piece
            for part in decoder.steps(piece):
                parts.append(part)
                if len(parts) % _AT_A_STRETCH == 0:
                    await asyncio.sleep(0)
        decoder.finish()
    except BodyError as error:
        if head.purpose is Purpose.ROBOTS and error.reason is Reason.TOO_LARGE:
            return b"".join(parts)[:limit], bytes(body), True
        raise
    return b"".join(parts), bytes(body), False


def _text(value: bytes) -> str:
    """A header's bytes: UTF-8 where they are it, as some servers send; else ISO 8859-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("iso-8859-1")


def _request_head(request: Request) -> bytes:
    lines = [b"GET " + request.url.target + b" HTTP/1.1"]
    lines += [key + b": " + value for key, value in request.headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _response_head(answer: Answer) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} ".encode() + answer.phrase]
    # a line break inside a value would end the head in the archive
    lines += [
        key + b": " + value.replace(b"\r", b" ").replace(b"\n", b" ")
        for key, value in answer.raw_headers
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n"
