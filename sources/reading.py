"""What every reader of files is told: whose articles these are, the limits, the time."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from schemas.document import Document, Kind, digest, document_id
from schemas.model import Frozen
from schemas.rejection import Reason, Rejection


class Reading(Frozen):
    """The circumstances of a reading; `max_bytes` bounds one document, not one file.

    `html_only` passes over plain text in web archives: crawls have much that is no article.
    `own` are files and folders that Newswell itself keeps: who loads a folder that they lie in
    does not mean them.
    """

    source_id: str
    max_bytes: int
    seen_at: datetime
    publisher: str | None = None
    language: str | None = None
    html_only: bool = False
    own: tuple[Path, ...] = ()

    def refuse(self, url: str, reason: Reason, detail: str) -> Rejection:
        """A rejection at the stage of reading."""
        return Rejection(
            url=url, source_id=self.source_id, stage="read", reason=reason, detail=detail
        )

    def document(
        self, url: str, kind: Kind, content: bytes, captured_at: datetime | None = None
    ) -> Document:
        """A document with this reading's source and time."""
        sha256 = digest(content)
        return Document(
            document_id=document_id(url, sha256, captured_at),
            url=url,
            requested_url=url,
            source_id=self.source_id,
            kind=kind,
            content=content,
            sha256=sha256,
            seen_at=self.seen_at,
            captured_at=captured_at,
            publisher=self.publisher,
            language=self.language,
        )
