"""A web server that says exactly what a test writes, byte by byte, on a real socket."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Speak = Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]
Pages = Mapping[str, bytes | Speak | list[bytes]]


@dataclass(frozen=True)
class Asked:
    """One request as it came in; header names in lower case."""

    path: str
    headers: dict[str, str]
    connection: int


@dataclass
class WebServer:
    """Where the server listens, what it says, and what it was asked."""

    port: int = 0
    host: str = "127.0.0.1"
    scheme: str = "http"
    pages: Pages = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://{self.host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        connection = self.connections
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                asked = _parse(head, connection)
                self.asked.append(asked)
                said = self.pages.get(asked.path.partition("?")[0], respond(b"", status=404))
                if isinstance(said, list):
                    # one answer after the other, the last one for ever
                    said = said.pop(0) if len(said) > 1 else said[0]
                if isinstance(said, bytes):
                    writer.write(said)
                    await writer.drain()
                    if b"Connection: close" in said:
                        break
                else:
                    await said(asked, writer)
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def _parse(head: bytes, connection: int) -> Asked:
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    return Asked(
        path=first.split(" ")[1],
        headers={key.lower(): value for key, value in headers.items()},
        connection=connection,
    )


def respond(
    body: bytes = b"", *, status: int = 200, length: int | None = None, **headers: str
) -> bytes:
    """A whole HTTP/1.1 answer; header names are written with underscores."""
    lines = [f"HTTP/1.1 {status} Said"]
    named = {"Content_Type": "text/html; charset=utf-8", **headers}
    lines += [f"{key.replace('_', '-')}: {value}" for key, value in named.items()]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


@asynccontextmanager
async def serve(
    pages: Pages | None = None,
    *,
    host: str = "127.0.0.1",
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[WebServer]:
    """The server, listening on a free port of `host` until the block is left."""
    web = WebServer(host=host, scheme="https" if tls else "http")
    web.pages = pages or {}
    tasks: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await web.answer(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()

    server = await asyncio.start_server(answer, host, 0, ssl=tls)
    web.port = server.sockets[0].getsockname()[1]
    try:
        yield web
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
