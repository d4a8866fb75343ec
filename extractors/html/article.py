"""HTML to an article: reads a page once and lets each field decide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pydantic import JsonValue

from extractors import encoding, language
from extractors.html import authors, details, kind, publisher, title
from extractors.html.body import Body, find_body
from extractors.html.ending import cut_off
from extractors.html.identity import identify_page
from extractors.html.metadata import Metadata, Reading, read_metadata
from extractors.html.page import Page, decode, read_page
from extractors.html.ruled import Ruled, apply_rule, cut_lines
from extractors.html.structured import article_node, kinds, read_blocks
from extractors.html.trim import trim
from extractors.publishers.book import NO_RULES, Rules
from extractors.words import count_words
from schemas.address import article_id
from schemas.article import Article
from schemas.document import Document
from schemas.rejection import Reason, Rejection

#: Letters under which a text is a label or a notice; the shortest real articles seen,
#: one-sentence bulletins in Chinese, have 60.
_NOTHING = 25
_SHORT = 400  # characters: a paragraph or two, worth a look
_TEASER = 1500  # what a paywall lets through is mostly shorter
_TELLING = 350  # characters after which the language changed its mind on none of 450 pages
_CONTENT = re.compile(rb"[^\x00 \t\r\n]")
#: The first byte of a UTF-8 sequence read in a Western, Central European or Cyrillic code
#: page, followed by what such a page makes of the second.
_SUSPECT = re.compile(
    "[\u00c2-\u00f4\u0102\u0139\u010e\u0143\u0413\u0412\u0420\u0421\u0432]"
    "[\u0080-\u00bf\u20ac\u201a-\u201e\u0192\u2020-\u2026\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018-\u201d\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178\u0402-\u040f"
    "\u0452-\u045f\u0490\u0491\u2116]|[\u0080-\u009f]"
)


def extract_html(document: Document, rules: Rules = NO_RULES) -> Article | Rejection:
    """The article in an HTML document, or why there is none. Never raises on bad markup.

    `rules` are publishers' own; the one that fits the page is followed where it finds
    something.

    Every field that is set has its origin in `provenance`; losing titles, dates and
    authors are kept under its key `candidates`, lines cut from the text under `removed`.
    """
    if not _CONTENT.search(document.content):
        return document.refuse(Reason.EMPTY, "the document has no content")
    decoded = decode(document.content, document.charset)
    if reason := cut_off(decoded.text):
        return document.refuse(Reason.CUT_OFF, reason)
    page = read_page(decoded.text, document.url)
    if page is None:
        return document.refuse(Reason.EMPTY, "the document holds no markup and no text")
    nodes = tuple(read_blocks(page.json_ld))
    headings = [title.visible_text(heading) for heading in page.headings[:5]]
    node = article_node(nodes, document.url, [*headings, page.meta("og:title") or ""])
    identity = identify_page(page, node, document.url)
    if not page.base and identity.url.startswith("http"):
        page = replace(page, base=identity.url)  # a saved page's images stand at its address
    page, ruled = _follow_rule(document, page, identity.url, rules)
    reading = Reading(document, page, nodes, node, identity, ruled)
    found = read_metadata(reading)
    look = kind.look_at(page, node)  # before its tree is used up
    shown = [found.fields.get("title") or "", page.title or "", page.meta("og:title") or ""]
    if ruled and ruled.body:
        body = Body(ruled.body, ruled.rule.origin)
    else:
        body = find_body(page, node, shown, identity.canonical)
    found = _signed(found, body)
    kept, cut = trim(
        body.paragraphs, found.fields.get("title") or "", found.fields.get("authors") or ()
    )
    if ruled:
        kept, more = cut_lines(kept, ruled.rule)
        cut = [*ruled.dropped, *cut, *more]
    text, repaired = "\n\n".join(kept), False
    # the repair looks at every line, this at each character once
    if not text.isascii() and _SUSPECT.search(text):
        text, repaired = encoding.repair(text)
    if verdict := kind.not_an_article(page, look, node, nodes, text, identity.canonical):
        return document.refuse(*verdict)
    # mostly its beginning is enough to tell
    if _letters(text[:200]) < _NOTHING and _letters(text) < _NOTHING:
        return document.refuse(Reason.NO_ARTICLE, "no text of an article was found on the page")
    flags = (*decoded.flags, *found.flags, *(["mojibake-repaired"] if repaired else []))
    return _compose(reading, look, found, body.origin, text, cut, flags)


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _follow_rule(
    document: Document, page: Page, address: str, rules: Rules
) -> tuple[Page, Ruled | None]:
    """The page as its publisher's rule leaves it, and what the rule finds on it."""
    day = (document.captured_at or document.seen_at).date()
    rule = rules.for_page(address, publisher.self_names(page), day)
    if rule is None:
        return page, None
    return apply_rule(page, rule)


def _signed(found: Metadata, body: Body) -> Metadata:
    """The metadata with the names that the text itself is signed with, where it has no other."""
    stated = found.fields.get("authors") or ()
    if not (names := authors.signature(body.paragraphs, stated, found.outlets)):
        return found
    candidates = dict(found.candidates)
    if stated:
        candidates["authors"] = [{"from": found.origins["authors"], "value": list(stated)}]
    return replace(
        found,
        fields=found.fields | {"authors": names},
        origins=found.origins | {"authors": "text"},
        candidates=candidates,
    )


def _compose(
    reading: Reading,
    look: kind.Look,
    found: Metadata,
    origin: str,
    text: str,
    cut: Sequence[tuple[str, str]],
    flags: Sequence[str],
) -> Article:
    document, identity = reading.document, reading.identity
    provenance: dict[str, JsonValue] = {**found.origins, "body": origin}
    provenance["canonical_url"] = identity.origin
    spoken, told_by = _language(reading, text)
    if spoken:
        provenance["language"] = told_by
    if found.candidates:
        provenance["candidates"] = found.candidates
    if reading.ruled:
        provenance["rule"] = reading.ruled.rule.id
        if reading.ruled.missed:
            provenance["rule_missed"] = list(reading.ruled.missed)
    if cut:
        provenance["removed"] = [{"rule": rule, "text": line} for rule, line in cut]
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
        flags=tuple(dict.fromkeys([*flags, *_body_flags(reading, look, found, origin, text)])),
        provenance=provenance,
        extra=details.read_rights(reading.page, reading.node),
        **found.fields,
    )


def _language(reading: Reading, text: str) -> tuple[str | None, str]:
    """The language of the text; else what the source, the page or the feed says it is."""
    if spoken := language.identify(text[:_TELLING]):
        return spoken, "langid"
    hints = reading.document.hints
    if reading.document.language:
        return reading.document.language, "source"
    locale = reading.page.lang or reading.page.meta("og:locale") or ""
    stated = locale.replace("_", "-").split("-")[0].lower()
    if 2 <= len(stated) <= 3 and stated.isalpha():
        return stated, "html"
    return (hints.language, hints.origin) if hints and hints.language else (None, "")


def _body_flags(
    reading: Reading, look: kind.Look, found: Metadata, origin: str, text: str
) -> list[str]:
    """What the length of the text and the kind of page say of its completeness."""
    flags = []
    if len(text) < _SHORT:
        flags.append("short")
    if reading.ruled and reading.ruled.missed:
        flags.append("rule-missed")
    if origin == "script":
        flags.append("text-from-script")
    if found.fields.get("is_free") is False and len(text) < _TEASER:
        flags.append("truncated-paywall")
    if any(name == "liveblogposting" for node in reading.nodes for name in kinds(node)):
        flags.append("liveblog")
    if kind.may_be_list(
        reading.page, look, reading.node, reading.nodes, reading.identity.canonical
    ):
        flags.append("listing")
    return flags
