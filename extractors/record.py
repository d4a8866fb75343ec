"""A JSON record as an article: fields found by the names that people give them.

The names are Newswell's own, schema.org's (NewsArticle), and the common short ones. What
has no column is kept in `extra`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from extractors import encoding
from extractors.html.moment import Moment
from extractors.language import identify
from extractors.text import CleanText, clean_text
from extractors.values import (
    is_future,
    read_address,
    read_language,
    read_line,
    read_moment,
    read_names,
    read_terms,
    read_text,
)
from extractors.words import count_words
from schemas.address import article_id, canonical_url
from schemas.article import Article
from schemas.document import Document
from schemas.rejection import Reason, Rejection

#: For each field the names it may have, the plainest first; the first that is filled wins.
NAMES: dict[str, tuple[str, ...]] = {
    "url": ("url", "canonical_url", "link", "mainEntityOfPage", "@id"),
    "title": ("title", "headline", "name"),
    "body": ("text", "body", "articleBody", "content"),
    "published": (
        "published_at",
        "datePublished",
        "date",
        "date_published",
        "published",
        "pubDate",
    ),
    "modified": ("modified_at", "dateModified", "date_modified", "updated_at"),
    "authors": ("authors", "author", "creator", "byline"),
    "publisher": ("publisher", "source", "sourceOrganization"),
    "language": ("language", "inLanguage", "lang"),
    "description": ("description", "summary", "abstract"),
    "section": ("section", "articleSection"),
    "keywords": ("keywords", "tags"),
    "image_url": ("image_url", "image", "thumbnailUrl"),
    "caption": ("caption",),
    "dateline": ("dateline",),
    "is_free": ("is_free", "isAccessibleForFree"),
}
#: What only says in which vocabulary the rest is written.
_VOCABULARY = {"@context", "@type"}

#: A field's value and where it came from.
_Settled = dict[str, tuple[Any, JsonValue]]


def _claim(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


_READERS: dict[str, Callable[[Any], object]] = {
    "title": read_line,
    "description": read_line,
    "authors": read_names,
    "caption": read_line,
    "dateline": read_line,
    "publisher": read_line,
    "section": read_line,
    "keywords": read_terms,
    "language": read_language,
    "image_url": read_address,
    "is_free": _claim,
}
#: What a text can say of itself where the record does not.
_FROM_TEXT = ("title", "description", "authors", "caption", "dateline")


def extract_record(document: Document) -> Article | Rejection:
    """The article in a JSON object, or why there is none."""
    decoded = encoding.decode(document.content, document.charset)
    record = json.loads(decoded.text)
    used = {field: name for field, names in NAMES.items() if (name := _filled(record, names))}
    values = {field: record[name] for field, name in used.items()}
    text, repaired = encoding.repair(read_text(values.get("body")))
    if not text.strip():
        held = ", ".join(sorted(record)[:12]) or "nothing"
        detail = f"no text in any of {', '.join(NAMES['body'])}; the record has {held}"
        return _refuse(document, Reason.NO_ARTICLE, detail)
    clean = clean_text(text, known_title=read_line(values.get("title")), seen_at=document.seen_at)
    if not clean.body.strip():
        return _refuse(document, Reason.EMPTY, "its text is empty")
    address = read_address(values.get("url"))
    moments = {name: read_moment(values.get(name)) for name in ("published", "modified")}
    settled = (
        _from_source(document, clean.body) | _from_text(clean) | _from_record(values, used)
    ) | _dated(moments, used, document.seen_at)
    read = {"body", *settled, *(name for name, moment in moments.items() if moment)}
    read |= {"url"} if address else set()
    taken = {name for field, name in used.items() if field in read} | _VOCABULARY
    flags = [*decoded.flags, *(["mojibake-repaired"] if repaired else []), *clean.flags]
    url = canonical_url(address or document.url)
    return Article(
        article_id=article_id(url),
        url=url,
        canonical_url=url,
        requested_url=document.requested_url,
        source_id=document.source_id,
        document_id=document.document_id,
        body=clean.body,
        word_count=count_words(clean.body),
        flags=tuple(dict.fromkeys([*flags, *_date_flags(moments, used, document.seen_at)])),
        provenance=_provenance(settled, used, clean),
        extra={name: value for name, value in record.items() if name not in taken},
        **{name: value for name, (value, _) in settled.items()},
    )


def _from_record(values: Mapping[str, Any], used: Mapping[str, str]) -> _Settled:
    """What the record says in words."""
    read = {name: reader(values.get(name)) for name, reader in _READERS.items()}
    return {
        name: (value, f"record:{used[name]}")
        for name, value in read.items()
        if value not in (None, ())
    }


def _from_text(clean: CleanText) -> _Settled:
    """What the text says of itself."""
    found: _Settled = {
        name: (value, clean.provenance.get(name))
        for name in _FROM_TEXT
        if (value := getattr(clean, name))
    }
    if clean.published:
        origin = clean.provenance.get("published_on")
        found |= {
            "published_at": (clean.published.at, origin),
            "published_on": (clean.published.on, origin),
            "published_precision": (clean.published.precision, origin),
        }
    return found


def _from_source(document: Document, body: str) -> _Settled:
    """What is known of records that say nothing: the source's word, and the text's language."""
    found: _Settled = {
        name: (value, "source")
        for name in ("publisher", "language")
        if (value := getattr(document, name))
    }
    spoken = identify(body)
    return found | ({"language": (spoken, "langid")} if spoken else {})


def _dated(
    moments: Mapping[str, Moment | None], used: Mapping[str, str], seen_at: datetime
) -> _Settled:
    """The record's dates, one that lies in the future aside."""
    found: _Settled = {}
    published, modified = moments["published"], moments["modified"]
    if published and not is_future(published, seen_at):
        origin = f"record:{used['published']}"
        found["published_at"] = (published.stamp, origin)
        found["published_on"] = (published.on, origin)
        found["published_precision"] = (published.precision, origin)
    if modified:
        found["modified_at"] = (modified.stamp, f"record:{used['modified']}")
    return found


def _date_flags(
    moments: Mapping[str, Moment | None], used: Mapping[str, str], seen_at: datetime
) -> list[str]:
    published = moments["published"]
    if published and is_future(published, seen_at):
        return ["date-in-future"]
    return ["date-unreadable"] if "published" in used and not published else []


def _provenance(
    settled: _Settled, used: Mapping[str, str], clean: CleanText
) -> dict[str, JsonValue]:
    origins: dict[str, JsonValue] = {"body": f"record:{used['body']}"}
    origins |= {name: origin for name, (_, origin) in settled.items()}
    if clean.removed:
        origins["removed"] = [cut.model_dump() for cut in clean.removed]
    return origins


def _filled(record: Mapping[str, Any], names: Iterable[str]) -> str | None:
    """The first of the names under which the record has something."""
    return next((name for name in names if record.get(name) not in (None, "", [], {})), None)


def _refuse(document: Document, reason: Reason, detail: str) -> Rejection:
    return Rejection(
        url=document.requested_url,
        source_id=document.source_id,
        stage="extract",
        reason=reason,
        detail=detail,
        document_id=document.document_id,
    )
