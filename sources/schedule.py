"""What is due when: the rows of the frontier after an answer, by the rules of the cadence."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

from schemas.cadence import Poll, Rhythm
from schemas.candidate import Candidate, Hints
from schemas.records import CandidateRow, PollRow
from schemas.rejection import Reason, Rejection
from schemas.source import Source, parse_cadence
from sources.cadence import after_failure, after_poll, first_rhythm, next_look, next_try
from sources.discovery import Discovery
from sources.page import is_whole


def after_answer(row: CandidateRow, now: datetime) -> CandidateRow:
    """The address after a good answer: due at its next age, or never again."""
    looks = (row.looks or 0) + 1
    update = {"looks": looks, "attempts": 0, "next_at": _next_look(row, now)}
    return row.model_copy(update=update)


def _next_look(row: CandidateRow, now: datetime) -> datetime | None:
    published_at = row.hints.published_at if row.hints else None
    return next_look(row.discovered_at, published_at, now)


def after_trouble(
    row: CandidateRow,
    reason: Reason,
    now: datetime,
    retry_at: datetime | None,
    chance: Callable[[], float] = random.random,
) -> CandidateRow:
    """The address after a refusal: waiting while it may pass, else with its last fate.

    An article that is stored stays so while its page is away; only 410 marks it gone.
    `row.fate` is what the refusal alone amounts to.
    """
    attempts = (row.attempts or 0) + 1
    next_at = next_try(reason, attempts, now, retry_at=retry_at, chance=chance())
    if next_at is None and row.article_id is not None and reason is not Reason.GONE:
        # a young article's page that is no use today may be tomorrow
        next_at = _next_look(row, now)
    tried = row.model_copy(update={"attempts": attempts, "next_at": next_at})
    if reason is Reason.GONE:
        return tried.model_copy(update={"fate": "gone"})
    if row.article_id is not None:
        return tried.model_copy(update={"fate": "stored", "reason": None})
    return tried.model_copy(update={"fate": "waiting"}) if next_at else tried


def retold(
    source: Source, row: CandidateRow, said: Candidate, *, now: datetime
) -> CandidateRow | None:
    """The address after its feed said more of it than before, due now; None if it did not.

    A feed says that a page was edited by a later date than it gave last or, if it gave
    none, than the last look; or by another headline. One that brings whole texts says so
    by another text.
    """
    before, after = row.hints or Hints(origin=""), said.hints
    if after is None:
        return None
    edited = is_whole(source, after) and (before.title, before.content) != (
        after.title,
        after.content,
    )
    # a sitemap and a feed may always differ in their headlines
    if after.origin == before.origin and before.title and after.title:
        edited = edited or before.title != after.title
    if after.modified_at is not None:
        looked_at = row.validators.looked_at if row.validators else None
        last = before.modified_at or looked_at or row.discovered_at
        edited = edited or _aware(after.modified_at) > _aware(last)
    if not edited:
        return None
    merged = before.model_copy(update={name: value for name, value in after if value})
    # who waits after a failure keeps waiting
    next_at = row.next_at if row.fate == "waiting" and row.attempts else now
    return row.model_copy(update={"hints": merged, "next_at": next_at})


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def crash_row(
    source: Source, rejection: Rejection, before: PollRow | None, now: datetime
) -> PollRow:
    """A source's rhythm after trouble that nobody expected."""
    rhythm = before.rhythm if before else first_rhythm(now, parse_cadence(source.cadence))
    after = after_failure(rhythm, now, rejection.reason)
    return PollRow(
        source_id=source.id,
        next_at=after.due_at,
        rhythm=after,
        failing_since=after.failing_since,
        reason=rejection.reason,
        detail=rejection.detail,
    )


def poll_row(
    source: Source, found: Discovery, new: int, before: PollRow | None, now: datetime
) -> PollRow:
    """A source's rhythm after it was asked: it failed if nothing that it has answered."""
    cadence = parse_cadence(source.cadence)
    rhythm = before.rhythm if before else first_rhythm(now, cadence)
    failures = found.failures
    if failures and len(failures) == len(found.rows):
        worst = failures[0]
        after: Rhythm = after_failure(rhythm, now, worst.reason, retry_at=found.retry_at)
    else:
        poll = Poll(at=now, found=len(found.candidates), new=new, floor=found.floor)
        after = after_poll(rhythm, poll, cadence)
    return PollRow(
        source_id=source.id,
        next_at=after.due_at,
        rhythm=after,
        failing_since=after.failing_since,
        reason=failures[0].reason if failures else None,
        detail=f"{failures[0].url}: {failures[0].detail}" if failures else None,
    )
