"""Real pages with truth, where they are at hand: nothing lost, nothing below the plain library."""

from __future__ import annotations

import gzip
import importlib.util
import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest
import trafilatura
from htmldate import find_date

from extractors.html import cascade, extract_html
from extractors.html.cascade import first_answer, whole_cascade
from extractors.html.datesearch import search_date
from extractors.html.ending import cut_off
from extractors.html.page import read_page
from schemas.article import Article
from tests.extractors.html.html_pages import document

ROOT = Path(__file__).resolve().parents[3]
BENCH = Path(os.environ.get("NEWSWELL_BENCH", ROOT.parent / "shared" / "bench")) / "extraction"
pytestmark = pytest.mark.skipif(
    not (BENCH / "score.py").is_file(),
    reason=f"benchmark pages not found at {BENCH}: set NEWSWELL_BENCH",
)
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def truth(name: str) -> dict[str, dict[str, Any]]:
    lines = (BENCH / name / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return {record["id"]: record for record in map(json.loads, lines)}


def page(name: str, number: str) -> bytes:
    return gzip.decompress((BENCH / name / "pages" / f"{number}.html.gz").read_bytes())


def scorer() -> Any:
    spec = importlib.util.spec_from_file_location("score", BENCH / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_fundus_page_is_stored_whole_or_says_why_not() -> None:
    stored, doubtful = 0, []
    for number in truth("fundus"):
        # as a file: the address has to come from the page
        found = extract_html(document(page("fundus", number)))
        if not isinstance(found, Article):
            assert found.detail
            doubtful.append(number)
            continue
        stored += 1
        lacks = {
            *(["no-title"] if not found.title else []),
            *(["no-date"] if not found.published_on else []),
        }
        assert lacks <= set(found.flags), number
        assert found.language, number
        doubtful.extend([number] if lacks else [])
    assert stored + len(doubtful) >= 100
    # two in a hundred at most: what scripts build, or what no place on the page dates
    assert len(doubtful) <= 0.02 * (stored + len(doubtful))


@pytest.mark.parametrize(("name", "share"), [("fundus", 3), ("aed", 4), ("aeb", 3), ("daniel", 4)])
@pytest.mark.timeout(120)
def test_bodies_are_not_below_the_plain_librarys(name: str, share: int) -> None:
    records = truth(name)
    sample = dict(list(records.items())[::share])  # a few seconds' worth
    score = scorer().score
    ours: dict[str, dict[str, Any]] = {}
    plain: dict[str, dict[str, Any]] = {}
    for number, record in sample.items():
        content = page(name, number)
        found = extract_html(document(content, record.get("url") or "file:/pages/page.html"))
        ours[number] = {"id": number, "body": getattr(found, "body", "")}
        text = content.decode("utf-8", "replace")
        theirs = trafilatura.bare_extraction(text, url=record.get("url"), with_metadata=True)
        plain[number] = {"id": number, "body": theirs.text if theirs else ""}
        assert ours[number]["body"] or not plain[number]["body"], f"{number} is lost"
    assert score(sample, ours)[0]["F1"] >= score(sample, plain)[0]["F1"]


@pytest.mark.parametrize("name", ["fundus", "aed", "daniel"])
def test_the_faster_cascade_finds_what_the_librarys_does(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = [page(name, number).decode("utf-8", "replace") for number in list(truth(name))[::8]]

    def answers() -> list[tuple[str, str]]:
        found = []
        for text in sample:
            first, whole = read_page(text, ""), read_page(text, "")
            assert first is not None
            assert whole is not None
            found.append((first_answer(first.tree, None), whole_cascade(whole.tree, None)))
        return found

    ours = answers()
    monkeypatch.setattr(cascade, "_extractor", lambda: trafilatura.main_extractor)
    monkeypatch.setattr(cascade, "_sequence", lambda: trafilatura.core)
    assert ours == answers()


@pytest.mark.timeout(120)
def test_dates_are_searched_for_as_the_library_does() -> None:
    for number in list(truth("htmldate_mediacloud"))[::4]:
        found = read_page(page("htmldate_mediacloud", number).decode("utf-8", "replace"), "")
        assert found is not None
        plain = find_date(found.tree, original_date=True, extensive_search=True)
        assert search_date(found.tree, None) == plain, number


def test_no_whole_page_is_called_cut_off() -> None:
    for name in ("fundus", "aed", "aeb", "daniel", "htmldate_mediacloud", "wcxb_news"):
        for number in truth(name):
            assert cut_off(page(name, number).decode("utf-8", "replace")) is None, number
