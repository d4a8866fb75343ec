from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from schemas.address import address_hash
from schemas.settings import Settings
from schemas.storable import storable
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


def places_and_bodies(connection: Connection) -> tuple[dict[UUID, int], dict[UUID, str]]:
    rows = connection.execute("SELECT article_id, rowid, body FROM articles").fetchall()
    return {one: place for one, place, _ in rows}, {one: body for one, _, body in rows}


@pytest.mark.parametrize("url", ["https://a.example/x", "https://ü.example/日?a", "file:\udcff"])
def test_an_address_has_the_same_hash_in_sql(settings: Settings, url: str) -> None:
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        sql = "SELECT (md5_number_lower(?) >> 1)::BIGINT"
        assert connection.execute(sql, [storable(url)]).fetchone() == (address_hash(url),)


@pytest.mark.parametrize("count", [0, 1, 49, 60])
def test_bodies_are_found_by_their_places(settings: Settings, count: int) -> None:
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        places, every = places_and_bodies(connection)
        wanted = dict(sorted(places.items())[:count])
        assert bodies_at(connection, wanted) == {one: every[one] for one in wanted}


def test_what_the_transaction_itself_wrote_is_found_and_what_it_deleted_is_not(
    settings: Settings,
) -> None:
    with (
        open_warehouse(settings.warehouse_path, settings.warehouse) as connection,
        transaction(connection),
    ):
        before, _ = places_and_bodies(connection)
        connection.execute(
            """INSERT INTO articles
            SELECT * REPLACE (uuid() AS article_id, 'new ' || body AS body) FROM articles"""
        )
        connection.execute("UPDATE articles SET body = 'edited' WHERE body LIKE '%7%'")
        connection.execute("DELETE FROM articles WHERE body LIKE '%8%'")
        after, bodies = places_and_bodies(connection)
        assert "edited" in bodies.values()
        assert before.keys() - after.keys()
        assert after.keys() - before.keys()
        assert bodies_at(connection, {**before, **after}) == bodies


def test_it_leaves_the_connection_as_it_was(settings: Settings) -> None:
    sql = "SELECT value FROM duckdb_settings() WHERE name = 'dynamic_or_filter_threshold'"
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        before = connection.execute(sql).fetchone()
        bodies_at(connection, places_and_bodies(connection)[0])
        assert connection.execute(sql).fetchone() == before
