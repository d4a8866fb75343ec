"""What is due when: an address after an answer, a refusal, and a word of its feed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from schemas.candidate import Candidate, Hints
from schemas.fetching import Validators
from schemas.records import CandidateRow
from schemas.rejection import Reason
from schemas.source import Source
from sources.schedule import after_answer, after_trouble, retold

NOW = datetime(2026, 5, 9, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://www.gazette.example/ferry"
TEASERS = Source(id="gazette")
TEXTS = Source(id="gazette", full_text_in_feed=True)
LONG = "The ferry company had to say more about it. " * 20


def row(**fields: Any) -> CandidateRow:
    known: dict[str, Any] = {
        "url": URL,
        "source_id": "gazette",
        "fate": "stored",
        "reason": None,
        "article_id": uuid4(),
        "document_id": uuid4(),
        "discovered_at": NOW - 3 * HOUR,
        "since": NOW - 3 * HOUR,
        "hints": Hints(origin="feed", title="Ferry", authors=("Ida Marrow",)),
        "attempts": 0,
        "looks": 1,
        "next_at": NOW + 3 * HOUR,
    }
    return CandidateRow(**{**known, **fields})


def told(source: Source, before: CandidateRow, **said: Any) -> CandidateRow | None:
    hints = Hints(origin="feed", **{"title": "Ferry", **said})
    candidate = Candidate(url=URL, source_id="gazette", discovered_at=NOW, hints=hints)
    return retold(source, before, candidate, now=NOW)


def test_a_later_edit_makes_an_address_due_and_adds_to_what_is_known() -> None:
    before = row(hints=Hints(origin="feed", authors=("Ida Marrow",), modified_at=NOW - 2 * HOUR))
    after = told(TEASERS, before, modified_at=NOW - HOUR)
    assert after is not None
    assert after.next_at == NOW
    assert after.hints is not None
    assert after.hints.modified_at == NOW - HOUR
    assert after.hints.authors == ("Ida Marrow",)
    assert told(TEASERS, after, modified_at=NOW - HOUR) is None
    assert told(TEASERS, after, modified_at=NOW - 2 * HOUR) is None


def test_a_first_date_of_an_edit_counts_from_the_last_look() -> None:
    """Another feed of the source may give a date that the first one does not give."""
    looked = row(validators=Validators(looked_at=NOW - HOUR))
    assert told(TEASERS, looked, modified_at=NOW - 2 * HOUR) is None
    assert told(TEASERS, looked, modified_at=NOW - HOUR / 2) is not None
    assert told(TEASERS, row(), modified_at=NOW - 4 * HOUR) is None
    # a date without a zone is taken for UTC
    assert told(TEASERS, row(), modified_at=(NOW - HOUR).replace(tzinfo=None)) is not None


def test_a_text_counts_only_where_it_is_the_article() -> None:
    before = row(hints=Hints(origin="feed", title="Ferry", content=LONG))
    assert told(TEXTS, before, content=LONG) is None
    assert told(TEXTS, before, content=LONG + "And more.") is not None
    assert told(TEXTS, before, content=LONG, title="Ferry sails") is not None
    assert told(TEXTS, before, content="A teaser.") is None
    assert told(TEASERS, before, content=LONG + "And more.") is None


def test_an_edit_hurries_nobody_who_was_told_to_wait() -> None:
    waiting = row(fate="waiting", reason="rate-limited", article_id=None, attempts=1)
    after = told(TEASERS, waiting, modified_at=NOW)
    assert after is not None
    assert after.next_at == NOW + 3 * HOUR


@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=5), timedelta(hours=30)])
def test_a_stored_article_is_looked_at_on_its_days_although_its_page_was_no_use(
    age: timedelta,
) -> None:
    before = row(discovered_at=NOW - age, fate="rejected", reason="login-wall")
    after = after_trouble(before, Reason.LOGIN_WALL, NOW, None)
    assert (after.fate, after.reason) == ("stored", None)
    assert after.next_at is not None
    assert after.next_at == after_answer(before, NOW).next_at


def test_what_is_gone_or_never_was_an_article_is_not_asked_again() -> None:
    gone = after_trouble(row(fate="rejected", reason="gone"), Reason.GONE, NOW, None)
    assert (gone.fate, gone.next_at) == ("gone", None)
    refused = row(fate="rejected", reason="listing-page", article_id=None)
    assert after_trouble(refused, Reason.LISTING, NOW, None).next_at is None


def test_another_headline_makes_an_address_due() -> None:
    after = told(TEASERS, row(), title="Ferry sinks")
    assert after is not None
    assert after.next_at == NOW
    of_sitemap = row(hints=Hints(origin="sitemap", title="Ferry - The Gazette"))
    assert told(TEASERS, of_sitemap, title="Ferry") is None
