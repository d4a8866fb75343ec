"""A fetched answer as a document: an article's page, or an item that brings its whole text."""

from __future__ import annotations

import json
from uuid import UUID

from schemas.candidate import Candidate, Hints
from schemas.document import Document, Kind, digest, document_id
from schemas.records import CandidateRow
from schemas.rejection import Reason, Rejection
from schemas.rights import Rights
from schemas.source import Source
from sources.fetch import Fetched
from sources.sniff import HEAD_BYTES, Form, Unreadable, sniff

#: Shorter texts in a feed are teasers, whatever the configuration hopes: two paragraphs.
_WHOLE_TEXT = 600


def page_document(
    source: Source, row: CandidateRow | Candidate, answer: Fetched, rights: Rights | None = None
) -> Document | Rejection:
    """The page as a document, or the reason why these bytes hold none."""
    form = sniff(answer.content[:HEAD_BYTES])
    mark = document_id(row.url, answer.sha256, answer.started_at)
    if form is None or answer.content.isspace():
        return _refuse(row, Reason.EMPTY, "an empty page", mark)
    if isinstance(form, Unreadable):
        reason = Reason.BINARY if form.is_binary else Reason.WRONG_CONTENT_TYPE
        return _refuse(row, reason, f"holds {form.what}", mark)
    return Document(
        document_id=mark,
        url=answer.final_url,
        requested_url=row.url,
        source_id=source.id,
        kind=Kind.TEXT if form is Form.TEXT else Kind.HTML,
        content=answer.content,
        sha256=answer.sha256,
        seen_at=answer.started_at,
        captured_at=answer.started_at,
        content_type=answer.content_type,
        charset=answer.charset,
        status_code=answer.status,
        headers=answer.headers,
        publisher=source.publisher,
        language=source.language,
        hints=row.hints,
        rights=rights,
    )


def is_whole(source: Source, hints: Hints) -> bool:
    """Whether what a feed says of an item is the article itself."""
    return source.full_text_in_feed and len(hints.content or "") >= _WHOLE_TEXT


def item_document(source: Source, row: CandidateRow | Candidate) -> Document | None:
    """The article that a full-text feed's item is; None where it is only a teaser.

    It was seen when it was entered as due: when the feed first had it so. However often it
    is read after a kill, it is the same document.
    """
    hints = row.hints
    if hints is None or not is_whole(source, hints):
        return None
    seen_at = (isinstance(row, CandidateRow) and row.next_at) or row.discovered_at
    content = json.dumps(_record(row.url, hints), ensure_ascii=False).encode()
    sha256 = digest(content)
    return Document(
        document_id=document_id(row.url, sha256, seen_at),
        url=row.url,
        requested_url=row.url,
        source_id=source.id,
        kind=Kind.RECORD,
        content=content,
        sha256=sha256,
        seen_at=seen_at,
        captured_at=seen_at,
        publisher=source.publisher,
        language=source.language,
        hints=hints,
    )


def _record(url: str, hints: Hints) -> dict[str, object]:
    """The item in the names of JSON records; a date without a zone keeps only its day."""
    record: dict[str, object] = {
        "url": url,
        "title": hints.title,
        "body": hints.content,
        "authors": list(hints.authors),
        "description": hints.description,
        "publisher": hints.publisher,
        "language": hints.language,
        "section": hints.section,
        "keywords": list(hints.keywords),
        "image_url": hints.image_url,
        "published_at": hints.published_at and hints.published_at.isoformat(),
        "modified_at": hints.modified_at and hints.modified_at.isoformat(),
    }
    return {name: value for name, value in record.items() if value}


def _refuse(row: CandidateRow | Candidate, reason: Reason, detail: str, mark: UUID) -> Rejection:
    return Rejection(
        url=row.url,
        source_id=row.source_id,
        stage="fetch",
        reason=reason,
        detail=detail,
        document_id=mark,
    )
