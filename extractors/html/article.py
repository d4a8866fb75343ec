"""HTML to an article: reads a page once and lets each field decide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pydantic import JsonValue

from extractors import encoding, language
from extractors.html import authors, dates, details, kind, publisher, title
from extractors.html.body import Body, find_body
from extractors.html.claim import Claim, losers
from extractors.html.identity import Identity, identify_page
from extractors.html.moment import Moment
from extractors.html.page import Page, decode, read_page
from extractors.html.structured import Node, article_node, kinds, read_blocks
from extractors.html.trim import trim
from extractors.html.words import plain
from extractors.words import count_words
from schemas.address import article_id
from schemas.article import Article
from schemas.candidate import Hints
from schemas.document import Document
from schemas.rejection import Reason, Rejection

#: Letters under which a text is a label or a notice; the shortest real articles seen,
#: one-sentence bulletins in Chinese, have 60 characters.
_NOTHING = 25
_TELLING = 600  # characters after which the language does not change its mind
_SHORT = 400  # characters: a paragraph or two, worth a look
_TEASER = 1500  # what a paywall lets through is mostly shorter
"""Flags say what to doubt; the words are part of the contract."""


#: The first byte of a UTF-8 sequence read in a Western, Central European or Cyrillic code
#: page, followed by what such a page makes of the second.
_SUSPECT = re.compile(
    "[\u00c2-\u00f4\u0102\u0139\u010e\u0143\u0413\u0412\u0420\u0421\u0432][\u0080-\u00bf\u20ac\u201a-\u201e\u0192\u2020-\u2026\u02c6\u2030"
    "\u0160\u2039\u0152\u017d\u2018-\u201d\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178\u0402-\u040f\u0452-\u045f\u0490\u0491\u2116]"
    "|[\u0080-\u009f]"
)


@dataclass(frozen=True)
class _Reading:
    """A page with what was found out about it on the way."""

    document: Document
    page: Page
    nodes: list[Node]
    node: Node
    identity: Identity
    flags: tuple[str, ...]


def extract_html(document: Document) -> Article | Rejection:
    """The article in an HTML document, or why there is none. Never raises on bad markup.

    Every field that is set has its origin in `provenance`; losing titles, dates and
    authors are kept under `provenance["candidates"]`.
    """
    if not document.content.strip(b"\x00 \t\r\n"):
        return _reject(document, Reason.EMPTY, "the document has no content")
    decoded = decode(document.content, document.charset)
    if reason := kind.cut_off(decoded.text):
        return _reject(document, Reason.CUT_OFF, reason)
    page = read_page(decoded.text, document.url)
    if page is None:
        return _reject(document, Reason.EMPTY, "the document holds no markup and no text")
    nodes = read_blocks(page.json_ld)
    headings = [title.visible_text(heading) for heading in page.headings[:5]]
    node = article_node(nodes, document.url, [*headings, page.meta("og:title") or ""])
    identity = identify_page(page, node, document.url)
    reading = _Reading(document, page, nodes, node, identity, tuple(decoded.flags))
    fields, provenance, flags = _metadata(reading)
    shown = [*headings, fields.get("title") or "", page.title or ""]
    body = find_body(page, node, shown, identity.canonical)
    kept, cut = trim(body.paragraphs, fields.get("title") or "", fields.get("authors") or ())
    body = Body(kept, body.origin)
    if cut:
        provenance["removed"] = [{"rule": rule, "text": line} for rule, line in cut]
    text, repaired = body.text, False
    if _SUSPECT.search(text):  # the repair looks at every line, this at each character once
        text, repaired = encoding.repair(text)
    if verdict := kind.not_an_article(page, node, nodes, text, identity.url):
        return _reject(document, *verdict)
    if sum(map(str.isalpha, text)) < _NOTHING:
        return _reject(document, Reason.NO_ARTICLE, "no text of an article was found on the page")
    if repaired:
        flags.append("mojibake-repaired")
    return _compose(reading, body, text, fields, provenance, flags)


def _reject(document: Document, reason: Reason, detail: str) -> Rejection:
    return Rejection(
        url=document.url,
        source_id=document.source_id,
        stage="extract",
        reason=reason,
        detail=detail,
        document_id=document.document_id,
    )


def _compose(
    reading: _Reading,
    body: Body,
    text: str,
    fields: dict[str, Any],
    provenance: dict[str, JsonValue],
    flags: list[str],
) -> Article:
    document, identity = reading.document, reading.identity
    spoken, origin = _language(reading, text)
    if spoken:
        provenance["language"] = origin
    provenance["body"] = body.origin
    provenance["canonical_url"] = identity.origin
    flags.extend(_body_flags(reading, text, fields))
    return Article(
        article_id=article_id(identity.canonical),
        url=identity.url,
        requested_url=document.requested_url,
        canonical_url=identity.canonical,
        source_id=document.source_id,
        document_id=document.document_id,
        body=text,
        word_count=count_words(text),
        language=spoken,
        declared_original=identity.original,
        flags=tuple(dict.fromkeys([*reading.flags, *flags])),
        provenance=provenance,
        extra=details.read_rights(reading.page, reading.node),
        **fields,
    )


def _language(reading: _Reading, text: str) -> tuple[str | None, str]:
    """The language of the text; else what the source, the page or the feed says it is."""
    if spoken := language.identify(text[:_TELLING]):
        return spoken, "langid"
    hints = reading.document.hints
    if reading.document.language:
        return reading.document.language, "source"
    stated = (
        (reading.page.lang or reading.page.meta("og:locale") or "")
        .replace("_", "-")
        .split("-")[0]
        .lower()
    )
    if 2 <= len(stated) <= 3 and stated.isalpha():
        return stated, "html"
    return (hints.language, hints.origin) if hints and hints.language else (None, "")


def _body_flags(reading: _Reading, text: str, fields: Mapping[str, Any]) -> list[str]:
    flags = []
    if len(text) < _SHORT:
        flags.append("short")
    if fields.get("is_free") is False and len(text) < _TEASER:
        flags.append("truncated-paywall")
    if any(name == "liveblogposting" for other in reading.nodes for name in kinds(other)):
        flags.append("liveblog")
    return flags


def _metadata(reading: _Reading) -> tuple[dict[str, Any], dict[str, JsonValue], list[str]]:
    """Every field but the body, where each came from, and what to doubt."""
    page, node, nodes, document = reading.page, reading.node, reading.nodes, reading.document
    hints = document.hints or Hints(origin="")
    fields: dict[str, Any] = {}
    provenance: dict[str, JsonValue] = {}
    candidates: dict[str, JsonValue] = {}
    flags: list[str] = []

    def settle(name: str, claim: Claim[Any] | None, hint: Any = None) -> None:
        if claim is None and hint:
            claim = Claim(hints.origin, hint)
        if claim is not None:
            fields[name], provenance[name] = claim.value, claim.origin

    names = publisher.publisher_claims(page, node, nodes, reading.identity.url)
    outlet = (
        Claim("source", document.publisher)
        if document.publisher
        else publisher.choose_publisher(names, reading.identity.url)
    )
    settle("publisher", outlet, hints.publisher)

    known = [claim.value for claim in names] + [
        document.publisher or "",
        publisher.domain_word(reading.identity.url),
    ]
    metas = [
        value
        for key in ("twitter:title", "parsely-title", "dc.title", "sailthru.title", "title")
        if (value := page.meta(key))
    ]
    titles = title.title_claims(
        page.headings,
        plain(node.get("headline")),
        page.meta("og:title") or "",
        metas,
        page.title,
        known,
    )
    if hints.title:
        titles.append(Claim(hints.origin, plain(hints.title)))
    chosen = title.choose_title(titles)
    settle("title", chosen)
    if lost := losers(titles, chosen, [claim.value for claim in titles]):
        candidates["title"] = lost

    outlets = [fields.get("publisher", ""), *(claim.value for claim in names)]
    bylines = authors.author_claims(page, node, nodes, outlets, hints)
    signed = authors.choose_authors(bylines)
    settle("authors", signed)
    if lost := losers(bylines, signed, [list(claim.value) for claim in bylines]):
        candidates["authors"] = lost

    moments = dates.published_claims(page, node, reading.identity.url, hints)
    _settle_date(moments, document.seen_at, fields, provenance, candidates, flags)
    if (
        changed := dates.choose_date(dates.modified_claims(page, node), document.seen_at)
    ) and changed.value.at:
        fields["modified_at"], provenance["modified_at"] = changed.value.at, changed.origin

    settle("description", details.describe(page, node), hints.description)
    settle("section", details.find_section(page, node), hints.section)
    settle("keywords", details.find_keywords(page, node), hints.keywords)
    settle("image_url", details.find_image(page, node, nodes), hints.image_url)
    if caption := details.find_caption(page):
        settle("caption", Claim("figcaption", caption))
    if (free := details.read_free(node)) is not None:
        settle("is_free", Claim("json-ld", free))
    if candidates:
        provenance["candidates"] = candidates
    if "title" not in fields:
        flags.append("no-title")
    return fields, provenance, flags


def _settle_date(
    moments: list[Claim[Moment]],
    seen_at: datetime,
    fields: dict[str, Any],
    provenance: dict[str, JsonValue],
    candidates: dict[str, JsonValue],
    flags: list[str],
) -> None:
    chosen = dates.choose_date(moments, seen_at)
    if chosen is None:
        flags.append("no-date")
        return
    moment = chosen.value
    fields.update(
        published_at=moment.stamp, published_on=moment.on, published_precision=moment.precision
    )
    provenance["published_at"] = chosen.origin
    if chosen.origin == "url":
        flags.append("date-from-url")
    if dates.is_future(moment, seen_at):
        flags.append("date-in-future")
    shown = [_written(claim.value) for claim in moments]
    lost = losers([*moments, chosen], chosen, [*shown, _written(moment)])
    if lost:
        candidates["date"] = lost


def _written(moment: Moment) -> str:
    return moment.at.astimezone(UTC).isoformat() if moment.at else date.isoformat(moment.on)
