"""Stories of one running matter: events of months and years that share their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from dedup.stories.groups import Rule
from dedup.stories.terms import Profile, profile_of

#: Names that two stories of one thread share at least: with one or two famous ones a small
#: story would be near to everything.
SHARED_NAMES = 5
#: The cosine of their names from which two stories are linked, and which the stories of two
#: groups have on average when they become one. Names of unrelated matters stay under .2; a
#: matter that comes back after a year or two is at .3 to .7.
LEAST_NAMES = 0.25
OF_THREADS = Rule(shared=0.0, average=0.3)


def names_of(articles: Iterable[Profile]) -> Profile:
    """The names of a story: those of its articles, each of which counts as one."""
    weights: defaultdict[int, float] = defaultdict(float)
    for article in articles:
        names = set(article.names)
        own = {
            term: weight
            for term, weight in zip(article.terms, article.weights, strict=True)
            if term in names
        }
        length = sum(weight * weight for weight in own.values()) ** 0.5
        for term, weight in own.items():
            weights[term] += weight / length
    return profile_of(weights, weights.keys())
