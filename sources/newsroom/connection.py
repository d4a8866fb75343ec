"""One client's connection: requests read from it, replies written to it, HTTP/1.1 (RFC 9112)."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus

from sources.newsroom.exchange import Reply, Request, http_date

#: A client that keeps a connection without asking anything is let go after this; twice the
#: five seconds for which httpx keeps one.
_IDLE_SECONDS = 10.0
_NO_BODY = frozenset({204, 304})


class Connection:
    """A held TCP connection; `close` or `reset` ends it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read_request(self) -> Request | None:
        """The next request without its body; None when the client has gone or sent nonsense."""
        try:
            async with asyncio.timeout(_IDLE_SECONDS):
                head = await self._reader.readexactly(1)
                if not head.isalpha():  # a TLS greeting, most likely: say so, as others do
                    await self.send(Reply(status=400))
                    return None
                head += await self._reader.readuntil(b"\r\n\r\n")
                request = parse_head(head)
                length = int((request and request.header("content-length")) or 0)
                await self._reader.readexactly(length)
        except (
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            TimeoutError,
            ConnectionError,
            ValueError,
        ):
            return None
        return request

    async def send(self, reply: Reply, *, with_body: bool = True) -> None:
        """The whole reply with the headers that every reply has."""
        length = () if reply.status in _NO_BODY else (("Content-Length", str(len(reply.body))),)
        head = head_of(reply.status, (*reply.headers, *length))
        body = reply.body if with_body and reply.status not in _NO_BODY else b""
        await self.write(head + body)

    async def write(self, data: bytes) -> None:
        """Bytes as they are; waits while the client does not read."""
        self._writer.write(data)
        await self._writer.drain()

    async def write_chunk(self, data: bytes) -> None:
        """One chunk of a body sent with `Transfer-Encoding: chunked`; empty ends it."""
        await self.write(b"%x\r\n%s\r\n" % (len(data), data))

    async def wait_until_left(self) -> None:
        """Returns when the client has closed its end."""
        with contextlib.suppress(ConnectionError):
            while await self._reader.read(4096):
                pass

    def reset(self) -> None:
        """Ends the connection with RST instead of FIN, as a crashed or hostile peer does."""
        connected = self._writer.get_extra_info("socket")
        linger_for_zero_seconds = struct.pack("ii", 1, 0)
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_for_zero_seconds)
        self._writer.transport.abort()

    async def close(self) -> None:
        """Ends the connection, whatever state it is in."""
        self._writer.close()
        with contextlib.suppress(ConnectionError, TimeoutError):
            await self._writer.wait_closed()


def head_of(status: int, headers: Iterable[tuple[str, str]]) -> bytes:
    """Status line and headers with Date, up to and with the empty line."""
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unheard Of"
    lines = [f"HTTP/1.1 {status} {phrase}", f"Date: {http_date(datetime.now(UTC))}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def parse_head(head: bytes) -> Request | None:
    """Request line and headers; None if they are not HTTP."""
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        return None
    pairs = (line.partition(":") for line in lines)
    headers = tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)
    return Request(method=parts[0], target=parts[1], headers=headers)
