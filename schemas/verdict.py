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


class Rereading(Frozen):
    """The hashes of a document's text as it was extracted anew at a moment."""

    at: AwareDatetime
    content_hash: UUID
    body_hash: UUID


class Sighting(Frozen):
    """One document's content at one moment.

    `at` is its capture, or, where nobody knows that (`captured` is false: a file), when it
    was first read. The hashes are those of its first extraction; `rereadings` are later ones.
    """

    at: AwareDatetime
    captured: bool
    document_id: UUID
    content_hash: UUID
    body_hash: UUID
    rereadings: tuple[Rereading, ...] = ()


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

    `versions` is the article's whole line of versions after it: the last is the text of
    today, and an older capture that arrives late makes a version in the past. `moved` says
    whether that line is another than before.
    """

    article_id: UUID
    document_id: UUID
    outcome: Literal["new", "new_version", "unchanged"]
    moved: bool
    versions: tuple[Version, ...]


class Member(Frozen):
    """An article as far as a group of duplicates has to know it."""

    article_id: UUID
    canonical_url: str
    body_hash: UUID
    published_at: AwareDatetime | None
    word_count: int
    duplicate_of: UUID | None = None
