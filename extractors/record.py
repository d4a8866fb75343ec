"""A JSON record as an article: fields found by the names that people give them.

The names are Newswell's own, schema.org's (NewsArticle), the common short ones, and those of
other crawlers, in whatever case and with whatever between their words. What has no column is
kept in `extra`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from extractors import encoding
from extractors.html.moment import Moment
from extractors.jsonvalue import read_object, repair_strings
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

#: For each field the names it may have, the plainest first; the first that can be read wins.
NAMES: dict[str, tuple[str, ...]] = {
    "url": ("url", "canonical_url", "link", "mainEntityOfPage", "@id"),
    "title": ("title", "headline", "name"),
    "body": ("text", "body", "articleBody", "maintext", "content"),
    "published": (
        "published_at",
        "datePublished",
        "date",
        "date_published",
        "published",
        "pubDate",
        "published_date",
        "publish_date",
        "date_publish",
    ),
    "modified": ("modified_at", "dateModified", "date_modified", "updated_at", "date_modify"),
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
_BETWEEN = str.maketrans("", "", "_- ")
#: What only says in which vocabulary the rest is written.
_VOCABULARY = {"@context", "@type"}

#: A field's value and where it came from.
_Settled = dict[str, tuple[Any, JsonValue]]


def _claim(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


_READERS: dict[str, Callable[[Any], Any]] = {
    "url": read_address,
    "title": read_line,
    "body": read_text,
    "published": read_moment,
    "modified": read_moment,
    "authors": read_names,
    "publisher": read_line,
    "language": read_language,
    "description": read_line,
    "section": read_line,
    "keywords": read_terms,
    "image_url": read_address,
    "caption": read_line,
    "dateline": read_line,
    "is_free": _claim,
}
#: What stands in an article as it was read.
_PLAIN = [name for name in _READERS if name not in {"url", "body", "published", "modified"}]
#: What a text can say of itself where the record does not.
_FROM_TEXT = ("title", "description", "authors", "caption", "dateline")


def extract_record(document: Document) -> Article | Rejection:
    """The article in a JSON object, or why there is none."""
    decoded = encoding.decode(document.content, document.charset)
    try:
        record = read_object(decoded.text)
    except ValueError as error:
        return document.refuse(Reason.BAD_RECORD, f"not valid JSON: {error}")
    repaired = repair_strings(record)
    called = {_alike(name): name for name in reversed(repaired)}
    found = {field: one for field in NAMES if (one := _read(field, repaired, called))}
    if "body" not in found:
        detail = f"no text in any of {', '.join(NAMES['body'])}; the record has {_held(record)}"
        return document.refuse(Reason.NO_ARTICLE, detail)
    read = {field: value for field, (value, _) in found.items()}
    clean = clean_text(read["body"], known_title=read.get("title"), seen_at=document.seen_at)
    if not clean.body.strip():
        detail = "nothing is left of its text without headline and notices"
        return document.refuse(Reason.EMPTY, detail)
    used = {field: name for field, (_, name) in found.items()}
    settled = (
        _from_source(document, clean.body)
        | _from_text(clean)
        | {field: (read[field], f"record:{used[field]}") for field in _PLAIN if field in read}
        | _dated(read, used, document.seen_at)
    )
    is_repaired = any(record[name] != repaired[name] for name in used.values())
    flags = [*decoded.flags, *(["mojibake-repaired"] if is_repaired else []), *clean.flags]
    flags += _date_flags(read.get("published"), record, called, document.seen_at)
    url = canonical_url(read.get("url") or document.url)
    return Article(
        article_id=article_id(url),
        url=url,
        canonical_url=url,
        requested_url=document.requested_url,
        source_id=document.source_id,
        document_id=document.document_id,
        body=clean.body,
        word_count=count_words(clean.body),
        flags=tuple(dict.fromkeys(flags)),
        provenance=_provenance(settled, used, clean),
        extra={
            name: value
            for name, value in record.items()
            if name not in {*used.values(), *_VOCABULARY}
        },
        **{name: value for name, (value, _) in settled.items()},
    )


def _alike(name: str) -> str:
    """What `PublishedAt`, `published_at` and `published-at` have in common."""
    return name.translate(_BETWEEN).casefold()


def _own(name: str, record: Mapping[str, Any], called: Mapping[str, str]) -> str:
    """How the record writes a name: as it stands, where it has it so."""
    return name if name in record else called.get(_alike(name), name)


def _read(
    field: str, record: Mapping[str, Any], called: Mapping[str, str]
) -> tuple[Any, str] | None:
    """A field's value, and the first of its names under which it can be read.

    `called` are the record's own names by what is alike in them.
    """
    for name in NAMES[field]:
        own = _own(name, record, called)
        value = _READERS[field](record.get(own))
        if value is not None and value not in ((), ""):
            return value, own
    return None


def _held(record: Mapping[str, Any]) -> str:
    """The first few names of a record, for a person."""
    return ", ".join(" ".join(name.split())[:40] for name in sorted(record)[:12]) or "nothing"


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


def _dated(read: Mapping[str, Any], used: Mapping[str, str], seen_at: datetime) -> _Settled:
    """The record's dates, one that lies in the future aside."""
    found: _Settled = {}
    published, modified = read.get("published"), read.get("modified")
    if published and not is_future(published, seen_at):
        origin = f"record:{used['published']}"
        found["published_at"] = (published.stamp, origin)
        found["published_on"] = (published.on, origin)
        found["published_precision"] = (published.precision, origin)
    if modified:
        found["modified_at"] = (modified.stamp, f"record:{used['modified']}")
    return found


def _date_flags(
    published: Moment | None,
    record: Mapping[str, Any],
    called: Mapping[str, str],
    seen_at: datetime,
) -> list[str]:
    if published:
        return ["date-in-future"] if is_future(published, seen_at) else []
    stated = (record.get(_own(name, record, called)) for name in NAMES["published"])
    is_stated = any(value not in (None, "", [], {}) for value in stated)
    return ["date-unreadable"] if is_stated else []


def _provenance(
    settled: _Settled, used: Mapping[str, str], clean: CleanText
) -> dict[str, JsonValue]:
    origins: dict[str, JsonValue] = {"body": f"record:{used['body']}"}
    origins |= {name: origin for name, (_, origin) in settled.items()}
    if clean.removed:
        origins["removed"] = [cut.model_dump() for cut in clean.removed]
    return origins
