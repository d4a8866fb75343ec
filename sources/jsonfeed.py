"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from schemas.candidate import Hints
from schemas.model import Frozen
from sources.dates import parse_date
from sources.item import (
    MAX_ENTRIES,
    clean_description,
    clean_language,
    clean_line,
    clean_link,
    clean_names,
    clean_text,
    longer,
)


class JsonItem(Frozen):
    """One item: its address and what is said of it."""

    url: str
    hints: Hints


class JsonFeed(Frozen):
    """A JSON Feed, its links made absolute; `left_out` counts items that are no use."""

    title: str | None
    language: str | None
    home_url: str | None
    self_url: str | None
    next_url: str | None
    items: tuple[JsonItem, ...]
    left_out: int


def parse_json_feed(text: str, base: str) -> JsonFeed | None:
    """The feed in this text, None if it is none. Never raises."""
    try:
        feed = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None
    items = feed.get("items") if isinstance(feed, dict) else None
    version = str(feed.get("version")) if isinstance(feed, dict) else ""
    if not isinstance(items, list) or "jsonfeed.org" not in version:
        return None
    language = clean_language(feed.get("language"))
    read = [_item(item, language, base) for item in items[:MAX_ENTRIES] if isinstance(item, dict)]
    useful = tuple(item for item in read if item is not None)
    return JsonFeed(
        title=clean_line(feed.get("title")),
        language=language,
        home_url=clean_link(feed.get("home_page_url"), base),
        self_url=clean_link(feed.get("feed_url"), base),
        next_url=clean_link(feed.get("next_url"), base),
        items=useful,
        left_out=len(items) - len(useful),
    )


def _item(item: Mapping[str, Any], language: str | None, base: str) -> JsonItem | None:
    url = clean_link(item.get("url"), base) or clean_link(item.get("external_url"), base)
    url = url or (
        clean_link(item.get("id"), "") if str(item.get("id")).startswith("http") else None
    )
    if url is None:
        return None
    summary = clean_text(item.get("summary"))
    content = clean_text(item.get("content_html")) or clean_text(item.get("content_text"))
    tags = item.get("tags")
    keywords = clean_names(tags if isinstance(tags, list) else [])
    hints = Hints(
        origin="feed",
        title=clean_line(item.get("title")),
        authors=_authors(item),
        published_at=parse_date(_text(item, "date_published")),
        modified_at=parse_date(_text(item, "date_modified")),
        description=clean_description(summary),
        content=longer(content, summary),
        language=clean_language(item.get("language")) or language,
        section=keywords[0] if len(keywords) == 1 else None,
        keywords=keywords,
        image_url=clean_link(item.get("image"), base) or clean_link(item.get("banner_image"), base),
    )
    return JsonItem(url=url, hints=hints)


def _authors(item: Mapping[str, Any]) -> tuple[str, ...]:
    listed = item.get("authors")
    # 1.0 had a single `author`
    people = listed if isinstance(listed, list) else [item.get("author")]
    return clean_names(person.get("name") for person in people if isinstance(person, dict))


def _text(item: Mapping[str, Any], name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) else None
