"""Trouble below HTTP: drips, silence, bodies cut off, resets, endless headers, large bodies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

from sources.newsroom.connection import Connection, head_of
from sources.newsroom.exchange import Request
from sources.newsroom.mishaps.answers import page_named
from sources.newsroom.mishaps.bombs import gzip_bomb, nested_gzip_bomb
from sources.newsroom.mishaps.misdeed import Act, Situation

_HTML = ("Content-Type", "text/html; charset=utf-8")
_CHUNKED = ("Transfer-Encoding", "chunked")
_PARAGRAPH = b"<p>The harbour clock struck again, and nobody counted.</p>\n"
#: About what one write to a socket takes at once.
_BLOCK = _PARAGRAPH * 1000
#: Well over the 64 to 100 kilobytes that clients take for all headers together.
_HUGE_HEADER = 1_000_000


def ordinary_head(length: int) -> bytes:
    """The head of a reply that looks sound."""
    return head_of(200, (_HTML, ("Content-Length", str(length))))


async def drip_body(_: Request, situation: Situation, connection: Connection) -> None:
    """Sound headers, then one byte at a time."""
    page = page_named("ordinary.html")
    await connection.write(ordinary_head(len(page)))
    await _drip(page, situation, connection)


async def drip_head(_: Request, situation: Situation, connection: Connection) -> None:
    """The status line and headers, one byte at a time."""
    await _drip(ordinary_head(100), situation, connection)


async def stay_silent(_: Request, __: Situation, connection: Connection) -> None:
    """Takes the request and never answers."""
    await connection.wait_until_left()


async def cut_by_length(_: Request, __: Situation, connection: Connection) -> None:
    """Less than Content-Length says, then the end."""
    page = page_named("ordinary.html")
    await connection.write(ordinary_head(len(page)) + page[: len(page) // 2])


async def cut_in_chunk(_: Request, __: Situation, connection: Connection) -> None:
    """Chunked, without the last chunk."""
    page = page_named("ordinary.html")
    await connection.write(head_of(200, (_HTML, _CHUNKED)))
    await connection.write_chunk(page[: len(page) // 2])


async def reset_at_once(_: Request, __: Situation, connection: Connection) -> None:
    """RST instead of a reply."""
    connection.reset()


async def reset_in_body(_: Request, __: Situation, connection: Connection) -> None:
    """RST in the middle of the body."""
    page = page_named("ordinary.html")
    await connection.write(ordinary_head(len(page)) + page[: len(page) // 2])
    connection.reset()


async def huge_header(_: Request, __: Situation, connection: Connection) -> None:
    """One header of a megabyte."""
    page = page_named("ordinary.html")
    heavy = ("X-Everything", "x" * _HUGE_HEADER)
    await connection.write(head_of(200, (_HTML, heavy, ("Content-Length", str(len(page))))) + page)


async def many_headers(_: Request, __: Situation, connection: Connection) -> None:
    """20,000 headers."""
    page = page_named("ordinary.html")
    many = [(f"X-Header-{n}", "one of very many") for n in range(20_000)]
    await connection.write(head_of(200, (*many, _HTML, ("Content-Length", str(len(page))))) + page)


async def not_http(_: Request, __: Situation, connection: Connection) -> None:
    """A greeting in some other protocol."""
    await connection.write(b"220 harbour.example ready, say hello\r\n")


async def large(_: Request, situation: Situation, connection: Connection) -> None:
    """A page over any limit that says how long it is."""
    size = situation.bounds.large_bytes
    await connection.write(ordinary_head(size))
    for block in _blocks(size):
        await connection.write(block)


async def large_unsaid(_: Request, situation: Situation, connection: Connection) -> None:
    """The same in chunks, so that nobody knows before."""
    await connection.write(head_of(200, (_HTML, _CHUNKED)))
    await _write_chunks(_blocks(situation.bounds.large_bytes), connection)


def bomb(content_type: str, *, encoded: bool, nested: bool = False) -> Act:
    """A gzip stream that grows a thousandfold: as a transfer's encoding or as a file."""
    encoding = "gzip, gzip" if nested else "gzip"
    extra = (("Content-Encoding", encoding),) if encoded else ()

    async def act(_: Request, situation: Situation, connection: Connection) -> None:
        headers = (("Content-Type", content_type), *extra, _CHUNKED)
        await connection.write(head_of(200, headers))
        size = situation.bounds.bomb_bytes
        await _write_chunks(nested_gzip_bomb(size) if nested else gzip_bomb(size), connection)

    return act


async def _write_chunks(blocks: Iterable[bytes], connection: Connection) -> None:
    for block in blocks:
        await connection.write_chunk(block)
        await asyncio.sleep(0)  # the other outlets share this thread
    await connection.write_chunk(b"")


def _blocks(size: int) -> Iterator[bytes]:
    for start in range(0, size, len(_BLOCK)):
        yield _BLOCK[: size - start]


async def _drip(data: bytes, situation: Situation, connection: Connection) -> None:
    for position in range(len(data)):
        await connection.write(data[position : position + 1])
        await asyncio.sleep(situation.bounds.drip_seconds)
