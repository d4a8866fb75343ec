from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.loading import run_load
from schemas.article import Article
from schemas.settings import Settings
from tests.invented import ask, clock, copied, extraction, settings_in, store
from warehouse.export import Exported, Format, FormatError, export, read_manifest
from warehouse.readers import refresh


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Articles of two months (published is the day counted from 2026-03-02), and one undated."""
    settings = settings_in(tmp_path_factory.mktemp("made"))
    pages = [extraction("a", "rivers", published=1), extraction("b", "lakes", published=40)]
    store(settings, [*pages, extraction("c", "seas", published=41), extraction("d", "ponds")])
    refresh(settings)
    return settings


@pytest.fixture
def settings(made: Settings, tmp_path: Path) -> Settings:
    return copied(made, tmp_path)


def put(settings: Settings, folder: Path, form: Format = "parquet") -> Exported:
    return export(settings.published_path, folder, form, lambda _count: None)


def test_a_folder_a_month_with_a_manifest(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert put(settings, folder) == Exported(
        written=("2026-03", "2026-04", "unknown"), kept=(), removed=(), articles=4
    )
    manifest = read_manifest(folder)
    assert manifest is not None
    assert {month: part.articles for month, part in manifest.months.items()} == {
        "2026-03": 1,
        "2026-04": 2,
        "unknown": 1,
    }
    for part in manifest.months.values():
        content = (folder / part.file).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (part.bytes, part.sha256)
    rows = duckdb.sql(
        f"SELECT url, month, published_on, authors, body FROM '{folder}/articles/*/*.parquet'"
        " ORDER BY url"
    ).fetchall()
    assert [row[1] for row in rows] == ["2026-03", "2026-04", "2026-04", "unknown"]
    assert rows[0][2:4] == (date(2026, 3, 3), ["Ada Quill", "Ben Inkwell"])
    wanted = ask(settings, "SELECT body FROM articles ORDER BY url")
    assert [row[4:] for row in rows] == wanted


def test_only_months_that_changed_are_written(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    put(settings, folder)
    stamps = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    again = put(settings, folder)
    assert (again.written, len(again.kept)) == ((), 3)
    assert stamps == {path: path.stat().st_mtime_ns for path in stamps}
    store(settings, [extraction("e", "bays", published=42)])
    refresh(settings)
    assert put(settings, folder).written == ("2026-04",)
    march = folder / "articles" / "month=2026-03" / "articles.parquet"
    assert march.stat().st_mtime_ns == stamps[march]
    march.unlink()
    assert put(settings, folder).written == ("2026-03",)


def test_a_month_without_articles_goes(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    put(settings, folder)
    ask(settings, "DELETE FROM articles WHERE url LIKE '%/a'")
    refresh(settings)
    assert put(settings, folder).removed == ("2026-03",)
    manifest = read_manifest(folder)
    assert manifest is not None
    assert set(manifest.months) == {"2026-04", "unknown"}
    assert not list(folder.glob("articles/month=2026-03/*"))


def test_json_lines_speak_schema_org_and_are_read_back(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    put(settings, folder, "jsonl")
    (line,) = (folder / "articles/month=2026-03/articles.jsonl").read_text().splitlines()
    told = json.loads(line)
    assert told["@context"] == "https://schema.org"
    assert told["@type"] == "NewsArticle"
    assert told["datePublished"] == "2026-03-03"
    assert told["author"][0] == {"@type": "Person", "name": "Ada Quill"}
    assert "image" not in told
    other = settings_in(tmp_path / "other")
    run_load(other, [str(folder / "articles")], clock=clock)
    columns = "article_id, url, title, body, authors, published_on, published_precision"
    sql = f"SELECT {columns} FROM articles ORDER BY url"
    assert ask(other, sql) == ask(settings, sql)


def test_a_folder_of_the_other_format_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    put(settings, tmp_path / "out")
    with pytest.raises(FormatError, match="holds an export as parquet"):
        put(settings, tmp_path / "out", "jsonl")


def test_a_moment_is_told_with_its_zone(settings: Settings, tmp_path: Path) -> None:
    one = extraction("m", "moors", published=50)
    assert isinstance(one.result, Article)
    exact = one.result.model_copy(update={"published_precision": "minute"})
    store(settings, [one.model_copy(update={"result": exact})])
    refresh(settings)
    put(settings, tmp_path / "out", "jsonl")
    lines = (tmp_path / "out/articles/month=2026-04/articles.jsonl").read_text().splitlines()
    moments = {json.loads(line)["datePublished"] for line in lines}
    assert "2026-04-21T00:00:00+00:00" in moments
