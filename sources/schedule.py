"""What is due when: the rows of the frontier after an answer, by the rules of the cadence."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from schemas.cadence import Poll, Rhythm
from schemas.records import CandidateRow, PollRow
from schemas.rejection import Reason
from schemas.source import Source, parse_cadence
from sources.cadence import after_failure, after_poll, first_rhythm, next_look, next_try
from sources.discovery import Discovery


def after_answer(row: CandidateRow, now: datetime) -> CandidateRow:
    """The address after a good answer: due at its next age, or never again."""
    published_at = row.hints.published_at if row.hints else None
    next_at = next_look(row.discovered_at, published_at, now)
    update = {"looks": (row.looks or 0) + 1, "attempts": 0, "next_at": next_at}
    return row.model_copy(update=update)


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
    tried = row.model_copy(update={"attempts": attempts, "next_at": next_at})
    if reason is Reason.GONE:
        return tried.model_copy(update={"fate": "gone"})
    if row.article_id is not None:
        return tried.model_copy(update={"fate": "stored", "reason": None})
    return tried.model_copy(update={"fate": "waiting"}) if next_at else tried


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
