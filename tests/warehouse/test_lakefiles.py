from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb

from schemas.location import Lake
from tests.invented import NOW, ask, contents, extraction, sound, store
from tests.lakes import Postgres, catalog_holders, lake_settings, parquet_holders
from warehouse.lake import open_lake, read_lake
from warehouse.lakefiles import compact_lake, purge_lake

SECRET = "Quorvexa"


def test_many_small_files_become_few_and_hold_the_same(tmp_path: Path, postgres: Postgres) -> None:
    settings = lake_settings(tmp_path, postgres.new_database())
    for batch in range(4):
        names = [f"n{batch}-{number}" for number in range(5)]
        store(settings, [extraction(name, name, captured=1) for name in names])
    lake, before = settings.warehouse_path, contents(settings)
    assert isinstance(lake, Lake)
    done = compact_lake(lake, settings.warehouse, NOW)
    # a file for each table that has rows, however many batches there were
    assert done.after <= done.before / 2
    assert contents(settings) == before
    # what was joined is there until nobody can be reading it
    there = len([*Path(lake.data).rglob("*.parquet")])
    assert there > done.after
    later = compact_lake(lake, settings.warehouse, NOW + timedelta(days=36_500))
    assert later.after <= done.after
    assert len([*Path(lake.data).rglob("*.parquet")]) == later.after
    assert contents(settings) == before
    assert sound(settings)


def test_nothing_is_left_of_what_was_deleted(tmp_path: Path, postgres: Postgres) -> None:
    settings = lake_settings(tmp_path, postgres.new_database())
    plain = [extraction(f"n{number}", f"text {number}", captured=1) for number in range(4)]
    secrets = [
        extraction(f"s{number}", f"secret {number}", captured=2, title=f"{letter} {SECRET}")
        for number, letter in enumerate("Az")
    ]
    store(settings, [*plain[:2], *secrets[:1]], [*plain[2:], *secrets[1:]])
    lake = settings.warehouse_path
    assert isinstance(lake, Lake)
    assert parquet_holders(Path(lake.data), SECRET) == {"articles", "article_versions"}
    assert catalog_holders(lake, SECRET)
    # what a killed writer left: no snapshot knows it
    orphan = Path(lake.data) / "main" / "articles" / "ducklake-orphan.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT '{SECRET}' AS title) TO '{orphan}'")
    with open_lake(lake, settings.warehouse) as connection:
        for table in ("articles", "article_versions"):
            connection.execute(f"DELETE FROM {table} WHERE title LIKE '%{SECRET}%'")
    assert parquet_holders(Path(lake.data), SECRET)
    purge_lake(lake, settings.warehouse)
    assert parquet_holders(Path(lake.data), SECRET) == set()
    assert catalog_holders(lake, SECRET) == []
    assert ask(settings, "SELECT count(*) FROM articles") == [(4,)]
    with read_lake(lake, settings.warehouse) as connection:
        assert connection.execute("SELECT count(*) FROM article_versions").fetchone() == (4,)
    # nothing to do is no trouble
    purge_lake(lake, settings.warehouse)
