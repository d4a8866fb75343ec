"""WARC files on their way into the warehouse, and how far each of them is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from flows.batch import Clock
from flows.gauge import Gauge
from flows.outcome import Outcome
from flows.reached import Reached, key_of
from schemas.document import Document
from schemas.records import ProgressRow
from schemas.rejection import Reason, Rejection
from schemas.rights import Rights
from schemas.settings import Settings
from schemas.source import Source
from sources.bookmark import file_mark, mark_before
from sources.content import peek_gzip
from sources.fetch.robots import product_token
from sources.houses import hosts_of, source_at
from sources.paths import Found, file_url, find_files, refuse_path
from sources.reading import Reading
from sources.rights import read_rights, refuse_reserved
from sources.sniff import HEAD_BYTES, Form, Unreadable, sniff
from sources.warc import read_captures
from warehouse.connect import look_at_warehouse
from warehouse.progress import read_progress


@dataclass
class _Way:
    """One file between its first page and its last."""

    path: Path
    mark: str
    size: int
    reached: Reached
    told: int
    is_read: bool = False

    @property
    def is_done(self) -> bool:
        """Whether all of it is stored."""
        return self.is_read and self.reached.is_empty


@dataclass(frozen=True)
class Place:
    """Where reading a file begins: nothing before it is to be done."""

    path: Path
    mark: str
    size: int
    start: int


class Shelf:
    """Reads archives from where they were left; `settle` says how far they are stored."""

    def __init__(
        self, settings: Settings, run_id: UUID, source: Source | None, clock: Clock, gauge: Gauge
    ) -> None:
        self._settings = settings
        self._run_id = run_id
        self._fallback = source or Source(id=UNKNOWN)
        self._hosts: Mapping[str, Source] = {} if source else hosts_of(settings.sources)
        self._clock = clock
        self._gauge = gauge
        self._ways: list[_Way] = []
        self._reading = Reading(
            source_id=self._fallback.id,
            max_bytes=settings.fetch.max_bytes,
            seen_at=clock(),
            publisher=self._fallback.publisher,
            language=self._fallback.language,
            html_only=True,
        )
        self._crawler = product_token(settings.fetch.user_agent)
        folder = settings.archive.path
        self._own = settings.resolve(folder) if folder else None
        #: files of which nothing was left to read
        self.done_before = 0
        self.bytes_left = 0

    def plan(self, paths: Sequence[str], *, again: bool) -> list[Place | Rejection]:
        """Which files have something to read, and from where on. Raises WarehouseError."""
        found = list(find_files(paths, self._reading))
        settings = self._settings
        with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
            places: list[Place | Rejection] = []
            for one in found:
                whole = one if isinstance(one, Rejection) else self._identify(one)
                if isinstance(whole, Rejection):
                    places.append(whole)
                    continue
                row = read_progress(connection, whole.mark, self._fallback.id)
                place = _resumed(whole, None if again else row)
                if place is None:
                    self.done_before += 1
                else:
                    places.append(place)
        self.bytes_left = sum(one.size - one.start for one in places if isinstance(one, Place))
        self._gauge.expect(self.bytes_left)
        return places

    def read(self, places: Iterable[Place | Rejection]) -> Iterator[Document | Rejection]:
        """The pages of the files, one after the other."""
        for place in places:
            if isinstance(place, Rejection):
                yield place
            else:
                yield from self._read_file(place)

    def settle(self, outcomes: Iterable[Outcome]) -> list[ProgressRow]:
        """How far the files are when these are stored, of those that get further by it."""
        for one in outcomes:
            key = key_of(one)
            # a file that is read before another has its pages stored before the other's
            way = next((way for way in self._ways if way.reached.awaits(key)), None)
            if way is not None:
                way.reached.arrive(key)
        further = [way for way in self._ways if way.is_done or way.reached.position > way.told]
        for way in further:
            self._gauge.advance(way.reached.position - way.told)
            way.told = way.reached.position
        self._ways = [way for way in self._ways if not way.is_done]
        return [row for way in further if (row := self._row(way)) is not None]

    def _identify(self, found: Found) -> Place | Rejection:
        """The file as a WARC file, or why it is none."""
        try:
            with found.path.open("rb") as raw:
                head = raw.read(HEAD_BYTES)
            size = found.path.stat().st_size
            mark = file_mark(found.path)
        except OSError as error:
            return refuse_path(found.path, error, self._reading)
        form = sniff(head)
        if form is Form.GZIP:
            form = sniff(peek_gzip(head))
        if form is not Form.WARC:
            what = f"holds {form.what}, " if isinstance(form, Unreadable) else ""
            reason = Reason.UNSUPPORTED if head else Reason.EMPTY
            return self._reading.refuse(found.url, reason, f"{what}not a WARC file")
        return Place(path=found.path, mark=mark, size=size, start=0)

    def _read_file(self, place: Place) -> Iterator[Document | Rejection]:
        way = _Way(place.path, place.mark, place.size, Reached(place.start), place.start)
        self._ways.append(way)
        url = file_url(place.path)
        try:
            with place.path.open("rb") as raw:
                captures = read_captures(raw, place.path, url, self._reading, place.start)
                for capture in captures:
                    if capture.found is None:
                        way.reached.pass_over(capture.end)
                        continue
                    found = self._housed(capture.found, place.path)
                    way.reached.set_out(key_of(found), capture.end)
                    yield found
        except OSError as error:
            yield refuse_path(place.path, error, self._reading)
            return
        way.is_read = True

    def _housed(self, found: Document | Rejection, path: Path) -> Document | Rejection:
        """The page as its source's, with what its publisher says may be done with it."""
        source = source_at(found.url, self._hosts) or self._fallback
        if isinstance(found, Rejection):
            return found.model_copy(update={"source_id": source.id})
        rights = read_rights(found.headers, found.content, found.url, self._crawler)
        reserved = refuse_reserved(source, found.url, rights, "read")
        if reserved is not None:
            return reserved
        # the archive's own files are called by their names, which a takedown follows
        file = path.name if path.parent == self._own else found.archive_file
        return found.model_copy(
            update={
                "source_id": source.id,
                "publisher": source.publisher,
                "language": source.language,
                "rights": None if rights == Rights() else rights,
                "archive_file": file,
            }
        )

    def _row(self, way: _Way) -> ProgressRow | None:
        position = way.reached.position
        try:
            before = mark_before(way.path, position)
        except OSError:
            return None  # the file is away: without it nothing goes on there
        return ProgressRow(
            mark=way.mark,
            source_id=self._fallback.id,
            path=str(way.path),
            size=way.size,
            position=position,
            before=before,
            is_done=way.is_done,
            run_id=self._run_id,
            updated_at=self._clock(),
        )


#: The source of captures that no configured source's host names.
UNKNOWN = "warc"


def _resumed(place: Place, row: ProgressRow | None) -> Place | None:
    """Where to go on with a file; None if it was read to its end and is as it was."""
    if row is None or row.position > place.size:
        return place
    if mark_before(place.path, row.position) != row.before:
        return place  # it begins like the one that was read, and is another
    if row.is_done and row.size == place.size:
        return None
    return Place(path=place.path, mark=place.mark, size=place.size, start=row.position)
