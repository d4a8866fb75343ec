from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.document import Document, Kind
from schemas.rejection import Rejection
from sources.local import read_file
from sources.paths import Found
from tests.reading import READING, outcomes

RECORD = b'{"title": "Ferry late", "text": "It was late again."}'


def read(content: bytes, folder: Path, limit: int = 10_000) -> list[tuple[str, str]]:
    """Each outcome's number and what it is: the title of a document, a rejection's reason."""
    path = folder / "a.jsonl"
    path.write_bytes(content)
    reading = READING.model_copy(update={"max_bytes": limit})
    found = []
    for one in read_file(Found(path=path, url="file:/a.jsonl"), reading):
        number = one.url.removeprefix("file:/a.jsonl")
        if isinstance(one, Rejection):
            found.append((number, str(one.reason)))
        else:
            assert one.kind is Kind.RECORD
            found.append((number, json.loads(one.content.decode("utf-8-sig"))["title"]))
    return found


def lines(*titles: str, end: str = "\n") -> str:
    return "".join(json.dumps({"title": one}, ensure_ascii=False) + end for one in titles)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\r\n \t\r\n"])
def test_every_line_is_a_record_with_its_number(tmp_path: Path, encoding: str, end: str) -> None:
    content = lines("été", "zwei", "three", end=end).encode(encoding)
    step = end.count("\n")
    expected = [(f"#{1 + step * n}", title) for n, title in enumerate(["été", "zwei", "three"])]
    assert read(content, tmp_path) == expected
    assert read(gzip.compress(content), tmp_path) == expected


def test_the_last_line_needs_no_end(tmp_path: Path) -> None:
    content = lines("a", "b").encode()
    assert read(content.rstrip(), tmp_path) == [("#1", "a"), ("#2", "b")]


def test_a_mark_where_files_were_joined_does_no_harm(tmp_path: Path) -> None:
    part = lines("a").encode("utf-8-sig")
    assert read(part + part, tmp_path) == [("#1", "a"), ("#2", "a")]


def test_broken_lines_are_refused_and_the_others_read(tmp_path: Path) -> None:
    broken = ["rubbish", '{"title": "torn', '{"a": 1},', "[1, 2]", '"text"', "null", "{'a': 1}"]
    content = lines("first") + "".join(lines("x") + one + "\n" for one in broken)
    found = read(content.encode(), tmp_path)
    assert [title for _, title in found[1::2]] == ["x"] * len(broken)
    assert [reason for _, reason in found[2::2]] == ["bad-record"] * len(broken)


@pytest.mark.parametrize("first", ['{"title": "torn', '{"title": "torn",', '{"a": {}}, {'])
def test_a_broken_first_line_hides_nothing(tmp_path: Path, first: str) -> None:
    found = read(f"{first}\n{lines('b', 'c')}".encode(), tmp_path)
    assert found == [("#1", "bad-record"), ("#2", "b"), ("#3", "c")]


@pytest.mark.parametrize("nesting", [500, 100_000])
def test_nesting_without_end_is_refused_or_read(tmp_path: Path, nesting: int) -> None:
    deep = '{"a":' + "[" * nesting + "]" * nesting + "}"
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"title": "a"}}\n{deep}\n{{"title": "b"}}\n')
    found = outcomes(path, max_bytes=1_000_000)
    assert [one.url[-2:] for one in found] == ["#1", "#2", "#3"]
    assert isinstance(found[1], Rejection) == (nesting > 1000)


@pytest.mark.parametrize("length", [10_001, 70_000, 200_000])
def test_a_line_over_the_limit_is_passed_over(tmp_path: Path, length: int) -> None:
    long = json.dumps({"title": "x" * length})
    expected = [("#1", "a"), ("#2", "too-large"), ("#3", "b"), ("#4", "too-large")]
    content = f"{lines('a')}{long}\n{lines('b')}{long}".encode()
    assert read(content, tmp_path) == expected
    assert read(f"{long}\n{lines('b')}".encode(), tmp_path) == [("#1", "too-large"), ("#2", "b")]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_the_limit_is_for_the_record_without_its_line_end(tmp_path: Path, end: bytes) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(RECORD + b"\n" + RECORD + end)
    assert [type(one) for one in outcomes(path, max_bytes=len(RECORD))] == [Document] * 2
    assert {type(one) for one in outcomes(path, max_bytes=len(RECORD) - 1)} == {Rejection}


def test_a_torn_gzip_gives_its_whole_lines_and_one_reason(tmp_path: Path) -> None:
    content = gzip.compress(lines(*[f"{n * n * 977}" for n in range(2000)]).encode())
    found = read(content[: len(content) // 2], tmp_path)
    assert found[-1] == ("", "cut-off")
    assert len(found) > 500
    assert [title for _, title in found[:-1]] == [f"{n * n * 977}" for n in range(len(found) - 1)]
    small = gzip.compress(lines("a", "b").encode())
    assert read(small[:-8], tmp_path)[-1] == ("", "cut-off")
    assert read(small[:-8], tmp_path)[0] == ("#1", "a")


def test_a_line_longer_than_the_unpacked_limit_is_no_bomb_that_runs_on(tmp_path: Path) -> None:
    content = lines("a").encode() + b'{"title": "' + b"x" * 30_000_000
    assert read(gzip.compress(content, 1), tmp_path) == [("#1", "a"), ("", "decompression-bomb")]


def test_a_laid_out_object_is_one_record(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig"):
        content = json.dumps({"title": "été", "tags": [{"a": 1}]}, indent=2).encode(encoding)
        assert read(content, tmp_path) == [("", "été")]
    path = tmp_path / "wide.json"
    path.write_text('{\n "title": "été"\n}', encoding="utf-16")
    assert [type(one) for one in outcomes(path)] == [Document]


def test_the_manifest_of_an_export_is_passed_over(tmp_path: Path) -> None:
    assert read(b'{\n  "format": "jsonl",\n  "months": {}\n}\n', tmp_path) == []
    article = b'{\n  "title": "Ferry late",\n  "months": {}\n}\n'
    assert read(article, tmp_path) == [("", "Ferry late")]


def test_a_list_is_a_record_each(tmp_path: Path) -> None:
    items = [{"title": "a"}, 7, {"title": "b\ud800"}, {"title": float("nan")}]
    for layout in (None, 2):
        found = read(json.dumps(items, indent=layout).encode(), tmp_path)
        assert [number for number, _ in found] == ["#1", "#2", "#3", "#4"]
        assert [found[0][1], found[1][1]] == ["a", "bad-record"]
    assert read(b"[]", tmp_path) == [("", "empty")]


def test_broken_json_over_lines_is_one_reason(tmp_path: Path) -> None:
    assert read(b'[{"title": "a"}, {"titl', tmp_path) == [("", "bad-record")]
    assert read(b'{\n "title": "a",\n "te', tmp_path) == [("", "bad-record")]
    assert read(b'[{"a":' + b"[" * 5000, tmp_path) == [("", "bad-record")]
    assert read(b'[{"title": "a"},' + b" " * 20_000 + b"]", tmp_path) == [("", "too-large")]


def test_a_wide_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    content = lines(*["a"] * 1000).encode("utf-16")
    assert read(content, tmp_path) == [("", "too-large")]


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_LINE = st.one_of(
    st.dictionaries(_TEXT, st.one_of(_TEXT, st.integers(), st.none())).map(json.dumps),
    st.dictionaries(_TEXT, _TEXT).map(lambda value: json.dumps(value, ensure_ascii=False)),
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs", "Cc"]), max_size=90),
    st.sampled_from(
        ["", "  ", "\t", '{"torn": ', "[", "}", "null", "{" * 50, '{"a": "' + "x" * 99]
    ),
)


@given(st.lists(_LINE, max_size=12), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_there_are_as_many_outcomes_as_lines_with_something_in_them(
    tmp_path_factory: pytest.TempPathFactory, rest: list[str], end: str, packed: bool
) -> None:
    written = [lines("first").strip(), *rest]
    content = end.join(written).encode()
    path = tmp_path_factory.getbasetemp() / "property.jsonl"
    path.write_bytes(gzip.compress(content) if packed else content)
    found = outcomes(path, max_bytes=90)
    # what a reader of bytes takes for blank
    filled = [n for n, line in enumerate(content.split(b"\n"), start=1) if line.strip()]
    assert [one.url for one in found] == [f"file:{path}#{n}" for n in filled]
