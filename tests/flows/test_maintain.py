"""The night's work: each step does what it says, and one that fails keeps no other from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.ingesting import run_ingest
from flows.maintaining import STEPS, describe_maintained, run_maintain, take_step
from sources.archive import Maker, locked
from sources.newsroom.server import open_newsroom
from tests.ingested import MovedClock, assert_sound, configure
from tests.invented import ask, extraction, settings_in, store
from tests.invocation import Newswell
from warehouse.compact import free_share
from warehouse.connect import WarehouseError
from warehouse.export import read_manifest


def test_a_night_leaves_everything_sound_and_up_to_date(tmp_path: Path, newswell: Newswell) -> None:
    with open_newsroom(outlets=["gazette"]) as newsroom:
        settings = configure(tmp_path, [newsroom.source("gazette")], archive="data/archive")
        with (tmp_path / "newswell.toml").open("a", encoding="utf-8") as file:
            file.write('[maintain]\nexport = "out"\n')
        run_ingest(settings, everything=True, clock=MovedClock())

    told = newswell("--json", "maintain")

    assert told.code == 0
    assert [one["step"] for one in told.json["steps"]] == [*STEPS]
    manifest = read_manifest(tmp_path / "out")
    assert manifest is not None
    assert sum(part.articles for part in manifest.months.values()) == 4
    assert "Gazette" in (tmp_path / "data" / "report.html").read_text(encoding="utf-8")
    assert_sound(settings)
    again = {one["step"]: one["told"] for one in newswell("--json", "maintain").json["steps"]}
    assert again["archive"] == "nothing new"
    assert again["export"] == "4 articles, 0 months written anew"


def test_a_file_that_is_half_empty_is_written_anew(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    store(settings, [extraction(f"{n}", f"ferry {n} " * 400, captured=1) for n in range(200)])
    for table in ("articles", "article_versions"):
        ask(settings, f"DELETE FROM {table}")
    ask(settings, "DELETE FROM ops.texts WHERE number = 7")
    path = settings.warehouse_path
    assert isinstance(path, Path)
    before, share = path.stat().st_size, free_share(path, settings.warehouse)
    assert share >= 0.25
    assert take_step(settings, "compaction", MovedClock()).startswith("from ")
    assert path.stat().st_size < before
    hashes = "SELECT count(*) FROM (FROM ops.shingles UNION ALL FROM ops.landmarks) WHERE number "
    assert ask(settings, f"{hashes} = 7") == [(0,)]
    assert ask(settings, f"{hashes} = 8") != [(0,)]
    assert "not worth" in take_step(settings, "compaction", MovedClock())


def test_a_step_that_fails_is_told_and_the_others_are_done(
    tmp_path: Path, newswell: Newswell
) -> None:
    settings = settings_in(tmp_path)
    store(settings, [extraction("kept", "rivers")])
    (tmp_path / "data" / "report.html").mkdir()
    told = newswell("maintain")
    assert told.code == 1
    assert "✗ report" in told.out
    assert "✓ checks" in told.out
    done = run_maintain(settings)
    assert done.failed
    assert "| report | **" in describe_maintained(done)


def test_a_broken_invariant_fails_the_night(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    store(settings, [extraction("kept", "rivers")])
    ask(settings, "UPDATE articles SET version = 7")
    with pytest.raises(WarehouseError, match="newswell doctor"):
        take_step(settings, "checks", MovedClock())


def test_without_a_warehouse_there_is_no_night(newswell: Newswell) -> None:
    told = newswell("maintain")
    assert told.code == 3
    assert "no warehouse yet" in told.err


def test_who_has_the_archive_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_in(tmp_path)
    store(settings, [extraction("kept", "rivers")])
    folder = settings.resolve(settings.archive.path)
    held = locked(folder, Maker().name)
    held.__enter__()
    waits = []

    def wait(seconds: float) -> None:
        # the ingest ends while the night's work waits for it
        waits.append(seconds)
        held.__exit__(None, None, None)

    monkeypatch.setattr("flows.maintaining.time.sleep", wait)
    assert take_step(settings, "archive", MovedClock()) == "nothing new"
    assert len(waits) == 1
