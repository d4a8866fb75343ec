"""A torn end: what a crash in the middle of a record leaves, found and cut off.

Nothing in the warehouse refers to it, since a batch is stored after its records are on
disk: the pages of a torn record will be fetched again.
"""

from __future__ import annotations

import zlib
from pathlib import Path

_STEP = 1 << 20
_GZIP = 16 + zlib.MAX_WBITS


def whole_length(path: Path, known: int = 0) -> int:
    """The length of the file up to the end of its last whole gzip member.

    `known` bytes from the start are known to be whole; reading begins behind them.
    """
    size = path.stat().st_size
    good = known if known <= size else 0
    with path.open("rb") as file:
        file.seek(good)
        member, place = zlib.decompressobj(_GZIP), good
        while piece := file.read(_STEP):
            while piece:
                try:
                    # only the check at the end of the member is wanted
                    member.decompress(piece)
                except zlib.error:
                    return good
                if not member.eof:
                    place += len(piece)
                    break
                place += len(piece) - len(member.unused_data)
                good, piece, member = place, member.unused_data, zlib.decompressobj(_GZIP)
    return good


def cut_torn_end(path: Path, known: int = 0) -> int:
    """Cut the file to its whole members and say how many bytes went."""
    good = whole_length(path, known)
    torn = path.stat().st_size - good
    if torn:
        with path.open("r+b") as file:
            file.truncate(good)
    return torn
