from __future__ import annotations

from pathlib import Path

from tests.invented import extraction, settings_in, store
from tests.invocation import Newswell
from warehouse.connect import open_warehouse
from warehouse.migrate import migrate


def test_a_warehouse_without_tables_is_no_traceback(tmp_path: Path, newswell: Newswell) -> None:
    settings = settings_in(tmp_path)
    with open_warehouse(settings.warehouse_path, settings.warehouse):
        pass
    for command in ("status", "publish"):
        result = newswell(command)
        assert (result.code, result.out) == (3, "")
        assert "nothing is in it yet" in result.err
        assert result.err.count("\n") == 1
    result = newswell("doctor")
    assert result.code == 0  # a run that was broken off in its first moment leaves it so
    assert "schema version 0" in result.out


def test_an_older_warehouse_says_what_brings_it_forward(tmp_path: Path, newswell: Newswell) -> None:
    settings = settings_in(tmp_path)
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        migrate(connection, extraction("a").document.seen_at, upto=1)
    result = newswell("--json", "doctor")
    assert result.code == 0
    assert "schema version 1" in result.json["hints"][0]["example"]


def test_a_newer_warehouse_is_unavailable(tmp_path: Path, newswell: Newswell) -> None:
    settings = settings_in(tmp_path)
    store(settings, [extraction("a")])
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        connection.execute("INSERT INTO ops.migrations VALUES (99, 'future', now())")
    page = tmp_path / "page.txt"
    page.write_text("The lock is shut.\n\nIt will stay so until spring.")
    for command in (
        ["doctor"],
        ["load", str(page)],
        ["status"],
        ["maintain"],
        ["doctor", "--repair"],
        ["forget", "https://example.org/a", "--yes"],
        ["reextract"],
    ):
        result = newswell(*command)
        assert result.code == 3
        assert "schema version 99" in result.err
