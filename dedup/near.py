"""Near-duplicates: which texts of a batch are linked to which others. Pure.

Texts are placed one after the other, each beside those before it, so that the links are the
same whatever the size of the batches in which the texts came.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from dedup.clusters import cluster, component
from dedup.fingerprint import passage
from dedup.likeness import DECLARED, LEAST_SHINGLES, NORMAL, Likeness, compare
from dedup.shingles import KEPT_ONE_IN, Shingles
from schemas.link import Link

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
#: Days before or after which a text is looked for. Copies come within days, a late archive's
#: within weeks; a year and a month is for templates, of which a publisher may bring one a month.
#: What is printed again later without a changed word is found all the same.
WINDOW = 400
#: A passage that is evidence is shown up to so many characters.
_SHOWN = 200
_DAY = 86_400


class Known(NamedTuple):
    """A text that is remembered: how many different shingles it has, and its day."""

    shingles: int
    day: int


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

    `holders` has the texts that are remembered for each hash, the first ones first, `known` what
    each of these is, `links` those between them and all that hangs on them. `read` gives a text,
    None where it is gone.
    """

    def __init__(
        self,
        holders: Mapping[int, Sequence[UUID]],
        known: Mapping[UUID, Known],
        links: Iterable[Link],
        read: Callable[[UUID], Text | None],
    ) -> None:
        self.links: dict[UUID, dict[UUID, Link]] = defaultdict(dict)
        self._holders = {one: list(texts) for one, texts in holders.items()}
        self._known = dict(known)
        self._groups: dict[UUID, UUID] = {}
        self._read = read
        for link in links:
            self._tie(link)

    def candidates(self, text: Text) -> list[UUID]:
        """The texts that it is to be compared with, the likeliest first."""
        met, own = self._met(text)
        return self._chosen(text, met, own)

    def place(self, text: Text) -> tuple[list[Link], list[int]]:
        """Puts a text in: its links, and the hashes that it is to be remembered for."""
        met, own = self._met(text)
        links = []
        for text_id in (
            *sorted(text.originals - {text.text_id}),
            *self._chosen(text, met, own),
        ):
            share = own[text_id] / met[text_id] if met[text_id] else 0.0
            other = None if text_id in self.links[text.text_id] else self._read(text_id)
            link = other and _link(text, other, share)
            if link:
                links.append(link)
                self._tie(link)
        self._regroup(text.text_id)
        return links, self._remember(text)

    def _met(self, text: Text) -> tuple[Counter[UUID], Counter[UUID]]:
        """How many hashes each known text shares with it, and how many that few groups have."""
        met: Counter[UUID] = Counter()
        own: Counter[UUID] = Counter()
        for one in _kept(text):
            holders = self._holders.get(one) and self._near(one, text.day)
            if holders:
                met.update(holders)
                if len({self._group(holder) for holder in holders}) <= _MOST_GROUPS:
                    own.update(holders)
        return met, own

    def _chosen(self, text: Text, met: Counter[UUID], own: Counter[UUID]) -> list[UUID]:
        size = len(text.shingles.known)

        def part(text_id: UUID) -> float:
            return KEPT_ONE_IN * own[text_id] / min(size, self._known[text_id].shingles)

        ranked = sorted(own, key=lambda one: (-part(one), one))
        chosen: list[UUID] = []
        of_group: Counter[UUID] = Counter()
        for one in ranked:
            if part(one) < _LEAST_MET or len(chosen) == _MOST_COMPARED:
                break
            if met[one] >= _LEAST_HASHES and of_group[self._group(one)] < _OF_ONE_GROUP:
                of_group[self._group(one)] += 1
                chosen.append(one)
        return chosen

    def _remember(self, text: Text) -> list[int]:
        kept = []
        for one in _kept(text):
            holders = self._holders.setdefault(one, [])
            if len(holders) < MOST_HOLDERS or len(self._near(one, text.day)) < MOST_HOLDERS:
                holders.append(text.text_id)
                kept.append(one)
        self._known[text.text_id] = Known(shingles=len(text.shingles.known), day=text.day)
        return kept

    def _near(self, one: int, day: int) -> list[UUID]:
        """The holders of a hash that are not too long before or after."""
        return [
            text_id
            for text_id in self._holders[one]
            if abs(self._known[text_id].day - day) <= WINDOW
        ]

    def _tie(self, link: Link) -> None:
        self.links[link.smaller][link.larger] = link
        self.links[link.larger][link.smaller] = link

    def _group(self, text_id: UUID) -> UUID:
        if text_id not in self._groups:
            self._regroup(text_id)
        return self._groups[text_id]

    def _regroup(self, text_id: UUID) -> None:
        self._groups.update(cluster(component([text_id], self.links), self.links))


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
