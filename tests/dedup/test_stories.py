from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.stories import (
    LEAST,
    Link,
    Node,
    Profile,
    central,
    changes,
    group,
    id_of,
    keywords,
    link,
    names_of,
    near_ones,
    profile,
    weigh,
    weights_of,
)

SPACE = UUID(int=9)


def one(name: str) -> UUID:
    return uuid5(SPACE, name)


def linked(*pairs: tuple[str, str, float]) -> list[Link]:
    return [link(one(first), one(second), value) for first, second, value in pairs]


def grouped(names: str, links: Sequence[Link]) -> set[frozenset[str]]:
    known = {one(name): name for name in names}
    found = group([Node(one(name), name) for name in names], links)
    return {frozenset(known[member] for member in part) for part in found}


graphs = st.lists(
    st.tuples(st.sampled_from(list(combinations("abcdefghij", 2))), st.integers(15, 90)),
    unique_by=lambda drawn: drawn[0],
    max_size=30,
).map(lambda drawn: linked(*((*pair, value / 100) for pair, value in drawn)))


@given(graphs, st.permutations("abcdefghij"), st.randoms(use_true_random=False))
def test_the_order_of_articles_and_links_decides_nothing(
    links: list[Link], order: list[str], chance: object
) -> None:
    mixed = sorted(links, key=lambda _one: chance.random())  # type: ignore[attr-defined]
    assert grouped("".join(order), mixed) == grouped("abcdefghij", links)


@given(graphs)
def test_each_article_is_in_one_story_and_only_with_what_something_links_it_to(
    links: list[Link],
) -> None:
    found = group([Node(one(name), name) for name in "abcdefghij"], links)
    assert sorted(member for part in found for member in part) == sorted(map(one, "abcdefghij"))
    ends = {end for each in links for end in (each.one, each.two)}
    for part in found:
        assert len(part) == 1 or set(part) <= ends


@given(graphs)
def test_what_nothing_connects_does_not_change_each_other(links: list[Link]) -> None:
    other = linked(("x", "y", 0.5), ("y", "z", 0.4))
    apart = grouped("abcdefghij", links) | grouped("xyz", other)
    assert grouped("abcdefghijxyz", [*links, *other]) == apart


def test_two_dense_groups_stay_two_in_spite_of_a_link_between_them() -> None:
    dense = [(*pair, 0.5) for part in ("abcd", "efgh") for pair in combinations(part, 2)]
    links = linked(*dense, ("d", "e", 0.2))  # type: ignore[arg-type]
    assert grouped("abcdefgh", links) == {frozenset("abcd"), frozenset("efgh")}


@pytest.mark.parametrize("size", [20, 120])
def test_a_large_story_does_not_fall_apart(size: int) -> None:
    names = [f"n{number}" for number in range(size)]
    links = linked(
        *(
            (first, second, 0.25 + (len(first) * number) % 7 / 50)
            for number, (first, second) in enumerate(combinations(names, 2))
        )
    )
    assert len(group([Node(one(name), name) for name in names], links)) == 1


BRIDGE = "The Merrin bridge was closed on Monday after engineers found cracks. Mayor Ada Tollgate"
FERRY = "Two more ferries will cross the Salt Sound. The company of Otto Brine hired sailors"


def cosine(first: Profile, second: Profile) -> float:
    other = one("other")
    found = near_ones(weights_of(first), {other: weights_of(second)}, least=0)
    return found.get(other, 0.0)


def test_articles_of_one_event_are_near_and_others_are_not() -> None:
    said = profile(weigh("Merrin bridge closed", f"{BRIDGE} spoke of months of repair.", "en"))
    again = profile(weigh("Cracks shut bridge", f"{BRIDGE} asked for patience.", "en"))
    other = profile(weigh("Ferries for the Sound", FERRY, "en"))
    assert cosine(said, again) == cosine(again, said) > LEAST
    assert cosine(said, other) < LEAST
    others = {one("again"): weights_of(again), one("other"): weights_of(other)}
    assert list(near_ones(weights_of(said), others)) == [one("again")]


def test_an_article_is_as_near_to_itself_as_can_be_and_an_empty_one_to_nothing() -> None:
    made = profile(weigh("Merrin bridge closed", BRIDGE, "en"))
    assert cosine(made, made) == 1
    assert profile(weigh(None, " … ", "en")).terms == ()
    assert cosine(made, profile([])) == cosine(profile([]), made) == 0
    assert cosine(profile([]), profile([])) == 0


PROFILES = st.dictionaries(st.integers(0, 40), st.integers(1, 255), max_size=30).map(
    lambda weights: Profile(tuple(weights), tuple(weights.values()))
)


@given(PROFILES, PROFILES)
def test_nearness_is_the_cosine_of_the_weights(first: Profile, second: Profile) -> None:
    one, two = (dict(zip(some.terms, some.weights, strict=True)) for some in (first, second))
    product = sum(weight * two[term] for term, weight in one.items() if term in two)
    lengths = [sum(weight * weight for weight in some.values()) for some in (one, two)]
    expected = product / math.sqrt(lengths[0] * lengths[1]) if product else 0
    assert cosine(first, second) == round(expected, 4)


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("en", "Yesterday the mayor of Merrin, Ada Tollgate, resigned.", "Tollgate"),
        ("de-AT", "Gestern trat Bürgermeisterin Ada Zollwart zurück.", "Zollwart"),
        ("fr", "Hier, la maire Ada Péagère a démissionné.", "Péagère"),
        ("ja", "昨日、モスクワでラブロフ外相と会談した。", "ラブロフ"),
        ("eu", "Atzo Ada Zubiaurrekoetxea alkateak dimisioa eman zuen.", "Zubiaurrekoetxea"),
        (None, "It was Zubiaurrekoetxea who said so.", "Zubiaurrekoetxea"),
        ("ar", "قال كيريلوفيتش في موسكو", "كيريلوفيتش"),
    ],
)
def test_names_tell_most_in_any_language(language: str | None, text: str, wanted: str) -> None:
    heaviest = [term for term in weigh(None, text, language) if " " not in term.text][:3]
    assert wanted in [term.written for term in heaviest]
    assert next(term for term in heaviest if term.written == wanted).is_name


def test_names_are_what_a_story_is_known_by() -> None:
    made = names_of([profile(weigh(None, f"It was {BRIDGE} who spoke.", "en"))])
    assert made.terms
    assert set(made.terms) == set(made.names)


def test_keywords_are_names_as_written_and_each_says_something_else() -> None:
    words = keywords([weigh("Merrin bridge closed", f"{BRIDGE} spoke. Ada Tollgate left.", "en")])
    assert "Ada Tollgate" in words
    assert "Tollgate" not in words
    assert len({part for word in words for part in word.split()}) == sum(
        len(word.split()) for word in words
    )


def test_the_most_central_is_nearest_to_all_others() -> None:
    links = linked(("a", "b", 0.3), ("b", "c", 0.3), ("c", "d", 0.2), ("b", "x", 0.9))
    assert central([one("a"), one("b"), one("c"), one("d")], links)[0] == one("b")


def test_ids_that_are_gone_lead_to_where_most_of_their_articles_are() -> None:
    first, second, third = id_of("story", one("a")), id_of("story", one("b")), one("new")
    before = {one("a"): first, one("b"): second, one("c"): second, one("d"): None}
    merged = changes(before, dict.fromkeys(before, first), [first, second])
    assert [tuple(found) for found in merged] == [(second, first, "merged")]
    apart = {one("a"): first, one("b"): second, one("c"): third, one("d"): third}
    assert [tuple(found) for found in changes(before, apart, [first, second])] == [
        (second, third, "split")
    ]
    renamed = {one("a"): first, one("b"): third, one("c"): third, one("d"): None}
    assert [tuple(found) for found in changes(before, renamed, [first, second])] == [
        (second, third, "renamed")
    ]
    assert id_of("story", one("a")) != id_of("thread", one("a"))
