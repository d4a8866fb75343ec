"""Backfilling over the network: the days of a source, or a list of addresses."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from flows.batch import Clock
from flows.gauge import Gauge
from flows.harvest import Harvest
from flows.ingesting import open_archive
from flows.intake import Intake, store_found
from flows.pool import prepare_workers
from flows.pursuit import SLICE, Asked, count_addresses, pursue, read_addresses
from flows.waiting import PlacedStore
from schemas.address import canonical_url
from schemas.candidate import Candidate
from schemas.orders import BackfillOrder
from schemas.records import ListingRow, RejectRow, SurveyRow
from schemas.rejection import Reason, Rejection
from schemas.run import RunReport
from schemas.settings import Settings
from schemas.source import Source
from sources.archive import BACKFILL
from sources.days import Span
from sources.houses import hosts_of, source_at
from sources.item import clean_link
from sources.survey import Survey, each_day
from warehouse import frontier
from warehouse.connect import Connection, look_at_warehouse, open_warehouse, transaction
from warehouse.coverage import (
    count_open,
    open_addresses,
    open_listings,
    surveyed_days,
    write_survey,
)
from warehouse.ledger import write_rejects

log = logging.getLogger(__name__)

#: The source of addresses that no configured source's host names.
UNKNOWN = "urls"
#: After so long a day's lists are believed to be complete: it has ended in every zone, and
#: sitemaps that are made once a night are made.
_SETTLED = timedelta(days=2)
#: Pages that are asked for at once of one source: its host's pace is what counts.
_AT_ONCE = 8
#: Pages for which it is worth to load everything into the workers' parent first.
_MANY = 200


class Behind:
    """Fetches for one run what an order names; to be used through `backfill_pages`."""

    def __init__(
        self, settings: Settings, run_id: UUID, harvest: Harvest, clock: Clock, gauge: Gauge
    ) -> None:
        self._settings = settings
        self._run_id = run_id
        self._harvest = harvest
        self._clock = clock
        self._gauge = gauge

    def days(self, source: Source, days: Span, *, again: bool) -> Iterator[Asked]:
        """The addresses of a source's days, in slices, after its lists were read."""
        self._survey(source, days, again=again)
        wanted = (source.id, days.first, days.last)
        with self._look() as connection:
            left = count_open(connection, wanted, self._clock())
        self._gauge.expect(left)
        if left:
            prepare_workers(many=left >= _MANY)
        after = ""
        while True:
            with self._look() as connection:
                rows = open_listings(connection, wanted, after, self._clock(), SLICE)
            if not rows:
                return
            after = rows[-1].url
            yield [(source, row) for row in rows]

    def addresses(self, file: Path, source: Source | None) -> Iterator[Asked]:
        """The addresses of a file, in slices; raises OSError."""
        hosts: Mapping[str, Source] = {} if source else hosts_of(self._settings.sources)
        fallback = source or Source(id=UNKNOWN)
        count = count_addresses(file)
        self._gauge.expect(count)
        prepare_workers(many=count >= _MANY)
        for lines in read_addresses(file):
            yield self._enter(file, lines, hosts, fallback)

    def _enter(
        self,
        file: Path,
        lines: Sequence[tuple[int, str]],
        hosts: Mapping[str, Source],
        fallback: Source,
    ) -> Asked:
        """Enters addresses as the frontier's; which of them are to be asked."""
        now = self._clock()
        bad, owners, candidates = list[RejectRow](), dict[str, Source](), list[Candidate]()
        for number, text in lines:
            url = clean_link(text, "")
            if url is None:
                detail = f"line {number} of {file}: {text[:80]!r} is no http(s) address"
                bad.append(self._reject(f"file:{file.absolute()}#{number}", fallback, detail, now))
                continue
            own = source_at(url, hosts) or fallback
            owners[own.id] = own
            candidates.append(Candidate(url=url, source_id=own.id, discovered_at=now))
        wanted = list(dict.fromkeys(canonical_url(one.url) for one in candidates))
        with self._open() as connection, transaction(connection):
            frontier.enter(connection, candidates, now, is_due=False)
            write_rejects(connection, bad)
            rows = open_addresses(connection, wanted, now)
        self._gauge.advance(len(lines) - len(rows))
        known = {one.id: one for one in self._settings.sources} | owners
        return [(known.get(row.source_id, fallback), row) for row in rows]

    def _survey(self, source: Source, days: Span, *, again: bool) -> None:
        """Reads the lists of the days that were not read yet, or not after they had ended."""
        with self._look() as connection:
            before = {} if again else surveyed_days(connection, source.id)
        wanted = [day for day in each_day(days) if not _is_settled(day, before.get(day))]
        if not wanted:
            return
        now = self._clock()
        span = Span(first=wanted[0], last=wanted[-1])
        found = self._harvest.survey(source, span, now)
        if found.undated:
            log.warning("%s: %d addresses have no day", source.id, found.undated)
        self._keep(source, span, found, now)

    def _keep(self, source: Source, days: Span, found: Survey, now: datetime) -> None:
        first = found.failures[0] if found.failures else None
        rows = [
            SurveyRow(
                source_id=source.id,
                day=day,
                asked_at=now,
                reason=first.reason if first else None,
                detail=f"{first.url}: {first.detail}" if first else None,
            )
            for day in each_day(days)
        ]
        listings = [
            ListingRow(
                source_id=source.id, day=one.day, canonical_url=canonical_url(one.candidate.url)
            )
            for one in found.listed
        ]
        rejects = [self._told(one, now) for one in found.failures]
        with self._open() as connection, transaction(connection):
            candidates = [one.candidate for one in found.listed]
            frontier.enter(connection, candidates, now, is_due=False)
            write_survey(connection, rows, listings)
            write_rejects(connection, rejects)

    def _reject(self, url: str, source: Source, detail: str, now: datetime) -> RejectRow:
        refused = Rejection(
            url=url,
            source_id=source.id,
            stage="discover",
            reason=Reason.BAD_ADDRESS,
            detail=detail,
        )
        return self._told(refused, now)

    def _told(self, rejection: Rejection, now: datetime) -> RejectRow:
        return RejectRow(**rejection.model_dump(), run_id=self._run_id, rejected_at=now)

    def _look(self) -> AbstractContextManager[Connection]:
        return look_at_warehouse(self._settings.warehouse_path, self._settings.warehouse)

    def _open(self) -> AbstractContextManager[Connection]:
        return open_warehouse(self._settings.warehouse_path, self._settings.warehouse)


def backfill_pages(
    settings: Settings,
    report: RunReport,
    order: BackfillOrder,
    source: Source | None,
    *,
    clock: Clock,
    store: PlacedStore,
    gauge: Gauge,
) -> RunReport:
    """Fetches, within a run, the days of a source or the addresses of a file.

    Everything is entered into the frontier first, so that a killed backfill asks again only
    for what has no fate yet. Raises ArchiveBusyError, OSError and WarehouseError.
    """
    with ExitStack() as held:
        archive = open_archive(held, settings, clock, BACKFILL)
        with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
            robots = frontier.robots(connection, clock())
        harvest = held.enter_context(Harvest(settings.fetch, robots, clock))
        intake = Intake(settings, report.run_id, archive, harvest, clock)
        behind = Behind(settings, report.run_id, harvest, clock, gauge)
        if order.urls is not None:
            slices = behind.addresses(Path(order.urls), source)
            at_once = settings.fetch.concurrency
        else:
            assert source is not None
            assert order.since is not None
            span = Span(first=order.since, last=order.until or clock().date())
            slices, at_once = behind.days(source, span, again=order.again), _AT_ONCE
        found = held.enter_context(closing(pursue(harvest, intake, slices, at_once)))
        return store_found(settings, report, intake, found, clock, store=store, watch=gauge.advance)


def _is_settled(day: date, asked_at: datetime | None) -> bool:
    return asked_at is not None and asked_at.date() - day >= _SETTLED
