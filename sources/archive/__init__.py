"""The archive of what came over the wire: WARC 1.1, written before anything is made of it."""

from sources.archive.place import Place
from sources.archive.reader import read_place
from sources.archive.writer import (
    BACKFILL,
    LIVE,
    WRITERS,
    Archive,
    ArchiveBusyError,
    Maker,
    close_file,
    locked,
)

__all__ = [
    "BACKFILL",
    "LIVE",
    "WRITERS",
    "Archive",
    "ArchiveBusyError",
    "Maker",
    "Place",
    "close_file",
    "locked",
    "read_place",
]
