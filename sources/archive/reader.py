"""One record of an archive, read back from its file and offset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastwarc.warc import ArchiveIterator

from schemas.document import Document, Kind
from schemas.rejection import Reason, Rejection
from sources.archive.record import ITEM_TYPE
from sources.reading import Reading
from sources.warc import captured_at, read_page, url_of


def _read(record: Any, reading: Reading) -> Document | Rejection | None:
    if record.headers.get("Content-Type") != ITEM_TYPE:
        return read_page(record, reading)
    content = record.reader.read(reading.max_bytes + 1)
    if len(content) < record.content_length:
        return reading.refuse(url_of(record), Reason.CUT_OFF, "the record is larger than it may be")
    return reading.document(url_of(record), Kind.RECORD, content, captured_at(record))


def read_place(folder: Path, file: str, offset: int, reading: Reading) -> Document | Rejection:
    """The page, or the item of a feed, whose record begins at `offset` of `file`, or why there
    is none.

    `reading` says whose it is and how large it may be. The document's address is the one
    that answered; what was asked for first is the warehouse's to know.
    """
    path = folder / file
    url = f"file:{path.absolute()}#{offset}"
    try:
        with path.open("rb") as raw:
            raw.seek(offset)
            record = next(iter(ArchiveIterator(raw, parse_http=True)), None)
            found = _read(record, reading) if record is not None else None
    except FileNotFoundError:
        return reading.refuse(url, Reason.VANISHED, "the archive file is not there any more")
    except OSError as error:
        return reading.refuse(url, Reason.BAD_RECORD, f"no record can be read there: {error}")
    if found is None:
        return reading.refuse(url, Reason.BAD_RECORD, "no page is archived there")
    if isinstance(found, Document):
        return found.model_copy(update={"archive_file": file, "archive_offset": offset})
    return found
