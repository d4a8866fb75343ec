from __future__ import annotations

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from dedup.clusters import cluster, component
from schemas.link import Link

SPACE = UUID(int=9)


def text(name: str) -> UUID:
    return uuid5(SPACE, name)


def tie(smaller: str, larger: str, share: float, covered: float = 1.0) -> Link:
    return Link(
        smaller=text(smaller),
        larger=text(larger),
        kind="near",
        covered=covered,
        share=share,
        passage="",
    )


def groups(*ties: Link) -> set[frozenset[UUID]]:
    links: dict[UUID, dict[UUID, Link]] = {}
    for link in ties:
        links.setdefault(link.smaller, {})[link.larger] = link
        links.setdefault(link.larger, {})[link.smaller] = link
    found: dict[UUID, set[UUID]] = {}
    for one, name in cluster(component(links, links), links).items():
        found.setdefault(name, set()).add(one)
    assert all(name == min(members) for name, members in found.items())
    return {frozenset(members) for members in found.values()}


def together(*names: str) -> frozenset[UUID]:
    return frozenset(map(text, names))


def test_most_of_each_other_is_one_text_and_so_is_what_leads_on_from_there() -> None:
    assert groups(tie("a", "b", 0.9), tie("b", "c", 0.6)) == {together("a", "b", "c")}


def test_a_part_goes_with_what_holds_most_of_it() -> None:
    ties = [tie("teaser", "article", 0.2), tie("teaser", "other", 0.2, covered=0.8)]
    assert groups(*ties) == {together("teaser", "article"), together("other")}


def test_of_two_that_hold_it_whole_the_larger_group_gets_it() -> None:
    ties = [tie("teaser", "article", 0.2), tie("teaser", "review", 0.2)]
    assert groups(*ties, tie("article", "copy", 0.9)) == {
        together("teaser", "article", "copy"),
        together("review"),
    }


def test_a_round_up_is_none_of_its_parts() -> None:
    ties = [tie(name, "digest", 0.3) for name in ("a", "b", "c")]
    assert groups(*ties, tie("a", "a2", 0.9)) == {
        together("a", "a2"),
        together("b"),
        together("c"),
        together("digest"),
    }


def test_copies_of_a_round_up_are_one() -> None:
    ties = [tie(name, digest, 0.3) for name in ("a", "b", "c") for digest in ("d", "e")]
    assert together("d", "e") in groups(*ties, tie("d", "e", 0.95))


def test_two_parts_make_no_round_up() -> None:
    assert groups(tie("a", "d", 0.3), tie("b", "d", 0.3)) == {together("a", "b", "d")}


def test_the_parts_of_a_part_come_along() -> None:
    assert groups(tie("line", "teaser", 0.3), tie("teaser", "article", 0.2)) == {
        together("line", "teaser", "article")
    }


ties_at_random = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.sampled_from("abcdefgh"),
        st.sampled_from([0.2, 0.45, 0.5, 0.9]),
        st.sampled_from([0.6, 0.8, 1.0]),
    ).filter(lambda one: one[0] < one[1]),
    unique_by=lambda one: one[:2],
    min_size=1,
)


@given(ties_at_random.flatmap(lambda one: st.tuples(st.just(one), st.permutations(one))))
def test_the_order_of_the_links_decides_nothing(
    orders: tuple[list[tuple[str, str, float, float]], list[tuple[str, str, float, float]]],
) -> None:
    first, second = (groups(*(tie(*one) for one in order)) for order in orders)
    assert first == second
