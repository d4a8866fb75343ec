from __future__ import annotations

import pytest

from dedup.fingerprint import words
from dedup.likeness import Likeness, compare
from dedup.shingles import shingle
from tests.invented import body

STORY = body("the ferry") + "\n\n" + body("the quay")
OTHER = body("the lock") + "\n\n" + body("the pier")
QUAKE = (
    "A magnitude {} earthquake was felt on {} at {}:{} a.m. {} miles from {}, the survey said. "
    "In the past ten days there have been {} earthquakes nearby. It struck at a depth of {} "
    "miles. Tell the agency what you felt. This was written by a machine and read by an editor."
)


def like(one: str, other: str, days: float | None = None, **least: float) -> Likeness | None:
    return compare(shingle(words(one)), shingle(words(other)), days, **least)


def test_the_same_words_are_covered_whole() -> None:
    found = like(STORY, STORY.upper())
    assert found
    assert (found.covered, found.share, found.start) == (1.0, 1.0, 0)
    assert found.length == len(shingle(words(STORY)).line) + 2


def test_a_changed_word_every_now_and_then_leaves_one_passage() -> None:
    words = STORY.split(" ")
    misread = " ".join("rn" if number % 9 == 4 else word for number, word in enumerate(words))
    found = like(misread, STORY)
    assert found
    assert found.covered > 0.9


def test_a_part_covers_little_of_the_whole() -> None:
    found = like(" ".join(STORY.split(" ")[:60]), f"{STORY} {OTHER}")
    assert found
    assert found.covered == 1.0
    assert found.share < 0.25
    assert found.smaller_first


def test_one_introduction_makes_no_copy() -> None:
    one = f"{body('the strike')} {body('a first matter')}"
    assert like(one, f"{body('the strike')} {body('a second matter')}") is None


def test_a_line_or_two_is_no_evidence() -> None:
    line = "Watch the video of the bridge as the crane lifts its last span over the river"
    assert like(line, line) is None


def test_texts_with_nothing_in_common_are_not_alike() -> None:
    assert like(STORY, OTHER) is None
    assert like(STORY, "") is None


def test_a_template_with_other_numbers_is_no_copy() -> None:
    monday = QUAKE.format(4.5, "Monday", 3, 19, 2, "Reno", 2, 10.3)
    friday = QUAKE.format(6.9, "Friday", 4, 43, 7, "Reno", 7, 12.5)
    assert like(monday, friday) is None
    assert like(monday, monday.replace("Reno", "Austin"))


@pytest.mark.parametrize(("numbers", "is_copy"), [(2, True), (30, False)])
def test_a_long_text_may_change_a_few_numbers(numbers: int, is_copy: bool) -> None:
    before = STORY + "".join(f" Pier {number} fell." for number in range(100, 100 + numbers))
    after = STORY + "".join(f" Pier {number} fell." for number in range(500, 500 + numbers))
    assert (like(before, after) is not None) == is_copy


def test_what_one_publisher_repeats_days_later_has_to_be_nearly_equal() -> None:
    longer = f"{STORY} {body('an update')}"
    assert like(STORY, longer, 0.5)
    assert like(STORY, longer)
    assert like(STORY, f"{STORY} It rained.", 4)
    other = f"{STORY.rsplit(' ', 30)[0]} {body('an update')}"
    assert like(STORY, other, 0.5)
    assert like(STORY, other, 4) is None


def test_what_stands_whole_in_a_later_text_is_its_earlier_version() -> None:
    assert like(STORY, f"{STORY} {body('an update')}", 4)


def test_a_copy_that_says_so_may_share_less() -> None:
    one = f"{body('the strike')} {body('a first matter')}"
    other = f"{body('the strike')} {body('a second matter')}"
    assert like(one, other, least=0.4)


def test_scripts_are_not_compared_with_each_other() -> None:
    assert like("今天大桥关闭了" * 20, STORY) is None
    report = "今天上午市政府宣布大桥因裂缝关闭两周居民改乘渡轮"
    assert like(report * 2, f"{report * 2}渡轮每小时一班")
