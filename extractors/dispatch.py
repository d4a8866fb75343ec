"""Which extractor reads which kind of document."""

from __future__ import annotations

from extractors.html import extract_html
from extractors.publishers.book import NO_RULES, Rules
from schemas.article import Article
from schemas.document import Document, Kind
from schemas.rejection import Rejection


def extract(document: Document, rules: Rules = NO_RULES) -> Article | Rejection:
    """The article in a document, or why there is none; the same for the same document and rules."""
    match document.kind:
        case Kind.HTML:
            return extract_html(document, rules)
        # the patterns of plain text take a third of a second to load, and most runs have none
        case Kind.TEXT:
            from extractors.text import extract_text  # noqa: PLC0415

            return extract_text(document)
        case Kind.RECORD:
            from extractors.record import extract_record  # noqa: PLC0415

            return extract_record(document)
