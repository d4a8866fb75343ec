"""Searching from the command line, as a user meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.loading import run_load
from schemas.settings import Settings, load_settings
from tests.invented import copied
from tests.invocation import Newswell

STORIES = {
    "harbour": "Harbour opens again\n\n2026-03-28\n\nThe harbour of Port Ellery opened again on "
    "Tuesday after a week of storms, and the first ferries left for the islands before noon.\n",
    "council": "Council meets about the bridge\n\n2026-03-30\n\nThe council of the harbour town "
    "met about the bridge on Monday, and said that no ferry would replace it this summer.\n",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = load_settings(start=tmp_path_factory.mktemp("made"))
    for name, text in STORIES.items():
        settings.resolve(f"{name}.txt").write_text(text, encoding="utf-8")
    assert run_load(settings, [str(settings.resolve("*.txt"))]).counts.stored == 2
    return settings


@pytest.fixture
def loaded(made: Settings, newswell: Newswell, tmp_path: Path) -> Newswell:
    copied(made, tmp_path)
    return newswell


def test_search_shows_title_address_and_snippet(loaded: Newswell) -> None:
    told = loaded("search", "ferry")
    assert (told.code, told.err) == (0, "")
    assert "Harbour opens again\n  2026-03-28, en\n  file:/" in told.out
    assert "the first **ferries** left" in told.out
    assert told.out.endswith("2 articles.\n")


def test_an_argument_of_several_words_is_a_phrase(loaded: Newswell) -> None:
    assert "1 article." in loaded("search", "the bridge", "ferry").out
    assert "Nothing was found." in loaded("search", "bridge the", "ferry").out


def test_filters_and_limit(loaded: Newswell) -> None:
    assert "1 article." in loaded("search", "ferry", "--since", "2026-03-29").out
    assert "1 article." in loaded("search", "ferry", "--until", "2026-03-28").out
    assert "Nothing" in loaded("search", "ferry", "--language", "de").out
    assert "2 articles, the best 1 shown." in loaded("search", "ferry", "--limit", "1").out


def test_search_as_json(loaded: Newswell) -> None:
    told = loaded("--json", "search", "islands").json
    assert told["total"] == 1
    hit = told["hits"][0]
    assert hit["title"] == "Harbour opens again"
    assert hit["score"] > 0
    assert "**islands**" in hit["snippet"]


def test_hits_are_a_relation_of_a_query(loaded: Newswell) -> None:
    sql = "SELECT title, score, snippet FROM hits JOIN articles USING (article_id)"
    told = loaded("query", "--search", "islands", "--format", "json", sql)
    assert told.code == 0
    assert [row["title"] for row in told.json] == ["Harbour opens again"]
    assert "**islands**" in told.json[0]["snippet"]
    # without words there is no such relation
    assert loaded("query", sql).code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["colour:red"], "no field 'colour'"),
        (['"harbour'], "quotation mark"),
        (["ferry", "--since", "March"], "--since March: write a day as 2026-03-28"),
    ],
)
def test_a_mistake_gets_one_line_and_exit_code_2(
    loaded: Newswell, arguments: list[str], said: str
) -> None:
    told = loaded("search", *arguments)
    assert told.code == 2
    assert said in told.err
    assert told.err.count("\n") == 1


def test_before_anything_is_published(newswell: Newswell) -> None:
    told = newswell("search", "ferry")
    assert told.code == 3
    assert "nothing is published yet" in told.err


def test_a_missing_index_is_named_and_publish_makes_it(loaded: Newswell, tmp_path: Path) -> None:
    (tmp_path / "data" / "search" / "state.json").unlink()
    told = loaded("search", "ferry")
    assert told.code == 3
    assert "`newswell publish` makes it" in told.err
    assert "Nothing changed" in loaded("publish").out
    assert loaded("search", "ferry").code == 0
