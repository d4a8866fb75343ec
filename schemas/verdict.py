"""What was decided about an extracted article."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from schemas.model import Frozen


class Fingerprint(Frozen):
    """The hashes of one text; `content` covers title and body, `body` the body alone."""

    content: UUID
    body: UUID


class Sighting(Frozen):
    """One document's content at one moment; `at` is its capture, or when it was first read."""

    at: AwareDatetime
    document_id: UUID
    content_hash: UUID
    body_hash: UUID


class Version(Frozen):
    """A run of equal content along an article's sightings."""

    version: int
    valid_from: AwareDatetime
    valid_to: AwareDatetime | None
    change: str | None
    document_id: UUID
    content_hash: UUID
    body_hash: UUID


class Verdict(Frozen):
    """What becomes of one extracted article.

    `is_current` says whether its text is the article's text of today: an older capture
    that arrives late makes a version in the past. `versions` is the whole line of versions
    after it, and `moved` whether that line is another than before.
    """

    article_id: UUID
    document_id: UUID
    outcome: Literal["new", "new_version", "unchanged"]
    is_current: bool
    moved: bool
    fingerprint: Fingerprint
    versions: tuple[Version, ...]


class Member(Frozen):
    """An article as far as a group of duplicates has to know it."""

    article_id: UUID
    canonical_url: str
    body_hash: UUID
    published_at: AwareDatetime | None
    word_count: int
    duplicate_of: UUID | None = None
