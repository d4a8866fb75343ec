"""Doing once what a process otherwise does at its first pages: loading models and tables.

For the process that workers are forked from: they share what it has read, and a worker
that takes another's place starts as fast as that one ended.
"""

from __future__ import annotations

from datetime import UTC, datetime

from extractors.dispatch import extract
from extractors.html.cascade import load_rest
from schemas.document import Document, Kind, digest, document_id

_SENTENCE = "The ferry to the islands sails again on Monday after the storm, the harbour says. "
_PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Ferry sails</title>{head}'
    "</head><body><article><h1>Ferry sails again</h1>{byline}{paragraphs}</article></body></html>"
)
_DATED = '<meta property="article:published_time" content="2026-02-03T08:00:00Z">'
#: A date in no language: looking for the one that it is in opens the tables of all.
_UNREADABLE = '<p class="date">17 Quillember 2025</p>'


def warm_up() -> None:
    """Reads an ordinary page: the extractors, the language model. Half a second."""
    _read(_page(head=_DATED))


def warm_up_dates() -> None:
    """Reads a page whose date only a search finds: the names of months in 200 languages.

    Takes half a second, as the first such page of a process does.
    """
    _read(_page(byline=_UNREADABLE))


def warm_up_cascade() -> None:
    """Reads what only pages need on which extractors disagree. A third of a second."""
    load_rest()


def _page(head: str = "", byline: str = "") -> bytes:
    paragraphs = f"<p>{_SENTENCE * 4}</p>" * 5
    return _PAGE.format(head=head, byline=byline, paragraphs=paragraphs).encode()


def _read(content: bytes) -> None:
    sha256, url = digest(content), "https://gazette.example/ferry-sails"
    extract(
        Document(
            document_id=document_id(url, sha256, None),
            url=url,
            requested_url=url,
            source_id="warm",
            kind=Kind.HTML,
            content=content,
            sha256=sha256,
            seen_at=datetime(2026, 2, 4, tzinfo=UTC),
        )
    )
