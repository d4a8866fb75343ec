"""An address that was discovered and may become an article."""

from __future__ import annotations

from datetime import datetime

from schemas.model import Frozen


class Hints(Frozen):
    """What the place that named an article said of it: a feed item, a sitemap entry.

    `origin` is the word that goes into an article's provenance (`feed`, `sitemap`).
    `content` is the item's own text as HTML or plain text, whole or teaser. A date whose
    zone is not stated stays naive.
    """

    origin: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    description: str | None = None
    content: str | None = None
    publisher: str | None = None
    language: str | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    image_url: str | None = None


class Candidate(Frozen):
    """One URL or file, as discovered; `url` is `file:` + absolute path for files."""

    url: str
    source_id: str
    discovered_at: datetime
    hints: Hints | None = None
