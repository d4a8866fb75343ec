"""An article: what extraction makes of a document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue

from schemas.model import Frozen

Precision = Literal["second", "minute", "day"]


class Article(Frozen):
    """Clean text and metadata; None and empty mean that the document does not say.

    `provenance` maps a field's name to where its value came from (`json-ld`, `og`,
    `h1`, `text:dateline`, `feed` ...); its key `removed` lists what was cut from the
    text ({"rule", "text"}), its key `candidates` the values that lost. `flags` are
    kebab-case words for values to doubt. With `published_precision` "day",
    `published_at` is midnight UTC of `published_on`. `is_free` is the publisher's claim.
    `declared_original` is a canonical link that leads to another site.
    """

    article_id: UUID
    url: str
    requested_url: str
    canonical_url: str
    source_id: str
    document_id: UUID
    body: str
    word_count: int
    publisher: str | None = None
    title: str | None = None
    description: str | None = None
    authors: tuple[str, ...] = ()
    published_at: AwareDatetime | None = None
    published_on: date | None = None
    published_precision: Precision | None = None
    modified_at: AwareDatetime | None = None
    language: str | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    image_url: str | None = None
    caption: str | None = None
    dateline: str | None = None
    is_free: bool | None = None
    declared_original: str | None = None
    flags: tuple[str, ...] = ()
    provenance: dict[str, JsonValue] = Field(default_factory=dict)
    extra: dict[str, JsonValue] = Field(default_factory=dict)


class Published(Frozen):
    """When an article was published, as far as it says.

    `on` is the publisher's own calendar day. `precision` says how much of `at` is known.
    """

    at: datetime
    on: date
    precision: Precision
