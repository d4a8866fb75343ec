from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.reached import Reached


@given(st.lists(st.integers(0, 4), max_size=12), st.randoms(use_true_random=False))
def test_the_place_is_never_past_what_is_on_its_way(keys: list[int], chance: object) -> None:
    """Documents with equal keys are interchangeable, as two captures of equal bytes are."""
    reached = Reached(100)
    for number, key in enumerate(keys):
        reached.set_out(key, 110 + 10 * number)
    arriving = list(keys)
    chance.shuffle(arriving)  # type: ignore[attr-defined]  # hypothesis' own Random
    arrived: list[int] = []
    for key in arriving:
        assert reached.awaits(key)
        reached.arrive(key)
        arrived.append(key)
        first = next(
            (
                number
                for number, one in enumerate(keys)
                if keys[: number + 1].count(one) > arrived.count(one)
            ),
            len(keys),
        )
        assert reached.position == 100 + 10 * first
    assert reached.is_empty
    assert not any(reached.awaits(key) for key in keys)


def test_what_is_passed_over_waits_for_what_is_before_it() -> None:
    reached = Reached(0)
    reached.set_out("a", 10)
    reached.pass_over(20)
    assert (reached.position, reached.is_empty) == (0, False)
    reached.arrive("a")
    assert (reached.position, reached.is_empty) == (20, True)
