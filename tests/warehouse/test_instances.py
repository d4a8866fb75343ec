from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.invented import settings_in
from warehouse import instances
from warehouse.connect import open_warehouse


@pytest.fixture(autouse=True)
def _none_kept() -> Iterator[None]:
    instances._idle.clear()
    yield
    instances._idle.clear()


def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every instance that is made from now on; the file is there already."""
    with open_warehouse(settings_in(tmp_path).warehouse_path, settings_in(tmp_path).warehouse):
        pass
    instances._idle.clear()
    seen: list[object] = []
    connect = duckdb.connect

    def note(*arguments: object, **named: object) -> duckdb.DuckDBPyConnection:
        seen.append(connect(*arguments, **named))  # type: ignore[arg-type]
        return seen[-1]  # type: ignore[return-value]

    monkeypatch.setattr(duckdb, "connect", note)
    return seen


def test_one_instance_serves_one_opening_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = made(tmp_path, monkeypatch)
    settings = settings_in(tmp_path)
    for number in range(3):
        with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
            connection.execute(f"CREATE TABLE t{number} AS SELECT 1 AS n")
            # what belongs to one opening is not there in the next
            connection.execute("CREATE TEMP TABLE own AS SELECT 2 AS n")
    assert len(seen) == 1
    # and between them the file is everybody's
    with duckdb.connect(settings.warehouse_path) as other:
        assert len(other.execute("SHOW TABLES").fetchall()) == 3
    assert not Path(f"{settings.warehouse_path}.wal").exists()


def test_two_at_once_have_one_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = made(tmp_path / "one", monkeypatch)
    one, two = (settings_in(tmp_path / name, lock_timeout=0) for name in ("one", "two"))
    for _ in range(2):
        with (
            open_warehouse(one.warehouse_path, one.warehouse),
            open_warehouse(two.warehouse_path, two.warehouse) as connection,
        ):
            assert connection.execute("SELECT current_catalog()").fetchall() == [("newswell",)]
    # the second folder's file had to be made as well
    assert len(seen) == 3
    assert len(instances._idle) == 2


def test_after_an_error_or_with_other_settings_it_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = made(tmp_path, monkeypatch)
    settings = settings_in(tmp_path)

    def fail() -> None:
        with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
            connection.execute("BEGIN")
            connection.execute("CREATE TABLE lost AS SELECT 1 AS n")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert instances._idle == []
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        assert connection.execute("SHOW TABLES").fetchall() == []
    other = settings.warehouse.model_copy(update={"threads": 2})
    with open_warehouse(settings.warehouse_path, other) as connection:
        assert connection.execute("SELECT current_setting('threads')").fetchall() == [(2,)]
    assert len(seen) == 3
