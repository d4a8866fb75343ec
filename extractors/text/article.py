"""A plain text document as an article."""

from __future__ import annotations

import re
from typing import Any

from pydantic import JsonValue

from extractors import encoding
from extractors.language import identify
from extractors.text.clean import CleanText, clean_text
from extractors.words import count_words
from schemas.address import article_id, canonical_url
from schemas.article import Article
from schemas.document import Document
from schemas.rejection import Reason, Rejection

MOJIBAKE_REPAIRED = "mojibake-repaired"
#: A news flash is one sentence of five words or more; less is a label or a leftover.
_FEWEST_WORDS = 5
#: White space and signs without a shape; controls, private use and replacements.
_BLANK = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_MEANINGLESS = re.compile(r"[\x00-\x1f\x7f-\x9f\ue000-\uf8ff\ufff0-\uffff]")
#: Share of characters that stand for bytes without meaning from which nobody can read it.
_UNREADABLE = 0.3


def extract_text(document: Document) -> Article | Rejection:
    """The article in a plain text document, or why there is none.

    Values of the text itself win over those that the configuration or the place of
    discovery gives; each has its origin in `provenance`.
    """
    decoded = encoding.decode(document.content, document.charset)
    text, repaired = encoding.repair(decoded.text)
    signs = _BLANK.sub("", text)
    if not signs:
        return document.refuse(Reason.EMPTY, "the text is empty")
    if len(_MEANINGLESS.findall(signs)) > _UNREADABLE * len(signs):
        return document.refuse(Reason.UNDECODABLE, f"most of it is no text in {decoded.encoding}")
    hints = document.hints
    clean = clean_text(text, known_title=hints.title if hints else None, seen_at=document.seen_at)
    words = count_words(clean.body)
    if not clean.body:
        detail = "nothing is left of the text without headline and notices"
        return document.refuse(Reason.EMPTY, detail)
    if words < _FEWEST_WORDS:
        return document.refuse(Reason.NO_ARTICLE, f"only {words} words are left of the text")
    fields, provenance = _settle(document, clean)
    flags = (*decoded.flags, *((MOJIBAKE_REPAIRED,) if repaired else ()), *clean.flags)
    url = document.url
    canonical = canonical_url(url) if url.startswith(("http:", "https:")) else url
    return Article(
        article_id=article_id(canonical),
        url=url,
        requested_url=document.requested_url,
        canonical_url=canonical,
        source_id=document.source_id,
        document_id=document.document_id,
        body=clean.body,
        word_count=words,
        flags=tuple(dict.fromkeys(flags)),
        provenance=provenance,
        **fields,
    )


def _settle(document: Document, clean: CleanText) -> tuple[dict[str, Any], dict[str, JsonValue]]:
    fields: dict[str, Any] = {
        name: value
        for name in ("title", "description", "authors", "caption", "dateline")
        if (value := getattr(clean, name))
    }
    provenance: dict[str, JsonValue] = {"body": "text", **clean.provenance}
    if clean.published:
        fields |= {
            "published_at": clean.published.at,
            "published_on": clean.published.on,
            "published_precision": clean.published.precision,
        }
    if clean.modified:
        fields["modified_at"] = clean.modified.at
    for name, value, origin in _offered(document, clean):
        if value and name not in fields:
            fields[name], provenance[name] = value, origin
    return fields, provenance


def _offered(document: Document, clean: CleanText) -> list[tuple[str, Any, str]]:
    """What others say of the document, in the order of trust: (field, value, origin)."""
    hints = document.hints
    offered: list[tuple[str, Any, str]] = []
    if hints:
        names = (
            "title",
            "authors",
            "description",
            "modified_at",
            "section",
            "keywords",
            "image_url",
        )
        offered += [(name, getattr(hints, name), hints.origin) for name in names]
        if hints.published_at and not clean.published:
            moment = hints.published_at
            offered += [
                ("published_at", moment, hints.origin),
                ("published_on", moment.date(), hints.origin),
                ("published_precision", "second", hints.origin),
            ]
    offered += [("publisher", document.publisher, "source")]
    offered += [("publisher", hints.publisher, hints.origin)] if hints else []
    return [*offered, *_languages(document, clean.body)]


def _languages(document: Document, body: str) -> list[tuple[str, str | None, str]]:
    """The text decides its language; a hint that agrees may say more (`en-GB`)."""
    spoken = identify(body)
    hinted = document.language or (document.hints.language if document.hints else None)
    agrees = spoken is None or (hinted or "").lower().split("-")[0] == spoken
    return [("language", hinted if agrees else None, "source"), ("language", spoken, "langid")]
