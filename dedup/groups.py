"""Groups of exact duplicates: one survivor stands for each, the others refer to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from schemas.records import DuplicateRow
from schemas.verdict import Member

_NEVER = datetime.max.replace(tzinfo=UTC)


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


def group_duplicates(members: Iterable[Member], now: datetime) -> list[DuplicateRow]:
    """A row for each member that repeats the survivor of its group (equal body hash)."""
    groups: dict[UUID, list[Member]] = defaultdict(list)
    for member in members:
        groups[member.body_hash].append(member)
    rows = []
    for group in groups.values():
        first = survivor(group)
        rows += [
            DuplicateRow(
                article_id=member.article_id,
                duplicate_of=first.article_id,
                kind="exact",
                similarity=1.0,
                evidence="the same words in the same order (case, punctuation and space aside)",
                decided_at=now,
            )
            for member in group
            if member.article_id != first.article_id
        ]
    return rows
