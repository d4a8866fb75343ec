"""HTTP payloads as archives hold them: transfer and content encodings undone, within a limit."""

from __future__ import annotations

import re
import zlib

from schemas.rejection import Reason
from sources.content import BOMB_RATIO, StreamError

_CHUNK = re.compile(rb"\s*([0-9a-fA-F]{1,8})[^\r\n]*\r?\n")


def undo_encodings(payload: bytes, transfer: str, content: str, limit: int) -> bytes:
    """The entity in a payload; the arguments are the headers' values, "" where there are none.

    Archives often keep the headers and store the plain bytes: what does not look encoded is
    taken as it is. Raises StreamError.
    """
    if "chunked" in transfer.lower():
        payload = _join_chunks(payload)
    for coding in reversed([name.strip() for name in content.lower().split(",") if name.strip()]):
        if coding in {"gzip", "x-gzip"} and payload.startswith(b"\x1f\x8b"):
            payload = _inflate(payload, 31, limit)
        elif coding == "deflate" and not payload.lstrip().startswith(b"<"):
            # RFC 9110 means zlib, and some servers send the bare stream
            bits = 15 if payload[:1] == b"\x78" else -15
            payload = _inflate(payload, bits, limit)
        elif coding in {"br", "zstd", "compress"} and not payload.lstrip().startswith(b"<"):
            raise StreamError(Reason.UNSUPPORTED, f"content encoding {coding}")
    return payload


def _inflate(payload: bytes, bits: int, limit: int) -> bytes:
    unpacker = zlib.decompressobj(bits)
    try:
        content = unpacker.decompress(payload, limit + 1)
    except zlib.error as error:
        raise StreamError(Reason.BAD_GZIP, f"damaged content encoding: {error}") from error
    if len(content) > limit:
        bomb = len(content) > BOMB_RATIO * len(payload)
        reason = Reason.BOMB if bomb else Reason.TOO_LARGE
        raise StreamError(reason, f"expands beyond the limit of {limit:,} bytes (fetch.max_bytes)")
    if not unpacker.eof:
        raise StreamError(Reason.CUT_OFF, "its content encoding ends in the middle")
    return content


def _join_chunks(payload: bytes) -> bytes:
    """The chunks of RFC 9112 section 7.1 put together; bytes that are none stay as they are."""
    parts: list[bytes] = []
    place = 0
    while found := _CHUNK.match(payload, place):
        length = int(found[1], 16)
        if length == 0:
            return b"".join(parts)
        parts.append(payload[found.end() : found.end() + length])
        place = found.end() + length
    return b"".join(parts) if parts else payload
