"""Taking pages out of the archive: each file that has one is written anew without it.

The new file has another name, so that nothing that refers to the old one is wrong while it is
written: a reader follows once the warehouse does, and the old file goes last.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from schemas.model import Frozen
from sources.archive.writer import sync_folder
from sources.records import read_records

_NAME = re.compile(r"(?P<stem>.+?)(?:-g(?P<generation>\d+))?\.warc\.gz")
_COPY = 1 << 20

#: Whether the page of an address is to go.
Goes = Callable[[str], bool]


class Rewritten(Frozen):
    """A file that was written anew: `moved` has the old and the new offset of what stayed."""

    old: str
    new: str
    removed: int
    moved: tuple[tuple[int, int], ...]


class _Record(Frozen):
    offset: int
    goes: bool


def count_records(folder: Path, goes: Goes, watch: Callable[[int], None]) -> int:
    """How many records of the archive are to go. `watch` is told of each file."""
    found = 0
    for path in _files(folder):
        found += sum(one.goes for one in _records(path, goes))
        watch(1)
    return found


def rewrite_files(folder: Path, goes: Goes, watch: Callable[[int], None]) -> Iterator[Rewritten]:
    """Writes each file that has a record to go anew, beside the old one, safe on disk.

    Doing it again after a kill makes the same files. To be done by whom the archive is locked
    for. Raises OSError.
    """
    for path in _files(folder):
        records = list(_records(path, goes))
        if any(one.goes for one in records):
            yield _rewrite(path, records)
        watch(1)


def remove_files(folder: Path, rewritten: list[Rewritten]) -> None:
    """Removes the old files, to which nothing refers any more. Raises OSError."""
    for one in rewritten:
        (folder / one.old).unlink(missing_ok=True)
    if rewritten:
        sync_folder(folder)


def count_files(folder: Path) -> int:
    """How many files the archive has."""
    return len(_files(folder))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.warc.gz"))


def _records(path: Path, goes: Goes) -> Iterator[_Record]:
    with path.open("rb") as raw:
        for record in read_records(raw, path.stat().st_size):
            if isinstance(record, int):
                continue  # a stretch of damage, in which no address can be read
            target = (record.headers.get("WARC-Target-URI") or "").strip("<>")
            yield _Record(offset=record.stream_pos, goes=bool(target) and goes(target))


def _rewrite(path: Path, records: list[_Record]) -> Rewritten:
    new = path.with_name(_next_name(path.name))
    draft = new.with_name(f"{new.name}.partial")
    size = path.stat().st_size
    ends = [one.offset for one in records[1:]] + [size]
    moved = []
    with path.open("rb") as source, draft.open("wb") as target:
        for record, end in zip(records, ends, strict=True):
            if not record.goes:
                moved.append((record.offset, target.tell()))
                _copy(source, target, record.offset, end)
        target.flush()
        os.fsync(target.fileno())
    draft.replace(new)
    sync_folder(path.parent)
    removed = sum(one.goes for one in records)
    return Rewritten(old=path.name, new=new.name, removed=removed, moved=tuple(moved))


def _next_name(name: str) -> str:
    """The name of a file's next generation: `x.warc.gz`, `x-g1.warc.gz`, `x-g2.warc.gz`."""
    found = _NAME.fullmatch(name)
    assert found is not None, "only files of this ending are looked at"
    return f"{found['stem']}-g{int(found['generation'] or 0) + 1}.warc.gz"


def _copy(source: BinaryIO, target: BinaryIO, start: int, end: int) -> None:
    source.seek(start)
    left = end - start
    while left and (piece := source.read(min(_COPY, left))):
        target.write(piece)
        left -= len(piece)
