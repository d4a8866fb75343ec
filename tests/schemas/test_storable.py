from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from schemas.storable import storable


def test_bytes_of_names_are_spelled_and_other_halves_replaced() -> None:
    assert storable(os.fsdecode(b"/caf\xe9/\xff")) == "/caf%E9/%FF"
    assert storable("a\ud83d") == "a\ufffd"
    assert storable("é 日本 😀") == "é 日本 😀"


@given(st.text(st.characters(), max_size=30))
def test_the_result_is_utf8_and_stays(text: str) -> None:
    once = storable(text)
    once.encode()
    assert storable(once) == once


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_two_names_stay_two(one: bytes, other: bytes) -> None:
    if b"%" not in one + other:
        same = storable(os.fsdecode(one)) == storable(os.fsdecode(other))
        assert same == (one == other)
