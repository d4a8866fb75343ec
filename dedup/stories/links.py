"""How near two articles are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from dedup.stories.terms import Profile

#: The cosine from which two articles are linked. Of the articles of unrelated sites one pair in
#: five hundred is nearer by chance; pairs of one event are mostly at .2 to .6.
LEAST = 0.15
#: Days between two articles of one story at most. An event is told in days, but trials, counts
#: and inquiries come back to it for weeks; what comes later is a story of the same thread.
#: (Between 60 and 365 the score changes by .01.)
DAYS = 90


#: Links that an article adds at most: where hundreds are near, its nearest say enough.
_MOST = 40
_SOME = UUID(int=0)


class Link(NamedTuple):
    """Two articles, or two stories, that are near each other, the lower id first."""

    one: UUID
    two: UUID
    similarity: float


def link(one: UUID, two: UUID, value: float) -> Link:
    """The link between two, whichever comes first."""
    return Link(min(one, two), max(one, two), value)


def similarity(one: Profile, two: Profile) -> float:
    """The cosine of two profiles, rounded so that it is the same wherever it is computed."""
    return near_ones(one, {_SOME: two}, least=0).get(_SOME, 0.0)


def near_ones(
    one: Profile, others: Mapping[UUID, Profile], *, least: float = LEAST, shared: int = 1
) -> dict[UUID, float]:
    """Those of the others that are near, the nearest first, with their cosines.

    They have at least `shared` terms in common with it; there are no more than `_MOST`.
    """
    weights = dict(zip(one.terms, one.weights, strict=True))
    mine = weights.keys()
    own = _square(one)
    found = []
    for other, two in others.items():
        if len(both := mine & set(two.terms)) >= shared:
            theirs = zip(two.terms, two.weights, strict=True)
            product = sum(weight * weights[term] for term, weight in theirs if term in both)
            cosine = round(product / math.sqrt(own * _square(two)), 4)
            if cosine >= least:
                found.append((-cosine, other))
    return {other: -cosine for cosine, other in sorted(found)[:_MOST]}


def _square(profile: Profile) -> int:
    return sum(weight * weight for weight in profile.weights)
