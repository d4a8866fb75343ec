from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dedup.fingerprint import words
from dedup.shingles import Shingles, kept_of, shingle
from tests.invented import body

#: Of "the bridge is": warehouses hold it, so it may never change.
PINNED = "0xdd05db43d7002d5c"
LONG = " ".join(body(f"quay {number}") for number in range(40))


def shingled(text: str) -> Shingles:
    return shingle(words(text))


def test_a_shingle_is_three_words_wherever_they_stand() -> None:
    one, other = shingled("The bridge is shut."), shingled("Today THE BRIDGE is (shut)")
    assert len(one.line) == 2
    assert set(one.line.tolist()) < set(other.line.tolist())


def test_hashes_are_the_same_on_every_machine() -> None:
    assert hex(int(shingled("the bridge is").line[0])) == PINNED


def test_a_text_of_fewer_words_has_none() -> None:
    assert len(shingled("Bridge shut").line) == 0
    assert len(shingled("").kept) == 0


def test_scripts_without_spaces_take_six_signs() -> None:
    assert (shingled("今天大桥关闭了").size, len(shingled("今天大桥关闭了").line)) == (6, 2)
    assert shingled("The bridge 桥 is shut").size == 3


def test_one_in_eight_is_kept_and_of_a_short_text_all_up_to_thirty_two() -> None:
    long, short = shingled(LONG), shingled(body("quay"))
    assert 0.8 < len(long.kept) / len(long.known) / kept_of(len(long.known)) < 1.2
    assert kept_of(len(long.known)) == 1 / 8
    assert kept_of(len(short.known)) == 32 / len(short.known)
    assert len(short.kept) == 32
    assert len(shingled("one two three four five").kept) == 3


@given(st.integers(0, 30), st.integers(5, 40))
def test_a_part_keeps_what_the_whole_keeps_of_it(start: int, length: int) -> None:
    part = " ".join(LONG.split(" ")[start * 20 : start * 20 + length * 20])
    whole = set(shingled(LONG).kept.tolist())
    own = shingled(part)
    sampled = {int(one) & 0xFFFFFFFF for one in own.known if int(one) < 2**64 // 8}
    assert sampled <= whole


def test_it_is_known_where_the_numbers_are() -> None:
    assert shingled("In 2019 it was 4.2 km, in 2020 4 km").numbers.tolist() == [1, 4, 5, 8, 9]
    assert shingled("No bridge is shut").numbers.tolist() == []
