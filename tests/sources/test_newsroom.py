"""The sample newsroom and the table of what a reader finds in it agree with each other."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import ftfy
import lxml.html
import pytest
from warcio.archiveiterator import ArchiveIterator

from schemas.rejection import Reason
from sources.newsroom import later_folder, outlets_folder

EXPECTED: dict[str, Any] = json.loads(
    Path(__file__).with_name("newsroom_expected.json").read_text("utf-8")
)
DOCUMENTS: list[dict[str, Any]] = EXPECTED["documents"]
ARTICLES = [row for row in DOCUMENTS if "rejected" not in row]
ROOT = outlets_folder().parent


def name_of(row: dict[str, Any]) -> str:
    """`file`, or `file#record` for one record of a JSON-lines or WARC file."""
    return f"{row['file']}#{row['record']}" if "record" in row else str(row["file"])


def content_of(row: dict[str, Any]) -> bytes:
    path = ROOT / row["file"]
    if path.name.endswith(".warc.gz"):
        return captured(path, row["record"])
    raw = path.read_bytes()
    return gzip.decompress(raw) if path.suffix == ".gz" else raw


def captured(path: Path, url: str) -> bytes:
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response" and record.rec_headers["WARC-Target-URI"] == url:
                content: bytes = record.content_stream().read()
                return content
    raise AssertionError(f"{path} has no response for {url}")


def decode(row: dict[str, Any]) -> str:
    raw = content_of(row)
    if raw.startswith(b"\xff\xfe"):
        return raw.decode("utf-16")
    if b"charset=windows-1252" in raw:
        return raw.decode("windows-1252")
    text = raw.decode("utf-8")
    if "mojibake-repaired" in row.get("flags", ()):
        return ftfy.fix_text(text, uncurl_quotes=False)
    return text


def visible(row: dict[str, Any]) -> str:
    """The text of a document with single spaces: of a page, what its elements hold."""
    text = decode(row)
    if row.get("kind") == "record":
        text = "\n".join(strings(json.loads(text.splitlines()[row["record"] - 1])))
    elif row.get("kind") == "html":
        page = lxml.html.fromstring(
            text.encode("utf-8"), parser=lxml.html.HTMLParser(encoding="utf-8")
        )
        text = page.text_content()
    return re.sub(r"\s+", " ", text)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def test_every_file_is_listed_and_every_listed_file_is_there() -> None:
    there = {
        path.relative_to(ROOT).as_posix()
        for folder in (outlets_folder(), later_folder())
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert there == {row["file"] for row in DOCUMENTS}


def test_names_are_unique_and_groups_name_existing_documents() -> None:
    names = [name_of(row) for row in DOCUMENTS]
    assert len(set(names)) == len(names)
    groups = EXPECTED["duplicates"] + EXPECTED["stories"]
    members = [name for group in groups for name in group["members"]]
    members += [name for group in EXPECTED["same_article"] for name in group]
    members += [name for group in EXPECTED["look_alikes"] for name in group]
    assert set(members) <= set(names)


def test_the_sample_is_wide_enough() -> None:
    assert {row["language"] for row in ARTICLES} == {"en", "de", "fr", "el", "ja", "es"}
    assert {row["kind"] for row in ARTICLES} == {"html", "text", "record"}
    assert len({row["outlet"] for row in ARTICLES}) == 8
    rejected = {row["rejected"] for row in DOCUMENTS if "rejected" in row}
    assert rejected == {"empty", "binary", "login-wall", "listing-page"}
    assert rejected <= {str(reason) for reason in Reason}


@pytest.mark.parametrize("row", ARTICLES, ids=name_of)
def test_what_the_table_says_stands_in_the_file(row: dict[str, Any]) -> None:
    text = visible(row)
    for paragraph in row["body"]:
        expected = re.sub(r"\s+", " ", paragraph)
        torn = re.sub(r'\."', '. "', expected)  # the torn quotation of wire/rovers.txt
        assert expected in text or torn in text
    for author in row["authors"]:
        assert author in text or author in decode(row), "a byline may decline the name"
    if row["title"]:
        assert re.sub(r"\s+", " ", row["title"]) in text
    for field in ("caption", "dateline", "standfirst"):
        if row.get(field):
            assert row[field] in text


@pytest.mark.parametrize("row", ARTICLES, ids=name_of)
def test_what_must_not_be_in_a_body_is_in_the_file_and_not_in_the_expected_body(
    row: dict[str, Any],
) -> None:
    body = "\n".join(row["body"])
    raw = re.sub(r"\s+", " ", content_of(row).decode("utf-8", errors="replace"))
    for phrase in row.get("absent", ()):
        assert phrase not in body
        assert phrase in raw or phrase in visible(row)


@pytest.mark.parametrize("row", ARTICLES, ids=name_of)
def test_dates_agree_with_themselves(row: dict[str, Any]) -> None:
    if row["published_at"]:
        moment = datetime.fromisoformat(row["published_at"])
        assert moment.tzinfo is not None
        assert moment.date().isoformat() == row["published_on"]
        assert row["published_at"] in decode(row)


def words(paragraphs: list[str]) -> list[str]:
    return re.findall(r"\w+", " ".join(paragraphs).casefold())


def test_exact_duplicates_have_the_same_words_and_others_do_not() -> None:
    bodies = {name_of(row): row["body"] for row in ARTICLES}
    for group in EXPECTED["duplicates"]:
        first, *others = (words(bodies[name]) for name in group["members"])
        assert all((other == first) == (group["kind"] == "exact") for other in others)
    exact = [
        bodies[n] for g in EXPECTED["duplicates"] if g["kind"] == "exact" for n in g["members"]
    ]
    assert len({json.dumps(body) for body in exact}) > 1, "they differ in capitals and punctuation"


def test_later_pages_have_the_address_of_the_page_they_update() -> None:
    rows = {name_of(row): row for row in ARTICLES}
    updates = [row for row in ARTICLES if "updates" in row]
    assert len(updates) == 3
    for row in updates:
        before = rows[row["updates"]]
        assert row["url"] == before["url"]
        assert row["body"] != before["body"]


def test_the_editors_list_agrees_with_the_table() -> None:
    rows = {name_of(row): row for row in DOCUMENTS}
    listed = tomllib.loads((ROOT / "outlets.toml").read_text("utf-8"))["outlets"]
    for outlet in listed:
        for article in outlet["articles"]:
            folder = "later" if article.get("first_edition") == 2 else "outlets"
            name = f"{folder}/{article['file']}"
            row = rows[f"{name}#{article['record']}" if "record" in article else name]
            assert row["outlet"] == outlet["id"]
            assert row.get("rejected") == article.get("rejected")
            if row.get("title"):
                assert article["title"] == row["title"]
                assert article.get("authors", []) == row["authors"]
            if row.get("published_at"):
                moments = (article["published"], row["published_at"])
                assert len({datetime.fromisoformat(moment) for moment in moments}) == 1
            if row.get("url"):
                assert row["url"] == outlet["origin"] + article["path"].removeprefix("/amp")
