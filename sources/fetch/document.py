"""A fetched page as the document that extraction reads."""

from __future__ import annotations

from schemas.candidate import Candidate
from schemas.document import Document, Kind, document_id
from schemas.source import Source
from sources.fetch.outcome import Fetched


def document_of(
    fetched: Fetched, candidate: Candidate, source: Source, place: tuple[str, int] | None = None
) -> Document:
    """The page of a candidate; `place` is its file and offset in the archive."""
    return Document(
        document_id=document_id(candidate.url, fetched.sha256, fetched.started_at),
        url=fetched.final_url,
        requested_url=candidate.url,
        source_id=candidate.source_id,
        kind=Kind.TEXT if fetched.content_type == "text/plain" else Kind.HTML,
        content=fetched.content,
        sha256=fetched.sha256,
        seen_at=fetched.started_at,
        captured_at=fetched.started_at,
        content_type=fetched.content_type,
        charset=fetched.charset,
        status_code=fetched.status,
        headers=fetched.headers,
        archive_file=place[0] if place else None,
        archive_offset=place[1] if place else None,
        publisher=source.publisher,
        language=source.language,
        hints=candidate.hints,
    )
