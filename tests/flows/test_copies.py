"""Near-duplicates through the warehouse: across batches, after edits and takedowns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.copies import regroup_all
from flows.forgetting import forget
from flows.outcome import Outcome
from flows.pool import Extraction
from flows.repair import repair
from schemas.article import Article
from schemas.settings import Settings
from tests.invented import NOW, ask, clock, extraction, settings_in, sound, store
from warehouse.affected import Target
from warehouse.connect import open_warehouse, transaction

MORE = "The board of the harbour said afterwards that nobody had asked it."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def repeats(settings: Settings) -> list[tuple[Any, ...]]:
    """Who repeats whom, and how that is known."""
    return ask(
        settings,
        """SELECT right(copy.url, 1), right(original.url, 1), kind FROM duplicates d
        JOIN articles copy USING (article_id)
        JOIN articles original ON original.article_id = d.duplicate_of ORDER BY ALL""",
    )


def declaring(one: Extraction, original: str) -> Extraction:
    assert isinstance(one.result, Article)
    article = one.result.model_copy(update={"declared_original": original})
    return one.model_copy(update={"result": article})


FOUND: list[Outcome] = [
    extraction("c", "ferry", published=4, more=MORE, captured=1),
    extraction("a", "ferry", published=2, captured=2),
    extraction("z", "lock", published=1, captured=3),
    extraction("b", "ferry", published=3, captured=4),
    extraction("d", "ferry", published=5, more=f"{MORE} Nobody had.", captured=5),
]
EXPECTED = [("b", "a", "exact"), ("c", "a", "near"), ("d", "a", "near")]


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_copy_is_found_whatever_the_batch_it_comes_in(settings: Settings, size: int) -> None:
    for start in range(0, len(FOUND), size):
        store(settings, FOUND[start : start + size])
    assert repeats(settings) == EXPECTED
    assert sound(settings)
    (evidence,) = ask(settings, "SELECT evidence FROM duplicates WHERE kind = 'near' LIMIT 1")
    assert "of the other stands in it: “On ferry the first speaker said" in evidence[0]
    assert ask(settings, "SELECT count(*) FROM unique_articles") == [(2,)]


@pytest.mark.parametrize("order", [[4, 3, 2, 1, 0], [1, 0, 4, 2, 3], [3, 4, 0, 1, 2]])
def test_the_order_of_arrival_does_not_matter(settings: Settings, order: list[int]) -> None:
    for number in order:
        store(settings, [FOUND[number]])
    assert repeats(settings) == EXPECTED


def test_a_run_counts_near_duplicates_too(settings: Settings) -> None:
    assert store(settings, FOUND).counts.duplicates == 3


def test_an_edit_takes_an_article_out_of_its_group(settings: Settings) -> None:
    store(settings, FOUND)
    store(settings, [extraction("a", "pier", published=2, captured=9)])
    # the earliest of those that are left
    assert repeats(settings) == [("c", "b", "near"), ("d", "b", "near")]
    assert sound(settings)
    store(settings, [extraction("z", "pier", published=1, more=MORE, captured=10)])
    assert ("a", "z", "near") in repeats(settings)
    assert sound(settings)


def test_what_links_a_group_may_go(settings: Settings) -> None:
    store(settings, FOUND)
    forget(settings, [Target(kind="url", value="https://news.example/a")], clock)
    assert repeats(settings) == [("c", "b", "near"), ("d", "b", "near")]
    forget(settings, [Target(kind="url", value="https://news.example/b")], clock)
    assert repeats(settings) == [("d", "c", "near")]
    forget(settings, [Target(kind="url", value="https://news.example/d")], clock)
    assert repeats(settings) == []
    assert ask(settings, "SELECT count(*) FROM ops.texts") == [(2,)]
    assert ask(settings, "FROM ops.links") == []
    assert sound(settings)


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_a_canonical_link_to_another_outlet_is_evidence(
    settings: Settings, order: list[int]
) -> None:
    # a headline of its own and half a text of its own
    copy = declaring(
        extraction("b", "ferry", published=1, captured=1, more="Own words. " * 40),
        "https://news.example/a",
    )
    found = [extraction("a", "ferry", published=2, captured=1), copy]
    for number in order:
        store(settings, [found[number]])
    assert repeats(settings) == [("a", "b", "declared")]
    (evidence,) = ask(settings, "SELECT evidence FROM duplicates")
    assert "canonical link" in evidence[0]


def test_a_canonical_link_to_another_text_is_none(settings: Settings) -> None:
    store(settings, [extraction("a", "ferry", captured=1)])
    store(settings, [declaring(extraction("b", "lock", captured=1), "https://news.example/a")])
    assert repeats(settings) == []


def rows(settings: Settings) -> list[list[tuple[Any, ...]]]:
    tables = ("ops.texts", "ops.shingles", "ops.landmarks", "ops.links", "duplicates")
    return [ask(settings, f"FROM {table} ORDER BY ALL") for table in tables]


def test_found_anew_they_are_the_same(settings: Settings) -> None:
    for one in FOUND:
        store(settings, [one])
    before = rows(settings)
    with (
        open_warehouse(settings.warehouse_path, settings.warehouse) as connection,
        transaction(connection),
    ):
        regroup_all(connection, NOW)
    assert rows(settings) == before


def test_the_doctor_finds_them_anew_where_they_are_lost(settings: Settings) -> None:
    store(settings, FOUND)
    before = repeats(settings)
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        connection.execute("DELETE FROM ops.links")
        connection.execute("DELETE FROM ops.texts WHERE number = 2")
    assert "found the duplicates anew" in repair(settings, clock)
    assert repeats(settings) == before
    assert sound(settings)
    assert "found the duplicates anew" not in repair(settings, clock)
