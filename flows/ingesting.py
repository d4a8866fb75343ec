"""Polling sources and storing what is new; `flows/ingest.py` makes a Prefect flow of it."""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import ExitStack, closing
from contextvars import copy_context
from datetime import datetime
from typing import Protocol

from flows.batch import Clock, store_batch
from flows.harvest import Harvest, StoppedError
from flows.intake import Intake, store_found
from flows.loading import utc_now
from flows.pool import prepare_workers
from flows.run import Item, begin_run, finish_run, noting_interrupts
from flows.waiting import PlacedStore, Watch
from schemas.records import FeedRow
from schemas.run import RunReport
from schemas.settings import Settings
from schemas.source import Source
from sources.archive import LIVE, Archive, Maker
from warehouse import frontier
from warehouse.connect import look_at_warehouse
from warehouse.readers import refresh

log = logging.getLogger(__name__)

#: Sources that are asked at once; each has a thread that mostly waits.
_SOURCES_AT_ONCE = 64
#: Sources that bring hundreds of pages together, with a handful or two each.
_MANY_SOURCES = 15


#: What is the matter with a source that is not polled.
NOTHING_TO_ASK = "it has no feeds, sitemaps or pages to ask"


class Collect(Protocol):
    """Asks one source: `collect_source`, or a Prefect task around it."""

    def __call__(
        self,
        harvest: Harvest,
        source: Source,
        feeds: Mapping[str, FeedRow] | None,
        now: datetime,
        /,
    ) -> int: ...


def collect_source(
    harvest: Harvest, source: Source, feeds: Mapping[str, FeedRow] | None, now: datetime
) -> int:
    """Asks a source what it lists and fetches what is due; says how many pages.

    Without `feeds` it is not asked what it lists: only what is due is fetched.
    """
    return harvest.collect(source, feeds, now)


class UnknownSourceError(ValueError):
    """No source of that id is configured."""


def run_ingest(
    settings: Settings,
    source_ids: Sequence[str] = (),
    *,
    everything: bool = False,
    clock: Clock = utc_now,
    collect: Collect = collect_source,
    store: PlacedStore = store_batch,
    watch: Watch = lambda _count: None,
) -> RunReport:
    """Polls the sources that are due, or those named, or with `everything` all of them.

    What is new is archived, extracted and stored; what a killed run left is picked up.
    Raises UnknownSourceError, ArchiveBusyError and WarehouseError.
    """
    chosen = choose_sources(settings, source_ids)
    names: list[str] = [source.id for source in chosen]
    with ExitStack() as held:
        archive = open_archive(held, settings, clock)
        report = begin_run(settings, "ingest", chosen, {"sources": [*names]}, clock)
        held.enter_context(noting_interrupts(settings, report, clock))
        with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
            now = clock()
            plans = frontier.plan(connection, names, now, everything=everything or bool(source_ids))
            robots = frontier.robots(connection, now)
        if plans:
            prepare_workers(many=len(plans) >= _MANY_SOURCES)
        harvest = held.enter_context(Harvest(settings.fetch, robots, clock))
        intake = Intake(settings, report.run_id, archive, harvest, clock)
        work = [(source, plans[source.id]) for source in chosen if source.id in plans]
        found = held.enter_context(closing(_stream(harvest, intake, work, collect, now)))
        report = store_found(settings, report, intake, found, clock, store=store, watch=watch)
    report = finish_run(settings, report, "done", clock)
    refresh(settings)
    return report


def prepare_ingest(settings: Settings, source_ids: Sequence[str], *, everything: bool) -> None:
    """Starts the process of the extractors, where it is sure that sources will be asked.

    For who has other things to load first: both take seconds, and do not wait for each other.
    Raises UnknownSourceError.
    """
    chosen = choose_sources(settings, source_ids)
    if everything or source_ids:
        prepare_workers(many=len(chosen) >= _MANY_SOURCES)


def choose_sources(settings: Settings, source_ids: Sequence[str]) -> list[Source]:
    """The sources of these ids, or all of them. Raises UnknownSourceError."""
    known = {source.id: source for source in settings.sources}
    for one in source_ids:
        if one not in known:
            told = ", ".join(sorted(known)) or "none is configured"
            raise UnknownSourceError(f"there is no source {one!r}; known: {told}")
    return [known[one] for one in source_ids] if source_ids else list(settings.sources)


def open_archive(
    held: ExitStack, settings: Settings, clock: Clock, name: str = LIVE
) -> Archive | None:
    """The archive for as long as the stack is open, None where it is turned off."""
    if not settings.archive.path:
        return None
    maker = Maker(name=name, user_agent=settings.fetch.user_agent)
    return held.enter_context(Archive(settings.resolve(settings.archive.path), maker, clock))


def _stream(
    harvest: Harvest,
    intake: Intake,
    work: Sequence[tuple[Source, Mapping[str, FeedRow] | None]],
    collect: Collect,
    now: datetime,
) -> Generator[Item | None]:
    """Everything that comes of asking the sources, as it comes; None where nothing does."""

    def ask(source: Source, feeds: Mapping[str, FeedRow] | None) -> None:
        try:
            collect(harvest, source, feeds, now)
        except (StoppedError, CancelledError):
            pass
        except Exception as error:  # the boundary of one source: the others go on
            log.exception("source %s failed", source.id)
            harvest.finish(source, error)
        else:
            harvest.finish(source)

    if not work:
        return
    threads = ThreadPoolExecutor(min(len(work), _SOURCES_AT_ONCE), "source")
    try:
        for source, feeds in work:
            # Prefect finds its flow run by the context
            threads.submit(copy_context().run, ask, source, feeds)
        yield from intake.take(len(work))
    finally:
        # a run that ends early waits for nobody
        harvest.stop()
        threads.shutdown(cancel_futures=True)
