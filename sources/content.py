"""Reading a stream of bytes with a limit, gzip'd or not."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

from schemas.rejection import Reason
from sources.sniff import HEAD_BYTES

#: Real text packs 3 to 8 times, log files 20 times; beyond this it is a bomb.
BOMB_RATIO = 100
#: What is unpacked at once: memory for it is set aside beforehand.
_PIECE = 65_536


class StreamError(Exception):
    """A stream that cannot be read to its end, with the reason for `rejects`."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Stream(Protocol):
    """What is needed of a binary file."""

    def read(self, size: int, /) -> bytes: ...

    def readline(self, size: int, /) -> bytes: ...


class Unzipped:
    """A gzip'd stream, decompressed as it is read.

    Damage and a bomb raise StreamError, after all that could be read before. More than
    `limit` bytes that were packed more than `BOMB_RATIO` times are a bomb.
    """

    def __init__(self, raw: BinaryIO, limit: int) -> None:
        self._raw = raw
        self._limit = limit
        self._zipped = gzip.GzipFile(fileobj=raw)
        self._trouble: StreamError | None = None

    def read(self, size: int, /) -> bytes:
        """`size` bytes, or as many as there are."""
        content = bytearray()
        while len(content) < size:
            try:
                more = self._guarded(self._zipped.read1, min(_PIECE, size - len(content)))
            except StreamError as trouble:
                if not content:
                    raise
                self._trouble = trouble
                break
            if not more:
                break
            content += more
        return bytes(content)

    def readline(self, size: int, /) -> bytes:
        """One line, up to `size` bytes of it."""
        return self._guarded(self._zipped.readline, size)

    def _guarded(self, read: Callable[[int], bytes], size: int) -> bytes:
        if self._trouble:
            raise self._trouble
        try:
            content = read(size)
        except EOFError as error:
            raise StreamError(Reason.CUT_OFF, "the gzip data ends in the middle") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise StreamError(Reason.BAD_GZIP, f"damaged gzip data: {error}") from error
        unpacked = self._zipped.tell()
        if unpacked > self._limit and unpacked > BOMB_RATIO * self._raw.tell():
            detail = f"expands more than {BOMB_RATIO} times, beyond {self._limit:,} bytes"
            raise StreamError(Reason.BOMB, detail)
        return content


def peek_gzip(head: bytes) -> bytes:
    """What the beginning of gzip data begins with, as far as it can be told."""
    try:
        return zlib.decompressobj(31).decompress(head, HEAD_BYTES)
    except zlib.error:
        return b""


def read_whole(stream: Stream, limit: int, head: bytes = b"") -> bytes:
    """All of a stream (`head` was read already), at most `limit` bytes; else raises StreamError."""
    content = head
    while len(content) <= limit and (more := stream.read(limit + 1 - len(content))):
        content += more
    if len(content) <= limit:
        return content
    stream.read(1)  # a bomb says here that it is one
    raise StreamError(Reason.TOO_LARGE, too_large(limit))


def too_large(limit: int) -> str:
    """The detail of a rejection for size."""
    return f"larger than the limit of {limit:,} bytes (fetch.max_bytes)"
