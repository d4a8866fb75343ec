"""Backups: what is restored is what was there, and a takedown reaches them."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.forgetting import forget
from flows.ingesting import run_ingest
from schemas.settings import Settings, load_settings
from sources.newsroom.server import open_newsroom
from tests.ingested import MovedClock, assert_sound, configure
from tests.invented import dump
from tests.invocation import Newswell
from warehouse.affected import Target
from warehouse.query import query


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A warehouse of the sample newsroom."""
    folder = tmp_path / "home"
    folder.mkdir()
    with open_newsroom(outlets=["gazette", "wire"]) as newsroom:
        sources = [newsroom.source(outlet) for outlet in newsroom.outlets]
        settings = configure(folder, sources, archive="data/archive")
        run_ingest(settings, everything=True, clock=MovedClock())
    return folder


def settings_of(folder: Path) -> Settings:
    return load_settings(folder / "newswell.toml")


def test_what_is_restored_is_what_was_there(home: Path, tmp_path: Path, newswell: Newswell) -> None:
    kept, fresh = tmp_path / "kept", tmp_path / "fresh"
    fresh.mkdir()
    made = newswell("--json", "backup", "--to", kept, cwd=home)
    assert made.code == 0, made.err
    assert (made.json["archive_files"], made.json["copied"]) == (1, 1)
    told = newswell("restore", kept, cwd=fresh)
    assert told.code == 0, told.err
    assert dump(settings_of(fresh)) == dump(settings_of(home))
    assert_sound(settings_of(fresh))
    assert newswell("doctor", "--all", cwd=fresh).code == 0
    assert newswell("--json", "search", "ferry", cwd=fresh).json["hits"]
    stored = query(settings_of(fresh).published_path, "SELECT count(*) FROM articles").rows
    assert stored == ((9,),)


def test_only_what_changed_is_copied_again_and_a_takedown_reaches_it(
    home: Path, tmp_path: Path, newswell: Newswell
) -> None:
    kept = tmp_path / "kept"
    newswell("backup", "--to", kept, cwd=home)
    assert newswell("--json", "backup", "--to", kept, cwd=home).json["copied"] == 0
    before = {file.name for file in (kept / "archive").iterdir()}
    forget(settings_of(home), [Target(kind="source", value="gazette")], MovedClock())
    assert newswell("--json", "backup", "--to", kept, cwd=home).json["copied"] == 1
    after = {file.name for file in (kept / "archive").iterdir()}
    assert not before & after
    left = query(kept / "newswell.duckdb", "SELECT DISTINCT source_id FROM articles").rows
    assert left == (("wire",),)


def test_nothing_is_overwritten(home: Path, tmp_path: Path, newswell: Newswell) -> None:
    kept, other = tmp_path / "kept", tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").touch()
    told = newswell("backup", "--to", other, cwd=home)
    assert told.code == 2
    assert "something else" in told.err
    newswell("backup", "--to", kept, cwd=home)
    told = newswell("restore", kept, cwd=home)
    assert told.code == 2
    assert "is there already" in told.err


def test_half_a_backup_is_none(home: Path, tmp_path: Path, newswell: Newswell) -> None:
    kept, fresh = tmp_path / "kept", tmp_path / "fresh"
    fresh.mkdir()
    newswell("backup", "--to", kept, cwd=home)
    (kept / "backup.json").unlink()
    told = newswell("restore", kept, cwd=fresh)
    assert told.code == 2
    assert "no complete backup" in told.err
    assert not any(fresh.iterdir())
    # as a kill in the middle leaves it; running it again completes it
    assert newswell("backup", "--to", kept, cwd=home).code == 0
    assert newswell("restore", kept, cwd=fresh).code == 0
