from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.document import Document, Kind
from schemas.rejection import Reason, Rejection
from tests.conftest import ROOT
from tests.reading import NOW, READING, outcomes

LIMIT = READING.max_bytes
PROSE = "The ferry was late again, and nobody had a word to say about it.\n" * 3
PAGE = f"<!doctype html><title>Ferry</title><p>{PROSE}</p>"
LARGE = 200_000_000
NOBODY = 65_534


def read(path: Path, content: bytes | str = b"") -> Document | Rejection:
    """The one thing that a file of this content gives."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    [only] = outcomes(path)
    return only


def refused(path: Path, content: bytes | str | None = None) -> tuple[Reason, str]:
    only = read(path, content) if content is not None else next(iter(outcomes(path)))
    assert isinstance(only, Rejection)
    assert only.url == f"file:{path}"
    assert (only.stage, only.source_id) == ("read", "files")
    assert "\n" not in only.detail
    assert str(path) not in only.detail
    return only.reason, only.detail


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.json", "a.warc.gz", "a.pdf", "a"])
@pytest.mark.parametrize(("content", "kind"), [(PROSE, Kind.TEXT), (PAGE, Kind.HTML)])
@pytest.mark.parametrize("packed", [True, False])
def test_the_kind_is_told_by_the_bytes_whatever_the_name(
    tmp_path: Path, name: str, content: str, kind: Kind, packed: bool
) -> None:
    written = content.encode()
    found = read(tmp_path / name, gzip.compress(written) if packed else written)
    assert isinstance(found, Document)
    assert (found.kind, found.content) == (kind, written)
    assert found.url == found.requested_url == f"file:{tmp_path}/{name}"
    assert (found.seen_at, found.captured_at, found.charset) == (NOW, None, None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "cp1252", "iso2022_jp"])
def test_text_keeps_its_bytes(tmp_path: Path, encoding: str) -> None:
    content = (PROSE + ("フェリー" if encoding == "iso2022_jp" else "été")).encode(encoding)
    found = read(tmp_path / "a.txt", content)
    assert isinstance(found, Document)
    assert (found.kind, found.content) == (Kind.TEXT, content)


def test_the_same_file_is_the_same_document(tmp_path: Path) -> None:
    one, again = read(tmp_path / "a", PROSE), read(tmp_path / "a", PROSE)
    changed, other = read(tmp_path / "a", PROSE + "."), read(tmp_path / "b", PROSE)
    assert one == again
    found = [one, changed, other]
    assert len({doc.document_id for doc in found if isinstance(doc, Document)}) == 3


@pytest.mark.parametrize(
    "content", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe \0\n\0", b"\n" * 99_999]
)
def test_an_empty_file_has_a_reason(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path / "a.txt", content) == (Reason.EMPTY, "an empty file")
    assert refused(tmp_path / "a.gz", gzip.compress(content))[0] is Reason.EMPTY


def test_what_comes_after_much_white_space_is_read_for_what_it_is(tmp_path: Path) -> None:
    blank = "\n" * 100_000
    for content, kind in [(PROSE, Kind.TEXT), (PAGE, Kind.HTML), ('{"a": "b"}', Kind.RECORD)]:
        found = read(tmp_path / "a", blank + content)
        assert isinstance(found, Document)
        assert found.kind is kind
    assert refused(tmp_path / "a", blank + "<rss><channel>")[0] is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("content", "reason", "detail"),
    [
        (b"%PDF-1.7\n", Reason.BINARY, "holds a PDF document"),
        (os.urandom(3000) + bytes(99), Reason.BINARY, "holds bytes that are no text"),
        (gzip.compress(b"\x89PNG\r\n\x1a\n"), Reason.BINARY, "holds a PNG picture"),
        (b"<rss version='2.0'>", Reason.UNSUPPORTED, "holds an RSS feed"),
        (gzip.compress(b"<?xml version='1.0'?><urlset>"), Reason.UNSUPPORTED, "holds a sitemap"),
        (gzip.compress(gzip.compress(b"x")), Reason.UNSUPPORTED, "gzip'd twice over"),
        (gzip.compress(PAGE.encode())[:-20], Reason.CUT_OFF, "the gzip data ends in the middle"),
        (b"\x1f\x8b", Reason.CUT_OFF, "the gzip data ends in the middle"),
        (b"\x1f\x8b\x08\x00rubbish rubbish", Reason.BAD_GZIP, "damaged gzip data: "),
        (b"\x1f\x8b\x07" + bytes(20), Reason.BAD_GZIP, "damaged gzip data: "),
        (gzip.compress(bytes(LIMIT * 3)), Reason.BINARY, "holds bytes that are no text"),
        (gzip.compress(b"<p>" + b"a" * LIMIT * 3), Reason.BOMB, "expands more than 100 times"),
        (b"<p>" + b"a" * LIMIT, Reason.TOO_LARGE, "larger than the limit of 1,000,000 bytes"),
        (b"a" * (LIMIT + 1), Reason.TOO_LARGE, "larger than the limit of 1,000,000 bytes"),
        (b"WARC/1.0\r\n", Reason.CUT_OFF, "the archive is damaged after byte 0"),
    ],
)
def test_bad_content_has_a_reason(
    tmp_path: Path, content: bytes, reason: Reason, detail: str
) -> None:
    found = refused(tmp_path / "a", content)
    assert found[0] is reason
    assert found[1].startswith(detail)


def test_a_limit_smaller_than_what_is_looked_at_holds(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x" * 70_000)
    for limit in (1, 1000, 65_534, 65_535, 65_536, 69_999):
        [only] = outcomes(path, max_bytes=limit)
        assert isinstance(only, Rejection)
        assert only.reason is Reason.TOO_LARGE
    assert isinstance(outcomes(path, max_bytes=70_000)[0], Document)


@pytest.mark.parametrize("start", [PROSE, PAGE, '{"title": "a"}\n{"text": "', "\n", "%PDF-1"])
def test_a_large_file_is_refused_without_being_read(tmp_path: Path, start: str) -> None:
    path = tmp_path / "large"
    path.write_text(start * 2000)  # more than is looked at first, but for the shortest
    os.truncate(path, LARGE)
    tracemalloc.start()
    found = outcomes(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found
    assert all(isinstance(one, Rejection) for one in found[-1:])
    assert peak < 10 * LIMIT


def test_what_is_gone_has_a_reason(tmp_path: Path) -> None:
    assert refused(tmp_path / "a") == (Reason.VANISHED, "no such file when it was read")
    (tmp_path / "link").symlink_to("a")
    assert refused(tmp_path / "link") == (Reason.VANISHED, "a link to a file that is gone")
    (tmp_path / "loop").symlink_to("loop")
    assert refused(tmp_path / "loop") == (Reason.LINK_LOOP, "a link that leads back to itself")
    (tmp_path / "file").touch()
    assert refused(tmp_path / "file" / "below") == (Reason.UNREADABLE, "Not a directory")


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # opening it would wait for a writer
    (tmp_path / "device").symlink_to("/dev/zero")
    for name in ("pipe", "device"):
        assert refused(tmp_path / name) == (Reason.UNSUPPORTED, "neither a file nor a folder")
    assert refused(tmp_path)[0] is Reason.UNSUPPORTED


def test_a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PROSE)
    (tmp_path / "link").symlink_to("a.txt")
    [found] = outcomes(tmp_path / "link")
    assert isinstance(found, Document)
    assert found.url == f"file:{tmp_path}/link"


def test_a_file_that_nobody_may_read_is_refused_even_to_root(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PROSE)
    (tmp_path / "a.txt").chmod(0o200)
    assert refused(tmp_path / "a.txt")[0] is Reason.UNREADABLE


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_what_another_user_may_not_read_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o005 != 0o005:  # pytest's own, however deep
            folder.chmod(0o755)
    (tmp_path / "open.txt").write_text(PROSE)
    (tmp_path / "shut.txt").write_text(PROSE)
    (tmp_path / "shut.txt").chmod(0o600)
    (tmp_path / "shut").mkdir(mode=0o700)
    (tmp_path / "shut" / "a.txt").write_text(PROSE)
    (tmp_path / "listed").mkdir()
    (tmp_path / "listed" / "b.txt").write_text(PROSE)
    (tmp_path / "listed").chmod(0o744)
    program = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
from sources.local import read_file
from sources.paths import Found, find_files
from tests.reading import READING
os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
given = [{str(tmp_path)!r}, {str(tmp_path / "shut" / "a.txt")!r}]
for found in find_files(given, READING):
    for one in read_file(found, READING) if isinstance(found, Found) else [found]:
        print(one.url.removeprefix("file:{tmp_path}/"), getattr(one, "reason", "read"))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "listed/b.txt unreadable",
        "open.txt read",
        "shut unreadable",
        "shut.txt unreadable",
        "shut/a.txt unreadable",
    ]


def test_a_name_that_is_no_utf8_can_be_kept(tmp_path: Path) -> None:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE.encode()
    archive = (
        b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/1\r\n"
        b"Content-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
        % (len(block), block)
    )
    for content in (PROSE.encode(), b"", b'{"a": "b"}\n[', archive, archive[:50]):
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
        path.write_bytes(content)
        for one in outcomes(path):
            assert f"{tmp_path}/caf%E9" in one.model_dump_json(exclude={"content"})


_START = st.sampled_from(
    [
        *[b"", b"{", b'{"a": 1}\n', b'[{"a": ', b"<html>", b"<?xml ?>", b"WARC/1.0\r\n"],
        *[b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x1f\x8b\x08"],
        gzip.compress(b"WARC/1.0\r\n\r\n", mtime=0),
    ]
)


@given(_START, st.binary(max_size=200), st.integers(0, 120), st.sampled_from([0, 1, 2]))
def test_any_bytes_end_in_documents_or_reasons(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, rest: bytes, cut: int, packed: int
) -> None:
    content = start + rest
    for _ in range(packed):
        content = gzip.compress(content, mtime=0)
    path = tmp_path_factory.getbasetemp() / "any-bytes"
    for written in (content, content[:-cut] if cut else content):
        path.write_bytes(written)
        found = outcomes(path, max_bytes=150)
        assert found
        for one in found:
            one.model_dump_json(exclude={"content"})
            assert isinstance(one, Rejection) or 0 < len(one.content) <= 150
