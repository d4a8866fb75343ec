"""A run: a stream of documents and rejections through extraction into the warehouse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid4

from pydantic import JsonValue

from flows.batch import Clock, Known, Outcome, store_batch
from flows.pool import extract_all
from schemas.document import Document
from schemas.records import RunKind, RunStatus, SourceRow
from schemas.rejection import Rejection
from schemas.run import RunReport
from schemas.settings import Settings
from schemas.source import Source
from warehouse.connect import open_warehouse, transaction
from warehouse.ledger import end_run, write_run, write_source
from warehouse.lookup import known_documents
from warehouse.migrate import migrate

#: Documents that are looked up at once to see which are known: one opening of the file.
#: They wait in memory meanwhile, so their bytes are bounded too.
_LOOK_UP = 64
_LOOK_UP_BYTES = 32 << 20


class Store(Protocol):
    """Stores a batch: `store_batch`, or a Prefect task around it."""

    def __call__(
        self, settings: Settings, run: RunReport, outcomes: Sequence[Outcome], clock: Clock, /
    ) -> RunReport: ...


Watch = Callable[[int], None]


def begin_run(
    settings: Settings,
    kind: RunKind,
    sources: Iterable[Source],
    parameters: dict[str, JsonValue],
    clock: Clock,
) -> RunReport:
    """Brings the warehouse up to date and enters the run in it. Raises WarehouseError."""
    now = clock()
    report = RunReport(
        run_id=uuid4(), kind=kind, status="running", started_at=now, parameters=parameters
    )
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        migrate(connection, now)
        with transaction(connection):
            for source in sources:
                write_source(connection, _source_row(source, now))
            write_run(connection, report.row())
    return report


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
        end_run(connection, done.row())
    return done


def process(
    settings: Settings,
    report: RunReport,
    found: Iterable[Document | Rejection],
    clock: Clock,
    *,
    store: Store = store_batch,
    watch: Watch = lambda _count: None,
) -> RunReport:
    """Takes everything found through extraction and stores it, batch by batch.

    Memory is bounded whatever the input's size. `watch` is told how many more are done.
    Raises WarehouseError; what was stored until then stays.
    """
    batch: list[Outcome] = []

    def add(outcome: Outcome) -> None:
        nonlocal report
        batch.append(outcome)
        if len(batch) >= settings.extract.batch_size:
            report = store(settings, report, tuple(batch), clock)
            watch(len(batch))
            batch.clear()

    for extraction in extract_all(_unknown(settings, found, add), settings.extract):
        add(extraction)
    if batch:
        report = store(settings, report, tuple(batch), clock)
        watch(len(batch))
    return report


def _unknown(
    settings: Settings,
    found: Iterable[Document | Rejection],
    add: Callable[[Outcome], None],
) -> Iterator[Document]:
    """The documents that have to be extracted; what has its end already goes to `add`."""
    for chunk in _chunks(found):
        known = _look_up(settings, [one for one in chunk if isinstance(one, Document)])
        for item in chunk:
            if isinstance(item, Rejection):
                add(item)
            elif item.document_id in known:
                bare = item.model_copy(update={"content": b""})
                add(Known(document=bare, article_id=known[item.document_id]))
            else:
                yield item


def _chunks(found: Iterable[Document | Rejection]) -> Iterator[list[Document | Rejection]]:
    chunk: list[Document | Rejection] = []
    size = 0
    for item in found:
        chunk.append(item)
        size += len(item.content) if isinstance(item, Document) else 0
        if len(chunk) >= _LOOK_UP or size >= _LOOK_UP_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _look_up(settings: Settings, documents: Sequence[Document]) -> dict[UUID, UUID]:
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
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
