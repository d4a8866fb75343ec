"""What stories and threads are called, and the ids that they keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple
from uuid import UUID, uuid5

from dedup.stories.links import Link
from dedup.stories.terms import Term

#: Spaces of ids (RFC 9562, version 5): a story's id is made of its first article's.
_SPACES = {
    "story": UUID("6a2f7c2e-30f4-5c0e-9a53-1d6b6f5f2a11"),
    "thread": UUID("c1d5b0a4-94c3-5d0b-8a2e-7e7f0d9b4c22"),
}
#: As many keywords as are read at a glance.
_KEYWORDS = 6

Kind = Literal["story", "thread"]


def id_of(kind: Kind, founder: UUID) -> UUID:
    """The id of a story or thread whose first article, by the time it was first seen, is this.

    An article that comes later leaves it, two that become one keep the older's, and of one
    that falls apart the part with the first article keeps it.
    """
    return uuid5(_SPACES[kind], str(founder))


class Change(NamedTuple):
    """What became of an id: `story_id` is where its articles, or some of them, are now."""

    former_id: UUID
    current_id: UUID
    change: Literal["merged", "split", "renamed"]


def changes(
    before: Mapping[UUID, UUID | None], after: Mapping[UUID, UUID | None], known: Iterable[UUID]
) -> list[Change]:
    """Which ids lead to which now, by what their members had and have; `known` are the ids that
    there were before.

    An id that is gone leads to where most of its members are, one that lost members to a new
    one leads there too.
    """
    there = {one for one in after.values() if one}
    known = set(known)
    moved: defaultdict[UUID, defaultdict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    for member, old in before.items():
        new = after.get(member)
        if old and new and old != new:
            moved[old][new] += 1
    found = []
    for old in sorted(moved):
        ways = moved[old]
        if old not in there:
            most = min(ways, key=lambda one: (-ways[one], one))
            found.append(Change(old, most, "merged" if most in known else "renamed"))
        else:
            most = old
        found += [Change(old, new, "split") for new in sorted(ways) if new not in {most, *known}]
    return found


def central(members: Sequence[UUID], links: Iterable[Link]) -> list[UUID]:
    """The members, the one nearest to all others first; equal ones stay in their order."""
    near: defaultdict[UUID, float] = defaultdict(float)
    inside = set(members)
    for link in links:
        if link.one in inside and link.two in inside:
            near[link.one] += link.similarity
            near[link.two] += link.similarity
    return sorted(members, key=lambda one: -round(near[one], 4))


def keywords(texts: Iterable[Sequence[Term]]) -> tuple[str, ...]:
    """The words that tell most of some texts, names as they are written.

    What most of the texts have comes first; of a pair of words and its parts one is named.
    """
    weights: defaultdict[str, float] = defaultdict(float)
    written: dict[str, str] = {}
    for terms in texts:
        heaviest = max((term.weight for term in terms), default=1)
        for term in terms:
            # two names that stand together are better read than either
            weights[term.text] += term.weight / heaviest * (2 if term.is_name else 1)
            written.setdefault(term.text, term.written)
    chosen: list[str] = []
    for text in sorted(weights, key=lambda one: (-weights[one], one)):
        if text.replace(" ", "").isdigit():
            continue
        parts = text.split()
        same = [one for one in chosen if set(parts) & set(one.split())]
        if not same:
            chosen.append(text)
        elif len(parts) > 1 and set(same) <= set(parts):
            chosen[chosen.index(same[0])] = text
            chosen = [one for one in chosen if one not in parts]
        if len(chosen) == _KEYWORDS:
            break
    return tuple(written[one] for one in chosen)
