"""HTTP payloads as archives hold them: transfer and content encodings undone, within a limit."""

from __future__ import annotations

import re
import zlib

from schemas.rejection import Reason
from sources.content import BOMB_RATIO, StreamError, too_large
from sources.sniff import HEAD_BYTES, Form, sniff

#: A chunk's size, with extensions after a semicolon (RFC 9112 section 7.1.1).
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_CHUNK_END = re.compile(rb"\r?\n|\Z")
#: Codings that are named in archives and not undone here.
_UNKNOWN_CODINGS = {"br", "zstd", "compress", "x-compress"}


def undo_encodings(payload: bytes, transfer: str, content: str, limit: int) -> bytes:
    """The entity in a payload; the arguments are the headers' values, "" where there are none.

    Archives often keep the headers and store the plain bytes: what does not look encoded is
    taken as it is. Raises StreamError.
    """
    if "chunked" in transfer.lower():
        payload = _join_chunks(payload)
    for coding in reversed([name.strip() for name in content.lower().split(",")]):
        if coding in {"gzip", "x-gzip"} and payload.startswith(b"\x1f\x8b"):
            payload = _gunzip(payload, limit)
        elif coding == "deflate":
            payload = _undeflate(payload, limit)
        elif coding in _UNKNOWN_CODINGS and not _is_plain(payload):
            raise StreamError(Reason.UNSUPPORTED, f"content encoding {coding}")
    return payload


def _is_plain(payload: bytes) -> bool:
    form = sniff(payload[:HEAD_BYTES])
    return form is None or (isinstance(form, Form) and form is not Form.GZIP)


def _gunzip(payload: bytes, limit: int) -> bytes:
    """All members of gzip data (RFC 1952 section 2.2)."""
    content = bytearray()
    while payload.startswith(b"\x1f\x8b"):
        member, payload = _inflate(payload, 31, limit)
        content += member
        if len(content) > limit:
            raise StreamError(Reason.TOO_LARGE, too_large(limit))
    return bytes(content)


def _undeflate(payload: bytes, limit: int) -> bytes:
    if payload[:1] == b"\x78" and int.from_bytes(payload[:2], "big") % 31 == 0:
        return _inflate(payload, 15, limit)[0]
    # RFC 9110 means the zlib format above, and some servers send the bare stream
    return payload if _is_plain(payload) else _inflate(payload, -15, limit)[0]


def _inflate(payload: bytes, bits: int, limit: int) -> tuple[bytes, bytes]:
    """The content of one compressed stream, and what follows it."""
    unpacker = zlib.decompressobj(bits)
    try:
        content = unpacker.decompress(payload, limit + 1)
    except zlib.error as error:
        raise StreamError(Reason.BAD_GZIP, f"damaged content encoding: {error}") from error
    if len(content) > limit:
        if len(content) > BOMB_RATIO * (len(payload) - len(unpacker.unconsumed_tail)):
            detail = f"its content encoding expands more than {BOMB_RATIO} times"
            raise StreamError(Reason.BOMB, detail)
        raise StreamError(Reason.TOO_LARGE, too_large(limit))
    if not unpacker.eof:
        raise StreamError(Reason.CUT_OFF, "its content encoding ends in the middle")
    return content, unpacker.unused_data


def _join_chunks(payload: bytes) -> bytes:
    """The chunks of RFC 9112 section 7.1 put together; bytes that are none stay as they are.

    Raises StreamError where the last chunk is missing.
    """
    parts: list[bytes] = []
    place = 0
    while found := _CHUNK.match(payload, place):
        end = found.end() + int(found[1], 16)
        if end == found.end():
            return b"".join(parts)
        after = _CHUNK_END.match(payload, end)
        is_torn = end > len(payload)
        # a year on the first line of a text looks like a size
        if after is None or (is_torn and not found[0].endswith(b"\r\n")):
            break
        parts.append(payload[found.end() : end])
        place = after.end()
    if not parts:
        return payload
    raise StreamError(Reason.CUT_OFF, "its chunks end in the middle")
