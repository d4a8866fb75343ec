"""What was edited, from the command line; and the articles as they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.difference import difference
from flows.loading import run_load
from schemas.settings import Settings, load_settings
from tests.invented import copied
from tests.invocation import Newswell

URL = "https://www.gazette.example/bridge/"
FIRST = "The council closed the bridge on Monday. " + "Nobody knows for how long. " * 12
SECOND = FIRST.replace("on Monday", "on Tuesday night")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = load_settings(start=tmp_path_factory.mktemp("made"))
    for number, (title, text) in enumerate([("Bridge shut", FIRST), ("Bridge closed", SECOND)]):
        record = {"url": URL, "title": title, "text": text}
        path = settings.resolve(f"{number}.jsonl")
        path.write_text(json.dumps(record))
        assert run_load(settings, [str(path)]).counts.rejected == 0
    return settings


@pytest.fixture
def edited(made: Settings, newswell: Newswell, tmp_path: Path) -> Newswell:
    copied(made, tmp_path)
    return newswell


def test_each_version_shows_the_words_that_changed(edited: Newswell) -> None:
    told = edited("edits", "http://gazette.example/bridge?utm_source=x")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("Bridge shut\n  https://www.gazette.example/bridge/\n  first seen ")
    assert "Version 2, " in told.out
    assert "Bridge [-shut-] {+closed+} The council closed the bridge on" in told.out
    assert "on [-Monday.-] {+Tuesday night.+} Nobody knows" in told.out
    assert told.out.count("Nobody") < 5  # the rest is left out


def test_edits_as_json(edited: Newswell) -> None:
    told = edited("--json", "edits", URL).json
    assert told["versions"] == 2
    (edit,) = told["edits"]
    assert (edit["version"], edit["change"], edit["title"]) == (2, "update", "Bridge closed")
    assert {"kind": "removed", "text": "Monday."} in edit["difference"]


def test_an_article_that_was_not_edited(newswell: Newswell, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(f"Bridge shut\n\n{FIRST}\n")
    newswell("load", "one.txt")
    assert "It was not edited since." in newswell("edits", "one.txt").out


def test_an_address_that_is_not_known(edited: Newswell) -> None:
    told = edited("edits", "https://gazette.example/other")
    assert told.code == 2
    assert "no article is stored under this address" in told.err


def test_the_articles_as_they_were(edited: Newswell) -> None:
    moments = edited(
        "--json", "query", "SELECT valid_from FROM article_versions ORDER BY version"
    ).json
    first, second = (row["valid_from"] for row in moments)

    def titles(moment: str) -> list[str]:
        sql = f"SELECT title, version, body FROM articles_as_of('{moment}')"
        rows = edited("--json", "query", sql).json
        assert all(("Tuesday" in row["body"]) == (row["version"] == 2) for row in rows)
        return [row["title"] for row in rows]

    assert titles("2001-01-01") == []
    assert titles(first) == ["Bridge shut"]
    assert titles(second) == ["Bridge closed"]
    assert titles("2101-01-01") == ["Bridge closed"]


def test_a_difference_keeps_all_words_around_changes() -> None:
    old, new = "a b c d e f g h i j k l m n o p q r s t", "a b c d e f g h i j k l m n o p q r s u"
    parts = difference("Old", old, "News", new)
    told = [(part.kind, part.text) for part in parts]
    assert told == [
        ("removed", "Old"),
        ("added", "News"),
        ("kept", "a b c d e f g h … l m n o p q r s"),
        ("removed", "t"),
        ("added", "u"),
    ]
    assert [part.kind for part in difference("x", old, "x", old)] == ["kept"]
