"""JSON lines, and JSON files that hold one record or a list of them."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator

from schemas.document import Document, Kind
from schemas.rejection import Reason, Rejection
from sources.content import Stream, read_whole
from sources.reading import Reading
from sources.sniff import wide_encoding


def read_json_lines(
    stream: Stream, head: bytes, url: str, reading: Reading
) -> Iterator[Document | Rejection]:
    """A document for each line that is a JSON object, a rejection for each that is not.

    A record's address is the file's with `#` and the line's number, from 1. Empty lines are
    passed over. The stream may raise StreamError when it is damaged further on.
    """
    for number, line in enumerate(_lines(stream, head, reading.max_bytes), start=1):
        here = f"{url}#{number}"
        if line is None:
            detail = f"a line longer than the limit of {reading.max_bytes:,} bytes"
            yield reading.refuse(here, Reason.TOO_LARGE, detail)
        elif line:
            yield _record(line, here, reading)


def read_json(
    stream: Stream, head: bytes, url: str, reading: Reading
) -> Iterator[Document | Rejection]:
    """The record of a JSON file, or each record of its list (`#` and its number, from 1).

    The manifest of an export is passed over.
    """
    content = read_whole(stream, reading.max_bytes, head)
    try:
        value = json.loads(content.decode(wide_encoding(head) or "utf-8-sig", errors="replace"))
        items = [json.dumps(item).encode() for item in value] if isinstance(value, list) else None
    except (ValueError, RecursionError) as error:
        yield reading.refuse(url, Reason.BAD_RECORD, f"not valid JSON: {error}")
        return
    if items is None:
        if not _is_manifest(value):
            yield reading.document(url, Kind.RECORD, content)
    elif not items:
        yield reading.refuse(url, Reason.EMPTY, "an empty list")
    for number, item in enumerate(items or (), start=1):
        yield _record(item, f"{url}#{number}", reading)


def _is_manifest(value: object) -> bool:
    """Whether this lists the files of an export of Newswell's own, and is no article."""
    return (
        isinstance(value, dict)
        and value.keys() == {"format", "months"}
        and isinstance(value["months"], dict)
    )


def _record(line: bytes, url: str, reading: Reading) -> Document | Rejection:
    """The line as it stands; whether it has an article in it is the extractor's business."""
    try:
        value = json.loads(line.decode("utf-8", errors="replace"))
    except (ValueError, RecursionError) as error:
        return reading.refuse(url, Reason.BAD_RECORD, f"not valid JSON: {error}")
    if not isinstance(value, dict):
        return reading.refuse(url, Reason.BAD_RECORD, "not a JSON object")
    return reading.document(url, Kind.RECORD, line)


def _lines(stream: Stream, head: bytes, limit: int) -> Iterator[bytes | None]:
    """The lines of a stream without white space around them, None for each too long one.

    UTF-16 comes out as UTF-8.
    """
    wide = wide_encoding(head)
    if wide:
        # a wide file is rare and small: it is decoded whole
        text = read_whole(stream, limit, head).decode(wide, errors="replace")
        yield from (_trim(line.encode()) for line in io.StringIO(text))
        return
    for line in io.BytesIO(head):
        whole = line
        if not line.endswith(b"\n"):
            # two more for the line's end
            whole += stream.readline(max(0, limit + 2 - len(line)))
        yield _bounded(stream, whole, limit)
    while line := stream.readline(limit + 2):
        yield _bounded(stream, line, limit)


def _bounded(stream: Stream, line: bytes, limit: int) -> bytes | None:
    """The line, or None if it is too long; then what remains of it is passed over."""
    if len(line.rstrip(b"\r\n")) <= limit:
        return _trim(line)
    while line and not line.endswith(b"\n"):
        line = stream.readline(limit + 2)
    return None


def _trim(line: bytes) -> bytes:
    # files that were joined have a mark at the beginning of each part
    return line.strip().removeprefix(codecs.BOM_UTF8).strip()
