"""Web archives: WARC 1.0 and 1.1 (ISO 28500), compressed by record, as a whole, or not."""

from __future__ import annotations

import re
import zlib
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from schemas.document import Document, Kind
from schemas.rejection import Reason, Rejection
from sources.content import BOMB_RATIO, StreamError, Unzipped
from sources.reading import Reading
from sources.sniff import HEAD_BYTES, Form, Unreadable, sniff

_GZIP = b"\x1f\x8b\x08"
_STARTS = (_GZIP, b"WARC/1.")
_PAGES = {"response", "resource", "conversion"}
_HTML = {"text/html", "application/xhtml+xml"}
_TEXT = {"text/plain"}
_OK, _FIRST_ERROR = 200, 400


def read_warc(
    raw: BinaryIO, path: Path, url: str, reading: Reading
) -> Iterator[Document | Rejection]:
    """A document for each page of an archive; a rejection for each that is damaged.

    Pages are `response`, `resource` and `conversion` records of HTML or plain text with
    status 200; redirects, pictures, requests and metadata are passed over. After a damaged
    record, reading goes on at the next one.
    """
    if _is_gzipped_whole(raw):
        raw.seek(0)
        yield from _read_from(Unzipped(raw), path, reading, None)
        return
    size = path.stat().st_size
    start = 0
    while start < size:
        raw.seek(start)
        stopped = yield from _read_from(raw, path, reading, start)
        if stopped >= size:
            return
        start = _next_record(raw, stopped + 1, size)
        detail = f"damaged record at byte {stopped:,}"
        if start >= size:
            yield reading.refuse(url, Reason.CUT_OFF, f"{detail}, and no other after it")
        else:
            yield reading.refuse(f"{url}#{stopped}", Reason.BAD_RECORD, detail)


def _read_from(
    raw: Any, path: Path, reading: Reading, start: int | None
) -> Generator[Document | Rejection, None, int]:
    """Reads until the end or the first record that cannot be parsed; returns where that is.

    `start` is None for a stream without offsets.
    """
    records = ArchiveIterator(raw)
    end = start or 0
    try:
        for record in records:
            offset = None if start is None else start + records.get_record_offset()
            yield from _read_record(record, path, reading, offset)
            if offset is not None:
                end = offset + records.get_record_length()
    except ArchiveLoadFailed:
        if start is None:
            raise StreamError(Reason.BAD_RECORD, "a damaged record; what follows is lost") from None
    return end


def _read_record(
    record: Any, path: Path, reading: Reading, offset: int | None
) -> Iterator[Document | Rejection]:
    """The document of one record, if it is a page."""
    target = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    media_type, charset = _media_type(record)
    status = _status(record)
    if record.rec_type not in _PAGES or not target or media_type not in {*_HTML, *_TEXT, ""}:
        return
    if status is not None and status != _OK:
        if status >= _FIRST_ERROR:
            detail = f"answered with status {status}"
            yield reading.refuse(target, Reason.HTTP_ERROR, detail)
        return
    try:
        content = _payload(record, reading.max_bytes)
    except StreamError as error:
        yield reading.refuse(target, error.reason, error.detail)
        return
    kind = _kind(content, media_type)
    if kind is None:
        yield reading.refuse(target, Reason.EMPTY, "an empty page")
    elif isinstance(kind, Unreadable):
        if media_type:
            yield reading.refuse(target, Reason.BINARY, f"holds {kind.what}")
    else:
        yield reading.document(target, kind, content, _captured_at(record)).model_copy(
            update={
                "content_type": media_type or None,
                "charset": charset,
                "status_code": status,
                "headers": tuple(record.http_headers.headers) if record.http_headers else (),
                "archive_file": str(path),
                "archive_offset": offset,
            }
        )


def _media_type(record: Any) -> tuple[str, str | None]:
    headers = record.http_headers or record.rec_headers
    parsed = Message()
    parsed["Content-Type"] = headers.get_header("Content-Type") or ""
    if not parsed["Content-Type"]:
        return "", None
    return parsed.get_content_type(), parsed.get_content_charset()


def _status(record: Any) -> int | None:
    """The HTTP status of a response; None for a record without one."""
    if record.rec_type != "response" or not record.http_headers:
        return None
    code = record.http_headers.get_statuscode()
    return int(code) if code.isdigit() else _OK


def _captured_at(record: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date") or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _kind(content: bytes, media_type: str) -> Kind | Unreadable | None:
    form = sniff(content[:HEAD_BYTES])
    if form is None or isinstance(form, Unreadable):
        return form if media_type not in _HTML else (Kind.HTML if content.strip() else None)
    return Kind.HTML if form is Form.HTML or media_type in _HTML else Kind.TEXT


def _payload(record: Any, limit: int) -> bytes:
    """What the record holds, transfer and content encoding undone, within the limit."""
    stream = record.content_stream()
    chunks, total = [], 0
    try:
        while total <= limit and (chunk := stream.read(65_536)):
            chunks.append(chunk)
            total += len(chunk)
    except (zlib.error, EOFError, ValueError) as error:
        raise StreamError(Reason.BAD_GZIP, f"damaged content encoding: {error}") from error
    if total > limit:
        packed = int(record.rec_headers.get_header("Content-Length") or 0)
        reason = Reason.BOMB if total > packed * BOMB_RATIO else Reason.TOO_LARGE
        raise StreamError(reason, f"larger than the limit of {limit:,} bytes (fetch.max_bytes)")
    if getattr(record.raw_stream, "limit", 0) > 0:
        raise StreamError(Reason.CUT_OFF, "the record ends in the middle")
    return b"".join(chunks)


def _next_record(raw: BinaryIO, start: int, size: int) -> int:
    """Where the next record begins at or after `start`; `size` where there is none."""
    raw.seek(start)
    before = b""
    while chunk := raw.read(1 << 20):
        window = before + chunk
        places = [place for mark in _STARTS if (place := window.find(mark)) >= 0]
        if places:
            return raw.tell() - len(window) + min(places)
        before = window[-8:]
    return size


def _is_gzipped_whole(raw: BinaryIO) -> bool:
    """Whether one gzip member holds more than one record, as `gzip FILE.warc` makes it."""
    raw.seek(0)
    if raw.read(3) != _GZIP:
        return False
    raw.seek(0)
    unpacker = zlib.decompressobj(31)
    data = b""
    while b"\r\n\r\n" not in data and (chunk := raw.read(4096)):
        data += unpacker.decompress(chunk, 65_536)
    header, _, rest = data.partition(b"\r\n\r\n")
    found = re.search(rb"(?im)^content-length:\s*(\d+)", header)
    # a record ends with two line ends after its content
    ends_at = int(found[1]) + 4 if found else 0
    length = len(rest)
    while length <= ends_at and not unpacker.eof:
        source = unpacker.unconsumed_tail or raw.read(65_536)
        if not source:
            return False
        length += len(unpacker.decompress(source, 65_536))
    return length > ends_at
