"""An article at a new address is the same article."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.forgetting import forget
from flows.outcome import Outcome
from flows.pool import Extraction
from schemas.article import Article
from schemas.document import digest, document_id
from schemas.settings import Settings
from tests.invented import ask, clock, extraction, settings_in, store
from warehouse.affected import Target

OLD, NEW = "https://news.example/old", "https://news.example/new"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def redirected(requested: str, one: Extraction) -> Extraction:
    """The same page, come by a redirect from another address."""
    moment = one.document.captured_at
    known = document_id(requested, digest(requested.encode()), moment)
    changes = {"requested_url": requested, "document_id": known}
    document = one.document.model_copy(update=changes)
    assert isinstance(one.result, Article)
    article = one.result.model_copy(update=changes)
    return one.model_copy(update={"document": document, "result": article})


def articles(settings: Settings) -> list[tuple[object, ...]]:
    return ask(settings, "SELECT url, version FROM articles ORDER BY url")


MOVES: dict[str, tuple[list[Outcome], int]] = {
    "a redirect": (
        [extraction("old", captured=1), redirected(OLD, extraction("new", captured=5))],
        1,
    ),
    "a redirect, and then the new address itself": (
        [
            extraction("old", captured=1),
            redirected(OLD, extraction("new", captured=5)),
            extraction("new", more="The board meets again.", captured=9),
        ],
        2,
    ),
    "a redirect to an edited text": (
        [
            extraction("old", captured=1),
            redirected(OLD, extraction("new", more="It was wet.", captured=5)),
        ],
        2,
    ),
    "another slug": (
        [extraction("old-words-123456", captured=1), extraction("new-words-123456", captured=5)],
        1,
    ),
    "another section": (
        [
            extraction("news/ferry-put-off", captured=1),
            extraction("town/ferry-put-off", captured=5),
        ],
        1,
    ),
}


@pytest.mark.parametrize("size", [1, 5])
@pytest.mark.parametrize("name", MOVES)
def test_a_moved_article_is_the_same(settings: Settings, name: str, size: int) -> None:
    found, versions = MOVES[name]
    for start in range(0, len(found), size):
        store(settings, found[start : start + size])
    assert [version for _, version in articles(settings)] == [versions]
    assert ask(settings, "SELECT count(*) FROM duplicates") == [(0,)]
    stray = "FROM ops.candidates WHERE article_id NOT IN (SELECT article_id FROM articles)"
    assert ask(settings, f"SELECT url {stray}") == []


def test_a_redirect_to_another_text_is_another_article(settings: Settings) -> None:
    store(settings, [extraction("old", captured=1)])
    store(settings, [redirected(OLD, extraction("front", "lock", captured=5))])
    assert len(articles(settings)) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("old-words-123456", "old-words-123457"),
        ("ferry-put-off", "bridge-put-off"),
        ("news/index", "town/index"),
    ],
)
def test_equal_texts_at_other_pages_are_duplicates(
    settings: Settings, one: str, other: str
) -> None:
    store(settings, [extraction(one, captured=1), extraction(other, captured=5)])
    assert len(articles(settings)) == 2
    assert ask(settings, "SELECT kind FROM duplicates") == [("exact",)]


def test_both_addresses_stay_what_they_are_once_stored(settings: Settings) -> None:
    both: list[Outcome] = [extraction("old", captured=1), extraction("new", captured=2)]
    store(settings, both)
    store(settings, [redirected(OLD, extraction("new", captured=5))])
    assert len(articles(settings)) == 2


@pytest.mark.parametrize("url", [OLD, NEW])
def test_a_takedown_takes_all_addresses(settings: Settings, url: str) -> None:
    moved = [extraction("old", captured=1), redirected(OLD, extraction("new", captured=5))]
    store(settings, moved)
    assert len(forget(settings, [Target(kind="url", value=url)], clock).articles) == 1
    store(settings, [extraction("new", captured=9), extraction("old", captured=9)])
    assert articles(settings) == []
