"""An article in the words of schema.org (https://schema.org/NewsArticle)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def news_article(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `articles` as a NewsArticle; what is not known is left out.

    `newswell load` reads it back.
    """
    original = row["duplicate_of"]
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": f"urn:uuid:{row['article_id']}",
        "url": row["url"],
        "headline": row["title"],
        "description": row["description"],
        "articleBody": row["body"],
        "author": [{"@type": "Person", "name": name} for name in row["authors"]],
        "publisher": _organization(row["publisher"]),
        "datePublished": _published(row),
        "dateModified": _moment(row["modified_at"]),
        "dateline": row["dateline"],
        "inLanguage": row["language"],
        "articleSection": row["section"],
        "keywords": list(row["keywords"]),
        "image": row["image_url"],
        "wordCount": row["word_count"],
        "version": row["version"],
        "isAccessibleForFree": row["is_free"],
        "isBasedOn": f"urn:uuid:{original}" if original else None,
    }
    return {name: value for name, value in told.items() if value not in (None, [])}


def _published(row: Mapping[str, Any]) -> str | None:
    """The day alone where no more is known."""
    if row["published_precision"] == "day" or row["published_at"] is None:
        return row["published_on"].isoformat() if row["published_on"] else None
    return _moment(row["published_at"])


def _moment(value: Any) -> str | None:
    return value.isoformat() if value else None


def _organization(name: str | None) -> dict[str, str] | None:
    return {"@type": "Organization", "name": name} if name else None
