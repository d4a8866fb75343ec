"""One record of an archive, read back from its file and offset."""

from __future__ import annotations

from pathlib import Path

from fastwarc.warc import ArchiveIterator

from schemas.document import Document
from schemas.rejection import Reason, Rejection
from sources.reading import Reading
from sources.warc import read_page


def read_place(folder: Path, file: str, offset: int, reading: Reading) -> Document | Rejection:
    """The page whose record begins at `offset` of `file`, or why there is none.

    `reading` says whose it is and how large it may be. The document's address is the one
    that answered; what was asked for first is the warehouse's to know.
    """
    path = folder / file
    url = f"file:{path.absolute()}#{offset}"
    try:
        with path.open("rb") as raw:
            raw.seek(offset)
            record = next(iter(ArchiveIterator(raw, parse_http=True)), None)
            found = read_page(record, reading) if record is not None else None
    except FileNotFoundError:
        return reading.refuse(url, Reason.VANISHED, "the archive file is not there any more")
    except OSError as error:
        return reading.refuse(url, Reason.BAD_RECORD, f"no record can be read there: {error}")
    if found is None:
        return reading.refuse(url, Reason.BAD_RECORD, "no page is archived there")
    if isinstance(found, Document):
        return found.model_copy(update={"archive_file": file, "archive_offset": offset})
    return found
