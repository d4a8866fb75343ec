"""Learned boilerplate in the warehouse: counted after a run, cut from what comes later."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extractors.words import count_words
from flows.loading import run_load
from schemas.settings import Settings
from tests.invented import NOW, ask, copied, settings_in
from warehouse.affected import Target
from warehouse.checks import run_checks
from warehouse.connect import open_warehouse
from warehouse.forget import erase

LINE = "This paper is printed on reeds from the estuary, by people who live beside it."
Record = dict[str, Any]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def record(number: int, *, text: str = "", day: int | None = None, name: str = "") -> Record:
    own = text or f"In matter {number} the council of ward {number} voted {number + 3} to two."
    rest = f"Its chair said that the bridge of pier {number} would be mended before the winter."
    return {
        "url": f"https://gazette.example/{name or number}",
        "title": f"Matter {number}",
        "text": f"{own}\n\n{rest}\n\n{LINE}",
        "date": f"2026-03-{(day or number):02}",
        "publisher": "The Gazette",
    }


def load(settings: Settings, name: str, records: list[Record]) -> None:
    path = settings.resolve(f"{name}.jsonl")
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    run_load(settings, [str(path)])


def boilerplate(settings: Settings) -> list[tuple[Any, ...]]:
    return ask(settings, "SELECT publisher, paragraph, articles FROM boilerplate")


def text_of(settings: Settings, name: str) -> str:
    sql = f"SELECT body FROM articles WHERE url = 'https://gazette.example/{name}'"
    ((body,),) = ask(settings, sql)
    return str(body)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Twelve articles that have a paragraph in common."""
    settings = settings_in(tmp_path_factory.mktemp("first"))
    load(settings, "first", [record(number) for number in range(1, 13)])
    return settings


@pytest.fixture
def learned(first: Settings, tmp_path: Path) -> Settings:
    return copied(first, tmp_path)


def test_what_many_articles_share_is_cut_from_those_that_come_later(learned: Settings) -> None:
    assert boilerplate(learned) == [("The Gazette", LINE, 12)]
    assert LINE in text_of(learned, "3")  # stored before anybody knew

    load(learned, "second", [record(20)])
    assert LINE not in text_of(learned, "20")
    assert "of pier 20" in text_of(learned, "20")
    ((removed,),) = ask(
        learned, "SELECT provenance -> 'removed' FROM articles WHERE url LIKE '%/20'"
    )
    assert json.loads(removed) == [{"rule": "boilerplate", "text": LINE}]
    ((words,),) = ask(learned, "SELECT word_count FROM articles WHERE url LIKE '%/20'")
    assert words == count_words(text_of(learned, "20"))
    with open_warehouse(learned.warehouse_path, learned.warehouse) as connection:
        assert not [one for one in run_checks(connection) if one.broken]


def test_an_article_of_hardly_anything_else_stays_whole_with_a_flag(learned: Settings) -> None:
    load(learned, "second", [record(20) | {"text": f"The ferry sails.\n\n{LINE}"}])
    assert LINE in text_of(learned, "20")
    ((flags,),) = ask(learned, "SELECT flags FROM articles WHERE url LIKE '%/20'")
    assert "mostly-boilerplate" in flags


def test_another_publishers_text_is_left_alone(learned: Settings) -> None:
    load(learned, "second", [record(20) | {"publisher": "The Courier"}])
    assert LINE in text_of(learned, "20")


def test_an_unchanged_page_is_no_new_version_and_an_edit_keeps_what_was_stored(
    learned: Settings,
) -> None:
    load(learned, "again", [record(3)])
    assert ask(learned, "SELECT count(*) FROM article_versions") == [(12,)]

    edited = "In matter 3 the council of ward 3 voted five to three, it says now."
    load(learned, "edited", [record(3, text=edited)])
    assert ask(learned, "SELECT max(version) FROM article_versions") == [(2,)]
    body = text_of(learned, "3")
    assert edited in body
    assert LINE in body  # an edit is the publisher's work, not ours


def test_an_articles_versions_and_copies_never_make_its_text_common(settings: Settings) -> None:
    said = "of what the harbour board said about the bridge at noon."
    # a few at a time, so that it is counted while there are more and more
    for first in range(1, 13, 4):
        editions = range(first, first + 4)
        load(
            settings,
            f"edit-{first}",
            [record(1, text=f"Version {number} {said}", day=number) for number in editions],
        )
    ((versions,),) = ask(settings, "SELECT count(*) FROM article_versions")
    assert versions == 12
    copies = [record(2, name=f"copy-{number}", day=number) for number in range(1, 14)]
    load(settings, "copies", copies)
    ((duplicates,),) = ask(settings, "SELECT count(*) FROM duplicates")
    assert duplicates == 12
    assert boilerplate(settings) == []


def test_a_running_story_does_not_make_its_background_common(settings: Settings) -> None:
    load(settings, "first", [record(number) for number in range(1, 10)])
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        connection.execute("UPDATE articles SET story_id = uuid()::UUID")
        connection.execute(
            """INSERT INTO stories SELECT story_id, 'e3f1c0de-0000-4000-8000-000000000001',
            title, [], published_at, published_at, 1, 1 FROM articles"""
        )
    load(settings, "second", [record(number) for number in range(10, 13)])
    assert boilerplate(settings) == []  # three more, and nine that are one thread


def test_a_takedown_of_all_a_publisher_has_takes_what_was_learned(learned: Settings) -> None:
    with open_warehouse(learned.warehouse_path, learned.warehouse) as connection:
        erase(connection, Target(kind="url", value="https://gazette.example/3"), NOW)
        assert connection.execute("SELECT count(*) FROM boilerplate").fetchall() == [(1,)]
        erase(connection, Target(kind="domain", value="gazette.example"), NOW)
        assert connection.execute("SELECT count(*) FROM boilerplate").fetchall() == [(0,)]
        assert connection.execute("SELECT count(*) FROM ops.learning").fetchall() == [(0,)]


def test_counting_waits_for_a_tenth_more(learned: Settings) -> None:
    load(learned, "second", [record(13)])
    assert ask(learned, "SELECT articles FROM ops.learning") == [(12,)]
    load(learned, "third", [record(number) for number in range(14, 24)])
    assert ask(learned, "SELECT articles FROM ops.learning") == [(23,)]
    # what is cut is not counted again, nor forgotten
    assert [row[:2] for row in boilerplate(learned)] == [("The Gazette", LINE)]
