"""`newswell why`: the story and the thread of an article, by the words that it shares."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.flows.test_grouping import EVENTS
from tests.invented import NOW
from tests.invocation import Newswell


def write(path: Path) -> Path:
    lines = []
    for event, texts in EVENTS.items():
        for number, (title, text) in enumerate(texts):
            early = event == "bridge" and number == 0
            day = NOW - timedelta(days=400 if early else 0)
            lines.append(
                {
                    "url": f"https://paper{number}.example/{event}",
                    "title": title,
                    "text": text,
                    "publisher": f"Paper {number}",
                    "date": f"{day:%Y-%m-%d}",
                    "language": "en",
                }
            )
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


@pytest.fixture
def loaded(newswell: Newswell, tmp_path: Path) -> Newswell:
    assert newswell("load", write(tmp_path / "one.jsonl")).code == 0
    return newswell


def test_a_story_is_told_by_the_words_that_its_articles_share(loaded: Newswell) -> None:
    told = loaded("why", "https://paper1.example/rovers")
    assert (told.code, told.err) == (0, "")
    assert "It is in the story “" in told.out
    assert "(3 other articles, 4 publishers, 2026-05-01)" in told.out
    assert "because of what it has in common with the nearest:" in told.out
    (nearest,) = [line for line in told.out.splitlines() if "Kittiwake buys" in line][-1:]
    assert "(Paper 0, 2026-05-01, https://paper0.example/rovers)" in nearest
    assert "Fulmar Rovers" in told.out
    assert "nearness 0." in told.out
    assert "thread" not in told.out


def test_a_program_gets_the_same(loaded: Newswell) -> None:
    told = json.loads(loaded("--json", "why", "https://paper1.example/rovers").out)["story"]
    assert told["article_count"] == 4
    assert len(told["nearest"]) == 3
    assert all(one["words"] and one["similarity"] > 0.15 for one in told["nearest"])
    assert told["related"] == []


def test_a_thread_is_told_by_its_names_and_other_stories(loaded: Newswell) -> None:
    told = loaded("why", "https://paper0.example/bridge").out
    assert "No other article tells of the same event: it is a story of its own." in told
    assert "The story is in the thread “" in told
    assert "with 1 other story, by names that they share: " in told
    assert "nearness of names 0." in told
