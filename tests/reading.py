"""What tests of reading files need: the circumstances, and all that a file gives."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from schemas.document import Document
from schemas.rejection import Rejection
from sources.local import read_file
from sources.paths import Found, file_url
from sources.reading import Reading

NOW = datetime(2026, 5, 1, tzinfo=UTC)
READING = Reading(source_id="files", max_bytes=1_000_000, seen_at=NOW)


def outcomes(path: Path, max_bytes: int = READING.max_bytes) -> list[Document | Rejection]:
    """What reading one file ends in."""
    reading = READING.model_copy(update={"max_bytes": max_bytes})
    return list(read_file(Found(path=path, url=file_url(path)), reading))
