"""The records of a web archive in turn, whatever lies damaged between them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator

#: How a record begins, packed or not.
_STARTS = (b"\x1f\x8b\x08", b"WARC/1.")
#: What is read at once to find a place: at most a thousand times as much when unpacked.
_PIECE = 16_384


def read_records(raw: BinaryIO, size: int, start: int = 0) -> Iterator[Any | int]:
    """FastWARC's records; for each stretch of damage the byte after which it lies.

    A record has to be used before the next is asked for. After damage, reading goes on
    where the next record begins. `start` is where one begins.
    """
    while start < size:
        raw.seek(start)
        place, length = start, ""
        end: int | None = None
        try:
            for record in ArchiveIterator(raw, parse_http=True):
                place, length = record.stream_pos, record.headers.get("Content-Length") or ""
                if not length:
                    break  # its headers are torn: every record has one (ISO 28500, 5.4)
                yield record
        except OSError:
            pass
        else:
            # FastWARC says nothing of a last record of which only the beginning is there
            end = _end(raw, place, length) if length else place
            if end is None or not _has_more(raw, end):
                return
        yield place
        start = _next(raw, max(place + 1, end or 0), size)


def begins_record(raw: BinaryIO, offset: int) -> bool:
    """Whether a record begins there: not so inside an archive that is packed as a whole."""
    raw.seek(offset)
    return raw.read(8).startswith(_STARTS)


def is_whole(raw: BinaryIO, place: int, size: int) -> bool:
    """Whether the record, or the gzip member, that begins there also ends in the file."""
    raw.seek(place)
    if raw.read(1) == b"W":
        length = b"0"
        while (line := raw.readline(_PIECE)).strip():
            name, _, value = line.partition(b":")
            length = value.strip() if name.lower() == b"content-length" else length
        return length.isdigit() and raw.tell() + int(length) <= size
    raw.seek(place)
    unpacker = zlib.decompressobj(31)
    try:
        while not unpacker.eof and (piece := raw.read(_PIECE)):
            unpacker.decompress(piece)
    except zlib.error:
        return True  # damage is no beginning of something
    return unpacker.eof


def _end(raw: BinaryIO, place: int, length: str) -> int | None:
    """Where a record ends; None where the file does not show it."""
    if not begins_record(raw, place):
        return None
    raw.seek(place)
    if raw.read(1) == b"W":
        while raw.readline(_PIECE).strip():
            pass
        return raw.tell() + int(length) if length.isdecimal() else None
    raw.seek(place)
    unpacker = zlib.decompressobj(31)
    try:
        while not unpacker.eof and (piece := raw.read(_PIECE)):
            unpacker.decompress(piece)
    except zlib.error:
        return None
    return raw.tell() - len(unpacker.unused_data)


def _has_more(raw: BinaryIO, place: int) -> bool:
    raw.seek(place)
    return bool(raw.read(_PIECE).strip(b"\r\n"))


def _next(raw: BinaryIO, start: int, size: int) -> int:
    """Where the next record may begin at or after `start`; `size` where there is none."""
    raw.seek(start)
    before = b""
    while chunk := raw.read(1 << 20):
        window = before + chunk
        places = [place for mark in _STARTS if (place := window.find(mark)) >= 0]
        if places:
            return raw.tell() - len(window) + min(places)
        # a mark may lie across the border of two chunks
        before = window[-8:]
    return size
