"""The archive: WARC files that one writer at a time appends to."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from pydantic import ValidationError

from schemas.model import Frozen
from sources.archive.place import Place
from sources.archive.record import item_record, record_id, response_and_request, warcinfo
from sources.archive.repair import cut_torn_end
from sources.fetch.outcome import Exchange

#: 5,000 to 10,000 pages: large enough for a folder of years to stay listable, small
#: enough to be copied, and rewritten when something has to be forgotten.
FILE_BYTES = 256 * 1024 * 1024


#: Who writes into one archive, each into files of its own and under a lock of its own: a backfill
#: of days must not keep what is new from coming in.
LIVE, BACKFILL = "newswell", "backfill"
WRITERS = (LIVE, BACKFILL)


class ArchiveBusyError(Exception):
    """Another process writes to this archive under the same name."""


class Maker(Frozen):
    """Who writes: the prefix of the files' names, and what the warcinfo record says."""

    name: str = LIVE
    software: str = "newswell"
    user_agent: str = ""
    file_bytes: int = FILE_BYTES


class _State(Frozen):
    """The file that was written last and its length when it was last safe on disk.

    One that is `closed` is not continued.
    """

    file: str
    length: int
    closed: bool = False


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder safe on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """Nobody else writes to the archive of that name. Raises ArchiveBusyError, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{name}.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveBusyError(f"another process writes to {folder}") from error
        yield


def close_file(folder: Path, name: str) -> str | None:
    """Has the next writer begin a file of its own, so that the last one stays as it is.

    Returns its name, None where there is none or it is closed already. Raises
    ArchiveBusyError, OSError.
    """
    with locked(folder, name):
        found = sorted(folder.glob(f"{name}-*.warc.gz"))
        if not found:
            return None
        last, state = found[-1], _read_state(folder, name)
        known = state.length if state is not None and state.file == last.name else 0
        if state is not None and known and state.closed:
            return None
        cut_torn_end(last, known)
        _write_state(folder, name, _State(file=last.name, length=last.stat().st_size, closed=True))
    return last.name


def _read_state(folder: Path, name: str) -> _State | None:
    try:
        text = (folder / f".{name}.state").read_text(encoding="utf-8")
        return _State.model_validate(json.loads(text))
    except (FileNotFoundError, ValueError, ValidationError):
        # it only saves time: without it the whole file is read
        return None


def _write_state(folder: Path, name: str, state: _State) -> None:
    kept = folder / f".{name}.state"
    draft = kept.with_suffix(".draft")
    draft.write_text(state.model_dump_json(), encoding="utf-8")
    draft.replace(kept)


class Archive:
    """Writes exchanges; to be used as `with Archive(folder, maker) as archive`.

    Records are on disk for certain once `flush` has returned. A file is continued by the
    next run until it is full, and cut to its whole records first if a crash tore the last
    one. Raises ArchiveBusyError on entering, OSError when the disk does not take it.
    """

    def __init__(
        self,
        folder: Path,
        maker: Maker,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._folder = folder
        self._maker = maker
        self._now = now
        self._held = ExitStack()
        self._file: BinaryIO | None = None
        self._name = ""
        self._length = 0
        self.repaired = 0

    def __enter__(self) -> Archive:
        with ExitStack() as held:
            held.enter_context(locked(self._folder, self._maker.name))
            self._continue()
            self._held = held.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._close()
        finally:
            self._held.close()

    def write(self, exchange: Exchange) -> Place:
        """Append the records of an exchange; the place is the response's."""
        return self._add(*response_and_request(exchange, self._ready()))

    def write_item(self, url: str, moment: datetime, content: bytes) -> Place:
        """Append an article that a feed brought whole, as JSON."""
        return self._add(item_record(url, moment, content, self._ready()))

    def _ready(self) -> str:
        """Opens a file that takes another record; the id of its first one."""
        if self._file is None or self._length >= self._maker.file_bytes:
            self._begin()
        return record_id(f"warcinfo\n{self._name}")

    def _add(self, first: bytes, *others: bytes) -> Place:
        place = Place(file=self._name, offset=self._length, length=len(first))
        self._append(b"".join((first, *others)))
        return place

    def flush(self) -> None:
        """Return once everything written is safe on disk."""
        if self._file is None:
            return
        os.fsync(self._file.fileno())
        state = _State(file=self._name, length=self._length)
        _write_state(self._folder, self._maker.name, state)

    def _append(self, records: bytes) -> None:
        assert self._file is not None
        rest = memoryview(records)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            # a full disk must not leave half a record for the next one to follow
            self._file.truncate(self._length)
            self._file.seek(self._length)
            raise
        self._length += len(records)

    def _begin(self) -> None:
        self._close()
        stamp = self._now().strftime("%Y%m%d%H%M%S")
        start, number = f"{self._maker.name}-{stamp}", 0
        while any(self._folder.glob(f"{start}-{number:05}*.warc.gz")):
            number += 1
        # two machines that fill one lake may begin a file in the same second
        self._name = f"{start}-{number:05}-{secrets.token_hex(4)}.warc.gz"
        self._file = (self._folder / self._name).open("xb", buffering=0)
        self._length = 0
        self._append(
            warcinfo(self._name, self._now(), self._maker.software, self._maker.user_agent)
        )
        # the name itself has to survive a crash too
        sync_folder(self._folder)

    def _continue(self) -> None:
        """Open the last file again, cut to its whole records, unless it is full."""
        found = sorted(self._folder.glob(f"{self._maker.name}-*.warc.gz"))
        if not found:
            return
        last = found[-1]
        state = _read_state(self._folder, self._maker.name)
        known = state.length if state is not None and state.file == last.name else 0
        if state is not None and known and state.closed:
            return
        self.repaired = cut_torn_end(last, known)
        length = last.stat().st_size
        if length == 0:
            last.unlink()
        elif length < self._maker.file_bytes:
            self._file = last.open("ab", buffering=0)
            self._name, self._length = last.name, length

    def _close(self) -> None:
        if self._file is not None:
            try:
                self.flush()
            finally:
                self._file.close()
                self._file = None
