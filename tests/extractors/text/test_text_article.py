"""From a document of plain text to an article or a reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors.text import extract_text
from schemas.address import article_id
from schemas.article import Article
from schemas.candidate import Hints
from schemas.document import Document, Kind, digest, document_id
from schemas.rejection import Reason, Rejection

BODY = (
    "The city council approved a new plan for the trams on Tuesday, after a long debate.\n\n"
    "Work on the line will start in spring, officials said, and should take two years."
)


def document(content: bytes, url: str = "file:/texts/one.txt", **more: object) -> Document:
    fields = {
        "document_id": document_id(url, digest(content), None),
        "url": url,
        "requested_url": url,
        "source_id": "texts",
        "kind": Kind.TEXT,
        "content": content,
        "sha256": digest(content),
        "seen_at": datetime(2026, 11, 1, tzinfo=UTC),
    }
    return Document.model_validate(fields | more)


def read(content: bytes, **more: object) -> Article:
    article = extract_text(document(content, **more))
    assert isinstance(article, Article)
    return article


def test_a_file_is_known_by_its_path() -> None:
    article = read(BODY.encode())
    assert article.url == article.canonical_url == "file:/texts/one.txt"
    assert article.article_id == article_id("file:/texts/one.txt")
    assert article.body == BODY
    assert article.word_count == 31


def test_a_fetched_text_is_known_by_its_canonical_address() -> None:
    article = read(BODY.encode(), url="https://example.org/a?utm_source=x")
    assert article.canonical_url == "https://example.org/a"


def test_what_the_source_says_fills_what_the_text_leaves_open() -> None:
    article = read(BODY.encode(), publisher="Gulf Daily", language="en-GB")
    assert (article.publisher, article.language) == ("Gulf Daily", "en-GB")
    assert article.provenance["publisher"] == "source"
    assert article.provenance["language"] == "source"


def test_the_text_decides_its_language() -> None:
    article = read(BODY.encode(), language="de")
    assert (article.language, article.provenance["language"]) == ("en", "langid")


def test_hints_of_the_place_it_was_found_in() -> None:
    hints = Hints(
        origin="feed",
        title="Riga gets new trams",
        authors=("Ana Ruiz",),
        published_at=datetime(2019, 1, 14, 9, tzinfo=UTC),
    )
    article = read(f"Riga Gets New Trams\n\n{BODY}".encode(), hints=hints)
    assert (article.title, article.authors) == ("Riga gets new trams", ("Ana Ruiz",))
    assert article.published_at == hints.published_at
    assert article.provenance["title"] == article.provenance["published_at"] == "feed"
    assert article.body == BODY


def test_flags_of_reading() -> None:
    broken = BODY.replace("trams", "trams \ufffd").replace("plan", "plÃ¤n")
    article = read(broken.encode())
    assert article.flags == ("mojibake-repaired", "no-title", "replacement-characters")
    assert "plän" in article.body
    guessed = read(BODY.replace("plan", "plän").encode("cp1252"))
    assert guessed.flags == ("charset-guessed", "no-title")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY),
        (b" \r\n\t\xef\xbb\xbf \n", Reason.EMPTY),
        (b"Subscribe to our newsletter.", Reason.EMPTY),
        (b"Nothing here.", Reason.NO_ARTICLE),
        ("\ufffd".encode() * 50 + b" some words of a text", Reason.UNDECODABLE),
    ],
)
def test_texts_without_an_article(content: bytes, reason: Reason) -> None:
    rejection = extract_text(document(content))
    assert isinstance(rejection, Rejection)
    assert (rejection.stage, rejection.reason) == ("extract", reason)
    assert rejection.url == "file:/texts/one.txt"
    assert rejection.detail
