"""One batch into the warehouse: looked up, decided and stored in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from dedup import Extracted, decide
from dedup.changes import name_change
from dedup.shingles import Shingles
from extractors.words import count_words
from flows.copies import regroup
from flows.learning import cut_boilerplate
from flows.moving import follow_moves
from flows.outcome import Known, Outcome, withhold
from flows.pool import Extraction
from schemas.article import Article
from schemas.records import CandidateRow, Fate, FetchRow, RejectRow
from schemas.rejection import FAILURES, Reason, Rejection
from schemas.run import Counts, RunReport
from schemas.settings import Settings
from schemas.verdict import Fingerprint, Sighting, Verdict
from warehouse.connect import Connection, write
from warehouse.frontier import mark_gone
from warehouse.ledger import write_candidates, write_rejects, write_run
from warehouse.lookup import sightings
from warehouse.store import Kept, touch_articles, write_articles

Clock = Callable[[], datetime]
#: What the frontier adds to an address's row: when it is due again, and so on.
Placing = Callable[[CandidateRow], CandidateRow]
#: What else a batch changes in the warehouse, such as how far a file is read.
Also = Callable[[Connection], None]


def store_batch(
    settings: Settings,
    run: RunReport,
    found: Sequence[Outcome],
    clock: Clock,
    placing: Placing = lambda row: row,
    also: Also = lambda _connection: None,
) -> RunReport:
    """Stores what became of a batch, all or nothing, and returns the run after it.

    `also` is done in the same transaction. Raises WarehouseError.
    """
    now = clock()

    def change(connection: Connection) -> RunReport:
        outcomes = follow_moves(connection, withhold(connection, found))
        rows = [_place(_candidate(one, now), placing) for one in outcomes]
        kept = [
            _kept(run, one) for one in outcomes if isinstance(one, Extraction) and one.fingerprint
        ]
        rejections = [refused for one in outcomes if (refused := _refusal(one))]
        # by the hash of its body: of one that is cut, the shingles are another's
        made = {
            one.fingerprint.body: one.shingles
            for one in outcomes
            if isinstance(one, Extraction) and one.fingerprint and one.shingles
        }
        verdicts, duplicates = _store_articles(connection, kept, made, now)
        touch_articles(connection, _met_again(outcomes))
        told = [one for one in rejections if one.reason is not Reason.TAKEN_DOWN]
        write_rejects(connection, [_reject_row(run, one, now) for one in told])
        found_here = [
            (one, row) for one, row in zip(outcomes, rows, strict=True) if not _is_old(one)
        ]
        aside = {row.url: _is_aside(one) for one, row in found_here}
        write_candidates(connection, [row for _, row in found_here], aside)
        mark_gone(connection, [row.url for row in rows if row.fate == "gone"], now)
        counts = _count(outcomes, rows, verdicts, duplicates)
        seconds = (now - run.started_at).total_seconds()
        after = run.plus(counts, [one.reason for one in rejections])
        after = after.model_copy(update={"seconds": seconds})
        write_run(connection, after.row())
        also(connection)
        return after

    return write(settings.warehouse_path, settings.warehouse, change)


def _is_aside(outcome: Outcome) -> bool:
    """Whether it was read from a file: its address itself was not asked."""
    if isinstance(outcome, Extraction):
        return outcome.document.captured_at != outcome.document.seen_at
    return isinstance(outcome, Rejection) and outcome.stage == "read"


def _is_old(outcome: Outcome) -> bool:
    """Whether it is a capture that is read again, which says nothing new of its address."""
    return isinstance(outcome, Known) and not outcome.is_anew


def _store_articles(
    connection: Connection, kept: Sequence[Kept], made: Mapping[UUID, Shingles], now: datetime
) -> tuple[list[Verdict], set[UUID]]:
    """Decides and writes; returns the verdicts and which articles of the batch are duplicates."""
    kept = cut_boilerplate(connection, kept)
    ids = {item.article.article_id for item in kept}
    batch = [
        Extracted(article_id=one.article.article_id, seen=_sighting(one.fetch)) for one in kept
    ]
    verdicts = decide(batch, sightings(connection, ids))
    touched = {verdict.article_id for verdict in verdicts if verdict.moved}
    before = write_articles(connection, kept, verdicts, count_words, name_change)
    came = [verdict.versions[-1].body_hash for verdict in verdicts if verdict.moved]
    last = {verdict.article_id: verdict.versions[-1].body_hash for verdict in verdicts}
    # what was written, so that nobody has to ask
    after = {last[one] for one in touched}
    texts = [*(one for one in came if one in after), *before, *after]
    copies = regroup(connection, texts, now, made)
    return verdicts, copies & ids


def _met_again(outcomes: Sequence[Outcome]) -> dict[UUID, datetime]:
    """The articles of files that are known and still there, and when those were seen.

    A capture that is read again was no more seen than the first time.
    """
    return {
        one.article_id: one.seen_at for one in outcomes if isinstance(one, Known) and one.is_anew
    }


def _kept(run: RunReport, extraction: Extraction) -> Kept:
    document, article, mark = extraction.document, extraction.result, extraction.fingerprint
    assert isinstance(article, Article)
    assert isinstance(mark, Fingerprint)
    fetch = FetchRow(
        **document.model_dump(include=set(FetchRow.model_fields)),
        article_id=article.article_id,
        run_id=run.run_id,
        bytes=extraction.size,
        content_hash=mark.content,
        body_hash=mark.body,
    )
    return Kept(article=article, fetch=fetch)


def _sighting(fetch: FetchRow) -> Sighting:
    return Sighting(
        at=fetch.captured_at or fetch.seen_at,
        captured=fetch.captured_at is not None,
        document_id=fetch.document_id,
        content_hash=fetch.content_hash,
        body_hash=fetch.body_hash,
    )


def _reject_row(run: RunReport, rejection: Rejection, now: datetime) -> RejectRow:
    return RejectRow(**rejection.model_dump(), run_id=run.run_id, rejected_at=now)


def _refusal(outcome: Outcome) -> Rejection | None:
    if isinstance(outcome, Extraction):
        outcome = outcome.result if isinstance(outcome.result, Rejection) else outcome
    return outcome if isinstance(outcome, Rejection) else None


def _fate(reason: Reason) -> Fate:
    if reason is Reason.TAKEN_DOWN:
        return "forgotten"
    return "failed" if reason in FAILURES else "rejected"


def _place(row: CandidateRow, placing: Placing) -> CandidateRow:
    """The row with when it is due again; what is forgotten never is."""
    return row if row.fate == "forgotten" else placing(row)


def _candidate(outcome: Outcome, now: datetime) -> CandidateRow:
    refused = _refusal(outcome)
    if refused:
        return CandidateRow(
            url=refused.url,
            source_id=refused.source_id,
            fate=_fate(refused.reason),
            reason=refused.reason,
            article_id=None,
            document_id=refused.document_id,
            discovered_at=now,
            since=now,
        )
    if isinstance(outcome, Known):
        url, source_id, document_id = outcome.url, outcome.source_id, outcome.document_id
        article_id, seen_at = outcome.article_id, outcome.seen_at
    else:
        assert isinstance(outcome, Extraction)
        assert isinstance(outcome.result, Article)
        url, source_id = outcome.document.requested_url, outcome.document.source_id
        document_id, seen_at = outcome.document.document_id, outcome.document.seen_at
        article_id = outcome.result.article_id
    return CandidateRow(
        url=url,
        source_id=source_id,
        fate="stored",
        reason=None,
        article_id=article_id,
        document_id=document_id,
        discovered_at=seen_at,
        since=now,
    )


def _count(
    outcomes: Sequence[Outcome],
    rows: Sequence[CandidateRow],
    verdicts: Sequence[Verdict],
    duplicates: set[UUID],
) -> Counts:
    made = [verdict.outcome for verdict in verdicts]
    new = {verdict.article_id for verdict in verdicts if verdict.outcome == "new"}
    refused = Counter(
        row.fate for one, row in zip(outcomes, rows, strict=True) if _refusal(one) is not None
    )
    return Counts(
        discovered=len(outcomes),
        stored=made.count("new"),
        new_versions=made.count("new_version"),
        unchanged=made.count("unchanged") + sum(isinstance(one, Known) for one in outcomes),
        duplicates=len(new & duplicates),
        rejected=refused["rejected"] + refused["gone"] + refused["forgotten"],
        failed=refused["failed"],
        # an article that is stored waits too while its page is away
        waiting=refused["waiting"] + refused["stored"],
        bytes=sum(one.size for one in outcomes if isinstance(one, Extraction)),
    )
