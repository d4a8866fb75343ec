"""Web archives: WARC 1.0 and 1.1 (ISO 28500), compressed by record, as a whole, or not.

FastWARC reads them: an archive of a day holds tens of thousands of records.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from fastwarc.warc import WarcRecordType

from schemas.document import Document, Kind
from schemas.model import Frozen
from schemas.rejection import Reason, Rejection
from sources.content import StreamError, too_large
from sources.payload import undo_encodings
from sources.reading import Reading
from sources.records import begins_record, is_whole, read_records
from sources.sniff import HEAD_BYTES, Form, Unreadable, sniff

_PAGES = (WarcRecordType.response, WarcRecordType.resource, WarcRecordType.conversion)
_HTML = {"text/html", "application/xhtml+xml"}
_TEXT = {"text/plain"}
_OK, _FIRST_ERROR = 200, 400


class Capture(Frozen):
    """What a record is: all before byte `end` is told when this one is."""

    found: Document | Rejection | None
    end: int


def read_warc(
    raw: BinaryIO, path: Path, url: str, reading: Reading
) -> Iterator[Document | Rejection]:
    """A document for each page of an archive; a rejection for each that is damaged.

    Pages are `response`, `resource` and `conversion` records of HTML or plain text with
    status 200 (with `reading.html_only`: responses with HTML); redirects, pictures, requests
    and metadata are passed over. After a damaged record, reading goes on at the next one.
    """
    for capture in read_captures(raw, path, url, reading):
        if capture.found is not None:
            yield capture.found


def read_captures(
    raw: BinaryIO, path: Path, url: str, reading: Reading, start: int = 0
) -> Iterator[Capture]:
    """The same with how far the archive is read, from a byte on at which a record begins.

    The last one has nothing but the place from which on a longer file would be read.
    """
    size = path.stat().st_size
    damaged: int | None = None
    held: Document | Rejection | None = None
    whole, is_bare = start, not start
    with path.open("rb") as probe:
        for record in read_records(raw, size, start):
            if isinstance(record, int):
                damaged = record if damaged is None else damaged
                continue
            place = record.stream_pos if begins_record(probe, record.stream_pos) else None
            whole = whole if place is None else place
            if held is not None:
                # only the next record says where this one ended
                yield Capture(found=held, end=whole)
            if damaged is not None:
                detail = f"a damaged record after byte {damaged:,}"
                refused = reading.refuse(f"{url}#{damaged}", Reason.BAD_RECORD, detail)
                yield Capture(found=refused, end=whole)
                damaged = None
            held = _placed(read_page(record, reading), url, place)
            is_bare = is_bare and held is None
        # a record that is cut off may be there whole another time
        if damaged is None and is_whole(probe, whole, size):
            whole = max(whole, size)
    if held is not None:
        yield Capture(found=held, end=whole)
    if damaged is not None:
        detail = f"the archive is damaged after byte {damaged:,}, and no record follows"
        yield Capture(found=reading.refuse(url, Reason.CUT_OFF, detail), end=whole)
    elif is_bare:
        detail = "an archive without a page"
        yield Capture(found=reading.refuse(url, Reason.NO_ARTICLE, detail), end=whole)
    yield Capture(found=None, end=whole)


def _placed(
    found: Document | Rejection | None, url: str, place: int | None
) -> Document | Rejection | None:
    """A document with the place where it can be read again."""
    if not isinstance(found, Document):
        return found
    archive = url.removeprefix("file:")
    return found.model_copy(update={"archive_file": archive, "archive_offset": place})


def read_page(record: Any, reading: Reading) -> Document | Rejection | None:
    """The document of one FastWARC record; None if it is no page."""
    target = url_of(record)
    response = record.record_type == WarcRecordType.response
    if not _may_be_page(record, target) or (reading.html_only and not response):
        return None
    if response and not record.http_headers:
        return reading.refuse(target, Reason.CUT_OFF, "the record ends in its headers")
    headers = record.http_headers if response else record.headers
    media_type = _media_type(headers.get("Content-Type") or "")
    status = record.http_headers.status_code if response else None
    wanted = {*_HTML, ""} if reading.html_only else {*_HTML, *_TEXT, ""}
    if media_type not in wanted:
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
        reason = Reason.BINARY if kind.is_binary else Reason.UNSUPPORTED
        refused = reading.refuse(target, reason, f"holds {kind.what}")
        return refused if media_type else None
    document = reading.document(target, kind, content, captured_at(record)).model_copy(
        update={
            "content_type": media_type or None,
            "charset": record.http_charset if response else None,
            "status_code": status,
            "headers": tuple(record.http_headers.astuples()) if response else (),
        }
    )
    return None if reading.html_only and kind is not Kind.HTML else document


def url_of(record: Any) -> str:
    """The address that a record is of; WARC 1.0 puts it between angle brackets."""
    return str(record.headers.get("WARC-Target-URI") or "").strip("<>")


def _may_be_page(record: Any, target: str) -> bool:
    if record.record_type == WarcRecordType.response:
        # the others are answers of name servers
        return target.lower().startswith(("http://", "https://"))
    return record.record_type in _PAGES and bool(target)


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def captured_at(record: Any) -> datetime | None:
    """When a record was captured, None where it does not say so."""
    try:
        moment = datetime.fromisoformat(record.headers.get("WARC-Date") or "")
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _kind(content: bytes, media_type: str) -> Kind | Unreadable | None:
    form = sniff(content[:HEAD_BYTES])
    if form is None:
        form = sniff(content)  # white space so far
    if form is None or isinstance(form, Unreadable):
        return form
    if form is Form.GZIP:
        return Unreadable(what="gzip'd data", is_binary=True)
    return Kind.HTML if media_type in _HTML or form is Form.HTML else Kind.TEXT


def _payload(record: Any, limit: int, *, response: bool) -> bytes:
    content: bytes = record.reader.read(limit + 1)
    if len(content) > limit:
        raise StreamError(Reason.TOO_LARGE, too_large(limit))
    if len(content) < record.content_length:
        raise StreamError(Reason.CUT_OFF, "the record ends in the middle")
    if not response:
        return content
    headers = record.http_headers
    transfer = headers.get("Transfer-Encoding") or ""
    return undo_encodings(content, transfer, headers.get("Content-Encoding") or "", limit)
