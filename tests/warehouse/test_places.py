"""Rows that are changed where they lie: these and no others, and each of them."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from schemas.model import Frozen
from schemas.settings import Settings
from tests.invented import ask, extraction, settings_in, store
from warehouse.connect import Connection, open_warehouse, transaction
from warehouse.places import delete_at, places_of, update_at


class Counted(Frozen):
    article_id: UUID
    word_count: int
    title: str | None


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_in(tmp_path)
    store(settings, [extraction(f"{n}", f"text {n}") for n in range(60)])
    return settings


def places(connection: Connection) -> list[tuple[UUID, int]]:
    ids = [row[0] for row in connection.execute("SELECT article_id FROM articles").fetchall()]
    return sorted(places_of(connection, "articles", [*ids, uuid4()]))


def test_only_what_is_named_is_changed(settings: Settings) -> None:
    ask(settings, "UPDATE articles SET word_count = 5")
    with (
        open_warehouse(settings.warehouse_path, settings.warehouse) as connection,
        transaction(connection),
    ):
        some = places(connection)[:51]
        rows = [(place, Counted(article_id=one, word_count=4, title="new")) for one, place in some]
        update_at(connection, "articles", rows[:1], keep=["title"])
        update_at(connection, "articles", rows[1:], latest=["word_count"])
        found = connection.execute(
            "SELECT word_count, coalesce(title, '') = 'new', count(*) FROM articles GROUP BY ALL"
        ).fetchall()
    assert sorted(found) == [(4, False, 1), (5, False, 9), (5, True, 50)]


@pytest.mark.parametrize("is_elsewhere", [True, False])
def test_a_row_that_is_not_at_its_place_is_no_silent_loss(
    settings: Settings, is_elsewhere: bool
) -> None:
    with (
        open_warehouse(settings.warehouse_path, settings.warehouse) as connection,
        transaction(connection),
    ):
        (one, _), (_, other), *_ = places(connection)
        wrong = (other, one) if is_elsewhere else (other, uuid4())
        row = Counted(article_id=wrong[1], word_count=4, title=None)
        with pytest.raises(AssertionError, match="1 rows of articles lie elsewhere"):
            update_at(connection, "articles", [(wrong[0], row)])


def test_what_is_deleted_has_both_place_and_article(settings: Settings) -> None:
    with (
        open_warehouse(settings.warehouse_path, settings.warehouse) as connection,
        transaction(connection),
    ):
        first, second, *rest = places(connection)
        delete_at(connection, "articles", [first, (uuid4(), second[1])])
        assert places(connection) == [second, *rest]
