"""Where a record stands in the archive."""

from __future__ import annotations

from schemas.model import Frozen


class Place(Frozen):
    """A record: its file's name within the archive folder, first byte, and length as packed."""

    file: str
    offset: int
    length: int
