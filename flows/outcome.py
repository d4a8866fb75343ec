"""What became of something found, and what of it may not be stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flows.pool import Extraction
from schemas.article import Article
from schemas.document import Document
from schemas.model import Frozen
from schemas.rejection import Reason, Rejection
from warehouse.connect import Connection
from warehouse.lookup import existing
from warehouse.tombstones import Origin, taken_down


class Known(Frozen):
    """A document that is part of an article already: nothing has to be done for it.

    `is_anew` says that it was met again now; an old capture that is read again was not.
    """

    url: str
    source_id: str
    document_id: UUID
    article_id: UUID
    seen_at: datetime
    is_anew: bool


Outcome = Extraction | Rejection | Known


def withhold(connection: Connection, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes, of which those that were taken down are refused.

    What was known when it was looked up may have been taken down since.
    """
    gone = taken_down(connection, [_origin(one) for one in outcomes])
    there = existing(connection, {one.article_id for one in outcomes if isinstance(one, Known)})
    return [
        _taken_down(one)
        if number in gone or (isinstance(one, Known) and one.article_id not in there)
        else one
        for number, one in enumerate(outcomes)
    ]


def _origin(outcome: Outcome) -> Origin:
    """Every address that something goes by, and its source."""
    if not isinstance(outcome, Extraction):
        return Origin(urls=(outcome.url,), source_id=outcome.source_id)
    document, made = outcome.document, outcome.result
    told = (made.url, made.canonical_url) if isinstance(made, Article) else ()
    urls = (document.requested_url, document.url, *told)
    return Origin(urls=urls, source_id=document.source_id)


def _taken_down(outcome: Outcome) -> Rejection:
    one = outcome.document if isinstance(outcome, Extraction) else outcome
    return Rejection(
        url=one.requested_url if isinstance(one, Document) else one.url,
        source_id=one.source_id,
        stage="extract",
        reason=Reason.TAKEN_DOWN,
        detail="it was taken down here before",
    )
