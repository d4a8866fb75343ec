from __future__ import annotations

from pathlib import Path

import pytest

from schemas.settings import Settings
from tests.invented import copied, extraction, settings_in, store
from warehouse.connect import Connection, open_warehouse, transaction
from warehouse.lookup import bodies_at


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = settings_in(tmp_path_factory.mktemp("made"))
    store(made, [extraction(f"{n}", f"text {n}") for n in range(60)])
    return made


@pytest.fixture
def settings(made: Settings, tmp_path: Path) -> Settings:
    return copied(made, tmp_path)


def by_place(connection: Connection) -> dict[int, str]:
    return dict(connection.execute("SELECT rowid, body FROM articles").fetchall())


@pytest.mark.parametrize("count", [0, 1, 49, 60])
def test_bodies_are_found_by_their_places(settings: Settings, count: int) -> None:
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        every = by_place(connection)
        wanted = sorted(every)[-count:] if count else []
        assert bodies_at(connection, wanted) == {place: every[place] for place in wanted}


def test_what_the_transaction_itself_wrote_is_found_and_what_it_deleted_is_not(
    settings: Settings,
) -> None:
    with (
        open_warehouse(settings.warehouse_path, settings.warehouse) as connection,
        transaction(connection),
    ):
        before = by_place(connection)
        connection.execute(
            """INSERT INTO articles
            SELECT * REPLACE (uuid() AS article_id, 'new ' || body AS body) FROM articles"""
        )
        connection.execute("UPDATE articles SET body = 'edited' WHERE body LIKE '%7%'")
        connection.execute("DELETE FROM articles WHERE body LIKE '%8%'")
        after = by_place(connection)
        assert "edited" in after.values()
        assert before.keys() - after.keys()
        assert after.keys() - before.keys()
        assert bodies_at(connection, [*before, *after]) == after


def test_it_leaves_the_connection_as_it_was(settings: Settings) -> None:
    sql = "SELECT value FROM duckdb_settings() WHERE name = 'dynamic_or_filter_threshold'"
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        before = connection.execute(sql).fetchone()
        bodies_at(connection, by_place(connection))
        assert connection.execute(sql).fetchone() == before
