"""Counting words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.words import _UNIT, count_words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("— … !", 0),
        ("Hello, don't stop: 3.5 % of the well-known is new.", 9),
        ("e\u0301te\u0301 chaud", 2),
        ("Ein Übergrößenträger", 2),
        ("東京は、日本の首都。", 8),
        ("iPhone を買う", 4),
        ("시의회는 수요일 승인했다", 3),
        ("नमस्ते दुनिया", 2),
        ("وافق مجلس المدينة", 3),
        ("สวัสดี", 4),
    ],
)
def test_count(text: str, count: int) -> None:
    assert count_words(text) == count


@given(st.text("ab1é² _'’.-\u00ad\n“,€\u0081ж日", max_size=30))
def test_the_short_way_counts_the_same(text: str) -> None:
    assert count_words(text) == len(_UNIT.findall(text))
