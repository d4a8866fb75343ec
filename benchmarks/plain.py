"""Plain trafilatura in the place of our extractors: for what a run costs beside it."""

from __future__ import annotations

from typing import Any

import trafilatura

from dedup.marks import mark
from schemas.address import article_id, canonical_url
from schemas.article import Article
from schemas.document import Document
from schemas.rejection import Reason


def read_plain(document: Document, rules: object = None) -> Any:
    """A document's article by `bare_extraction` alone, and its marks; runs in a worker."""
    del rules  # our extractors' own
    content = document.content.decode(document.charset or "utf-8", "replace")
    found = trafilatura.bare_extraction(content, url=document.url, with_metadata=True)
    if found is None or not found.text:
        return document.refuse(Reason.NO_ARTICLE, "plain finds none"), None
    address = canonical_url(document.requested_url)
    article = Article(
        article_id=article_id(address),
        url=document.url,
        requested_url=document.requested_url,
        canonical_url=address,
        source_id=document.source_id,
        document_id=document.document_id,
        title=found.title,
        body=found.text,
        word_count=len(found.text.split()),
    )
    return article, mark(article.title, article.body)
