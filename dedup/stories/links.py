"""How near two articles are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

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


class Link(NamedTuple):
    """Two articles, or two stories, that are near each other, the lower id first."""

    one: UUID
    two: UUID
    similarity: float


def link(one: UUID, two: UUID, value: float) -> Link:
    """The link between two, whichever comes first."""
    return Link(min(one, two), max(one, two), value)


class Weights(NamedTuple):
    """The terms of a profile in their order, their weights, and the sum of these squared: what
    cosines are made of.
    """

    terms: NDArray[np.int64]
    weights: NDArray[np.int64]
    square: int


def weights_of(profile: Profile) -> Weights:
    """A profile as it is compared."""
    terms = np.array(profile.terms, dtype=np.int64)
    weights = np.array(profile.weights, dtype=np.int64)
    order = np.argsort(terms)
    return Weights(terms[order], weights[order], int((weights * weights).sum()))


def near_ones(
    one: Weights, others: Mapping[UUID, Weights], *, least: float = LEAST, shared: int = 1
) -> dict[UUID, float]:
    """Those of the others that are near, the nearest first, with their cosines.

    They have at least `shared` terms in common with it; there are no more than `_MOST`. Sums are
    of whole numbers and cosines rounded, so that they are the same wherever they are made.
    """
    if not others or not len(one.terms):
        return {}
    terms = np.concatenate([other.terms for other in others.values()])
    at = np.searchsorted(one.terms, terms)
    at[at == len(one.terms)] = 0
    (both,) = np.nonzero(one.terms[at] == terms)
    whose = np.repeat(np.arange(len(others)), [len(other.terms) for other in others.values()])[both]
    weights = np.concatenate([other.weights for other in others.values()])[both]
    counts = np.bincount(whose, minlength=len(others))
    products = np.bincount(whose, weights * one.weights[at[both]], minlength=len(others))
    found = []
    for (other, theirs), count, product in zip(
        others.items(), counts.tolist(), products.tolist(), strict=True
    ):
        if count >= shared:
            cosine = round(product / math.sqrt(one.square * theirs.square), 4)
            if cosine >= least:
                found.append((-cosine, other))
    return {other: -cosine for cosine, other in sorted(found)[:_MOST]}
