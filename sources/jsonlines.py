"""JSON lines, and JSON files that hold one record or a list of them."""

from __future__ import annotations

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

    A record's address is the file's with `#` and the line's number, from 1. The stream may
    raise StreamError when it is damaged further on.
    """
    for number, line in enumerate(_lines(stream, head, reading.max_bytes), start=1):
        here = f"{url}#{number}"
        if line is None:
            detail = f"a line longer than the limit of {reading.max_bytes:,} bytes"
            yield reading.refuse(here, Reason.TOO_LARGE, detail)
        elif line.strip():
            yield _record(line, here, reading)


def read_json(
    stream: Stream, head: bytes, url: str, reading: Reading
) -> Iterator[Document | Rejection]:
    """The record of a JSON file, or each record of its list (`#` and its number, from 1)."""
    content = read_whole(stream, reading.max_bytes, head)
    wide = wide_encoding(content)
    try:
        value = json.loads(content.decode(wide) if wide else content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        yield reading.refuse(url, Reason.BAD_RECORD, f"not valid JSON: {error}")
        return
    if isinstance(value, dict):
        yield reading.document(url, Kind.RECORD, content)
        return
    for number, item in enumerate(value, start=1):
        line = json.dumps(item, ensure_ascii=False).encode()
        yield _record(line, f"{url}#{number}", reading)


def _record(line: bytes, url: str, reading: Reading) -> Document | Rejection:
    """The line as it stands; whether it has an article in it is the extractor's business."""
    try:
        value = json.loads(line.decode("utf-8", errors="replace"))
    except (ValueError, RecursionError) as error:
        return reading.refuse(url, Reason.BAD_RECORD, f"not valid JSON: {error}")
    if not isinstance(value, dict):
        return reading.refuse(url, Reason.BAD_RECORD, "not a JSON object")
    return reading.document(url, Kind.RECORD, line.strip())


def _lines(stream: Stream, head: bytes, limit: int) -> Iterator[bytes | None]:
    """The lines of a stream, None for each that is too long; UTF-16 comes out as UTF-8."""
    wide = wide_encoding(head)
    if wide:
        # a wide file is rare and small: it is decoded whole
        text = read_whole(stream, limit, head).decode(wide, errors="replace")
        yield from (line.encode() for line in io.StringIO(text.lstrip("\ufeff")))
        return
    rest = head.removeprefix(b"\xef\xbb\xbf")
    while True:
        line, rest = _line(stream, rest, limit)
        if not line:
            return
        if len(line) > limit:
            while not line.endswith(b"\n") and (line := stream.readline(limit)):
                pass
            yield None
        else:
            yield line


def _line(stream: Stream, rest: bytes, limit: int) -> tuple[bytes, bytes]:
    """The next line, and what of the bytes at hand comes after it."""
    line, newline, after = rest.partition(b"\n")
    if newline:
        return line + newline, after
    return line + stream.readline(limit + 1 - min(len(line), limit)), b""
