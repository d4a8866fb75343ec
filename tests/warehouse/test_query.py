from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.invented import extraction, settings_in, store
from warehouse.publish import publish
from warehouse.query import QueryError, query, spell


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = settings_in(tmp_path_factory.mktemp("news"))
    store(settings, [extraction("a", captured=1, published=1)])
    publish(settings.warehouse_path, settings.published_path, settings.warehouse)
    return settings.published_path


def test_every_kind_of_value_is_json(published: Path) -> None:
    found = query(
        published,
        """SELECT article_id, published_at, published_on, authors, provenance, is_free, word_count,
            1.5 AS number, 'nan'::DOUBLE AS nothing, 2::HUGEINT ** 70 AS huge, {'a': [1]} AS struct,
            MAP {'k': 1} AS map, INTERVAL 1 DAY AS span, TIME '10:00' AS hour, 'x'::BLOB AS bytes
        FROM articles""",
    )
    (record,) = json.loads(json.dumps(found.records(), allow_nan=False))
    assert len(record["article_id"]) == 36
    assert record["published_at"] == "2026-03-03T00:00:00+00:00"
    assert record["published_on"] == "2026-03-03"
    assert record["authors"] == ["Ada Quill", "Ben Inkwell"]
    assert record["number"] == 1.5
    assert record["nothing"] == "nan"
    assert record["struct"] == {"a": [1]}
    assert record["is_free"] is None


def test_json_keeps_columns_of_one_name_apart(published: Path) -> None:
    found = query(published, "SELECT 1 AS a, 2 AS a, 3 AS b")
    assert found.records() == [{"a": 1, "a_1": 2, "b": 3}]


@pytest.mark.parametrize("sql", ["", "  ", "-- nothing", ";"])
def test_no_sql_is_said_to_be_none(published: Path, sql: str) -> None:
    with pytest.raises(QueryError, match="no SQL"):
        query(published, sql)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELEC 1", "syntax error"),
        ("FROM nowhere", "nowhere does not exist"),
        ("SELECT titel FROM articles", "titel"),
        ("SELECT 'x'::INTEGER", "Could not convert"),
        ("DELETE FROM articles", "read-only"),
        ("CREATE TABLE mine (i INTEGER)", "read-only"),
    ],
)
def test_wrong_sql_is_one_line(published: Path, sql: str, said: str) -> None:
    with pytest.raises(QueryError, match=said) as raised:
        query(published, sql)
    assert "\n" not in str(raised.value)


def test_the_last_of_several_statements_answers(published: Path) -> None:
    assert query(published, "SET threads = 1; SELECT 7 AS a;").rows == ((7,),)


def test_cells_are_spelt_for_people() -> None:
    assert spell(None) == ""
    assert spell(["a", "ü"]) == '["a", "ü"]'
    assert spell(datetime(2026, 3, 1, 10, tzinfo=UTC)) == "2026-03-01 10:00:00"
