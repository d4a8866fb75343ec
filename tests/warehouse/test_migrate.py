from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

import warehouse.migrate
from flows.grouping import place_waiting
from flows.run import begin_run
from schemas.settings import Settings
from tests.invented import (
    NOW,
    SOURCE,
    ask,
    begin,
    clock,
    dump,
    extraction,
    rejection,
    settings_in,
    store,
)
from warehouse.checks import run_checks
from warehouse.connect import WarehouseError, open_warehouse
from warehouse.migrate import Migration, migrate, migrations, schema_version, views
from warehouse.publish import publish

NEWEST = migrations()[-1].version
VIEWS = [
    "copies",
    "coverage",
    "daily_coverage",
    "edits",
    "fate_summary",
    "late_arrivals",
    "quiet_sources",
    "run_sources",
    "source_drift",
    "source_health",
    "story_timeline",
    "thread_timeline",
    "unique_articles",
    "url_fate",
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def fill(settings: Settings) -> None:
    pages = [extraction("a", captured=1, published=1), extraction("b", captured=1, published=2)]
    store(settings, [*pages, extraction("c", "other", captured=1), rejection("d")])
    store(settings, [extraction("c", "edited", captured=5)])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """What today's program stores and publishes."""
    settings = settings_in(tmp_path_factory.mktemp("filled"))
    fill(settings)
    publish(settings.warehouse_path, settings.published_path, settings.warehouse)
    return settings


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [step.version for step in migrations()] == list(range(1, NEWEST + 1))


def test_a_new_file_gets_everything_once(settings: Settings) -> None:
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        assert schema_version(connection) == 0
        assert migrate(connection, NOW) == migrations()
        assert migrate(connection, NOW) == []
        assert schema_version(connection) == NEWEST
        names = connection.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL"
        ).fetchall()
    assert [name for (name,) in names] == VIEWS == list(views())


@pytest.mark.parametrize("version", range(1, NEWEST))
def test_an_older_warehouse_comes_forward_with_its_data(
    filled: Settings, settings: Settings, version: int
) -> None:
    wanted = dump(filled)
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        assert migrate(connection, NOW, upto=version)[-1].version == version
        connection.execute(f"ATTACH '{filled.warehouse_path}' AS today (READ_ONLY)")
        tables = connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables()"
            " WHERE database_name = 'newswell' AND table_name <> 'migrations'"
        ).fetchall()
        for (table,) in tables:
            columns = ", ".join(
                name for name, *_ in connection.execute(f"DESCRIBE {table}").fetchall()
            )
            connection.execute(f"INSERT INTO {table} BY NAME SELECT {columns} FROM today.{table}")
            (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
            # a later table may be one that these articles do not fill
            assert count or version > 1, f"{table} has rows to bring forward"
        if ("ops.shingles",) in tables and ("ops.landmarks",) not in tables:
            # they were kept among the others
            connection.execute("INSERT INTO ops.shingles FROM today.ops.landmarks")
        connection.execute("DETACH today")
    begin_run(settings, "load", [SOURCE], {}, clock)
    ask(settings, "DELETE FROM runs WHERE status = 'running'")
    ask(settings, "DELETE FROM ops.processes")
    # what an older schema had no place for follows from the articles
    place_waiting(settings, clock)
    found = dump(settings)
    assert found == wanted
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        assert run_checks(connection) == []
        for view in VIEWS:
            assert connection.execute(f"FROM {view}").fetchall() is not None
        assert len(connection.execute("FROM edits").fetchall()) == 1
    again = store(settings, [extraction("c", "edited", captured=5)])
    assert again.counts.unchanged == 1


def test_a_newer_warehouse_is_refused_and_left_alone(settings: Settings) -> None:
    fill(settings)
    ask(settings, "INSERT INTO ops.migrations VALUES (99, 'future', ?)", NOW)
    before = dump(settings)
    with pytest.raises(
        WarehouseError, match=f"schema version 99, this program knows up to {NEWEST}"
    ):
        begin(settings)
    assert dump(settings) == before


def test_a_migration_that_breaks_off_leaves_the_version_before(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(settings)
    before = dump(settings)
    torn = "ALTER TABLE articles ADD COLUMN mood VARCHAR; DELETE FROM articles; SELECT nonsense;"
    steps = [*migrations(), Migration(version=NEWEST + 1, name="torn", sql=torn)]
    monkeypatch.setattr(warehouse.migrate, "migrations", lambda: steps)
    with (
        pytest.raises(duckdb.Error, match="nonsense"),
        open_warehouse(settings.warehouse_path, settings.warehouse) as connection,
    ):
        migrate(connection, NOW)
    monkeypatch.undo()
    assert dump(settings) == before
    begin(settings)


def test_views_that_a_kill_left_out_are_made_by_the_next_run(settings: Settings) -> None:
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        migrate(connection, NOW)
        for view in VIEWS:
            connection.execute(f"DROP VIEW {view}")
    begin(settings)
    assert ask(settings, "FROM url_fate") == []


def test_views_are_made_anew_where_they_are_others_and_left_alone_where_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal ORDER BY ALL"
    begin(settings)
    before = ask(settings, made)
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        numbers = connection.execute("SELECT view_name, view_oid FROM duckdb_views()").fetchall()
        migrate(connection, NOW)
        found = connection.execute("SELECT view_name, view_oid FROM duckdb_views()").fetchall()
        assert found == numbers
    # one that somebody took away
    ask(settings, "DROP VIEW edits")
    begin(settings)
    assert ask(settings, made) == before
    # what another program has, and this one again
    other = {**views(), "edits": "CREATE OR REPLACE VIEW edits AS SELECT 1 AS one"}
    with monkeypatch.context() as patch:
        patch.setattr(warehouse.migrate, "views", lambda: other)
        begin(settings)
    assert ask(settings, "FROM edits") == [(1,)]
    begin(settings)
    assert ask(settings, made) == before
    # an older one makes them without a mark
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        for sql in other.values():
            connection.execute(sql)
    begin(settings)
    assert ask(settings, made) == before


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_answers_from_the_published_file(filled: Settings, view: str) -> None:
    # as anyone opens it, under the name of the file
    with duckdb.connect(str(filled.published_path), read_only=True) as connection:
        found = connection.execute(f"FROM {view}").fetchall()
    assert bool(found) == (view not in {"late_arrivals", "coverage"})


def test_what_the_views_say(settings: Settings) -> None:
    fill(settings)
    assert len(ask(settings, "FROM unique_articles")) == 2
    assert ask(settings, "SELECT count(*), count(DISTINCT url) FROM url_fate") == [(4, 4)]
    coverage = "SELECT day, articles, unique_articles FROM daily_coverage ORDER BY day"
    days = [(NOW + timedelta(days=day - 60)).date() for day in (1, 2)]
    assert ask(settings, coverage) == [(days[0], 1, 1), (days[1], 1, 0), (None, 1, 1)]
    health = "SELECT articles, duplicates, undated, discovered, stored, rejected FROM source_health"
    assert ask(settings, health) == [(3, 1, 1, 4, 3, 1)]
    edit = "SELECT version, change, old_body LIKE '%other%', body LIKE '%edited%' FROM edits"
    assert ask(settings, edit) == [(2, "update", True, True)]
