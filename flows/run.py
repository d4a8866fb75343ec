"""A run: a stream of documents and rejections through extraction into the warehouse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import TypeGuard
from uuid import UUID, uuid4

from pydantic import JsonValue

from flows.batch import Clock, store_batch
from flows.copies import regroup_all
from flows.garbage import seldom_collecting
from flows.grouping import place_waiting
from flows.learning import learn_boilerplate
from flows.liveness import Pulse, dead_runs, this_process
from flows.outcome import Known, Outcome
from flows.pool import extract_all, extract_one
from flows.waiting import Store, Waiting, Watch
from schemas.document import Document
from schemas.records import RunKind, RunStatus, SourceRow
from schemas.rejection import Rejection
from schemas.run import RunReport
from schemas.settings import Settings
from schemas.source import Source
from warehouse.connect import (
    Connection,
    WarehouseError,
    look_at_warehouse,
    open_warehouse,
    transaction,
)
from warehouse.ledger import end_run, write_run, write_sources
from warehouse.liveness import forget_process, mark_crashed, write_process
from warehouse.lookup import known_documents
from warehouse.migrate import Migration, migrate

#: Documents that are looked up at once to see which are known: one opening of the file.
#: They wait in memory meanwhile, so their bytes are bounded too.
_LOOK_UP = 64
_LOOK_UP_BYTES = 32 << 20
#: The migration after which the texts of articles that are there have to be entered.
_TEXTS = 6


#: What comes in: a document, or what has its end already.
Item = Document | Rejection | Known


def begin_run(
    settings: Settings,
    kind: RunKind,
    sources: Iterable[Source],
    parameters: dict[str, JsonValue],
    clock: Clock,
) -> RunReport:
    """Brings the warehouse up to date and enters the run in it. Raises WarehouseError.

    Runs that a dead process left are marked as crashed; what they left undone is still due.
    """
    now = clock()
    report = RunReport(
        run_id=uuid4(), kind=kind, status="running", started_at=now, parameters=parameters
    )
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        bring_up_to_date(connection, now)
        with transaction(connection):
            write_sources(connection, [_source_row(source, now) for source in sources])
            write_run(connection, report.row())
            write_process(connection, this_process(report.run_id, now))
            mark_crashed(connection, dead_runs(connection, now))
    return report


def bring_up_to_date(connection: Connection, now: datetime) -> list[Migration]:
    """Tables and views as this program has them, with what no migration can put into them.

    Returns the migrations applied. Raises WarehouseError.
    """
    steps = migrate(connection, now)
    if any(step.version == _TEXTS for step in steps):
        with transaction(connection):
            regroup_all(connection, now)
    return steps


def finish_run(settings: Settings, report: RunReport, status: RunStatus, clock: Clock) -> RunReport:
    """Enters the end of the run, of which the caller of a run that broke off knows only the
    beginning. Raises WarehouseError.
    """
    now = clock()
    seconds = (now - report.started_at).total_seconds()
    done = report.model_copy(update={"status": status, "finished_at": now, "seconds": seconds})
    with (
        open_warehouse(settings.warehouse_path, settings.warehouse) as connection,
        transaction(connection),
    ):
        # an interrupted run's report is that of its begin: the sums are the warehouse's
        end_run(connection, done.row())
        forget_process(connection, report.run_id)
        learn_boilerplate(connection, done.run_id, now)
    if status == "done":
        # one that was interrupted ends at once; what it stored is placed by the next
        place_waiting(settings, clock)
    return done


@contextmanager
def noting_interrupts(settings: Settings, report: RunReport, clock: Clock) -> Iterator[None]:
    """Enters the end of the run if the block is broken off, by Ctrl-C or by trouble."""
    try:
        yield
    except BaseException:
        # what it is, is raised again and told elsewhere
        with suppress(WarehouseError):
            finish_run(settings, report, "interrupted", clock)
        raise


def process(
    settings: Settings,
    report: RunReport,
    found: Iterable[Item | None],
    clock: Clock,
    *,
    store: Store = store_batch,
    watch: Watch = lambda _count: None,
) -> RunReport:
    """Takes everything found through extraction and stores it, batch by batch.

    None in `found` says that nothing more is there for the moment: what is complete is not
    kept waiting then. Memory is bounded whatever the input's size. `watch` is told how many
    more are done. Raises WarehouseError; what was stored until then stays.
    """
    batch = Waiting(settings, report, clock, store, watch)
    pulse = Pulse(settings, report.run_id, clock)
    documents = batch.counted(_unknown(settings, found, batch.add))
    work = partial(extract_one, rules=settings.rules_path)
    with (
        seldom_collecting(),
        closing(extract_all(documents, settings.extract, work=work)) as extractions,
    ):
        for extraction in extractions:
            pulse.beat()
            if extraction is None:
                batch.keep_if_due()
            else:
                batch.extracting -= 1
                batch.add(extraction)
    batch.keep()
    return batch.report


def _unknown(
    settings: Settings,
    found: Iterable[Item | None],
    add: Callable[[Outcome], None],
) -> Iterator[Document | None]:
    """The documents that have to be extracted; what has its end already goes to `add`."""
    for chunk in _chunks(found):
        if chunk is None:
            yield None
            continue
        known = _look_up(settings, [one for one in chunk if _may_be_known(one)])
        for item in chunk:
            if isinstance(item, Rejection | Known):
                add(item)
            elif item.document_id in known:
                add(_known(item, known[item.document_id]))
            else:
                yield item


def _may_be_known(item: Item) -> TypeGuard[Document]:
    """Whether it is a document that may have been met before: no page fetched just now is."""
    return isinstance(item, Document) and item.captured_at != item.seen_at


def _known(document: Document, article_id: UUID) -> Known:
    return Known(
        url=document.requested_url,
        source_id=document.source_id,
        document_id=document.document_id,
        article_id=article_id,
        seen_at=document.seen_at,
        is_anew=document.captured_at is None,
    )


def _chunks(found: Iterable[Item | None]) -> Iterator[list[Item] | None]:
    chunk: list[Item] = []
    size = 0
    for item in found:
        if item is not None:
            chunk.append(item)
            size += len(item.content) if isinstance(item, Document) else 0
        if chunk and (item is None or len(chunk) >= _LOOK_UP or size >= _LOOK_UP_BYTES):
            yield chunk
            chunk, size = [], 0
        if item is None:
            yield None
    if chunk:
        yield chunk


def _look_up(settings: Settings, documents: Sequence[Document]) -> dict[UUID, UUID]:
    if not documents:
        return {}
    with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        return known_documents(connection, [one.document_id for one in documents])


def _source_row(source: Source, now: datetime) -> SourceRow:
    return SourceRow(
        source_id=source.id,
        publisher=source.publisher,
        language=source.language,
        config=source.model_dump(mode="json", exclude_defaults=True),
        first_used_at=now,
        last_used_at=now,
    )
