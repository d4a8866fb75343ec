from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from dedup import group_duplicates, survivor
from schemas.link import Link
from schemas.records import DuplicateRow
from schemas.verdict import Member

SPACE = UUID(int=8)
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def member(name: str, body: str = "A", *, day: int | None = 1, words: int = 100) -> Member:
    return Member(
        article_id=uuid5(SPACE, name),
        canonical_url=f"https://{name}.example/",
        body_hash=uuid5(SPACE, body),
        published_at=None
        if day is None
        else datetime(2026, 4, 1, tzinfo=UTC) + timedelta(days=day),
        word_count=words,
    )


members = st.lists(
    st.builds(
        member,
        st.sampled_from("abcdefgh"),
        st.sampled_from("AB"),
        day=st.none() | st.integers(0, 2),
        words=st.sampled_from([90, 100]),
    ),
    unique_by=lambda one: one.article_id,
    min_size=1,
)


def test_the_earliest_published_survives() -> None:
    group = [member("late", day=5), member("early", day=2), member("undated", day=None)]
    assert survivor(group).canonical_url == "https://early.example/"


def test_an_undated_one_survives_undated_ones_only() -> None:
    assert (
        survivor([member("a", day=None), member("b", day=9)]).canonical_url == "https://b.example/"
    )
    assert survivor([member("b", day=None), member("a", day=None)]).article_id == (
        member("a").article_id
    )


def test_of_the_same_day_the_longer_survives_then_the_first_by_address() -> None:
    assert survivor([member("a", words=90), member("b", words=100)]).word_count == 100
    assert survivor([member("b"), member("a")]).article_id == member("a").article_id


@given(members.flatmap(lambda group: st.tuples(st.just(group), st.permutations(group))))
def test_the_order_of_arrival_decides_nothing(orders: tuple[list[Member], list[Member]]) -> None:
    first, second = orders
    assert survivor(first) == survivor(second)
    rows = [
        {(row.article_id, row.duplicate_of) for row in group_duplicates(order, NOW, {}, {})}
        for order in orders
    ]
    assert rows[0] == rows[1]


@given(members)
def test_every_group_has_one_survivor_and_nobody_repeats_a_repetition(group: list[Member]) -> None:
    rows = {row.article_id: row.duplicate_of for row in group_duplicates(group, NOW, {}, {})}
    assert not set(rows) & set(rows.values())
    bodies = {one.article_id: one.body_hash for one in group}
    assert all(bodies[one] == bodies[other] for one, other in rows.items())
    standing = [bodies[one.article_id] for one in group if one.article_id not in rows]
    assert sorted(standing) == sorted(set(bodies.values()))


@given(members)
def test_a_group_without_a_repetition_stays_as_it_is(group: list[Member]) -> None:
    repeated = {row.article_id for row in group_duplicates(group, NOW, {}, {})}
    standing = [one for one in group if one.article_id not in repeated]
    assert group_duplicates(standing, NOW, {}, {}) == []
    assert {survivor([one for one in group if one.body_hash == s.body_hash]) for s in standing} == (
        set(standing)
    )


def test_a_row_says_by_what_evidence() -> None:
    (row,) = group_duplicates([member("a", day=1), member("b", day=2)], NOW, {}, {})
    assert (row.kind, row.similarity, row.decided_at) == ("exact", 1.0, NOW)
    assert "same words" in row.evidence


def tie(smaller: Member, larger: Member, kind: Literal["near", "declared"] = "near") -> Link:
    return Link(
        smaller=smaller.body_hash,
        larger=larger.body_hash,
        kind=kind,
        covered=0.8,
        share=0.7,
        passage="the board shut the bridge",
    )


def rows_of(group: list[Member], *ties: Link) -> dict[str, DuplicateRow]:
    links: dict[UUID, dict[UUID, Link]] = {}
    for link in ties:
        links.setdefault(link.smaller, {})[link.larger] = link
        links.setdefault(link.larger, {})[link.smaller] = link
    clusters = {one.body_hash: group[0].body_hash for one in group}
    names = {one.article_id: one.canonical_url for one in group}
    return {names[row.article_id]: row for row in group_duplicates(group, NOW, clusters, links)}


def test_a_near_duplicate_says_how_much_and_which_passage() -> None:
    first, second = member("a", "A", day=1), member("b", "B", day=2)
    (row,) = rows_of([first, second], tie(second, first)).values()
    assert (row.kind, row.similarity, row.duplicate_of) == ("near", 0.8, first.article_id)
    assert row.evidence == "80% of it stands in the other: “the board shut the bridge”"
    (row,) = rows_of([first, second], tie(first, second)).values()
    assert row.evidence == "80% of the other stands in it: “the board shut the bridge”"


def test_a_declared_copy_says_so() -> None:
    first, second = member("a", "A", day=1), member("b", "B", day=2)
    (row,) = rows_of([first, second], tie(second, first, "declared")).values()
    assert row.kind == "declared"
    assert "canonical link" in row.evidence


def test_what_is_tied_to_the_survivor_by_another_copy_names_that() -> None:
    first, middle, last = (member(name, name, day=day) for day, name in enumerate("abc"))
    rows = rows_of([first, middle, last], tie(middle, first), tie(last, middle))
    assert {row.duplicate_of for row in rows.values()} == {first.article_id}
    assert "stands in https://b.example/, a copy of the same: " in (
        rows["https://c.example/"].evidence
    )
