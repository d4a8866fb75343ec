"""The archive: what is written, that other tools read it, and that a crash costs one record."""

from __future__ import annotations

import gzip
import multiprocessing
import os
import signal
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from schemas.document import Document, Kind
from schemas.rejection import Reason, Rejection
from sources.archive import (
    BACKFILL,
    Archive,
    ArchiveBusyError,
    Maker,
    Place,
    close_file,
    read_place,
)
from sources.archive.repair import whole_length
from sources.fetch.outcome import Exchange
from sources.reading import Reading

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
MAKER = Maker(software="newswell/test", user_agent="newswell/0.1")
READING = Reading(source_id="gazette", max_bytes=1_000_000, seen_at=NOW)
PAGE = "<html><body><p>The ferry is back — at last.</p></body></html>".encode()


def exchange(number: int = 1, body: bytes = PAGE, **headers: str) -> Exchange:
    url = f"https://gazette.example/{number}?a=ä"
    named = {"Content_Type": "text/html; charset=utf-8", **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    return Exchange(
        url=url,
        request_head=f"GET /{number} HTTP/1.1\r\nHost: gazette.example\r\n\r\n".encode(),
        response_head=f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode(),
        body=body,
        ip="192.0.2.7",
        http_version="HTTP/1.1",
        started_at=NOW + timedelta(seconds=number),
    )


def write(folder: Path, *exchanges: Exchange, maker: Maker = MAKER) -> list[Place]:
    with Archive(folder, maker, lambda: NOW) as archive:
        return [archive.write(each) for each in exchanges]


def page(folder: Path, place: Place) -> Document:
    found = read_place(folder, place.file, place.offset, READING)
    assert isinstance(found, Document), found
    return found


def test_an_item_of_a_feed_is_a_record_of_its_own(tmp_path: Path) -> None:
    content = '{"url": "https://gazette.example/9", "title": "Fähre"}'.encode()
    with Archive(tmp_path, MAKER, lambda: NOW) as archive:
        first = archive.write(exchange(1))
        place = archive.write_item("https://gazette.example/9", NOW, content)
    found = page(tmp_path, place)
    assert (found.kind, found.content, found.captured_at) == (Kind.RECORD, content, NOW)
    assert found.url == "https://gazette.example/9"
    assert page(tmp_path, first).kind is Kind.HTML
    with (tmp_path / place.file).open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file, check_digests="raise")]
    assert kinds == ["warcinfo", "response", "request", "resource"]


def test_other_tools_read_what_is_written(tmp_path: Path) -> None:
    packed = exchange(2, gzip.compress(PAGE), Content_Encoding="gzip", Transfer_Encoding="chunked")
    places = write(tmp_path, exchange(1, X_Note="Zürich"), packed)
    path = tmp_path / places[0].file
    with path.open("rb") as file:
        records = list(ArchiveIterator(file, check_digests="raise", no_record_parse=False))
    kinds = ["warcinfo", "response", "request", "response", "request"]
    assert [record.rec_type for record in records] == kinds
    with path.open("rb") as file:
        pages = [
            (record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
            if record.rec_type == "response"
        ]
    assert pages == [(exchange(1).url, PAGE), (packed.url, PAGE)]
    headers = records[1].rec_headers
    assert headers.protocol == "WARC/1.1"
    assert headers.get_header("WARC-Date") == "2026-03-01T12:00:01.123456Z"
    assert headers.get_header("WARC-IP-Address") == "192.0.2.7"
    assert headers.get_header("WARC-Payload-Digest").startswith("sha1:")
    asked = records[2].rec_headers
    assert asked.get_header("WARC-Concurrent-To") == headers.get_header("WARC-Record-ID")
    info = records[0].rec_headers.get_header("WARC-Record-ID")
    assert headers.get_header("WARC-Warcinfo-ID") == info
    with path.open("rb") as file:
        fast = [
            (record.headers["WARC-Type"], record.verify_block_digest())
            for record in FastIterator(file, parse_http=False)
        ]
    assert fast == [(kind, True) for kind in kinds]
    # what went over the wire, to the byte
    with path.open("rb") as file:
        blocks = [record.reader.read() for record in FastIterator(file, parse_http=False)]
    assert blocks[2] == exchange(1).request_head
    assert blocks[1] == exchange(1, X_Note="Zürich").response_head + PAGE


def test_one_record_is_read_back_by_its_place(tmp_path: Path) -> None:
    raw = exchange(2, gzip.compress(PAGE), Content_Encoding="gzip", Transfer_Encoding="chunked")
    places = write(
        tmp_path, exchange(1), raw, exchange(3, b"only words", Content_Type="text/plain")
    )
    first, second, third = (page(tmp_path, place) for place in places)
    assert (first.content, second.content, third.content) == (PAGE, PAGE, b"only words")
    assert (first.kind, third.kind) == (Kind.HTML, Kind.TEXT)
    assert second.url == raw.url
    assert second.captured_at == raw.started_at
    assert second.charset == "utf-8"
    assert second.status_code == 200
    assert dict(second.headers)["X-Crawler-Transfer-Encoding"] == "chunked"
    assert (second.archive_file, second.archive_offset) == (places[1].file, places[1].offset)
    # one member a record: the bytes of its place are the record and nothing else
    with (tmp_path / places[1].file).open("rb") as file:
        file.seek(places[1].offset)
        assert zlib.decompress(file.read(places[1].length), 31).startswith(b"WARC/1.1\r\n")


def test_places_that_hold_nothing_are_told(tmp_path: Path) -> None:
    (place,) = write(tmp_path, exchange())
    for file, offset, reason in (
        ("missing.warc.gz", 0, Reason.VANISHED),
        (place.file, place.offset + 1, Reason.BAD_RECORD),
        (place.file, 0, Reason.BAD_RECORD),
        (place.file, 10**9, Reason.BAD_RECORD),
    ):
        found = read_place(tmp_path, file, offset, READING)
        assert isinstance(found, Rejection)
        assert found.reason is reason


def test_a_file_is_continued_until_it_is_full(tmp_path: Path) -> None:
    small = MAKER.model_copy(update={"file_bytes": 3_000})
    places = [
        place
        for number in range(0, 8, 2)
        for place in write(tmp_path, exchange(number), exchange(number + 1), maker=small)
    ]
    files = sorted({place.file for place in places})
    assert len(files) > 1
    assert sorted(path.name for path in tmp_path.glob("*.warc.gz")) == files
    assert [page(tmp_path, place).url for place in places] == [exchange(n).url for n in range(8)]
    for file in files[:-1]:
        assert 3_000 <= (tmp_path / file).stat().st_size < 5_000


def test_a_closed_file_is_not_continued(tmp_path: Path) -> None:
    assert close_file(tmp_path, MAKER.name) is None
    (first,) = write(tmp_path, exchange(1))
    before = (tmp_path / first.file).read_bytes()
    assert close_file(tmp_path, MAKER.name) == first.file
    assert close_file(tmp_path, MAKER.name) is None
    (second,) = write(tmp_path, exchange(2))
    (third,) = write(tmp_path, exchange(3))
    assert first.file < second.file == third.file
    assert (tmp_path / first.file).read_bytes() == before
    assert page(tmp_path, third).url.endswith("/3?a=ä")
    assert close_file(tmp_path, MAKER.name) == third.file


def test_each_writer_has_files_and_a_lock_of_its_own(tmp_path: Path) -> None:
    behind = MAKER.model_copy(update={"name": BACKFILL})
    with Archive(tmp_path, MAKER, lambda: NOW) as live:
        (first,) = write(tmp_path, exchange(1), maker=behind)
        second = live.write(exchange(2))
    assert first.file.startswith("backfill-")
    assert second.file.startswith("newswell-")
    (third,) = write(tmp_path, exchange(3))
    assert third.file == second.file
    assert page(tmp_path, first).content == page(tmp_path, third).content == PAGE


def test_two_machines_that_begin_in_the_same_second_have_files_of_different_names(
    tmp_path: Path,
) -> None:
    (one,), (other,) = (write(tmp_path / machine, exchange()) for machine in ("one", "other"))
    assert one.file != other.file
    # in one folder they stay in the order in which they were begun
    for _ in range(12):
        close_file(tmp_path / "one", MAKER.name)
        write(tmp_path / "one", exchange())
    numbers = [path.name.split("-")[2] for path in sorted((tmp_path / "one").glob("*.warc.gz"))]
    assert numbers == [f"{number:05}" for number in range(13)]


def test_a_torn_end_is_cut_off_before_a_file_is_closed(tmp_path: Path) -> None:
    (place,) = write(tmp_path, exchange(1))
    whole = (tmp_path / place.file).read_bytes()
    (tmp_path / place.file).write_bytes(whole + whole[:40])
    assert close_file(tmp_path, MAKER.name) == place.file
    assert (tmp_path / place.file).read_bytes() == whole


def test_only_one_writes_at_a_time(tmp_path: Path) -> None:
    with Archive(tmp_path, MAKER) as archive:
        archive.write(exchange())
        with pytest.raises(ArchiveBusyError), Archive(tmp_path, MAKER):
            pass
        # another machine that shares the folder writes under another name
        with Archive(tmp_path, MAKER.model_copy(update={"name": "second"})) as second:
            second.write(exchange(2))
    assert len(list(tmp_path.glob("*.warc.gz"))) == 2


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cut=st.floats(0, 1), junk=st.binary(max_size=40), keep_state=st.booleans())
def test_a_torn_end_is_cut_off(tmp_path: Path, cut: float, junk: bytes, keep_state: bool) -> None:
    for old in tmp_path.iterdir():
        old.unlink()
    places = write(tmp_path, exchange(1), exchange(2))
    path = tmp_path / places[0].file
    state = (tmp_path / ".newswell.state").read_bytes()
    whole = path.stat().st_size
    (third,) = write(tmp_path, exchange(3))
    content = path.read_bytes()
    torn = content[: whole + int(cut * (len(content) - whole))]
    path.write_bytes(torn + junk)
    if keep_state:
        (tmp_path / ".newswell.state").write_bytes(state)
    else:
        (tmp_path / ".newswell.state").write_bytes(junk)
    (fourth,) = write(tmp_path, exchange(4))
    assert fourth.offset in {whole, third.offset + third.length, len(content)}
    for number, place in ((1, places[0]), (2, places[1]), (4, fourth)):
        assert page(tmp_path, place).url == exchange(number).url
    with path.open("rb") as file:
        assert sum(1 for _ in ArchiveIterator(file, check_digests="raise")) >= 7
    assert whole_length(path) == path.stat().st_size


def test_a_file_that_never_began_is_removed(tmp_path: Path) -> None:
    (tmp_path / "newswell-20260301000000-00000.warc.gz").write_bytes(b"\x1f\x8b\x08")
    (place,) = write(tmp_path, exchange())
    assert [path.name for path in tmp_path.glob("*.warc.gz")] == [place.file]


def _write_for_ever(folder: str, ready: int) -> None:
    with Archive(Path(folder), MAKER) as archive:
        number = 0
        while True:
            number += 1
            archive.write(exchange(number, os.urandom(20_000)))
            if number % 5 == 0:
                archive.flush()
                os.write(ready, number.to_bytes(4, "big"))


def test_killed_at_any_moment_it_goes_on(tmp_path: Path) -> None:
    """SIGKILL in the middle of writing: all that was flushed is there, and writing goes on."""
    context = multiprocessing.get_context("fork")
    for _ in range(5):
        read_end, write_end = os.pipe()
        writer = context.Process(target=_write_for_ever, args=(str(tmp_path), write_end))
        writer.start()
        os.close(write_end)
        flushed = int.from_bytes(os.read(read_end, 4), "big")
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        os.close(read_end)
        (place,) = write(tmp_path, exchange(0))
        assert page(tmp_path, place).url == exchange(0).url
        with (tmp_path / place.file).open("rb") as file:
            kinds = [each.rec_type for each in ArchiveIterator(file, check_digests="raise")]
        assert kinds.count("response") > flushed
        assert kinds.count("warcinfo") == 1
