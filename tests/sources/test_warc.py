from __future__ import annotations

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.document import Document, Kind
from schemas.rejection import Reason, Rejection
from sources.local import read_file
from sources.paths import Found
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
def test_wherever_an_archive_is_torn_there_is_one_reason(tmp_path: Path, packed: bool) -> None:
    first, whole = build([page(0)], packed=packed), build([page(0), page(1)], packed=packed)
    # after the last record's content come its line ends and checksum, which hold nothing;
    # and where a number in its headers is torn, the record looks whole
    torn = [*range(12, 170), *range(230, len(first) - 20, 5 if packed else 500)]
    for cut in torn:
        found = read(tmp_path / "a.warc", whole[: len(first) + cut])
        assert [type(one) for one in found] == [Document, Rejection], cut
        assert isinstance(found[1], Rejection)
        assert found[1].reason is Reason.CUT_OFF
    assert len(read(tmp_path / "a.warc", first)) == 1


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
    moved = build([b"x"], packed=True, status="301 Moved")
    picture = build([b"\x89PNG...."], packed=True, kind="image/png")
    [only] = read(tmp_path / "b.warc", moved + build([page(0)], packed=True) + picture)
    assert isinstance(only, Document)


def test_an_archive_without_a_page_has_a_reason_itself(tmp_path: Path) -> None:
    [only] = read(tmp_path / "a.warc", build([b"x"], packed=True, status="301 Moved"))
    assert isinstance(only, Rejection)
    assert (only.url, only.reason) == (f"file:{tmp_path}/a.warc", Reason.NO_ARTICLE)


def test_a_name_servers_answer_is_passed_over(tmp_path: Path) -> None:
    answer = build([b""], packed=False).replace(b"https://news.example/0", b"dns:news.example")
    answer = answer.replace(b"application/http; msgtype=response", b"text/dns")
    assert len(read(tmp_path / "a.warc", answer + build([page(0)], packed=False))) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7\n" + bytes(99), Reason.BINARY),
        (gzip.compress(page(0)), Reason.BINARY),
        (b'<?xml version="1.0"?><rss version="2.0">', Reason.UNSUPPORTED),
        (b" \n" * 50_000, Reason.EMPTY),
        (b"", Reason.EMPTY),
    ],
)
def test_what_is_called_a_page_and_is_none_has_a_reason(
    tmp_path: Path, content: bytes, reason: Reason
) -> None:
    found = read(tmp_path / "a.warc", build([content, page(1)], packed=True))
    assert [type(one) for one in found] == [Rejection, Document]
    assert isinstance(found[0], Rejection)
    assert found[0].reason is reason


@pytest.mark.parametrize("date", ["rubbish", "0001-01-01T00:00:00+14:00", ""])
def test_an_impossible_capture_date_is_none(tmp_path: Path, date: str) -> None:
    content = build([page(0)], packed=False).replace(DATE.encode(), date.encode())
    [only] = read(tmp_path / "a.warc", content)
    assert isinstance(only, Document)
    assert only.captured_at is None


def test_packed_payloads_are_no_records(tmp_path: Path) -> None:
    pages = [gzip.compress(page(n)) for n in range(4)]
    packed = [
        build([one], packed=False)
        .replace(b"example/0", b"example/%d" % n)
        .replace(b"Content-Type: text/html", b"Content-Encoding: gzip\r\nContent-Type: text/html")
        .replace(b"Content-Length: ", b"Content-Length: 0")
        for n, one in enumerate(pages)
    ]
    lengths = [len(b"Content-Encoding: gzip\r\n")] * 4
    fixed = []
    for record, more in zip(packed, lengths, strict=True):
        before, _, after = record.partition(b"Content-Length: ")
        number, _, rest = after.partition(b"\r\n")
        fixed.append(before + b"Content-Length: %d\r\n" % (int(number) + more) + rest)
    found = read(tmp_path / "a.warc", fixed[0] + fixed[1] + b"\0junk" * 50 + fixed[2] + fixed[3])
    documents = [one for one in found if isinstance(one, Document)]
    assert [one.content for one in documents] == [page(n) for n in range(4)]
    assert [one.reason for one in found if isinstance(one, Rejection)] == [Reason.BAD_RECORD]


def test_a_page_over_the_limit_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    found = read(tmp_path / "a.warc", build([b"<html>" + b"x" * 200_000, page(1)], packed=False))
    assert isinstance(found[0], Rejection)
    assert found[0].reason is Reason.TOO_LARGE
    assert isinstance(found[1], Document)
