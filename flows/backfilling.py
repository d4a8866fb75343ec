"""Filling what lies behind: by days, by addresses, by WARC files.

`flows/backfill.py` makes a Prefect flow of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from flows.batch import Also, Clock, Placing, store_batch
from flows.behind import UNKNOWN as UNKNOWN_PAGES
from flows.behind import backfill_pages
from flows.gauge import UNSEEN, Gauge
from flows.ingesting import UnknownSourceError, choose_sources
from flows.loading import MUCH, utc_now
from flows.outcome import Outcome
from flows.pool import prepare_workers
from flows.run import begin_run, finish_run, noting_interrupts, process
from flows.shelf import UNKNOWN, Shelf
from schemas.orders import BackfillOrder
from schemas.run import RunReport
from schemas.settings import Settings
from schemas.source import Source
from warehouse.connect import open_warehouse, transaction
from warehouse.progress import write_progress
from warehouse.readers import refresh


class NoListsError(UnknownSourceError):
    """A source names nothing that lists its past."""


class ShelfStore(Protocol):
    """Stores a batch, when its addresses are due, and what else changes with it: `store_batch`,
    or a task around it.
    """

    def __call__(
        self,
        settings: Settings,
        run: RunReport,
        outcomes: Sequence[Outcome],
        clock: Clock,
        placing: Placing,
        also: Also = ...,
        /,
    ) -> RunReport: ...


def run_backfill(
    settings: Settings,
    order: BackfillOrder,
    *,
    clock: Clock = utc_now,
    store: ShelfStore = store_batch,
    gauge: Gauge = UNSEEN,
) -> RunReport:
    """Stores what the order names, by the way that live articles take, and publishes it.

    What a killed run stored is not done again: run it again, and it goes on there. Raises
    UnknownSourceError, ArchiveBusyError, OSError and WarehouseError.
    """
    source = _source(settings, order)
    told = order.model_dump(mode="json", exclude_defaults=True)
    fallback = source or Source(id=UNKNOWN_PAGES if order.urls is not None else UNKNOWN)
    touched = [fallback, *settings.sources] if source is None else [source]
    report = begin_run(settings, "backfill", touched, told, clock)
    with noting_interrupts(settings, report, clock):
        if order.warc:
            report = backfill_archives(
                settings, report, order, clock=clock, store=store, gauge=gauge
            )
        else:
            report = backfill_pages(
                settings, report, order, source, clock=clock, store=store, gauge=gauge
            )
    report = finish_run(settings, report, "done", clock)
    refresh(settings)
    return report


def backfill_archives(
    settings: Settings,
    report: RunReport,
    order: BackfillOrder,
    *,
    clock: Clock = utc_now,
    store: ShelfStore = store_batch,
    gauge: Gauge = UNSEEN,
) -> RunReport:
    """The pages of `order.warc` within a run, each file from where it was left.

    How far a file is stored is written in the transaction that stores its pages. Raises
    WarehouseError.
    """
    source = _source(settings, order)
    shelf = Shelf(settings, report.run_id, source, clock, gauge)
    places = shelf.plan(order.warc, again=order.again)
    if places:
        prepare_workers(many=shelf.bytes_left > MUCH)

    def keep(
        settings: Settings, run: RunReport, outcomes: Sequence[Outcome], clock: Clock, /
    ) -> RunReport:
        rows = shelf.settle(outcomes)
        return store(settings, run, outcomes, clock, _as_it_is, partial(write_progress, rows=rows))

    report = process(settings, report, shelf.read(places), clock, store=keep)
    left = shelf.settle(())
    with (
        open_warehouse(settings.warehouse_path, settings.warehouse) as connection,
        transaction(connection),
    ):
        write_progress(connection, left)
    return report


_as_it_is: Placing = lambda row: row  # noqa: E731 - as the default of store_batch is


def _source(settings: Settings, order: BackfillOrder) -> Source | None:
    """Whose the pages are, where the order says it. Raises UnknownSourceError."""
    if order.source is None:
        return None
    if order.since is not None:
        source = choose_sources(settings, [order.source])[0]
        if not source.sitemaps and not source.archives:
            raise NoListsError(
                f"source {source.id!r} has neither sitemaps nor archives, and feeds do not reach "
                'back; give it `sitemaps = "auto"`, or `archives`: the addresses of its days'
            )
        return source
    return settings.source(order.source) or Source(id=order.source)
