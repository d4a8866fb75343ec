"""When to ask again: adaptation, its bounds, failures, floors, young articles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.cadence import Poll, Rhythm
from schemas.rejection import Reason
from sources.cadence import (
    FIRST,
    LONGEST,
    SHORTEST,
    after_failure,
    after_poll,
    first_rhythm,
    next_look,
    next_try,
    publisher_floor,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def poll(rhythm: Rhythm, new: int, found: int = 30, late: timedelta = timedelta(0)) -> Rhythm:
    return after_poll(rhythm, Poll(at=rhythm.due_at + late, found=found, new=new), None)


def test_what_was_never_polled_is_due_and_its_first_poll_teaches_nothing() -> None:
    rhythm = first_rhythm(NOW, None)
    assert rhythm.due_at == NOW
    after = poll(rhythm, new=30)
    assert (after.interval, after.due_at) == (FIRST, NOW + FIRST)


@pytest.mark.parametrize(
    ("new", "found", "late", "change"),
    [
        (0, 30, 0, 10),
        (10, 30, 0, 10),
        (11, 30, 0, 0),
        (20, 30, 0, 0),
        (21, 30, 0, -60),
        (30, 30, 0, -60),
        (0, 0, 0, 10),
        # too early to say that nothing comes, too late to say that much does
        (0, 30, -21, 0),
        (30, 30, -21, -60),
        (30, 30, 21, 0),
        (0, 30, 21, 10),
    ],
)
def test_overlap_decides(new: int, found: int, late: int, change: int) -> None:
    known = Rhythm(interval=6 * HOUR, due_at=NOW, successes=1)
    after = poll(known, new, found, late * MINUTE)
    assert after.interval == 6 * HOUR + change * MINUTE


def test_silent_sources_slow_down_faster() -> None:
    silent = Rhythm(
        interval=6 * HOUR, due_at=NOW, successes=9, last_new_at=NOW - timedelta(days=32)
    )
    assert poll(silent, 0).interval == 7 * HOUR


def test_only_two_successes_in_a_row_change_anything() -> None:
    rhythm = Rhythm(interval=6 * HOUR, due_at=NOW, successes=5)
    failed = after_failure(rhythm, NOW, Reason.SERVER_ERROR)
    first = poll(failed, 0)
    assert first.interval == 6 * HOUR
    assert poll(first, 0).interval == 6 * HOUR + 10 * MINUTE


def test_failures_weigh_back_off_and_are_never_the_end() -> None:
    rhythm = Rhythm(interval=SHORTEST, due_at=NOW)
    waits = []
    for reason in (Reason.SERVER_ERROR, Reason.TOO_SLOW, Reason.NOT_FOUND):
        rhythm = after_failure(rhythm, rhythm.due_at, reason)
        assert rhythm.polled_at is not None
        waits.append((rhythm.failure_weight, rhythm.due_at - rhythm.polled_at))
    assert waits == [(0.25, 12 * MINUTE), (0.75, 36 * MINUTE), (1.75, 84 * MINUTE)]
    assert rhythm.failing_since == NOW
    assert (rhythm.reason, rhythm.failures) == ("not-found", 3)
    for _ in range(100):
        rhythm = after_failure(rhythm, rhythm.due_at, Reason.GONE)
    assert rhythm.polled_at is not None
    assert rhythm.due_at - rhythm.polled_at == LONGEST
    works = poll(rhythm, 1)
    assert (works.failures, works.failure_weight, works.failing_since) == (0, 0.0, None)
    assert works.reason is None


def test_a_server_that_asks_for_time_gets_it_up_to_a_day() -> None:
    rhythm = Rhythm(interval=HOUR, due_at=NOW)
    asked = after_failure(rhythm, NOW, Reason.RATE_LIMITED, retry_at=NOW + 5 * HOUR)
    assert asked.due_at == NOW + 5 * HOUR
    far = after_failure(rhythm, NOW, Reason.RATE_LIMITED, retry_at=NOW + 500 * HOUR)
    assert far.due_at == NOW + LONGEST
    spread = after_failure(rhythm, NOW, Reason.RATE_LIMITED, chance=0.5)
    assert spread.due_at == NOW + HOUR + 30 * MINUTE


@given(
    st.lists(
        st.one_of(st.sampled_from(Reason), st.tuples(st.integers(0, 50), st.integers(0, 50))),
        max_size=60,
    ),
    st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_every_rhythm_stays_in_its_bounds(
    events: list[Reason | tuple[int, int]], floor: timedelta
) -> None:
    rhythm = first_rhythm(NOW, None)
    for event in events:
        at = rhythm.due_at
        if isinstance(event, Reason):
            rhythm = after_failure(rhythm, at, event)
        else:
            seen = Poll(at=at, found=max(event), new=min(event), floor=floor)
            rhythm = after_poll(rhythm, seen, None)
            assert rhythm.due_at - at >= min(floor, LONGEST)
        assert SHORTEST <= rhythm.interval <= LONGEST
        assert SHORTEST <= rhythm.due_at - at <= LONGEST


def test_a_configured_cadence_is_kept() -> None:
    rhythm = first_rhythm(NOW, 5 * MINUTE)
    seen = Poll(at=NOW, found=30, new=0, floor=6 * HOUR)
    for _ in range(3):
        rhythm = after_poll(rhythm, seen, 5 * MINUTE)
    assert rhythm.due_at == NOW + 5 * MINUTE


@pytest.mark.parametrize(
    ("headers", "stated", "minutes"),
    [
        ((), None, None),
        ((("Cache-Control", "public, max-age=1800"),), None, 30),
        ((("Cache-Control", "max-age=0"),), None, 0),
        ((("Cache-Control", "s-maxage=9999"),), None, None),
        ((("Expires", "Sun, 01 Mar 2026 12:45:00 GMT"),), None, 45),
        ((("Expires", "0"),), None, None),
        ((("Expires", "Sun, 01 Mar 2026 11:00:00 GMT"),), None, None),
        (
            (("Cache-Control", "max-age=60"), ("Expires", "Sun, 01 Mar 2026 13:00:00 GMT")),
            None,
            1,
        ),
        ((("Cache-Control", "max-age=60"),), timedelta(minutes=20), 20),
        ((("Cache-Control", "max-age=31536000"),), None, 1440),
    ],
)
def test_the_publishers_floor(
    headers: tuple[tuple[str, str], ...], stated: timedelta | None, minutes: int | None
) -> None:
    expected = None if minutes is None else minutes * MINUTE
    assert publisher_floor(headers, NOW, stated) == expected


def test_young_articles_are_looked_at_again() -> None:
    looked, looks = NOW, []
    while (moment := next_look(NOW, NOW - 10 * MINUTE, looked)) is not None:
        looks.append(moment - NOW)
        looked = moment
    expected = [HOUR - 10 * MINUTE, 6 * HOUR - 10 * MINUTE, 24 * HOUR - 10 * MINUTE]
    assert looks == [*expected, 72 * HOUR - 10 * MINUTE]
    # what was seen at 55 minutes is not asked for again five minutes later
    assert next_look(NOW, NOW - 55 * MINUTE, NOW) == NOW + 6 * HOUR - 55 * MINUTE
    assert next_look(NOW, NOW - timedelta(days=9), NOW) is None
    # dates of the future and without a zone do not count
    assert next_look(NOW, NOW + timedelta(days=9), NOW) == NOW + HOUR
    assert next_look(NOW, datetime(2026, 2, 1), NOW) == NOW + HOUR  # noqa: DTZ001 -- naive on purpose
    assert next_look(NOW, None, NOW) == NOW + HOUR


def test_pages_that_failed_are_tried_again_for_two_days() -> None:
    now, waits = NOW, []
    attempts = 1
    while (moment := next_try(Reason.SERVER_ERROR, attempts, now)) is not None:
        waits.append((moment - now) / MINUTE)
        now, attempts = moment, attempts + 1
    assert waits == [10, 40, 160, 640, 1440]
    assert next_try(Reason.NOT_FOUND, 1, NOW) == NOW + HOUR
    assert next_try(Reason.NOT_FOUND, 2, NOW) is None
    for final in (Reason.GONE, Reason.FORBIDDEN, Reason.ROBOTS_DISALLOWED, Reason.BOMB):
        assert next_try(final, 1, NOW) is None
    asked = next_try(Reason.RATE_LIMITED, 1, NOW, retry_at=NOW + 3 * HOUR)
    assert asked == NOW + 3 * HOUR
