"""Which repeated paragraphs are learned, and what is cut of a body."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.boilerplate import learn, without_boilerplate
from schemas.repetition import Repetition

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LINE = "This paper is printed on reeds from the estuary."


def repetition(**more: object) -> Repetition:
    values = {
        "publisher": "The Gazette",
        "paragraph": LINE,
        "matters": 12,
        "of": 100,
        "days": 9,
        "first_seen_at": NOW,
        "last_seen_at": NOW,
        **more,
    }
    return Repetition.model_validate(values)


def test_what_stands_under_many_unrelated_articles_is_learned() -> None:
    (row,) = learn([repetition()], NOW)
    assert (row.publisher, row.paragraph, row.articles) == ("The Gazette", LINE, 12)
    assert row.learned_at == NOW


@pytest.mark.parametrize(
    "more",
    [
        {"matters": 9},  # a few
        {"of": 1000},  # hardly any of what the publisher brings out
        {"days": 2},  # the news of two days
        {"paragraph": "What happens next?"},  # a subheading
    ],
)
def test_what_may_be_an_articles_own_is_not(more: dict[str, object]) -> None:
    assert learn([repetition(**more)], NOW) == []


def test_boilerplate_is_cut_wherever_it_stands() -> None:
    body = f"The ferry sails.\n\n{LINE}\n\nIt sails at nine, at noon, at six and at nine again."
    kept, cut = without_boilerplate(body, {LINE})
    assert kept == "The ferry sails.\n\nIt sails at nine, at noon, at six and at nine again."
    assert cut == (LINE,)


def test_a_body_that_is_mostly_template_stays_whole() -> None:
    body = f"Rain.\n\n{LINE}"
    assert without_boilerplate(body, {LINE}) == (body, ())


@given(
    st.lists(st.sampled_from(["a" * 30, "b" * 40, "c" * 50, LINE]), min_size=1),
    st.sets(st.sampled_from(["a" * 30, LINE])),
)
def test_nothing_but_what_was_learned_is_ever_cut(lines: list[str], learned: set[str]) -> None:
    body = "\n\n".join(lines)
    kept, cut = without_boilerplate(body, learned)
    assert set(cut) <= learned
    left = kept.split("\n\n")
    assert sorted([*left, *cut]) == sorted(lines)
    assert [one for one in lines if one not in cut] == left
    assert 2 * sum(map(len, left)) >= sum(map(len, lines))
