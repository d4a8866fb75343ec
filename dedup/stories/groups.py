"""Linked articles to stories: average linkage over links and shared neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from dedup.stories.links import Link
from schemas.model import Frozen

#: An article's neighbours are its five nearest, and all that are nearly as near as the two nearest
#: are on average, so that a large story does not fall apart. (Four or six, the three nearest, and
#: .8 or .9 score the same within .005.)
_NEAREST, _NEARLY, _CLOSEST = 5, 0.85, 2
#: Nearness is counted in whole millionths, whose sums do not depend on the order of adding.
_UNIT = 1_000_000

Affinities = NDArray[np.int64]


class Rule(Frozen):
    """How groups are made: the share that neighbours in common have in the nearness of two, and
    what the nearness between two groups has to be on average for them to become one.
    """

    shared: float
    average: float


#: What links say and what shared neighbours say: each alone is worse by .02 or more. An average
#: from .12 to .16 changes the score by less than .005.
OF_STORIES = Rule(shared=0.7, average=0.14)


class Node(NamedTuple):
    """A linked article, and what it is ordered by where two choices are equally good."""

    id: UUID
    rank: str


def group(
    nodes: Iterable[Node], links: Iterable[Link], rule: Rule = OF_STORIES
) -> list[tuple[UUID, ...]]:
    """The groups of these articles or stories: each is in one, which may be its own.

    The result depends on them and their links alone, not on their order. Links to others that
    are not among `nodes` count for what two have in common.
    """
    order = [one.id for one in sorted(nodes, key=lambda one: (one.rank, one.id))]
    near: defaultdict[UUID, dict[UUID, float]] = defaultdict(dict)
    for link in links:
        near[link.one][link.two] = near[link.two][link.one] = link.similarity
    return [
        tuple(part[index] for index in found)
        for part in _connected(order, near)
        for found in _merge(_affinities(part, near, rule.shared), rule.average)
    ]


def _connected(
    order: Sequence[UUID], near: Mapping[UUID, Mapping[UUID, float]]
) -> list[list[UUID]]:
    """Parts that nothing links, in the order of the articles."""
    rank = {one: number for number, one in enumerate(order)}
    # articles outside may connect too: two that share one of them have something in common
    seen: set[UUID] = set()
    parts = []
    for first in order:
        if first in seen:
            continue
        seen.add(first)
        part, waiting = [], [first]
        while waiting:
            one = waiting.pop()
            if one in rank:
                part.append(one)
            for other in near.get(one, ()):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        parts.append(sorted(part, key=rank.__getitem__))
    return parts


def _affinities(
    part: Sequence[UUID], near: Mapping[UUID, Mapping[UUID, float]], shared: float
) -> Affinities:
    """How much each two belong together, in millionths: their link, and their neighbours'."""
    column: dict[UUID, int] = {one: number for number, one in enumerate(part)}
    neighbours = [_neighbours(near.get(one, {})) for one in part]
    for found in neighbours:
        for other in found:
            column.setdefault(other, len(column))
    shape = np.zeros((len(part), len(column)))
    links = np.zeros((len(part), len(part)))
    for row, (one, found) in enumerate(zip(part, neighbours, strict=True)):
        shape[row, row] = 1
        for other, value in found.items():
            shape[row, column[other]] = value
        for other, value in near.get(one, {}).items():
            if (place := column.get(other, len(part))) < len(part):
                links[row, place] = value
    shape /= np.linalg.norm(shape, axis=1, keepdims=True)
    both = shared * (shape @ shape.T) + (1 - shared) * links
    affinities: Affinities = np.rint(both * _UNIT).astype(np.int64)
    return affinities


def _neighbours(near: Mapping[UUID, float]) -> dict[UUID, float]:
    """Those of the linked articles that count as neighbours."""
    values = sorted(near.values(), reverse=True)
    fifth = values[_NEAREST - 1] if len(values) >= _NEAREST else 0.0
    least = min(fifth, _NEARLY * sum(values[:_CLOSEST]) / _CLOSEST)
    return {one: value for one, value in near.items() if value >= least}


def _merge(affinities: Affinities, average: float) -> list[list[int]]:
    """Groups of rows: the two nearest become one until none are near enough.

    Of pairs that are equally near the first in the order of the rows is taken.
    """
    sums = affinities.copy()
    np.fill_diagonal(sums, 0)
    size = np.ones(len(sums))
    mean = sums.astype(float)
    np.fill_diagonal(mean, -1)
    members = [[row] for row in range(len(sums))]
    best = mean.argmax(axis=1) if len(sums) else np.zeros(0, dtype=np.intp)
    value = mean[np.arange(len(sums)), best]
    while len(value) and value.max() >= average * _UNIT:
        first = int(value.argmax())
        one, two = sorted((first, int(best[first])))
        sums[one] += sums[two]
        sums[:, one] += sums[:, two]
        size[one] += size[two]
        members[one] += members[two]
        members[two] = []
        row = sums[one] / (size[one] * size)
        row[[not some for some in members]] = -1
        row[one] = -1
        mean[one] = mean[:, one] = row
        mean[two] = mean[:, two] = -1
        value[two] = -2
        for other in np.nonzero((best == one) | (best == two) | (row >= value))[0]:
            if members[other]:
                best[other] = mean[other].argmax()
                value[other] = mean[other, best[other]]
        best[one] = row.argmax()
        value[one] = row[best[one]]
    return [sorted(some) for some in members if some]
