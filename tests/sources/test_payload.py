from __future__ import annotations

import gzip
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.rejection import Reason
from sources.content import StreamError
from sources.payload import undo_encodings

LIMIT = 100_000
PAGE = b"<html><body>" + b"".join(b"<p>Ferry %d was late again.</p>" % n for n in range(300))


def chunked(content: bytes, size: int = 1000, extension: bytes = b"") -> bytes:
    parts = [content[start : start + size] for start in range(0, len(content), size)]
    chunks = [b"%x%s\r\n%s\r\n" % (len(part), extension, part) for part in parts]
    return b"".join(chunks) + b"0\r\n\r\n"


def bare_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def reason(payload: bytes, transfer: str = "", content: str = "") -> Reason:
    with pytest.raises(StreamError) as raised:
        undo_encodings(payload, transfer, content, LIMIT)
    return raised.value.reason


@pytest.mark.parametrize(
    ("payload", "transfer", "content"),
    [
        (PAGE, "", ""),
        (PAGE, "identity", "identity"),
        (gzip.compress(PAGE), "", "gzip"),
        (gzip.compress(PAGE), "", "X-GZip"),
        (gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:]), "", "gzip"),
        (zlib.compress(PAGE), "", "deflate"),
        (bare_deflate(PAGE), "", "deflate"),
        (chunked(PAGE), "chunked", ""),
        (chunked(PAGE, extension=b" ;name=value"), "Chunked", ""),
        (chunked(PAGE) + b"Trailer: x\r\n\r\n", "chunked", ""),
        (chunked(gzip.compress(PAGE)), "chunked", "gzip"),
        (gzip.compress(zlib.compress(PAGE)), "", "deflate, gzip"),
        # archives that keep the headers and store the plain bytes
        (PAGE, "chunked", "gzip"),
        (PAGE, "", "deflate"),
        (PAGE, "", "br"),
    ],
)
def test_encodings_are_undone_where_they_are_there(
    payload: bytes, transfer: str, content: str
) -> None:
    assert undo_encodings(payload, transfer, content, LIMIT) == PAGE


@pytest.mark.parametrize(
    "text",
    [
        b"A man was seen on the quay.\nHe left.\n",
        b"2026\nwas a year of ferries.\n",
        b"Deadly storm\r\nat sea\r\n",
        b"",
    ],
)
@pytest.mark.parametrize("coding", ["", "gzip", "deflate", "br"])
def test_plain_text_under_an_encodings_name_stays_as_it_is(text: bytes, coding: str) -> None:
    assert undo_encodings(text, "chunked", coding, LIMIT) == text


def test_what_is_cut_or_damaged_has_a_reason() -> None:
    assert reason(gzip.compress(PAGE)[:-20], content="gzip") is Reason.CUT_OFF
    assert reason(zlib.compress(PAGE)[:-20], content="deflate") is Reason.CUT_OFF
    damaged = bytearray(gzip.compress(PAGE))
    damaged[100:110] = b"\xff" * 10
    assert reason(bytes(damaged), content="gzip") is Reason.BAD_GZIP
    assert reason(chunked(PAGE)[:-5], transfer="chunked") is Reason.CUT_OFF
    assert reason(chunked(PAGE)[:-700], transfer="chunked") is Reason.CUT_OFF
    assert reason(chunked(PAGE)[:300], transfer="chunked") is Reason.CUT_OFF


def test_what_expands_too_much_has_a_reason() -> None:
    assert reason(gzip.compress(bytes(50_000_000)), content="gzip") is Reason.BOMB
    assert reason(gzip.compress(PAGE * 20), content="gzip") in {Reason.TOO_LARGE, Reason.BOMB}
    many = gzip.compress(PAGE) * 20
    assert reason(many, content="gzip") is Reason.TOO_LARGE


def test_a_coding_that_is_not_known_is_named() -> None:
    packed = b"\x1b\x03\x00\xf8\x1d\xa9S\x9f\xbbp\x9d\xc6\x01\xe3\x06\x02\x00\x01"
    with pytest.raises(StreamError, match="content encoding br"):
        undo_encodings(packed, "", "br", LIMIT)


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "chunked"]),
    st.sampled_from(["", "gzip", "deflate", "br", "gzip, gzip", ",", "zstd"]),
)
def test_any_payload_ends_in_bytes_or_in_a_reason(
    payload: bytes, transfer: str, content: str
) -> None:
    for tried in (payload, gzip.compress(payload), b"5\r\n" + payload):
        with suppress(StreamError):
            assert len(undo_encodings(tried, transfer, content, 1000)) <= 1000


@given(st.binary(min_size=1, max_size=2000), st.integers(1, 700))
def test_chunks_come_together_again(content: bytes, size: int) -> None:
    assert undo_encodings(chunked(content, size), "chunked", "", LIMIT) == content
