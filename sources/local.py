"""Local files, read into documents, whatever they hold."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from typing import BinaryIO

from schemas.document import Document, Kind
from schemas.rejection import Reason, Rejection
from sources.content import Stream, StreamError, Unzipped, peek_gzip, read_whole
from sources.jsonlines import read_json, read_json_lines
from sources.paths import Found, refuse_path
from sources.reading import Reading
from sources.sniff import HEAD_BYTES, Form, Unreadable, sniff
from sources.warc import read_warc


def read_file(found: Found, reading: Reading) -> Iterator[Document | Rejection]:
    """What one file holds: a document, many of them, or the reason why not."""
    try:
        status = found.path.stat()
        if not stat.S_ISREG(status.st_mode):
            detail = "neither a file nor a folder"
            yield reading.refuse(found.url, Reason.UNSUPPORTED, detail)
        elif not status.st_mode & 0o444:
            # root could read it, but then a run would depend on who started it
            detail = "its permissions let nobody read it"
            yield reading.refuse(found.url, Reason.UNREADABLE, detail)
        else:
            with found.path.open("rb") as raw:
                yield from _read_stream(raw, raw, found, reading)
    except StreamError as error:
        yield reading.refuse(found.url, error.reason, error.detail)
    except OSError as error:
        yield refuse_path(found.path, error, reading)


def _read_stream(
    raw: BinaryIO, stream: Stream, found: Found, reading: Reading
) -> Iterator[Document | Rejection]:
    head = stream.read(HEAD_BYTES)
    form = sniff(head)
    if form is None:
        # white space so far
        head = read_whole(stream, reading.max_bytes, head)
        form = sniff(head)
    if form is None:
        yield reading.refuse(found.url, Reason.EMPTY, "an empty file")
        return
    if isinstance(form, Unreadable):
        reason = Reason.BINARY if form.is_binary else Reason.UNSUPPORTED
        yield reading.refuse(found.url, reason, f"holds {form.what}")
    elif form is Form.GZIP and stream is not raw:
        yield reading.refuse(found.url, Reason.UNSUPPORTED, "gzip'd twice over")
    elif form is Form.GZIP and sniff(peek_gzip(head)) is Form.WARC:
        yield from read_warc(raw, found.path, found.url, reading)
    elif form is Form.GZIP:
        raw.seek(0)
        yield from _read_stream(raw, Unzipped(raw, reading.max_bytes), found, reading)
    elif form is Form.WARC:
        yield from read_warc(raw, found.path, found.url, reading)
    elif form is Form.JSON_LINES:
        yield from read_json_lines(stream, head, found.url, reading)
    elif form is Form.JSON:
        yield from read_json(stream, head, found.url, reading)
    else:
        content = read_whole(stream, reading.max_bytes, head)
        kind = Kind.HTML if form is Form.HTML else Kind.TEXT
        yield reading.document(found.url, kind, content)
