"""Groups of duplicates: one survivor stands for each, the others refer to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from dedup.clusters import Links
from schemas.link import Link
from schemas.records import DuplicateRow
from schemas.verdict import Member

_NEVER = datetime.max.replace(tzinfo=UTC)
_EXACT = "the same words in the same order (case, punctuation and space aside)"


def survivor(members: Iterable[Member]) -> Member:
    """The earliest published; then the longest; then the first by address.

    Undated members come after dated ones. The choice depends on the members alone, not on
    the order in which they came.
    """
    return min(
        members,
        key=lambda one: (
            one.published_at or _NEVER,
            -one.word_count,
            one.canonical_url,
            one.article_id,
        ),
    )


def group_duplicates(
    members: Iterable[Member],
    now: datetime,
    clusters: Mapping[UUID, UUID],
    links: Links,
) -> list[DuplicateRow]:
    """A row for each member that repeats the survivor of its group.

    `clusters` has the cluster of each body hash (see `dedup.clusters`), `links` what ties those
    of one cluster together.
    """
    groups: dict[UUID, list[Member]] = defaultdict(list)
    for member in members:
        groups[clusters.get(member.body_hash, member.body_hash)].append(member)
    return [
        _row(member, survivor(group), group, links, now)
        for group in groups.values()
        if len(group) > 1
        for member in group
        if member is not survivor(group)
    ]


def _row(
    member: Member, first: Member, group: Iterable[Member], links: Links, now: datetime
) -> DuplicateRow:
    kind, similarity, evidence = _evidence(member, first, group, links)
    return DuplicateRow(
        article_id=member.article_id,
        duplicate_of=first.article_id,
        kind=kind,
        similarity=similarity,
        evidence=evidence,
        decided_at=now,
    )


def _evidence(
    member: Member, first: Member, group: Iterable[Member], links: Links
) -> tuple[str, float, str]:
    if member.body_hash == first.body_hash:
        return "exact", 1.0, _EXACT
    mine = links.get(member.body_hash, {})
    if first.body_hash in mine:
        link = mine[first.body_hash]
        return link.kind, link.covered, _told(link, member.body_hash, "the other")
    # it is tied to the survivor by others of the group: the closest of them tells
    addresses = {one.body_hash: one.canonical_url for one in sorted(group, key=_order)}
    link = max(
        (one for other, one in mine.items() if other in addresses),
        key=lambda one: (one.kind == "declared", one.covered, one.share, one.passage),
    )
    told = f"{addresses[link.other(member.body_hash)]}, a copy of the same"
    return link.kind, link.covered, _told(link, member.body_hash, told)


def _told(link: Link, text_id: UUID, other: str) -> str:
    """The link in words, as seen from one of its ends."""
    if text_id == link.smaller:
        told = f"{link.covered:.0%} of it stands in {other}"
    else:
        told = f"{link.covered:.0%} of {other} stands in it"
    if link.kind == "declared":
        told = f"its publisher or the other's names the original by a canonical link; {told}"
    return f"{told}: “{link.passage}”"


def _order(member: Member) -> tuple[str, UUID]:
    return member.canonical_url, member.article_id
