"""Web archives: WARC 1.0 and 1.1 (ISO 28500), compressed by record, as a whole, or not.

FastWARC reads them: an archive of a day holds tens of thousands of records.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecordType

from schemas.document import Document, Kind
from schemas.rejection import Reason, Rejection
from sources.content import StreamError
from sources.payload import undo_encodings
from sources.reading import Reading
from sources.sniff import HEAD_BYTES, Form, Unreadable, sniff

#: How a record begins, packed or not.
_STARTS = (b"\x1f\x8b\x08", b"WARC/1.")
_PAGES = (WarcRecordType.response, WarcRecordType.resource, WarcRecordType.conversion)
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
    damaged: int | None = None
    with path.open("rb") as probe:
        for record in _records(raw, path.stat().st_size):
            if isinstance(record, int):
                damaged = record if damaged is None else damaged
                continue
            if damaged is not None:
                detail = f"a damaged record after byte {damaged:,}"
                yield reading.refuse(f"{url}#{damaged}", Reason.BAD_RECORD, detail)
                damaged = None
            found = read_page(record, reading)
            if isinstance(found, Document):
                offset = record.stream_pos if _begins(probe, record.stream_pos) else None
                origin = {"archive_file": str(path), "archive_offset": offset}
                yield found.model_copy(update=origin)
            elif found:
                yield found
    if damaged is not None:
        detail = f"the archive is damaged after byte {damaged:,}, and no record follows"
        yield reading.refuse(url, Reason.CUT_OFF, detail)


def _records(raw: BinaryIO, size: int) -> Iterator[Any | int]:
    """The records of an archive, and where each stretch of damage follows: the last good byte."""
    start = 0
    while start < size:
        raw.seek(start)
        place = start
        records = ArchiveIterator(raw, parse_http=True)
        try:
            for record in records:
                place = record.stream_pos
                yield record
        except OSError:
            yield place
            start = _next_record(raw, place + 1, size)
        else:
            return


def read_page(record: Any, reading: Reading) -> Document | Rejection | None:
    """The document of one FastWARC record; None if it is no page."""
    target = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    if record.record_type not in _PAGES or not target:
        return None
    response = record.record_type == WarcRecordType.response
    if not record.headers.get("Content-Length") or (response and not record.http_headers):
        return reading.refuse(target, Reason.CUT_OFF, "the record ends in its headers")
    headers = record.http_headers if response else record.headers
    media_type = _media_type(headers.get("Content-Type") or "")
    status = record.http_headers.status_code if response else None
    if media_type not in {*_HTML, *_TEXT, ""}:
        return None
    if status not in {None, _OK}:
        refused = reading.refuse(target, Reason.HTTP_ERROR, f"answered with status {status}")
        return refused if status is None or status >= _FIRST_ERROR else None
    try:
        content = _payload(record, reading.max_bytes, response=response)
    except StreamError as error:
        return reading.refuse(target, error.reason, error.detail)
    kind = _kind(content, media_type)
    if kind is None:
        return reading.refuse(target, Reason.EMPTY, "an empty page")
    if isinstance(kind, Unreadable):
        refused = reading.refuse(target, Reason.BINARY, f"holds {kind.what}")
        return refused if media_type else None
    return reading.document(target, kind, content, _captured_at(record)).model_copy(
        update={
            "content_type": media_type or None,
            "charset": record.http_charset if response else None,
            "status_code": status,
            "headers": tuple(record.http_headers.astuples()) if response else (),
        }
    )


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _captured_at(record: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(record.headers.get("WARC-Date") or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _kind(content: bytes, media_type: str) -> Kind | Unreadable | None:
    form = sniff(content[:HEAD_BYTES])
    if media_type in _HTML:
        return Kind.HTML if content.strip() else None
    if form is None or isinstance(form, Unreadable):
        return form
    return Kind.HTML if form is Form.HTML else Kind.TEXT


def _payload(record: Any, limit: int, *, response: bool) -> bytes:
    content: bytes = record.reader.read(limit + 1)
    if len(content) > limit:
        detail = f"larger than the limit of {limit:,} bytes (fetch.max_bytes)"
        raise StreamError(Reason.TOO_LARGE, detail)
    if len(content) < record.content_length:
        raise StreamError(Reason.CUT_OFF, "the record ends in the middle")
    if not response:
        return content
    headers = record.http_headers
    transfer = headers.get("Transfer-Encoding") or ""
    return undo_encodings(content, transfer, headers.get("Content-Encoding") or "", limit)


def _begins(probe: BinaryIO, offset: int) -> bool:
    """Whether a record begins there: not so inside an archive that is packed as a whole."""
    probe.seek(offset)
    return probe.read(8).startswith(_STARTS)


def _next_record(raw: BinaryIO, start: int, size: int) -> int:
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
