"""Knowing a large file again, and a place in it, by what stands there.

A path says little: files are moved, and others get their names. The first bytes of a web
archive hold its own record, with a name and a time that no other has.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

#: Past the first record, which tells the archive, and into the first page.
_HEAD = 4_096
#: Enough that two files that begin alike do not agree by chance before the same byte.
_BEFORE = 4_096


def file_mark(path: Path) -> str:
    """The mark of a file's first bytes; appending to a file that has them keeps it. OSError."""
    with path.open("rb") as raw:
        return hashlib.sha256(raw.read(_HEAD)).hexdigest()


def mark_before(path: Path, position: int) -> str:
    """The mark of the bytes that end at a position, "" at the beginning. Raises OSError."""
    if not position:
        return ""
    with path.open("rb") as raw:
        raw.seek(max(0, position - _BEFORE))
        return hashlib.sha256(raw.read(min(_BEFORE, position))).hexdigest()
