"""Reading the archive again by today's rules; `flows/reextract.py` makes a Prefect flow of it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from uuid import UUID

from dedup.changes import name_change
from dedup.versions import timeline
from flows.batch import Clock
from flows.copies import regroup
from flows.garbage import seldom_collecting
from flows.gauge import UNSEEN, Gauge
from flows.learning import cut_boilerplate
from flows.liveness import Pulse
from flows.loading import utc_now
from flows.pool import Extraction, extract_all, extract_one, prepare_workers
from flows.rereading import SourceChanges, summed, weigh
from flows.run import begin_run, finish_run, noting_interrupts
from schemas.article import Article
from schemas.document import Document
from schemas.model import Frozen
from schemas.orders import ReextractOrder
from schemas.records import ArticleRow, RejectRow, RereadingRow
from schemas.rejection import FAILURES, Reason, Rejection
from schemas.rights import Rights
from schemas.run import Counts, RunReport
from schemas.settings import Settings
from schemas.verdict import Fingerprint, Rereading, Sighting, Version
from sources.archive import read_place
from sources.fetch.robots import product_token
from sources.reading import Reading
from sources.rights import read_rights
from warehouse.connect import Connection, look_at_warehouse, open_warehouse, write
from warehouse.ledger import write_rejects, write_run
from warehouse.lookup import body_hashes, sightings
from warehouse.migrate import migrate
from warehouse.readers import refresh
from warehouse.rereading import (
    Archived,
    Part,
    archived,
    count_archived,
    stored_articles,
    write_rereadings,
)
from warehouse.store import Kept

#: Documents for which it is worth to load everything into the workers' parent first.
_MANY = 200


class ReextractReport(Frozen):
    """What a re-extraction did or, with `dry_run`, would do; `run` is None then."""

    dry_run: bool
    run: RunReport | None
    sources: tuple[SourceChanges, ...]

    @property
    def total(self) -> SourceChanges:
        """All sources together."""
        renamed = [one.model_copy(update={"source_id": ""}) for one in self.sources]
        return next(iter(summed(renamed)), SourceChanges(source_id=""))


class _Read(Frozen):
    """A document that was read again, or why it was not."""

    row: Archived
    extraction: Extraction | None = None
    refused: Rejection | None = None


class _Made(Frozen):
    """What follows of a batch: rereadings, moved lines, articles that are read otherwise now."""

    rows: tuple[RereadingRow, ...]
    lines: dict[UUID, tuple[Version, ...]]
    standing: tuple[Kept, ...]
    refused: tuple[tuple[Archived, Rejection], ...]
    changes: tuple[SourceChanges, ...]


def run_reextract(
    settings: Settings,
    order: ReextractOrder,
    *,
    clock: Clock = utc_now,
    gauge: Gauge = UNSEEN,
) -> ReextractReport:
    """Extracts archived documents anew and stores what is other than before.

    A text that is another is a version of change `reextracted`, from now on; the other fields
    of an article are replaced. A page that holds no article by today's rules is told in
    `rejects`, and what is stored of it stays. A dry run changes nothing. Doing it again, or
    after a kill, changes nothing that was done. Raises WarehouseError.
    """
    part = Part(source_id=order.source, since=order.since, until=order.until)
    report: RunReport | None = None
    if order.dry_run:
        with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
            migrate(connection, clock())
        changes = _all(settings, None, part, clock, gauge)[1]
    else:
        told = order.model_dump(mode="json", exclude_defaults=True)
        report = begin_run(settings, "reextract", [], told, clock)
        with noting_interrupts(settings, report, clock):
            report, changes = _all(settings, report, part, clock, gauge)
        assert report is not None
        report = finish_run(settings, report, "done", clock)
        refresh(settings)
    return ReextractReport(dry_run=order.dry_run, run=report, sources=changes)


def _all(
    settings: Settings, report: RunReport | None, part: Part, clock: Clock, gauge: Gauge
) -> tuple[RunReport | None, tuple[SourceChanges, ...]]:
    with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        count, missing = count_archived(connection, part)
    gauge.expect(count)
    if count:
        prepare_workers(many=count >= _MANY)
    changes = [SourceChanges(source_id=one, not_archived=n) for one, n in missing.items()]
    pulse = Pulse(settings, report.run_id, clock) if report else None
    batch: list[_Read] = []

    def keep() -> None:
        nonlocal report, changes
        if report is None:
            with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
                made = _make(connection, None, batch, clock)
        else:
            report, made = _store(settings, report, batch, clock)
        changes = list(summed([*changes, *made.changes]))
        gauge.advance(len(batch))
        batch.clear()

    with seldom_collecting(), closing(_read_again(settings, part)) as found:
        for one in found:
            if pulse is not None:
                pulse.beat()
            batch.append(one)
            if len(batch) >= settings.extract.batch_size:
                keep()
    if batch:
        keep()
    return report, tuple(changes)


def _read_again(settings: Settings, part: Part) -> Generator[_Read]:
    """The documents of the archive, extracted by today's rules."""
    waiting: dict[UUID, Archived] = {}
    refused: list[_Read] = []

    def documents() -> Iterator[Document]:
        for row in _rows(settings, part):
            found = _document(settings, row)
            if isinstance(found, Rejection):
                refused.append(_Read(row=row, refused=found))
            else:
                waiting[row.document_id] = row
                yield found

    work = partial(extract_one, rules=settings.rules_path)
    with closing(extract_all(documents(), settings.extract, work=work)) as extractions:
        for extraction in extractions:
            while refused:
                yield refused.pop()
            if extraction is not None:
                row = waiting.pop(extraction.document.document_id)
                yield _Read(row=row, extraction=extraction)
    yield from refused


def _rows(settings: Settings, part: Part) -> Iterator[Archived]:
    """The documents to be read again, looked up a batch at a time."""
    after: Archived | None = None
    while True:
        with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
            rows = archived(connection, part, after, settings.extract.batch_size)
        yield from rows
        if len(rows) < settings.extract.batch_size:
            return
        after = rows[-1]


def _document(settings: Settings, row: Archived) -> Document | Rejection:
    """The document as it was when it was extracted first, or why the archive has it no more."""
    assert row.archive_file is not None
    assert row.archive_offset is not None
    source = settings.source(row.source_id)
    reading = Reading(
        source_id=row.source_id,
        max_bytes=max(settings.fetch.max_bytes, row.bytes),
        seen_at=row.seen_at,
        publisher=source.publisher if source else None,
        language=source.language if source else None,
    )
    # a file that was loaded is called by its path, which the folder does not change
    folder = settings.resolve(settings.archive.path) if settings.archive.path else Path("/")
    found = read_place(folder, row.archive_file, row.archive_offset, reading)
    refused = {"url": row.requested_url, "document_id": row.document_id}
    if isinstance(found, Rejection):
        return found.model_copy(update=refused)
    if found.sha256 != row.sha256:
        detail = "another page lies there in the archive"
        return reading.refuse(row.requested_url, Reason.BAD_RECORD, detail).model_copy(
            update=refused
        )
    rights = None
    if row.has_rights:
        crawler = product_token(settings.fetch.user_agent)
        said = read_rights(found.headers, found.content, row.url, crawler)
        rights = Rights.model_validate({**said.model_dump(), "robots": row.robots})
    return found.model_copy(
        update={
            "document_id": row.document_id,
            "url": row.url,
            "requested_url": row.requested_url,
            "kind": row.kind,
            "captured_at": row.captured_at,
            "hints": row.hints,
            "rights": rights,
        }
    )


def _store(
    settings: Settings, run: RunReport, batch: Sequence[_Read], clock: Clock
) -> tuple[RunReport, _Made]:
    """A batch in one transaction, with the run's sums after it."""

    def change(connection: Connection) -> tuple[RunReport, _Made]:
        now = clock()
        made = _make(connection, run.run_id, batch, clock)
        before = body_hashes(connection, made.lines)
        write_rereadings(connection, made.rows, made.lines, made.standing, name_change)
        after = body_hashes(connection, made.lines)
        if before != after:
            regroup(connection, [*before, *after], now)
        rejects = [
            RejectRow(**one.model_dump(), run_id=run.run_id, rejected_at=now)
            for _, one in made.refused
        ]
        write_rejects(connection, rejects)
        reasons = [one.reason for one in rejects]
        failed = sum(reason in FAILURES for reason in reasons)
        versions = len(made.lines)
        counts = Counts(
            discovered=len(batch),
            new_versions=versions,
            unchanged=len(batch) - versions - len(reasons),
            rejected=len(reasons) - failed,
            failed=failed,
            bytes=sum(one.extraction.size for one in batch if one.extraction),
        )
        done = run.plus(counts, reasons)
        done = done.model_copy(update={"seconds": (now - run.started_at).total_seconds()})
        write_run(connection, done.row())
        return done, made

    return write(settings.warehouse_path, settings.warehouse, change)


def _make(
    connection: Connection, run_id: UUID | None, batch: Sequence[_Read], clock: Clock
) -> _Made:
    """What follows of a batch that was read again; changes nothing."""
    now = clock()
    stored = stored_articles(connection, {one.row.article_id for one in batch})
    there = [one for one in batch if one.row.article_id in stored]
    refused = [(one.row, found) for one in there if (found := _refusal(one)) is not None]
    kept = [_kept(one, stored[one.row.article_id]) for one in there if _refusal(one) is None]
    kept = cut_boilerplate(connection, kept, anew=True)
    seen = sightings(connection, stored)
    rows, moved = [], set[UUID]()
    for item in kept:
        fetch = item.fetch
        article_id = fetch.article_id
        mine = seen.get(article_id, ())
        known = next(one for one in mine if one.document_id == fetch.document_id)
        if _last(known) == (fetch.content_hash, fetch.body_hash):
            continue
        last = max(mine, key=lambda one: one.at).at
        # after all that was seen, whatever the clock says
        at = max(now, last)
        again = Rereading(at=at, content_hash=fetch.content_hash, body_hash=fetch.body_hash)
        changed = known.model_copy(update={"rereadings": (*known.rereadings, again)})
        seen[article_id] = tuple(changed if one is known else one for one in mine)
        moved.add(article_id)
        if run_id is not None:
            rows.append(_row(item, again, run_id))
    lines = {one: timeline(seen[one]) for one in moved}
    # a reading that changes nothing of today's text changes no version
    lines = {one: line for one, line in lines.items() if line[-1].version != stored[one].version}
    standing = [item for item in kept if _stands(item, stored, lines)]
    weighed = [(item, weigh(stored[item.fetch.article_id], item.article)) for item in standing]
    documents = [SourceChanges(source_id=one.row.source_id, documents=1) for one in there]
    refusals = [
        SourceChanges(source_id=row.source_id, rejected=is_read, unreadable=not is_read)
        for row, one in refused
        for is_read in [one.stage == "extract"]
    ]
    return _Made(
        rows=tuple(rows),
        lines=lines,
        standing=tuple(
            item for item, one in weighed if one.changed or item.fetch.article_id in lines
        ),
        refused=tuple(refused),
        changes=summed([*documents, *refusals, *(one for _, one in weighed)]),
    )


def _stands(
    item: Kept, stored: dict[UUID, ArticleRow], lines: dict[UUID, tuple[Version, ...]]
) -> bool:
    """Whether the article's text of today is that of this document."""
    line = lines.get(item.fetch.article_id)
    document = line[-1].document_id if line else stored[item.fetch.article_id].document_id
    return document == item.fetch.document_id


def _refusal(one: _Read) -> Rejection | None:
    if one.extraction is None:
        return one.refused
    return one.extraction.result if isinstance(one.extraction.result, Rejection) else None


def _kept(one: _Read, old: ArticleRow) -> Kept:
    """The article as it is read now: still the one that it was, whatever its page says."""
    assert one.extraction is not None
    article, mark = one.extraction.result, one.extraction.fingerprint
    assert isinstance(article, Article)
    assert isinstance(mark, Fingerprint)
    same = {"article_id": old.article_id, "url": old.url, "canonical_url": old.canonical_url}
    same["requested_url"] = old.requested_url
    fetch = one.row.model_copy(update={"content_hash": mark.content, "body_hash": mark.body})
    return Kept(article=article.model_copy(update=same), fetch=fetch)


def _last(seen: Sighting) -> tuple[UUID, UUID]:
    last = max(seen.rereadings, key=lambda one: one.at, default=seen)
    return last.content_hash, last.body_hash


def _row(item: Kept, again: Rereading, run_id: UUID) -> RereadingRow:
    return RereadingRow(
        document_id=item.fetch.document_id,
        article_id=item.fetch.article_id,
        reread_at=again.at,
        content_hash=again.content_hash,
        body_hash=again.body_hash,
        title=item.article.title,
        body=item.article.body,
        run_id=run_id,
    )
