"""What comes in from the network: entered into the frontier, archived, made into documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from queue import Empty
from uuid import UUID

from flows.batch import Clock
from flows.harvest import Answered, Discovered, Finished, Harvest
from flows.outcome import Known, Outcome
from flows.pool import Extraction
from flows.run import Item, process
from flows.waiting import PlacedStore, Watch
from schemas.address import canonical_url, identity
from schemas.candidate import Candidate
from schemas.document import Document
from schemas.records import CandidateRow, RejectRow
from schemas.rejection import Reason, Rejection
from schemas.run import RunReport
from schemas.settings import Settings
from schemas.source import Source
from sources.archive import Archive
from sources.fetch import Fetched, FetchFailure, NotModified, remember
from sources.fetch.robots import product_token
from sources.page import item_document, page_document
from sources.rights import may_archive, read_rights, refuse_reserved
from sources.schedule import after_answer, after_trouble, crash_row, poll_row, retold
from warehouse import frontier
from warehouse.connect import Connection, look_at_warehouse, open_warehouse, transaction
from warehouse.ledger import write_rejects
from warehouse.tombstones import Origin, taken_down

#: How often one is told that nothing came in, seconds: what comes after it may have ended.
_LULL = 0.1
#: Sources whose lists are entered in one transaction: the first of them wait for the last.
_TOGETHER = 16


class Intake:
    """Takes the events of a harvest in the run's own thread; `place` is told to the store."""

    def __init__(
        self,
        settings: Settings,
        run_id: UUID,
        archive: Archive | None,
        harvest: Harvest,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._run_id = run_id
        self._archive = archive
        self._harvest, self._listed = harvest, harvest.listed
        self._clock = clock
        #: addresses that were asked and whose outcome is not stored yet
        self._open: dict[str, tuple[CandidateRow, datetime | None]] = {}

    def take(self, sources: int) -> Iterator[Item | None]:
        """What comes in until so many sources are done; None while nothing comes."""
        while sources:
            try:
                event = self._harvest.take(_LULL)
            except Empty:
                yield None
                continue
            match event:
                case Discovered():
                    yield from self._discovered()
                case Answered():
                    yield from self._answered(event)
                case Finished():
                    sources -= 1
                    if event.error is not None:
                        self._crashed(event.source, event.error)

    def place(self, row: CandidateRow) -> CandidateRow:
        """The row of an address after its outcome, with when it is due again."""
        if row.url not in self._open:
            return row
        before, retry_at = self._open[row.url]
        now = self._clock()
        kept = before.model_copy(
            update={
                "fate": row.fate,
                "reason": row.reason,
                "article_id": row.article_id or before.article_id,
                "document_id": row.document_id or before.document_id,
                "since": row.since,
            }
        )
        if row.reason is None:
            return after_answer(kept, now)
        return after_trouble(kept, Reason(row.reason), now, retry_at)

    def settle(self, outcomes: Iterable[Outcome]) -> None:
        """Forgets addresses whose outcome is stored."""
        for one in outcomes:
            url = one.document.requested_url if isinstance(one, Extraction) else one.url
            self._open.pop(url, None)

    def flush(self) -> None:
        """Has everything that came in so far on disk, in the archive."""
        if self._archive:
            self._archive.flush()

    def remember_robots(self) -> None:
        """Keeps the robots.txt files that were asked for. Raises WarehouseError."""
        with (
            open_warehouse(self._settings.warehouse_path, self._settings.warehouse) as connection,
            transaction(connection),
        ):
            frontier.write_robots(connection, self._harvest.robots_seen())

    def _discovered(self) -> Iterator[Item]:
        """Enters what sources list; what their feeds bring whole needs no fetching."""
        events: list[Discovered] = []
        # one opening of the warehouse for all that came while the last one lasted
        with suppress(Empty):
            while len(events) < _TOGETHER:
                events.append(self._listed.get_nowait())
        if not events:
            return
        entered = self._enter(events)
        for event, (rows, _) in zip(events, entered, strict=True):
            event.reply.set_result(rows)
        for _, documents in entered:
            yield from map(self._filed, documents)

    def _filed(self, item: Document) -> Document:
        """An item of a full-text feed, archived."""
        if self._archive is None:
            return item
        place = self._archive.write_item(item.url, item.seen_at, item.content)
        return item.model_copy(update={"archive_file": place.file, "archive_offset": place.offset})

    def _enter(
        self, events: Sequence[Discovered]
    ) -> list[tuple[list[CandidateRow], list[Document]]]:
        """What of each source is to be fetched, and what its feed brings whole."""
        now = self._clock()
        with (
            open_warehouse(self._settings.warehouse_path, self._settings.warehouse) as connection,
            transaction(connection),
        ):
            self._note(connection, events, now)
            due = frontier.due(connection, [event.source.id for event in events], now)
        return [_parted(event.source, due[event.source.id]) for event in events]

    def _note(self, connection: Connection, events: Sequence[Discovered], now: datetime) -> None:
        """Enters what the sources list, and what asking them for it tells."""
        told = [(one.source, one.discovery) for one in events if one.discovery is not None]
        sources = {source.id: source for source, _ in told}

        def tell(row: CandidateRow, said: Candidate) -> CandidateRow | None:
            return retold(sources[said.source_id], row, said, now=now)

        candidates = [one for _, found in told for one in found.candidates]
        fresh = frontier.enter(connection, candidates, now, tell)
        frontier.write_feeds(connection, [row for _, found in told for row in found.rows])
        failures = [one for _, found in told for one in found.failures]
        write_rejects(connection, [self._reject(one, now) for one in failures])
        polls = frontier.polls(connection)
        rows = [
            poll_row(source, found, fresh[source.id], polls.get(source.id), now)
            for source, found in told
        ]
        frontier.write_polls(connection, rows)

    def _crashed(self, source: Source, error: BaseException) -> None:
        """Notes that asking a source met trouble that nobody expected."""
        now = self._clock()
        maps = () if isinstance(source.sitemaps, str) else source.sitemaps
        rejection = Rejection(
            url=next(iter((*source.feeds, *maps, *source.pages)), source.id),
            source_id=source.id,
            stage="discover",
            reason=Reason.CRASHED,
            detail=f"asking the source failed: {error!r}",
        )
        with (
            open_warehouse(self._settings.warehouse_path, self._settings.warehouse) as connection,
            transaction(connection),
        ):
            write_rejects(connection, [self._reject(rejection, now)])
            before = frontier.polls(connection).get(source.id)
            frontier.write_polls(connection, [crash_row(source, rejection, before, now)])

    def _reject(self, rejection: Rejection, now: datetime) -> RejectRow:
        return RejectRow(**rejection.model_dump(), run_id=self._run_id, rejected_at=now)

    def _answered(self, event: Answered) -> Iterator[Item]:
        row, outcome = event.row, event.outcome
        if isinstance(outcome, FetchFailure):
            self._open[row.url] = (row, outcome.retry_at)
            yield _refusal(row, outcome)
            return
        remembered = row.model_copy(update={"validators": remember(row.validators, outcome)})
        self._open[row.url] = (remembered, None)
        if isinstance(outcome, NotModified):
            assert row.article_id is not None, "only stored pages are asked conditionally"
            assert row.document_id is not None
            yield Known(
                url=row.url,
                source_id=row.source_id,
                document_id=row.document_id,
                article_id=row.article_id,
                seen_at=outcome.ended_at,
                is_anew=True,
            )
            return
        yield self._page(event.source, row, outcome)

    def _is_taken_down(self, row: CandidateRow, answer: Fetched) -> bool:
        """Whether it was led on to an address that must not come back.

        What was asked for itself was looked up when it was entered.
        """
        canonical = canonical_url(answer.final_url)
        if row.canonical_url and identity(canonical) == identity(row.canonical_url):
            return False
        origin = Origin(urls=(answer.final_url,), source_id=row.source_id)
        settings = self._settings
        with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
            return bool(taken_down(connection, [origin]))

    def _page(self, source: Source, row: CandidateRow, answer: Fetched) -> Document | Rejection:
        """The page, archived first unless its publisher says no, or it was taken down here."""
        if self._is_taken_down(row, answer):
            return Rejection(
                url=row.url,
                source_id=row.source_id,
                stage="fetch",
                reason=Reason.TAKEN_DOWN,
                detail="it leads to a page that was taken down here before",
            )
        crawler = product_token(self._settings.fetch.user_agent)
        rights = read_rights(answer.headers, answer.content, answer.final_url, crawler)
        robots = "allowed" if self._settings.fetch.respect_robots else "ignored"
        rights = rights.model_copy(update={"robots": robots})
        reserved = refuse_reserved(source, row.url, rights, "fetch")
        if reserved is not None:
            return reserved
        found = page_document(source, row, answer, rights)
        if self._archive is None or not may_archive(rights):
            return found
        place = self._archive.write(answer.exchange)
        if isinstance(found, Rejection):
            return found
        return found.model_copy(update={"archive_file": place.file, "archive_offset": place.offset})


def store_found(
    settings: Settings,
    report: RunReport,
    intake: Intake,
    found: Iterable[Item | None],
    clock: Clock,
    *,
    store: PlacedStore,
    watch: Watch,
) -> RunReport:
    """Takes what comes in through extraction and stores it, each address with when it is due.

    `found` is what `intake` took. Raises WarehouseError; what was stored until then stays.
    """

    def keep(
        settings: Settings, run: RunReport, outcomes: Sequence[Outcome], clock: Clock, /
    ) -> RunReport:
        # the archive is on disk before the warehouse refers to it
        intake.flush()
        after = store(settings, run, outcomes, clock, intake.place)
        intake.settle(outcomes)
        return after

    report = process(settings, report, found, clock, store=keep, watch=watch)
    intake.remember_robots()
    return report


def _parted(
    source: Source, due: Iterable[CandidateRow]
) -> tuple[list[CandidateRow], list[Document]]:
    """The addresses that have to be asked, and the documents of those that need not be."""
    documents = [(row, item_document(source, row)) for row in due]
    asked = [row for row, document in documents if document is None]
    return asked, [document for _, document in documents if document is not None]


def _refusal(row: CandidateRow, failure: FetchFailure) -> Rejection:
    return Rejection(
        url=row.url,
        source_id=row.source_id,
        stage="fetch",
        reason=failure.reason,
        detail=failure.detail,
        document_id=row.document_id,
    )
