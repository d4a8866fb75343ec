"""Invented pages with a complete expectation each: nothing about them may change unseen."""

from __future__ import annotations

import json

import pytest

from extractors.html import extract_html
from schemas.article import Article
from tests.extractors.html.html_pages import PAGES, document


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.html")))
def test_every_field_of_a_golden_page(name: str) -> None:
    expected = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    url = f"file:/pages/{name}.html"
    article = extract_html(document((PAGES / f"{name}.html").read_bytes(), url))
    assert isinstance(article, Article), article
    found = article.model_dump(mode="json")
    assert article.requested_url == url
    assert article.body.split("\n\n") == expected.pop("body")
    wanted_origins = expected.pop("provenance")
    assert {field: found[field] for field in expected} == expected
    for field, origin in wanted_origins.items():
        if field == "candidates":
            continue
        assert found["provenance"].get(field) == origin, field
    assert set(expected) >= set(found) - {
        *("article_id", "requested_url", "source_id", "document_id", "word_count"),
        *("body", "provenance"),
    }
    for field in ("title", "language", "publisher", "authors"):
        assert not found[field] or found["provenance"][field], field


def test_losing_titles_are_kept() -> None:
    article = extract_html(document((PAGES / "harbour.html").read_bytes()))
    assert isinstance(article, Article)
    candidates = article.provenance["candidates"]
    assert isinstance(candidates, dict)
    assert candidates["title"] == [{"from": "og", "value": "Bridge reopens at last"}]
