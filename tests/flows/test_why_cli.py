"""`newswell why`: what an address is, and how that is known, in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows.loading import run_load
from schemas.settings import Settings, load_settings
from tests.invented import copied
from tests.invocation import Newswell

FIRST = "https://www.gazette.example/ferry/"
COPY = "https://herald.example/ferry"
ALONE = "https://herald.example/lock"
TEXT = "\n\n".join(
    f"In part {number} of the matter the harbour council heard what the ferry company had to say "
    "about its quay, and put off its decision for another week."
    for number in ("one", "two", "three")
)


def write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("\n".join(map(json.dumps, records)))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("made")
    settings = load_settings(start=folder)
    record = {"title": "Council waits", "publisher": "The Gazette", "date": "2026-04-01"}
    first = {**record, "url": FIRST, "text": TEXT}
    copy = {**first, "url": COPY, "publisher": "The Herald", "date": "2026-04-02"}
    more = {"text": f"{TEXT}\n\nNobody at the quay was asked by the council."}
    alone = {"url": ALONE, "title": "Lock shut", "text": " ".join(f"word{n}" for n in range(60))}
    noted = {"text": f"{alone['text']}\n\nCorrection: the lock is open."}
    for file in (
        write(folder / "one.jsonl", first, {**copy, **more}, alone),
        write(folder / "two.jsonl", {**alone, **noted}),
    ):
        assert run_load(settings, [str(file)]).counts.rejected == 0
    return settings


@pytest.fixture
def loaded(made: Settings, newswell: Newswell, tmp_path: Path) -> Newswell:
    copied(made, tmp_path)
    return newswell


def test_a_duplicate_is_told_of_what_and_by_what_evidence(loaded: Newswell) -> None:
    told = loaded("why", f"{COPY}?utm_source=x")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("Council waits\n  The Herald, https://herald.example/ferry\n")
    assert "published 2026-04-02 00:00, first seen " in told.out
    assert "It is a duplicate, nearly, of:" in told.out
    assert f"Council waits (The Gazette, 2026-04-01, {FIRST})" in told.out
    assert "stands in it: “in part one of the matter" in told.out.casefold()
    assert "Its text has not changed since." in told.out


def test_who_stands_for_a_group_is_told_who_repeats_it(loaded: Newswell) -> None:
    told = loaded("why", FIRST).out
    assert "1 article repeats it; it stands for them" in told
    assert f"Council waits (The Herald, 2026-04-02, {COPY})" in told


def test_each_version_is_told_with_its_change(loaded: Newswell) -> None:
    told = loaded("why", ALONE).out
    assert "It repeats no article that is stored, and none repeats it." in told
    assert "It has 2 versions" in told
    assert ": a correction, which says so (0 words out, 5 in)" in told


def test_reasons_as_json(loaded: Newswell) -> None:
    told = loaded("--json", "why", COPY).json
    assert told["url"] == COPY
    assert told["duplicates"]["repeats"]["url"] == FIRST
    assert told["duplicates"]["repeats"]["kind"] == "near"
    assert (told["duplicates"]["copies"], told["versions"]) == (0, [])
    (version,) = loaded("--json", "why", ALONE).json["versions"]
    assert (version["version"], version["change"]) == (2, "correction")
    assert (version["removed"], version["added"]) == (0, 5)


def test_an_address_without_an_article_is_told_why(loaded: Newswell, tmp_path: Path) -> None:
    (tmp_path / "nothing.txt").write_text("")
    assert loaded("load", "nothing.txt").code == 1
    told = loaded("why", "nothing.txt")
    assert told.code == 0
    assert told.out.startswith("nothing.txt\n  rejected since ")
    assert told.out.splitlines()[2].startswith("  empty")
    assert loaded("--json", "why", "nothing.txt").json["fate"] == "rejected"


def test_an_address_of_which_nothing_is_known(loaded: Newswell) -> None:
    told = loaded("why", "https://herald.example/other")
    assert (told.code, told.out) == (2, "")
    assert told.err.strip().endswith("nothing is known of this address")
