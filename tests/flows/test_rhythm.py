from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from flows.rhythm import Moments, is_due, is_idle
from tests.invented import NOW


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


#: A batch begun at the first second of a run, of which the last page came at the third.
SILENCE: dict[str, Any] = {
    "began": at(1),
    "arrived": at(3),
    "stored": at(0),
    "cost": timedelta(0),
    "extracting": 0,
}


@pytest.mark.parametrize(
    ("now", "changed", "due"),
    [
        (3.2, {}, False),  # the next page may be on its way
        (3.3, {}, True),
        (3.3, {"extracting": 1}, False),  # something comes of it in a moment
        (11, {"extracting": 1, "arrived": at(11)}, True),  # ten seconds are enough for anybody
        (10.9, {"extracting": 1, "arrived": at(10.9)}, False),
        # storing takes a quarter of the time where pages drip in
        (3.3, {"stored": at(2.4), "cost": timedelta(seconds=0.31)}, False),
        (3.4, {"stored": at(2.4), "cost": timedelta(seconds=0.31)}, True),
        (9, {"stored": at(2), "cost": timedelta(seconds=3)}, False),
    ],
)
def test_a_silence_is_used_and_little_is_lost(
    now: float, changed: dict[str, Any], due: bool
) -> None:
    assert is_due(Moments(**{**SILENCE, **changed}), at(now)) is due


@pytest.mark.parametrize(
    ("now", "changed", "idle"),
    [(3.3, {}, True), (3.3, {"extracting": 1}, False), (60, {"extracting": 1}, False)],
)
def test_stories_are_placed_in_a_silence_alone(
    now: float, changed: dict[str, Any], idle: bool
) -> None:
    assert is_idle(Moments(**{**SILENCE, **changed}), at(now)) is idle
