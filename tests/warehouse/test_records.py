from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import AwareDatetime

from schemas.cadence import Rhythm
from schemas.candidate import Hints
from schemas.fetching import Moved, RobotsFile, Validators
from schemas.model import Frozen
from schemas.records import TABLES, ArticleRow, RejectRow, SourceRow
from schemas.rejection import Reason
from tests.invented import NOW, lay_out, settings_in
from warehouse.connect import Connection, open_warehouse
from warehouse.rows import insert, merge, read_rows

COLUMN_TYPES: dict[Any, set[str]] = {
    UUID: {"UUID"},
    int: {"INTEGER", "BIGINT"},
    float: {"DOUBLE"},
    bool: {"BOOLEAN"},
    AwareDatetime: {"TIMESTAMP WITH TIME ZONE"},
    date: {"DATE"},
}
SAMPLES: dict[Any, Any] = {
    UUID: UUID(int=(1 << 127) + 5),
    str: "Łódź \0 “quoted” 東京 😀 ' \" \\ ;--",
    int: 41,
    float: 0.25,
    bool: True,
    AwareDatetime: NOW.replace(microsecond=123456),
    date: date(2026, 2, 28),
    Hints: Hints(origin="feed", title="Łódź", authors=("A", "B"), published_at=NOW),
    Validators: Validators(etag='W/"1"', looked_at=NOW, unchanged=2, distrusted=True),
    Moved: Moved(target="https://a.example/", count=2, first_at=NOW, last_at=NOW),
    RobotsFile: RobotsFile(
        origin="https://a.example",
        access="rules",
        text="User-agent: *",
        fetched_at=NOW,
        expires_at=NOW,
    ),
    Rhythm: Rhythm(interval=timedelta(minutes=90), due_at=NOW, successes=3, failure_weight=0.25),
}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    settings = settings_in(tmp_path)
    lay_out(settings.warehouse_path)
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        connection.execute("DELETE FROM ops.migrations")
        yield connection


def kinds(annotation: Any) -> tuple[Any, bool]:
    """The type of a field, and whether it may be None."""
    if get_origin(annotation) in {Union, types.UnionType}:
        (kind,) = [part for part in get_args(annotation) if part is not types.NoneType]
        return kind, len(get_args(annotation)) == 2
    return annotation, False


def is_json(kind: Any) -> bool:
    return get_origin(kind) is dict or (isinstance(kind, type) and issubclass(kind, Frozen))


def column_types(kind: Any) -> set[str]:
    if get_origin(kind) is tuple:
        return {"INTEGER[]"} if get_args(kind)[0] is int else {"VARCHAR[]"}
    if is_json(kind):
        return {"JSON"}
    return COLUMN_TYPES.get(kind, {"VARCHAR"})


def sample(kind: Any) -> Any:
    if get_origin(kind) is tuple:
        return (0, 2**31 - 1) if get_args(kind)[0] is int else ("one", SAMPLES[str])
    if get_origin(kind) is dict:
        inner = get_args(kind)[1]
        return {"a": 1} if inner is int else {"a": [1, None, {"b": "ü"}], SAMPLES[str]: 1.5}
    if get_origin(kind) is Literal:
        return get_args(kind)[-1]
    return SAMPLES.get(kind) or next(iter(kind))


@pytest.mark.parametrize("table", TABLES)
def test_a_record_is_its_table_column_for_column(connection: Connection, table: str) -> None:
    described = {
        name: (kind, null == "YES")
        for name, kind, null, *_ in connection.execute(f"DESCRIBE {table}").fetchall()
    }
    fields = TABLES[table].model_fields
    assert set(fields) == set(described)
    for name, field in fields.items():
        kind, optional = kinds(field.annotation)
        column_type, nullable = described[name]
        assert column_type in column_types(kind), name
        # a lake takes NOT NULL for no column that was added later
        assert nullable == (optional or name.endswith("url_hash")), name


def test_every_table_has_its_record(connection: Connection) -> None:
    found = connection.execute(
        "SELECT if(schema_name = 'main', '', schema_name || '.') || table_name FROM duckdb_tables()"
    ).fetchall()
    assert {name for (name,) in found} == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_what_is_written_is_read_back(connection: Connection, table: str) -> None:
    model = TABLES[table]
    settled = {name: kinds(field.annotation) for name, field in model.model_fields.items()}
    full = model(**{name: sample(kind) for name, (kind, _) in settled.items()})
    bare = model(
        **{name: None if optional else sample(kind) for name, (kind, optional) in settled.items()}
    )
    insert(connection, table, [full, bare])
    assert read_rows(model, connection, f"FROM {table}") == [full, bare]


def test_times_are_read_in_utc(connection: Connection) -> None:
    insert(connection, "rejects", [reject("a")])
    connection.execute("SET TimeZone = 'Asia/Tokyo'")
    (found,) = read_rows(RejectRow, connection, "FROM rejects")
    assert (found, found.rejected_at.tzinfo) == (reject("a"), UTC)


def reject(url: str, detail: str = "") -> RejectRow:
    return RejectRow(
        url=url,
        source_id="gazette",
        stage="read",
        reason=Reason.EMPTY,
        detail=detail,
        run_id=UUID(int=1),
        rejected_at=NOW,
    )


def test_merging_keeps_rows_unique_and_the_last_wins(connection: Connection) -> None:
    key = ["url", "stage", "reason"]
    merge(connection, "rejects", [reject("a", "old"), reject("b")], key)
    merge(connection, "rejects", [reject("a", "new"), reject("a", "newest"), reject("c")], key)
    found = connection.execute("SELECT url, detail FROM rejects ORDER BY url").fetchall()
    assert found == [("a", "newest"), ("b", ""), ("c", "")]


def test_merging_leaves_the_columns_to_keep(connection: Connection) -> None:
    row = SourceRow(
        source_id="gazette",
        publisher="The Gazette",
        language=None,
        config={},
        first_used_at=NOW,
        last_used_at=NOW,
    )
    later = NOW + timedelta(days=1)
    changed = {"first_used_at": later, "last_used_at": later, "publisher": None, "language": "en"}
    for one in (row, row.model_copy(update=changed)):
        merge(connection, "sources", [one], ["source_id"], keep=["first_used_at"])
    (found,) = read_rows(SourceRow, connection, "FROM sources")
    assert found == row.model_copy(update={**changed, "first_used_at": NOW})


def test_nothing_to_write_is_nothing_written(connection: Connection) -> None:
    insert(connection, "articles", [])
    merge(connection, "articles", [], ["article_id"])
    assert connection.execute("SELECT count(*) FROM articles").fetchone() == (0,)


def test_half_a_character_stops_no_batch(connection: Connection) -> None:
    settled = {name: kinds(field.annotation) for name, field in ArticleRow.model_fields.items()}
    values = {name: sample(kind) for name, (kind, _) in settled.items()}
    broken = {"title": "half \ud83d", "authors": ("\ude00",), "extra": {"\ud800": "\udfff"}}
    insert(connection, "articles", [ArticleRow(**{**values, **broken})])
    found = connection.execute("SELECT title, authors, extra FROM articles").fetchall()
    assert found == [("half \ufffd", ["\ufffd"], '{"\ufffd": "\ufffd"}')]
