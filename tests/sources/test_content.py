from __future__ import annotations

import gzip
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.rejection import Reason
from sources.content import StreamError, Unzipped, peek_gzip, read_whole

TEXT = random.Random(1).randbytes(40_000).hex().encode()  # packs twice, as no text does less


def unzipped(packed: bytes, limit: int = 1_000_000) -> Unzipped:
    return Unzipped(io.BytesIO(packed), limit)


def trouble(packed: bytes, limit: int = 1_000_000) -> Reason:
    with pytest.raises(StreamError) as raised:
        read_whole(unzipped(packed, limit), limit)
    return raised.value.reason


def test_gzip_is_read_with_all_its_members() -> None:
    packed = gzip.compress(TEXT) + gzip.compress(b"") + gzip.compress(b"more") + bytes(100)
    assert read_whole(unzipped(packed), 1_000_000) == TEXT + b"more"


def test_damage_and_cuts_are_told_apart() -> None:
    packed = gzip.compress(TEXT)
    assert trouble(packed[:-9]) is Reason.CUT_OFF
    assert trouble(packed[:-1]) is Reason.CUT_OFF
    assert trouble(packed[:5]) is Reason.CUT_OFF
    assert trouble(packed[:-8] + b"12345678") is Reason.BAD_GZIP
    assert trouble(packed[:5000] + b"\xff" * 50 + packed[5050:]) is Reason.BAD_GZIP
    assert trouble(packed + b"rubbish") is Reason.BAD_GZIP


def test_what_comes_before_the_damage_can_be_read() -> None:
    stream = unzipped(gzip.compress(b"one\ntwo\n" + TEXT)[:2000])
    assert stream.read(65_536).startswith(b"one\ntwo\n" + TEXT[:1000])
    with pytest.raises(StreamError) as raised:
        stream.read(1)
    assert raised.value.reason is Reason.CUT_OFF
    lines = unzipped(gzip.compress(b"one\ntwo\n" + TEXT)[:2000])
    assert [lines.readline(100), lines.readline(100)] == [b"one\n", b"two\n"]


def test_a_bomb_is_told_from_a_large_text() -> None:
    assert trouble(gzip.compress(bytes(2_000_000))) is Reason.BOMB
    assert trouble(gzip.compress(TEXT), limit=10_000) is Reason.TOO_LARGE
    # what expands much but stays small hurts nobody
    assert len(read_whole(unzipped(gzip.compress(bytes(900_000))), 1_000_000)) == 900_000


def test_a_bomb_of_lines_stops() -> None:
    stream = unzipped(gzip.compress(b"\n" * 3_000_000))
    with pytest.raises(StreamError) as raised:
        list(iter(lambda: stream.readline(100), b""))
    assert raised.value.reason is Reason.BOMB


@pytest.mark.parametrize("size", [0, 1, 9_999, 10_000])
def test_up_to_the_limit_is_read(size: int) -> None:
    assert read_whole(io.BytesIO(bytes(size)), 10_000) == bytes(size)


@pytest.mark.parametrize("at_hand", [0, 500, 10_001, 65_536])
def test_beyond_the_limit_is_refused_however_much_is_at_hand(at_hand: int) -> None:
    stream = io.BytesIO(bytes(200_000))
    head = stream.read(at_hand)
    with pytest.raises(StreamError) as raised:
        read_whole(stream, 10_000, head)
    assert raised.value.reason is Reason.TOO_LARGE
    assert "10,000 bytes" in raised.value.detail
    # no more is read than tells so
    assert stream.tell() <= max(10_001, at_hand) + 1


def test_a_stream_that_gives_little_at_a_time_is_read_whole() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(7, size or 0))

    assert read_whole(Slow(TEXT[:1000]), 1000) == TEXT[:1000]


def test_gzip_is_peeked_into() -> None:
    assert peek_gzip(gzip.compress(b"WARC/1.0\r\n" + TEXT)[:2000]).startswith(b"WARC/1.0\r\n")
    assert peek_gzip(b"\x1f\x8brubbish") == b""


@given(st.binary(max_size=400), st.integers(0, 60), st.booleans())
def test_damaged_gzip_ends_in_bytes_or_in_a_reason(content: bytes, place: int, cut: bool) -> None:
    packed = bytearray(gzip.compress(content))
    if cut:
        del packed[place:]
    else:
        packed[place % len(packed)] ^= 0x55
    found: int | Reason
    try:
        found = len(read_whole(unzipped(bytes(packed), 300), 300))
    except StreamError as error:
        found = error.reason
    ends = {Reason.CUT_OFF, Reason.BAD_GZIP, Reason.TOO_LARGE, Reason.BOMB}
    assert found in {*range(301), *ends}
