"""Near-duplicates: which texts of a batch are linked to which others. Pure.

Texts are placed one after the other, each beside those before it, so that the links are the
same whatever the size of the batches in which the texts came.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from dedup.clusters import cluster, component
from dedup.fingerprint import passage
from dedup.likeness import DECLARED, LEAST_SHINGLES, NORMAL, Likeness, compare
from dedup.shingles import Shingles, kept_of
from schemas.link import Link
from schemas.records import LANDMARK

#: Texts that are remembered for one hash: what so many hold is a template's or a saying, and
#: of one text that many outlets carry any of them leads to all.
MOST_HOLDERS = 32
#: Groups that may share a hash before it says nothing: a template's third or fourth issue
#: shares nearly all, a story's background paragraph is in some reports.
_MOST_GROUPS = 6
#: Share of the smaller text's hashes that make a candidate: a copy has .6 of its words in the
#: other, and of so few hashes half of that may be met by chance.
_LEAST_MET = 0.25
#: Hashes in common that are no accident.
_LEAST_HASHES = 2
#: Texts that are compared word by word: a round-up has to meet several, and of one group the
#: first two say as much as all.
_MOST_COMPARED, _OF_ONE_GROUP = 8, 2
#: Share of the smaller text that must stand in the other by words that few groups share: where
#: a template is most of both, what is left of them decides.
_LEAST_OWN = 0.35
#: Days before or after which a text is looked for: copies come within days, of a weekly within
#: two weeks. (An archive that is read late brings the days of its own.)
NEAR = 14
#: Days over which it is looked for by its landmarks alone, a part of the hashes that it is
#: remembered by: a year and a month is for templates, of which a publisher may bring one a month.
#: What is printed again later without a changed word is found all the same.
FAR = 400
#: A passage that is evidence is shown up to so many characters.
_SHOWN = 200
_DAY = 86_400
#: A day that no text is of.
_NEVER = 10**9


class Known(NamedTuple):
    """A text that is remembered, and how many different shingles it has."""

    text_id: UUID
    shingles: int


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A body that one or more articles have, as far as it is compared.

    `publisher` and `published_at` are those of the earliest of them, `day` is when it was
    published or, undated, first seen (since 1970), `credits` whom it names as authors, in small
    letters. `originals` are texts that it declares to be copied from, or that
    declare it as theirs.
    """

    text_id: UUID
    body: str
    publisher: str | None
    published_at: datetime | None
    day: int
    shingles: Shingles
    credits: frozenset[str] = frozenset()
    originals: frozenset[UUID] = frozenset()


class Neighbourhood:
    """What texts are compared with: those that share hashes with them, and how those are linked.

    `holders` has the numbers of the texts that are remembered for each hash, the first ones
    first, `days` the day of each. `known` is what those are which the `hopeful` among the texts
    to place share hashes with, `links` those between them and all that hangs on them. `read`
    gives a text, None where it is gone.
    """

    def __init__(
        self,
        holders: Mapping[int, Sequence[int]],
        days: Mapping[int, int],
        known: Mapping[int, Known],
        links: Iterable[Link],
        read: Callable[[UUID], Text | None],
    ) -> None:
        self.links: dict[UUID, dict[UUID, Link]] = defaultdict(dict)
        self._holders = {one: list(numbers) for one, numbers in holders.items()}
        self._days = dict(days)
        self._known = dict(known)
        self._numbers = {one.text_id: number for number, one in known.items()}
        self._next = max(days, default=0) + 1
        self._first = min(days.values(), default=_NEVER)
        self._last = max(days.values(), default=-_NEVER)
        self._groups: dict[int, UUID] = {}
        self._read = read
        for link in links:
            self._tie(link)

    def candidates(self, text: Text) -> list[UUID]:
        """The texts that it is to be compared with, the likeliest first."""
        near = self._holding(text)
        met = _counted(near.values())
        if not (text.originals or _share(met)):
            return []
        return [self._known[one].text_id for one in self._chosen(text, met, self._seldom(near))]

    def place(self, text: Text) -> tuple[list[Link], list[int]]:
        """Puts a text in: its links, and the hashes that it is to be remembered for."""
        parts: dict[UUID, float] = {}
        chosen: list[UUID] = []
        near = self._holding(text)
        met = _counted(near.values())
        if text.originals or _share(met):
            seldom = self._seldom(near)
            parts = self._parts(near, met, seldom)
            chosen = [self._known[one].text_id for one in self._chosen(text, met, seldom)]
        links = []
        for text_id in (*sorted(text.originals - {text.text_id}), *chosen):
            other = None if text_id in self.links[text.text_id] else self._read(text_id)
            link = other and _link(text, other, parts.get(text_id, 0.0))
            if link:
                links.append(link)
                self._tie(link)
        kept = self._remember(text, near)
        self._regroup(text.text_id)
        return links, kept

    def _holding(self, text: Text) -> dict[int, Sequence[int]]:
        """The texts that hold each of its hashes and are not too long before or after."""
        held = self._holders.keys() & _kept(text)
        return {one: near for one in held if (near := self._near(one, text.day))}

    def _seldom(self, near: Mapping[int, Sequence[int]]) -> dict[int, Sequence[int]]:
        """Those of the hashes that few groups have."""
        return {
            one: holders
            for one, holders in near.items()
            if len(holders) <= _MOST_GROUPS or len(set(map(self._group, holders))) <= _MOST_GROUPS
        }

    def _parts(
        self,
        near: Mapping[int, Sequence[int]],
        met: Mapping[int, int],
        seldom: Mapping[int, Sequence[int]],
    ) -> dict[UUID, float]:
        """What part of that which each known text shares with it is in few groups.

        Its landmarks tell of more groups, those of a year: a page's frame that is seen once a
        month is common. They are few, so that one more is added to either side.
        """
        own = _counted(seldom.values())
        far = _counted(some for one, some in near.items() if one < LANDMARK)
        few = _counted(some for one, some in seldom.items() if one < LANDMARK)
        return {
            self._known[one].text_id: min(own[one] / met[one], (few[one] + 1) / (far[one] + 1))
            for one in met
        }

    def _chosen(
        self, text: Text, met: Mapping[int, int], seldom: Mapping[int, Sequence[int]]
    ) -> list[int]:
        own = _counted(seldom.values())
        size = len(text.shingles.known)

        def part(number: int) -> float:
            """What part of the smaller one these hashes stand for."""
            other = self._known[number]
            sampled = kept_of(max(size, other.shingles))
            if abs(self._days[number] - text.day) > NEAR:
                sampled *= LANDMARK / 2**32
            return own[number] / sampled / min(size, other.shingles)

        parts = {one: part(one) for one in own if met[one] >= _LEAST_HASHES}
        likely = [one for one in parts if parts[one] >= _LEAST_MET]
        chosen: list[int] = []
        of_group: Counter[UUID] = Counter()
        for one in sorted(likely, key=lambda one: (-parts[one], self._known[one].text_id)):
            if len(chosen) == _MOST_COMPARED:
                break
            if of_group[self._group(one)] < _OF_ONE_GROUP:
                of_group[self._group(one)] += 1
                chosen.append(one)
        return chosen

    def _remember(self, text: Text, near: Mapping[int, Sequence[int]]) -> list[int]:
        number, self._next = self._next, self._next + 1
        kept = [one for one in _kept(text) if len(near.get(one, ())) < MOST_HOLDERS]
        for one in kept:
            self._holders.setdefault(one, []).append(number)
        self._known[number] = Known(text.text_id, len(text.shingles.known))
        self._days[number] = text.day
        self._numbers[text.text_id] = number
        self._first = min(self._first, text.day)
        self._last = max(self._last, text.day)
        return kept

    def _near(self, one: int, day: int) -> Sequence[int]:
        """The holders of a hash that are not too long before or after."""
        holders = self._holders.get(one, ())
        if day - self._first <= NEAR and self._last - day <= NEAR:
            return holders
        window = FAR if one < LANDMARK else NEAR
        days, first, last = self._days, day - window, day + window
        return [number for number in holders if first <= days[number] <= last]

    def _tie(self, link: Link) -> None:
        self.links[link.smaller][link.larger] = link
        self.links[link.larger][link.smaller] = link

    def _group(self, number: int) -> UUID:
        if number not in self._groups:
            self._regroup(self._known[number].text_id)
        return self._groups[number]

    def _regroup(self, text_id: UUID) -> None:
        if text_id not in self.links:  # as most
            self._groups[self._numbers[text_id]] = text_id
            return
        for one, group in cluster(component([text_id], self.links), self.links).items():
            if one in self._numbers:
                self._groups[self._numbers[one]] = group


def hopeful(texts: Sequence[Text], holders: Mapping[int, Sequence[int]]) -> list[Text]:
    """Those of a batch's texts that may be like one that is remembered, or like one another."""
    own: dict[int, list[int]] = defaultdict(list)
    for number, text in enumerate(texts, 1):
        for one in _kept(text):
            own[one].append(-number)
    shared = {one: [*holders.get(one, ()), *some] for one, some in own.items() if len(some) > 1}
    both = {**holders, **shared}
    return [
        text
        for number, text in enumerate(texts, 1)
        if text.originals or _share(_counted_but(-number, _kept(text), both))
    ]


def _counted_but(
    itself: int, hashes: Iterable[int], holders: Mapping[int, Sequence[int]]
) -> Counter[int]:
    met = _counted(some for one in hashes if (some := holders.get(one)))
    del met[itself]  # of a Counter what is not there can be deleted
    return met


def _counted(holders: Iterable[Sequence[int]]) -> Counter[int]:
    """How many of the hashes each text holds."""
    return Counter(chain.from_iterable(holders))


def _share(met: Mapping[int, int]) -> bool:
    """Whether a text has more in common with any than an accident."""
    return max(met.values(), default=0) >= _LEAST_HASHES


def _kept(text: Text) -> list[int]:
    """The hashes of a text that it is looked up and remembered by; of a line or two none are."""
    shingles = text.shingles
    return shingles.kept.tolist() if len(shingles.line) >= LEAST_SHINGLES else []


def _link(text: Text, other: Text, own: float) -> Link | None:
    """What ties two texts, `own` being the part of it that few groups share."""
    declared = other.text_id in text.originals
    bar = DECLARED if declared or _credits(text, other) else NORMAL
    like = compare(text.shingles, other.shingles, _days(text, other), bar)
    if like is None or (like.covered * own < _LEAST_OWN and not declared):
        return None
    return _made(text, other, like, declared=declared)


def _made(text: Text, other: Text, like: Likeness, *, declared: bool) -> Link:
    smaller, larger = (text, other) if like.smaller_first else (other, text)
    return Link(
        smaller=smaller.text_id,
        larger=larger.text_id,
        kind="declared" if declared else "near",
        covered=round(like.covered, 3),
        share=round(like.share, 3),
        passage=passage(smaller.body, like.start, like.length, _SHOWN),
    )


def _credits(text: Text, other: Text) -> bool:
    """Whether one of them names the other's publisher, an agency for one, as its author."""
    return any(
        one.publisher is not None and one.publisher.casefold() in two.credits
        for one, two in ((text, other), (other, text))
    )


def _days(text: Text, other: Text) -> float | None:
    """Days between two texts of one publisher, None where they are not or nobody knows."""
    if text.publisher is None or text.publisher != other.publisher:
        return None
    if text.published_at is None or other.published_at is None:
        return None
    return abs((text.published_at - other.published_at).total_seconds()) / _DAY
