"""Reading a stream of bytes with a limit, gzip'd or not."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

from schemas.rejection import Reason

#: Real text packs 3 to 8 times, log files 20 times; beyond this it is a bomb.
BOMB_RATIO = 100


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
    """A gzip'd stream, decompressed as it is read; damage raises StreamError."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._zipped = gzip.GzipFile(fileobj=raw)
        self._lines = io.BufferedReader(self._zipped)

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes."""
        return self._guarded(self._lines.read, size)

    def readline(self, size: int, /) -> bytes:
        """One line, up to `size` bytes of it."""
        return self._guarded(self._lines.readline, size)

    @property
    def ratio(self) -> float:
        """Decompressed bytes for each byte of the file so far."""
        return self._zipped.tell() / max(1, self._raw.tell())

    def _guarded(self, read: Callable[[int], bytes], size: int) -> bytes:
        try:
            return read(size)
        except EOFError as error:
            raise StreamError(Reason.CUT_OFF, "the gzip data ends in the middle") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise StreamError(Reason.BAD_GZIP, f"damaged gzip data: {error}") from error


def peek_gzip(head: bytes) -> bytes:
    """What the beginning of gzip data begins with, as far as it can be told."""
    try:
        return zlib.decompressobj(31).decompress(head, len(head))
    except zlib.error:
        return b""


def read_whole(stream: Stream, limit: int, head: bytes = b"") -> bytes:
    """All of a stream (`head` was read already), at most `limit` bytes; else raises StreamError."""
    content = head + stream.read(limit + 1 - len(head))
    while len(content) <= limit and (more := stream.read(limit + 1 - len(content))):
        content += more
    if len(content) <= limit:
        return content
    if isinstance(stream, Unzipped) and stream.ratio > BOMB_RATIO:
        raise StreamError(
            Reason.BOMB,
            f"expands more than {BOMB_RATIO} times, beyond the limit of {limit:,} bytes",
        )
    raise StreamError(
        Reason.TOO_LARGE, f"larger than the limit of {limit:,} bytes (fetch.max_bytes)"
    )
