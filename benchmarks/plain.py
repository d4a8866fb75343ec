"""Plain trafilatura in the place of our extractors: for what a run costs beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import trafilatura

from dedup.marks import mark
from schemas.address import article_id, canonical_url
from schemas.article import Article
from schemas.document import Document
from schemas.rejection import Reason


def read_plain(document: Document, rules: object = None) -> Any:
    """A document's article by `bare_extraction` alone, with the metadata that it finds, and its
    marks; runs in a worker.

    Without its dates all articles would be of the day of the run, and each would be looked for
    among all others when stories are made, which is no cost of an ingest.
    """
    del rules  # our extractors' own
    content = document.content.decode(document.charset or "utf-8", "replace")
    found = trafilatura.bare_extraction(content, url=document.url, with_metadata=True)
    if found is None or not found.text:
        return document.refuse(Reason.NO_ARTICLE, "plain finds none"), None
    address = canonical_url(document.requested_url)
    day = date.fromisoformat(found.date) if found.date else None
    article = Article(
        article_id=article_id(address),
        url=document.url,
        requested_url=document.requested_url,
        canonical_url=address,
        source_id=document.source_id,
        document_id=document.document_id,
        body=found.text,
        word_count=len(found.text.split()),
        publisher=found.sitename,
        title=found.title,
        description=found.description,
        authors=tuple(found.author.split("; ")) if found.author else (),
        published_at=datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None,
        published_on=day,
        published_precision="day" if day else None,
        language=found.language,
        keywords=(*(found.categories or ()), *(found.tags or ())),
        image_url=found.image,
    )
    return article, mark(article.title, article.body)
