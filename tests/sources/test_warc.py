from __future__ import annotations

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.document import Document, Kind
from schemas.rejection import Reason, Rejection
from sources.local import Found, read_file
from sources.reading import Reading

NOW = datetime(2026, 5, 1, tzinfo=UTC)
READING = Reading(source_id="archive", max_bytes=100_000, seen_at=NOW)
DATE = "2026-04-01T10:00:00Z"


def page(number: int) -> bytes:
    return f"<html><body><p>Page {number}. {'All is well. ' * 300}</p></body></html>".encode()


def build(
    bodies: Sequence[bytes], *, packed: bool, status: str = "200 OK", **headers: str
) -> bytes:
    records = []
    for number, body in enumerate(bodies):
        kind = headers.get("kind", "text/html; charset=utf-8")
        block = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        head = (
            f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/{number}\r\n"
            f"WARC-Date: {DATE}\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(block)}\r\n\r\n"
        )
        record = head.encode() + block + b"\r\n\r\n"
        records.append(gzip.compress(record) if packed else record)
    return b"".join(records)


def read(path: Path, content: bytes) -> list[Document | Rejection]:
    path.write_bytes(content)
    return list(read_file(Found(path=path, url=f"file:{path}"), READING))


@pytest.mark.parametrize("form", ["records packed", "plain", "packed whole"])
def test_every_form_of_archive_is_read(tmp_path: Path, form: str) -> None:
    content = build([page(0), page(1), page(2)], packed=form == "records packed")
    if form == "packed whole":
        content = gzip.compress(content)
    found = read(tmp_path / "a.warc", content)
    assert [one.url for one in found] == [f"https://news.example/{n}" for n in range(3)]
    first = found[0]
    assert isinstance(first, Document)
    assert first.content == page(0)
    assert first.kind is Kind.HTML
    assert first.charset == "utf-8"
    assert first.captured_at == datetime(2026, 4, 1, 10, tzinfo=UTC)
    offsets = [one.archive_offset for one in found if isinstance(one, Document)]
    if form == "packed whole":
        assert offsets == [0, None, None]
    else:
        for one, start in zip(found[1:], offsets[1:], strict=True):
            assert start
            again = read(tmp_path / "tail.warc", content[start:])[0]
            assert again.url == one.url


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("missing", [20, 100, 150])
def test_a_torn_archive_gives_its_whole_records_and_one_reason(
    tmp_path: Path, packed: bool, missing: int
) -> None:
    content = build([page(0), page(1), page(2)], packed=packed)
    found = read(tmp_path / "a.warc", content[:-missing])
    assert [isinstance(one, Document) for one in found] == [True, True, False]
    assert isinstance(found[2], Rejection)
    assert found[2].reason is Reason.CUT_OFF


@pytest.mark.parametrize("packed", [True, False])
def test_reading_goes_on_after_a_damaged_record(tmp_path: Path, packed: bool) -> None:
    parts = [build([page(n)], packed=packed) for n in range(3)]
    damaged = parts[0] + b"\x00junk" * 40 + parts[2]
    found = read(tmp_path / "a.warc", damaged)
    assert [one.url for one in found if isinstance(one, Document)] == ["https://news.example/0"] * 2
    assert [one.reason for one in found if isinstance(one, Rejection)] == [Reason.BAD_RECORD]


def test_errors_are_refused_and_redirects_and_pictures_passed_over(tmp_path: Path) -> None:
    gone = read(tmp_path / "a.warc", build([page(0)], packed=True, status="404 Not Found"))
    assert [one.reason for one in gone if isinstance(one, Rejection)] == [Reason.HTTP_ERROR]
    assert read(tmp_path / "b.warc", build([b"x"], packed=True, status="301 Moved")) == []
    picture = build([b"\x89PNG...."], packed=True, kind="image/png")
    assert read(tmp_path / "c.warc", picture) == []


def test_a_page_over_the_limit_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    found = read(tmp_path / "a.warc", build([b"<html>" + b"x" * 200_000, page(1)], packed=False))
    assert isinstance(found[0], Rejection)
    assert found[0].reason is Reason.TOO_LARGE
    assert isinstance(found[1], Document)
