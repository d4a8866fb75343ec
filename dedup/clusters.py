"""Texts that are one: groups of linked texts. Pure, and blind to the order of arrival.

A text that is most of another is the same text, edited. One that is a smaller part of another
(a teaser, an abridged copy) goes with that which holds most of it. A round-up, which holds
parts of three others and of none of them half its own length, is none of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from schemas.link import Link

Links = Mapping[UUID, Mapping[UUID, Link]]

#: Part of the larger text from which both are one.
_HALF = 0.5
#: Separate matters from which a text is a round-up of them: two may be an article and its
#: background.
_ROUND_UP = 3


def component(start: Iterable[UUID], links: Links) -> set[UUID]:
    """All texts that links lead to from these, directly or by others."""
    found = set(start)
    ahead = list(found)
    while ahead:
        for other in links.get(ahead.pop(), {}):
            if other not in found:
                found.add(other)
                ahead.append(other)
    return found


def cluster(texts: Iterable[UUID], links: Links) -> dict[UUID, UUID]:
    """The cluster of each text, named by its smallest id; `texts` are whole components."""
    ids = set(texts)
    unions = _Unions(ids)
    parts = []
    for link in {id(link): link for one in ids for link in links.get(one, {}).values()}.values():
        if link.share >= _HALF or link.kind == "declared":
            unions.join(link.smaller, link.larger)
        else:
            parts.append(link)
    sizes = Counter(map(unions.find, ids))
    held: dict[UUID, dict[UUID, float]] = defaultdict(dict)
    for link in parts:
        inner, outer = unions.find(link.smaller), unions.find(link.larger)
        if inner != outer:
            held[outer][inner] = max(link.covered, held[outer].get(inner, 0.0))
    for inner, outer in _homes(held, sizes).items():
        unions.join(inner, outer)
    members: dict[UUID, list[UUID]] = defaultdict(list)
    for one in ids:
        members[unions.find(one)].append(one)
    return {one: min(group) for group in members.values() for one in group}


def _homes(
    held: Mapping[UUID, Mapping[UUID, float]], sizes: Mapping[UUID, int]
) -> dict[UUID, UUID]:
    """Where each part belongs: to what holds most of it, the larger group if two hold as much."""
    round_ups = {outer for outer, inner in held.items() if len(inner) >= _ROUND_UP}
    choices: dict[UUID, list[tuple[float, int, UUID]]] = defaultdict(list)
    for outer, inners in held.items():
        if outer not in round_ups:
            for inner, covered in inners.items():
                # to the hundredth: what is as good as equal is decided by the larger group
                choices[inner].append((round(covered, 2), sizes[outer], outer))
    return {inner: max(found)[2] for inner, found in choices.items() if inner not in round_ups}


class _Unions:
    """Disjoint sets; the smaller id stands for a set, so that no order shows in it."""

    def __init__(self, ids: Iterable[UUID]) -> None:
        self._above = {one: one for one in ids}

    def find(self, one: UUID) -> UUID:
        while self._above[one] != one:
            self._above[one] = self._above[self._above[one]]
            one = self._above[one]
        return one

    def join(self, one: UUID, other: UUID) -> None:
        first, second = sorted((self.find(one), self.find(other)))
        self._above[second] = first
