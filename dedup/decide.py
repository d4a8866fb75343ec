"""The verdict on a batch: what is new, what is a version, what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from dedup.versions import add_sighting, timeline
from schemas.model import Frozen
from schemas.verdict import Fingerprint, Sighting, Verdict


class Extracted(Frozen):
    """An extracted article as far as the verdict on it depends on it.

    `captured_at` is None for a file; `seen_at` is when it was read.
    """

    article_id: UUID
    document_id: UUID
    fingerprint: Fingerprint
    seen_at: datetime
    captured_at: datetime | None


def decide(batch: Sequence[Extracted], known: Mapping[UUID, tuple[Sighting, ...]]) -> list[Verdict]:
    """One verdict an article, in the order of the batch.

    `known` holds the sightings of these articles that the warehouse has, in order of time;
    the batch's own sightings count for those that come after them in it.
    """
    line = dict(known)
    verdicts = []
    for item in batch:
        before = line.get(item.article_id, ())
        seen = Sighting(
            at=item.captured_at or item.seen_at,
            document_id=item.document_id,
            content_hash=item.fingerprint.content,
            body_hash=item.fingerprint.body,
        )
        after = add_sighting(before, seen, captured=item.captured_at is not None)
        line[item.article_id] = after
        verdicts.append(_verdict(item, before, after))
    return verdicts


def _verdict(item: Extracted, before: tuple[Sighting, ...], after: tuple[Sighting, ...]) -> Verdict:
    old, new = timeline(before), timeline(after)
    later = "new_version" if len(new) > len(old) else "unchanged"
    return Verdict(
        article_id=item.article_id,
        document_id=item.document_id,
        outcome=later if old else "new",
        is_current=new[-1].document_id == item.document_id,
        fingerprint=item.fingerprint,
        versions=new,
        moved=old != new,
    )
