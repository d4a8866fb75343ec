"""Invented pages, and the documents they are handed over in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schemas.document import Document, Kind, digest, document_id

PAGES = Path(__file__).parent / "pages"


def document(content: bytes, url: str = "file:/pages/page.html", **more: Any) -> Document:
    """A page as a source would hand it over, seen on a fixed day."""
    sha = digest(content)
    return Document(
        document_id=document_id(url, sha, None),
        url=url,
        requested_url=url,
        source_id="golden",
        kind=Kind.HTML,
        content=content,
        sha256=sha,
        seen_at=datetime(2026, 7, 1, 12, tzinfo=UTC),
        **more,
    )


#: Six paragraphs, no two alike: repeated ones are taken for one.
STORY = "".join(
    f"<p>{speaker} said on {day} that the roof of the market hall had leaked for {n} years, "
    f"that the town had known it, and that {n * 3} traders had asked for repairs in vain.</p>"
    for n, (speaker, day) in enumerate(
        [
            *[("The mayor", "Monday"), ("A trader", "Tuesday"), ("The architect", "Friday")],
            *[("A councillor", "Sunday"), ("The builder", "Thursday"), ("Her son", "Saturday")],
        ],
        start=2,
    )
)
