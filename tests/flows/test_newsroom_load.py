"""The whole way, from the files of the sample newsroom to SQL, beside what a reader finds there."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.loading import run_load
from schemas.run import RunReport
from schemas.settings import Settings, load_settings
from sources.newsroom import later_folder, outlets_folder
from warehouse.checks import run_checks
from warehouse.connect import open_warehouse
from warehouse.query import query

EXPECTED = json.loads(
    (Path(__file__).parent.parent / "sources" / "newsroom_expected.json").read_text("utf-8")
)
DOCUMENTS = [one for one in EXPECTED["documents"] if one["file"].startswith("outlets/")]
KEPT = [one for one in DOCUMENTS if "rejected" not in one]
REFUSED = [one for one in DOCUMENTS if "rejected" in one]
FIELDS = ("language", "section", "keywords", "dateline", "authors")


def address(document: dict[str, Any]) -> str:
    """The address under which the document was discovered."""
    record = str(document.get("record", ""))
    if record.startswith("http"):
        return record
    file = f"file:{outlets_folder().parent / document['file']}"
    return f"{file}#{record}" if record else file


class Warehouse:
    def __init__(self, settings: Settings, runs: list[RunReport]) -> None:
        self.settings = settings
        self.runs = runs
        self.articles = {
            row["discovered"]: row
            for row in self.ask(
                "SELECT c.url AS discovered, a.* FROM ops.candidates c JOIN articles a"
                " USING (article_id)"
            )
        }

    def ask(self, sql: str) -> list[dict[str, Any]]:
        return query(self.settings.published_path, sql).records()


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    settings = load_settings(start=tmp_path_factory.mktemp("newsroom"))
    return Warehouse(settings, [run_load(settings, [str(outlets_folder())])])


@pytest.mark.parametrize("document", KEPT, ids=address)
def test_each_article_is_read_as_a_reader_would(
    warehouse: Warehouse, document: dict[str, Any]
) -> None:
    found = warehouse.articles[address(document)]
    if "same_article_as" in document or document["file"] in _TWINS:
        pytest.skip("two variants of one page: either may be the text of today")
    assert found["title"] in [document["title"], *document.get("title_also", [])]
    for field in FIELDS:
        if field in document and not (field == "dateline" and not found[field]):
            assert found[field] == document[field], field
    for line in document.get("absent", []):
        assert line not in found["body"]
    if "rule" in document:
        assert found["provenance"]["rule"] == document["outlet"]
    assert found["published_on"] == document["published_on"]
    if document["published_at"]:
        assert _utc(found["published_at"]) == _utc(document["published_at"])
    if document["url"]:
        assert found["url"] == document["url"]
    for paragraph in document["body"]:
        assert paragraph in found["body"]
    if "caption" in document:
        # the credit may stand with it
        assert found["caption"].startswith(document["caption"])
    assert set(document.get("flags", [])) <= set(found["flags"])


_TWINS = {one for group in EXPECTED["same_article"] for one in group}


def _utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(UTC)


@pytest.mark.parametrize("document", REFUSED, ids=address)
def test_each_refusal_has_its_reason(warehouse: Warehouse, document: dict[str, Any]) -> None:
    rows = {row["url"]: row["reason"] for row in warehouse.ask("FROM rejects")}
    assert rows[address(document)] == document["rejected"]


def test_every_document_has_one_fate_and_the_sums_agree(warehouse: Warehouse) -> None:
    fates = warehouse.ask("SELECT url FROM url_fate")
    # the archive also holds an error page
    everything = {*map(address, DOCUMENTS), "https://www.boletin.example/noticias/2025/12/retirada"}
    assert sorted(row["url"] for row in fates) == sorted(everything)
    assert warehouse.runs[0].counts.adds_up
    assert warehouse.runs[0].counts.discovered == len(everything)


def test_exact_copies_are_found_and_look_alikes_are_not(warehouse: Warehouse) -> None:
    for group in EXPECTED["duplicates"]:
        if group["kind"] == "exact":
            members = [warehouse.articles[_member(one)] for one in group["members"]]
            assert len({row["duplicate_of"] or row["article_id"] for row in members}) == 1
    for group in EXPECTED["look_alikes"]:
        rows = [warehouse.articles[_member(one)] for one in group]
        assert all(row["duplicate_of"] is None for row in rows)


def _member(name: str) -> str:
    file, _, record = name.partition("#")
    return address({"file": file, "record": record} if record else {"file": file})


def test_a_second_load_changes_nothing_and_the_later_edition_makes_versions(
    warehouse: Warehouse,
) -> None:
    tables = "SELECT article_id, version, body, duplicate_of FROM articles ORDER BY article_id"
    before = warehouse.ask(tables)
    again = run_load(warehouse.settings, [str(outlets_folder())])
    assert (again.counts.stored, again.counts.new_versions) == (0, 0)
    assert warehouse.ask(tables) == before
    later = run_load(warehouse.settings, [str(later_folder())])
    assert (later.counts.stored, later.counts.new_versions) == (1, 3)
    changed = warehouse.ask("SELECT url, change FROM edits WHERE changed_at > TIMESTAMPTZ 'epoch'")
    assert len(changed) >= 3
    with open_warehouse(warehouse.settings.warehouse_path, warehouse.settings.warehouse) as opened:
        assert run_checks(opened) == []
