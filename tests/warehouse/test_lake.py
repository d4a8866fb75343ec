"""The warehouse as a lake: what a file promises, and several writers at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from flows.batch import store_batch
from flows.pool import Extraction
from schemas.article import Article
from schemas.document import document_id
from schemas.rejection import Reason
from schemas.settings import Settings
from tests.conftest import ROOT
from tests.invented import (
    ask,
    begin,
    clock,
    contents,
    dump,
    extraction,
    known,
    rejection,
    settings_in,
    store,
)
from tests.lakes import BUCKET, Postgres, lake_settings
from warehouse import instances
from warehouse.checks import run_checks
from warehouse.connect import (
    ConflictError,
    Connection,
    WarehouseError,
    is_there,
    look_at_warehouse,
    open_published,
    open_warehouse,
    transaction,
    write,
)
from warehouse.export import export
from warehouse.lake import stored_bytes
from warehouse.migrate import migrations, schema_version, views
from warehouse.publish import is_current, publish
from warehouse.readers import refresh
from warehouse.search import Filters, find

#: New articles, versions, one in the past, duplicates, one that is none any more, rejections.
BATCHES = (
    [extraction("a", captured=1, published=1), extraction("b", "other", captured=2)],
    [rejection("r"), extraction("a", "second", captured=5), extraction("c", captured=3)],
    [known(extraction("b", "other", captured=2)), rejection("r"), extraction("d", "second")],
    [extraction("a", "late", captured=3), rejection("q", Reason.TOO_LARGE)],
    [extraction("a", "third", captured=2, title="Another"), extraction("e", "second", shout=True)],
    [extraction(f"n{n}", f"text {n % 7}", captured=n) for n in range(30)],
    [extraction(f"n{n}", f"text {n % 5}", captured=n + 50) for n in range(30)],
)


@pytest.fixture
def lake(tmp_path: Path, postgres: Postgres) -> Settings:
    """Settings of an empty lake."""
    return lake_settings(tmp_path, postgres.new_database())


def test_a_lake_holds_what_a_file_holds(lake: Settings, tmp_path: Path) -> None:
    file = settings_in(tmp_path)
    store(file, *BATCHES)
    store(lake, *BATCHES)
    assert contents(lake) == contents(file)
    both, runs = dump(lake), dump(file)
    assert both["ops.candidates"] == runs["ops.candidates"]
    assert len(both["rejects"]) == len(runs["rejects"]) == 2
    with (
        look_at_warehouse(lake.warehouse_path, lake.warehouse) as one,
        look_at_warehouse(file.warehouse_path, file.warehouse) as other,
    ):
        assert schema_version(one) == migrations()[-1].version
        assert run_checks(one) == []
        for view in views():
            columns = [
                [column[:2] for column in here.execute(f"DESCRIBE {view}").fetchall()]
                for here in (one, other)
            ]
            assert columns[0] == columns[1], view
            assert len(one.execute(f"FROM {view}").fetchall()) == len(
                other.execute(f"FROM {view}").fetchall()
            )
        assert one.execute("SELECT count(*) FROM articles").fetchone() == (35,)


def test_a_batch_may_insert_merge_and_update_the_same_table(lake: Settings) -> None:
    """Ten new articles, and ten that another process read from a file a moment later."""

    def read(number: int, file: str, second: int) -> Extraction:
        found = extraction(f"n{number}", f"text {number}")
        assert isinstance(found.result, Article)
        url = f"file:/news/{file}.jsonl#{number}"
        document = found.document.model_copy(
            update={
                "requested_url": url,
                "document_id": document_id(url, found.document.sha256, None),
                "seen_at": found.document.seen_at + timedelta(seconds=second),
            }
        )
        changed = {"document_id": document.document_id, "requested_url": url}
        result = found.result.model_copy(update=changed)
        return found.model_copy(update={"document": document, "result": result})

    store(
        lake,
        [read(number, "one", 0) for number in range(20)],
        [read(number, "two", 3) for number in range(30, 50)],
        [read(number, "one", 0) for number in range(20, 40)],
    )
    sql = "SELECT (SELECT count(*) FROM articles), (SELECT sum(stored) FROM runs)"
    assert ask(lake, sql) == [(50, 50)]


def test_what_is_broken_is_found_in_a_lake_too(lake: Settings) -> None:
    store(lake, BATCHES[0])
    with open_warehouse(lake.warehouse_path, lake.warehouse) as connection:
        connection.execute("INSERT INTO articles SELECT * FROM articles LIMIT 1")
        names = {finding.name for finding in run_checks(connection)}
    assert "articles has one row a article_id" in names


def test_readers_see_what_is_committed_and_wait_for_nobody(lake: Settings) -> None:
    store(lake, BATCHES[0])
    sql = "SELECT count(*) FROM articles"
    with open_warehouse(lake.warehouse_path, lake.warehouse) as connection:
        with transaction(connection):
            connection.execute("DELETE FROM articles")
            with open_published(lake.published_path) as reader:
                assert reader.execute(sql).fetchone() == (2,)
        with open_published(lake.published_path) as reader:
            assert reader.execute(sql).fetchone() == (0,)
            with pytest.raises(duckdb.Error, match="read-only"):
                reader.execute("DELETE FROM runs")


def test_nothing_has_to_be_published(lake: Settings) -> None:
    store(lake, BATCHES[0])
    assert not publish(lake.warehouse_path, lake.published_path, lake.warehouse)
    assert is_current(lake.warehouse_path, lake.published_path, lake.warehouse)


def test_writers_take_turns(lake: Settings) -> None:
    order = []

    def second() -> None:
        with open_warehouse(lake.warehouse_path, lake.warehouse):
            order.append("second")

    with open_warehouse(lake.warehouse_path, lake.warehouse) as connection:
        waiting = threading.Thread(target=second)
        waiting.start()
        _wait_for_a_waiter(connection)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def _wait_for_a_waiter(connection: Connection) -> None:
    """Returns when PostgreSQL says that somebody wants the writers' lock."""
    sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    asked = connection.cursor()
    for _ in range(100_000):
        if asked.execute("FROM postgres_query('turn', ?)", [sql]).fetchone() == (1,):
            return
    raise AssertionError("nobody waits")


def test_waiting_for_another_writer_has_a_limit(lake: Settings) -> None:
    hasty = lake.warehouse.model_copy(update={"lock_timeout": 0.1})
    with (
        open_warehouse(lake.warehouse_path, lake.warehouse),
        pytest.raises(WarehouseError, match="others are writing to it"),
        open_warehouse(lake.warehouse_path, hasty),
    ):
        pass
    with open_warehouse(lake.warehouse_path, hasty):
        pass


def test_a_killed_writer_holds_up_nobody_and_leaves_nothing(lake: Settings) -> None:
    run = begin(lake)
    before = dump(lake)
    code = f"""
import os, signal
from pathlib import Path
from schemas.location import Lake
from schemas.settings import WarehouseSettings
from tests.invented import *
from tests.lakes import lake_settings
from flows import batch
lake = lake_settings(Path({str(lake._folder)!r}), {lake.warehouse.path[18:]!r})
batch.write_run = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
store_batch(lake, begin(lake), [extraction("a")], clock)
"""
    # `begin` enters a run of its own by another name of the function
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == -9
    after = dump(lake)
    assert len(after.pop("runs")) == len(before.pop("runs")) + 1
    # its run and that it began are told before the batch
    assert len(after.pop("ops.processes")) == len(before.pop("ops.processes")) + 1
    assert after == before
    store_batch(lake, run, [extraction("a")], clock)
    assert ask(lake, "SELECT count(*) FROM articles") == [(1,)]


def test_a_batch_is_done_again_where_a_stranger_changed_the_same_rows(lake: Settings) -> None:
    store(lake, BATCHES[0])
    strangers = []

    def work(connection: Connection) -> None:
        connection.execute("UPDATE articles SET section = coalesce(section, '') || 'mine'")
        if not strangers:
            strangers.append(_change_as_a_stranger(lake))

    write(lake.warehouse_path, lake.warehouse, work)
    assert ask(lake, "SELECT DISTINCT section FROM articles") == [("theirsmine",)]


def test_what_conflicts_each_time_is_given_up_and_changes_nothing(lake: Settings) -> None:
    store(lake, BATCHES[0])

    def work(connection: Connection) -> None:
        connection.execute("UPDATE articles SET section = 'mine'")
        _change_as_a_stranger(lake)

    with pytest.raises(ConflictError, match="somebody else changed the same rows"):
        write(lake.warehouse_path, lake.warehouse, work)
    assert ask(lake, "SELECT DISTINCT section FROM articles") == [("theirs",)]


def _change_as_a_stranger(lake: Settings) -> str:
    """Changes every article without the writers' lock, as an analyst's own DuckDB does."""
    from warehouse.lake import _attach, _connected

    where = lake.warehouse_path
    with _connected(where, {}) as connection:
        _attach(connection, where, f"DATA_PATH '{where.data}'")
        connection.execute("UPDATE articles SET section = 'theirs'")
    return "done"


def test_data_behind_s3(
    tmp_path: Path, postgres: Postgres, s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")
    data = f"s3://{BUCKET}/{tmp_path.name}"
    lake = lake_settings(tmp_path, postgres.new_database(), data=data, s3_endpoint=s3)
    store(lake, *BATCHES)
    with look_at_warehouse(lake.warehouse_path, lake.warehouse) as connection:
        assert run_checks(connection) == []
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (35,)
        files = connection.execute("FROM glob(?)", [f"{data}/**/*.parquet"]).fetchall()
        assert len(files) > 3
        assert stored_bytes(connection) > 1000
    assert [path.name for path in tmp_path.iterdir()] == []


def test_a_lake_that_is_not_there(lake: Settings) -> None:
    assert not is_there(lake.warehouse_path)
    with (
        pytest.raises(WarehouseError, match="nothing is in it yet"),
        look_at_warehouse(lake.warehouse_path, lake.warehouse),
    ):
        pass
    begin(lake)
    assert is_there(lake.warehouse_path)


def test_data_that_lies_elsewhere(lake: Settings) -> None:
    begin(lake)
    moved = lake.model_copy(
        update={"warehouse": lake.warehouse.model_copy(update={"data": "/elsewhere"})}
    )
    with (
        pytest.raises(WarehouseError, match="its data is kept in"),
        open_warehouse(moved.warehouse_path, moved.warehouse),
    ):
        pass


@pytest.mark.parametrize(
    "catalog",
    [
        "dbname=nowhere host=/nowhere user=me password=swordfish",
        "dbname=nowhere host=/nowhere password = 'sword\\'fish'",
        "postgresql://me:swordfish@/nowhere?host=/nowhere",
        "nonsense",
    ],
)
def test_a_catalog_out_of_reach_is_named_without_its_password(tmp_path: Path, catalog: str) -> None:
    lake = lake_settings(tmp_path, catalog)
    for opening in (open_warehouse, look_at_warehouse):
        with (
            pytest.raises(WarehouseError, match="PostgreSQL cannot be reached") as raised,
            opening(lake.warehouse_path, lake.warehouse),
        ):
            pass
        assert "fish" not in str(raised.value)
        assert "\n" not in str(raised.value)


def test_an_extension_that_is_missing(lake: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # an instance that is kept has it
    monkeypatch.setattr(instances, "_idle", [])
    monkeypatch.setitem(sys.modules, "duckdb_extension_ducklake", None)
    with (
        pytest.raises(WarehouseError, match=r"pip install '\.\[lake\]'"),
        open_warehouse(lake.warehouse_path, lake.warehouse),
    ):
        pass


def test_a_lake_is_searched_by_an_index_of_this_machine(lake: Settings) -> None:
    assert lake.search_path is not None
    store(lake, [extraction("a", "rivers"), extraction("b", "lakes")])
    assert not refresh(lake)

    def found(words: str) -> list[str]:
        assert lake.search_path is not None
        hits = find(lake.published_path, lake.search_path, words, Filters(), 10).hits
        return [hit.url.rpartition("/")[2] for hit in hits]

    assert found("rivers") == ["a"]
    store(lake, [extraction("c", "rivers and seas")])
    refresh(lake)
    assert sorted(found("rivers")) == ["a", "c"]
    done = export(lake.published_path, Path(lake._folder, "out"), "parquet", lambda _count: None)
    assert done.articles == 3
