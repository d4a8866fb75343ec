"""The command line as a user meets it: what it prints, and its exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import tomllib
from pathlib import Path

import duckdb
import pytest

from flows.loading import run_load
from schemas.settings import Settings, load_settings
from tests.invented import copied
from tests.invocation import Newswell

STORY = (
    "Harbour opens again\n\n"
    "The harbour of Port Ellery opened again on Tuesday after a week of storms, and the first "
    "ferries left for the islands before noon.\n\n"
    "“We have waited long enough,” said the harbour master, who had slept in his office.\n"
)


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = load_settings(start=tmp_path_factory.mktemp("made"))
    path = settings.resolve("story.txt")
    path.write_text(STORY, encoding="utf-8")
    run_load(settings, [str(path)])
    return settings


@pytest.fixture
def loaded(made: Settings, newswell: Newswell, tmp_path: Path) -> Newswell:
    """Where the story is stored and published."""
    copied(made, tmp_path)
    return newswell


def test_help_names_every_command(newswell: Newswell) -> None:
    told = newswell("--help")
    assert told.code == 0
    for command in ("init", "load", "query", "search", "status", "doctor", "publish", "demo"):
        assert f"\n  {command} " in told.out
        assert newswell(command, "--help").code == 0


def test_the_bare_name_explains_itself(newswell: Newswell) -> None:
    told = newswell()
    assert "Commands:" in told.out + told.err


def test_init_writes_the_defaults_and_never_over_a_file(newswell: Newswell, tmp_path: Path) -> None:
    assert newswell("init").code == 0
    config = tmp_path / "newswell.toml"
    written = tomllib.loads(config.read_text(encoding="utf-8"))
    assert written["fetch"]["per_host_delay"] == 1.0
    assert written["warehouse"]["published"] == "data/news.duckdb"
    assert all(
        "#" in line for line in config.read_text(encoding="utf-8").splitlines() if " = " in line
    )
    again = newswell("init")
    assert again.code == 2
    assert again.err.count("\n") == 1
    assert "is there already" in again.err


def test_the_example_source_of_init_is_a_valid_one(newswell: Newswell, tmp_path: Path) -> None:
    newswell("init")
    config = tmp_path / "newswell.toml"
    text = config.read_text(encoding="utf-8")
    head, mark, example = text.partition("# [[sources]]\n")
    config.write_text(
        head + (mark + example).replace("# [[", "[[").replace("\n# ", "\n"), encoding="utf-8"
    )
    assert tomllib.loads(config.read_text(encoding="utf-8"))["sources"][0]["id"] == "gazette"
    assert newswell("publish").code == 3  # read without complaint; there is no warehouse yet


def test_load_then_query_then_load_again(
    newswell: Newswell, newswell_process: Newswell, story: Path
) -> None:
    first = newswell_process("load", story)
    assert (first.code, first.err) == (0, "")
    assert "1 found" in first.out
    assert "1 stored" in first.out
    second = newswell("--json", "load", story)
    assert second.json["counts"]["unchanged"] == 1
    assert second.json["counts"]["stored"] == 0
    found = newswell_process("query", "SELECT title, url FROM articles", "--format", "json")
    assert found.json == [{"title": "Harbour opens again", "url": f"file:{story}"}]


def test_global_options_may_follow_the_command(newswell: Newswell, story: Path) -> None:
    assert newswell("load", story, "--json").json["counts"]["stored"] == 1
    assert newswell("query", "SELECT 1 AS one", "--json").json == [{"one": 1}]


def test_refused_files_have_a_reason_and_exit_code_1(
    newswell: Newswell, story: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "noise.bin").write_bytes(os.urandom(5000))
    done = newswell("load", story, tmp_path / "empty.txt", tmp_path / "noise.bin", "missing.txt")
    assert done.code == 1
    assert "1 stored, 2 rejected, 1 failed" in done.out
    assert "empty: empty.txt: an empty file" in done.out
    assert "vanished: missing.txt" in done.out
    fates = newswell("query", "SELECT fate, reason FROM url_fate ORDER BY ALL", "--json").json
    assert fates == [
        {"fate": "failed", "reason": "vanished"},
        {"fate": "rejected", "reason": "binary"},
        {"fate": "rejected", "reason": "empty"},
        {"fate": "stored", "reason": None},
    ]


def test_query_formats_and_output(loaded: Newswell, tmp_path: Path) -> None:
    sql = "SELECT title, authors, published_at, word_count FROM articles"
    rows = list(csv.DictReader(io.StringIO(loaded("query", sql, "--format", "csv").out)))
    assert rows[0]["title"] == "Harbour opens again"
    assert rows[0]["authors"] == "[]"
    assert rows[0]["published_at"] == ""
    table = loaded("query", sql)
    assert "Harbour opens again" in table.out
    assert "1 row" in table.out
    target = tmp_path / "out.json"
    written = loaded("query", sql, "--format", "json", "--output", target)
    assert written.out == ""
    assert "1 rows written" in written.err
    assert json.loads(target.read_text(encoding="utf-8"))[0]["title"] == "Harbour opens again"
    provenance = loaded("query", "SELECT provenance FROM articles", "--json").json
    assert provenance[0]["provenance"]["title"] == "text:headline"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["query", "SELEC 1"], "syntax error"),
        (["query", "SELECT nothing FROM articles"], "nothing"),
        (["query", "DELETE FROM articles"], "read-only"),
        (["query", "SELECT 1", "--format", "xml"], "table, json, csv"),
        (["load", "x", "--source", "Not An Id"], "--source"),
        (["--config", "nowhere.toml", "status"], "nowhere.toml"),
    ],
)
def test_mistakes_get_one_line_and_exit_code_2(
    loaded: Newswell, arguments: list[str], says: str
) -> None:
    done = loaded(*arguments)
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert says in done.err
    assert "Traceback" not in done.err


def test_usage_errors_have_exit_code_2(newswell: Newswell) -> None:
    assert newswell("load").code == 2
    assert newswell("frobnicate").code == 2


def test_without_a_warehouse_each_command_says_what_to_do(
    newswell: Newswell, tmp_path: Path
) -> None:
    for command in (
        ["query", "SELECT 1"],
        ["search", "ferry"],
        ["why", "https://news.example/1"],
        ["edits", "https://news.example/1"],
        ["status"],
        ["doctor"],
        ["report", "--to", "page.html"],
        ["export", "--to", "out"],
        ["publish"],
        ["maintain"],
        ["backup", "--to", "copy"],
        ["reextract"],
        ["forget", "--yes", "https://news.example/1"],
    ):
        done = newswell(*command)
        assert (done.code, done.out) == (3, "")
        assert done.err.count("\n") == 1
        assert "`newswell load" in done.err
        assert "`newswell ingest`" in done.err
    assert not [*tmp_path.iterdir()]


def test_a_file_that_is_no_warehouse_is_named(
    newswell: Newswell, story: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "newswell.duckdb") as other:
        other.execute("CREATE TABLE t (i INTEGER)")
    other.close()
    done = newswell("load", story)
    assert done.code == 3
    assert "newswell.duckdb" in done.err
    assert done.err.count("\n") == 1


def test_a_damaged_file_is_told_with_what_to_do(loaded: Newswell, tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    readers = (
        ["query", "FROM articles"],
        ["query", "FROM hits", "--search", "harbour"],
        ["search", "harbour"],
        ["why", story],
        ["edits", story],
        ["report", "--to", "page.html"],
        ["export", "--to", "out"],
    )
    writers = (["status"], ["doctor"], ["load", story], ["publish"], ["sources", "list"])
    for name, advice, commands in (
        ("news.duckdb", "`newswell publish` makes it anew", readers),
        ("newswell.duckdb", "newswell restore DIR", writers),
    ):
        file = tmp_path / "data" / name
        whole = file.read_bytes()
        # an end that is missing is met when something is read that lies there
        file.write_bytes(whole[: 3 * 4096])
        for command in commands:
            told = loaded(*command)
            assert (told.code, told.out) == (3, ""), command
            assert f"{file}: the file is damaged; " in told.err
            assert advice in told.err
            assert told.err.count("\n") == 1
        file.write_bytes(whole)
        assert loaded("status").code == 0


def test_a_report_takes_no_folders_place(loaded: Newswell, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    told = loaded("report", "--to", "pages")
    assert (told.code, told.err) == (2, "newswell: --to pages: Is a directory\n")
    assert not (tmp_path / "pages.partial").exists()


def test_a_warehouse_in_use_is_waited_for_and_then_named(
    newswell: Newswell, newswell_process: Newswell, story: Path, tmp_path: Path
) -> None:
    newswell("load", story)
    holder = duckdb.connect()
    holder.execute(f"ATTACH '{tmp_path / 'data' / 'newswell.duckdb'}' AS held")
    try:
        done = newswell_process("load", story, NEWSWELL_WAREHOUSE__LOCK_TIMEOUT="0.5")
    finally:
        holder.close()
    assert done.code == 3
    assert f"process {os.getpid()}" in done.err
    assert newswell("load", story).code == 0


def test_readers_are_not_blocked_by_a_writer(
    loaded: Newswell, newswell_process: Newswell, tmp_path: Path
) -> None:
    holder = duckdb.connect()
    holder.execute(f"ATTACH '{tmp_path / 'data' / 'newswell.duckdb'}' AS held")
    try:
        assert newswell_process("query", "SELECT count(*) AS n FROM articles", "--json").json == [
            {"n": 1}
        ]
    finally:
        holder.close()


def test_doctor_is_content_and_notices_an_old_published_file(
    loaded: Newswell, tmp_path: Path
) -> None:
    sound = loaded("doctor")
    assert sound.code == 0
    assert "is sound" in sound.out
    (tmp_path / "data" / "news.duckdb").unlink()
    missing = loaded("doctor")
    assert missing.code == 0  # a run broken off before it published leaves it so
    assert "newswell publish" in missing.out
    assert loaded("publish").code == 0
    assert loaded("doctor").code == 0


def test_status_shows_sources_and_runs(newswell: Newswell, story: Path) -> None:
    newswell("load", story, "--source", "ellery")
    shown = newswell("status")
    assert shown.code == 0
    assert "ellery" in shown.out
    told = newswell("status", "--json").json
    assert told["sources"][0]["articles"] == 1
    assert told["runs"][0]["kind"] == "load"


def test_configuration_is_found_above_and_paths_start_from_it(
    newswell: Newswell, story: Path, tmp_path: Path
) -> None:
    (tmp_path / "newswell.toml").write_text('[warehouse]\npath = "w/one.duckdb"\n')
    below = tmp_path / "deep" / "er"
    below.mkdir(parents=True)
    assert newswell("load", story, cwd=below).code == 0
    assert (tmp_path / "w" / "one.duckdb").is_file()
    assert (tmp_path / "data" / "news.duckdb").is_file()


def test_a_configured_source_gives_its_publisher(
    newswell: Newswell, story: Path, tmp_path: Path
) -> None:
    (tmp_path / "newswell.toml").write_text(
        '[[sources]]\nid = "ellery"\npublisher = "The Ellery"\n'
    )
    newswell("load", story, "--source", "ellery")
    asked = "SELECT publisher, provenance->>'publisher' AS origin FROM articles"
    assert newswell("query", asked, "--json").json == [
        {"publisher": "The Ellery", "origin": "source"}
    ]
