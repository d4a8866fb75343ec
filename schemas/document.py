"""What was fetched or read, before anything is made of it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from schemas.candidate import Hints
from schemas.model import Frozen
from schemas.rejection import Reason, Rejection
from schemas.rights import Rights


class Kind(StrEnum):
    """How the bytes of a document are to be understood."""

    HTML = "html"
    TEXT = "text"
    RECORD = "record"  # one JSON object: a line of a JSON-lines file


class Document(Frozen):
    """The bytes of one article-to-be and where they came from.

    `content` is decompressed. `charset` is what the transport declared, not what the
    bytes say. `captured_at` is when the publisher served these bytes (a fetch, a WARC
    record); None for a file, whose time of capture nobody knows. `publisher` and
    `language` are what the configuration says of the source.
    """

    document_id: UUID
    url: str
    requested_url: str
    source_id: str
    kind: Kind
    content: bytes
    sha256: str
    seen_at: datetime
    captured_at: datetime | None = None
    content_type: str | None = None
    charset: str | None = None
    status_code: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    archive_file: str | None = None
    archive_offset: int | None = None
    publisher: str | None = None
    language: str | None = None
    hints: Hints | None = None
    rights: Rights | None = None

    def refuse(self, reason: Reason, detail: str) -> Rejection:
        """That there is no article in it, and why; the address is the discovered one."""
        return Rejection(
            url=self.requested_url,
            source_id=self.source_id,
            stage="extract",
            reason=reason,
            detail=detail,
            document_id=self.document_id,
        )


def digest(content: bytes) -> str:
    """SHA-256 of the content, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def document_id(requested_url: str, sha256: str, captured_at: datetime | None) -> UUID:
    """The same bytes from the same address at the same time are the same document."""
    moment = captured_at.isoformat() if captured_at else ""
    return uuid5(NAMESPACE_URL, f"{requested_url}\n{sha256}\n{moment}")
