"""Decompression that never produces more than it may (RFC 9110 8.4.1, RFC 1950 to 1952).

Only gzip and deflate are asked for: zlib can stop in the middle of a block, so that a
bomb costs no more than the limit.
"""

from __future__ import annotations

from collections.abc import Iterator

from isal import isal_zlib as zlib

from schemas.rejection import Reason

#: What the fetcher asks for.
ACCEPT_ENCODING = "gzip, deflate"
#: HTML compresses 5 to 20 times; deflate itself ends at 1032.
_BOMB_RATIO = 100
_STEP = 65_536
#: Real files have one member, logs a few; empty ones by the million would cost seconds.
_MAX_MEMBERS = 1_000
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class BodyError(Exception):
    """A body that cannot be used; `reason` says why, the message is for a person."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def coding_of(content_encoding: str | None) -> str:
    """`gzip`, `deflate` or `identity`. Raises BodyError for what cannot be bounded."""
    codings = [part.strip().lower() for part in (content_encoding or "").split(",")]
    # servers write charsets and "none" here; both mean that nothing was done
    real = [word for word in codings if word not in {"", "identity", "none", "utf-8", "binary"}]
    if not real:
        return "identity"
    if len(real) > 1:
        raise BodyError(Reason.BAD_ENCODING, f"compressed more than once ({content_encoding})")
    if real[0] in {"gzip", "x-gzip"}:
        return "gzip"
    if real[0] in {"deflate", "x-deflate"}:
        return "deflate"
    raise BodyError(Reason.BAD_ENCODING, f"sent as {real[0]!r}, which was not asked for")


class Decoder:
    """Takes a body piece by piece and hands out what it decompresses to.

    The sum of what is handed out stays below `limit` + 64 KB; past `limit` it raises
    BodyError with TOO_LARGE, or BOMB where the data swelled a hundredfold.
    """

    def __init__(self, coding: str, limit: int) -> None:
        self._coding = coding
        self._limit = limit
        self._inflate = None if coding == "identity" else zlib.decompressobj(_window(coding, b""))
        self._seen = 0
        self._made = 0
        self._members = 0

    def feed(self, piece: bytes) -> bytes:
        """What this piece adds to the content. Raises BodyError."""
        return b"".join(self.steps(piece))

    def steps(self, piece: bytes) -> Iterator[bytes]:
        """The same in parts of at most 64 KB or the piece's own size, each made when asked for.

        Who shares a thread can turn to others between two of them: a few kilobytes may hold
        megabytes. Raises BodyError.
        """
        if self._coding == "deflate" and self._seen == 0 and piece:
            self._inflate = zlib.decompressobj(_window("deflate", piece))
        self._seen += len(piece)
        if self._inflate is None:
            yield self._count(piece)
            return
        more = bool(piece)
        while more:
            if self._inflate.eof and not self._next_member(piece):
                break
            part = self._expand(piece)
            yield self._count(part)
            piece = self._inflate.unused_data or self._inflate.unconsumed_tail
            # a full step may have left output inside zlib although all input was taken
            more = bool(piece) or len(part) == _STEP

    def _expand(self, piece: bytes) -> bytes:
        assert self._inflate is not None
        try:
            return self._inflate.decompress(piece, _STEP)
        except zlib.error as error:  # type: ignore[misc]  # its types call it a value
            raise BodyError(Reason.BAD_GZIP, f"broken {self._coding} data: {error}") from error

    def finish(self) -> None:
        """Say that the body is over. Raises BodyError with CUT_OFF if it cannot be."""
        if self._inflate is not None and self._seen and not self._inflate.eof:
            raise BodyError(Reason.CUT_OFF, f"the {self._coding} data ends in the middle")

    def _count(self, part: bytes) -> bytes:
        self._made += len(part)
        if self._made > self._limit:
            if self._inflate is not None and self._made > _BOMB_RATIO * max(self._seen, 1):
                raise BodyError(
                    Reason.BOMB, f"{self._seen} bytes unpack to more than {self._limit}"
                )
            raise BodyError(Reason.TOO_LARGE, f"more than {self._limit} bytes")
        return part

    def _next_member(self, rest: bytes) -> bool:
        """gzip may hold several members (RFC 1952 2.2); anything else behind is padding."""
        if self._coding != "gzip" or not rest.startswith(b"\x1f\x8b"):
            return False
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise BodyError(Reason.BAD_GZIP, f"more than {_MAX_MEMBERS} gzip members")
        self._inflate = zlib.decompressobj(_GZIP_WINDOW)
        return True


def _window(coding: str, first: bytes) -> int:
    """zlib's wbits; some servers send deflate without the zlib header of RFC 9110 8.4.1.2."""
    if coding == "gzip":
        return _GZIP_WINDOW
    has_header = len(first) >= 2 and first[0] & 0x0F == 8 and (first[0] << 8 | first[1]) % 31 == 0
    return zlib.MAX_WBITS if has_header or len(first) < 2 else -zlib.MAX_WBITS


def unpack(content: bytes, limit: int) -> bytes:
    """The content of a gzip file, or `content` itself where it is none. Raises BodyError."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    decoder = Decoder("gzip", limit)
    # in pieces, since zlib copies the rest of its input at every step
    unpacked = [
        decoder.feed(content[start : start + _STEP]) for start in range(0, len(content), _STEP)
    ]
    decoder.finish()
    return b"".join(unpacked)
