"""The verdict on a batch: what is new, what is a version, what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from dedup.versions import timeline
from schemas.model import Frozen
from schemas.verdict import Fingerprint, Sighting, Verdict


class Extracted(Frozen):
    """An extracted article as far as the verdict on it depends on it."""

    article_id: UUID
    seen: Sighting

    @property
    def fingerprint(self) -> Fingerprint:
        """The hashes of its text."""
        return Fingerprint(content=self.seen.content_hash, body=self.seen.body_hash)


def decide(batch: Sequence[Extracted], known: Mapping[UUID, tuple[Sighting, ...]]) -> list[Verdict]:
    """One verdict an article, in the order of the batch.

    `known` holds the sightings of these articles that the warehouse has; the batch's own
    count for those that come after them in it.
    """
    sightings = dict(known)
    verdicts = []
    for item in batch:
        before = sightings.get(item.article_id, ())
        is_known = any(one.document_id == item.seen.document_id for one in before)
        after = before if is_known else (*before, item.seen)
        sightings[item.article_id] = after
        verdicts.append(_verdict(item, before, after))
    return verdicts


def _verdict(item: Extracted, before: tuple[Sighting, ...], after: tuple[Sighting, ...]) -> Verdict:
    old, new = timeline(before), timeline(after)
    later = "new_version" if len(new) > len(old) else "unchanged"
    return Verdict(
        article_id=item.article_id,
        document_id=item.seen.document_id,
        outcome=later if old else "new",
        moved=old != new,
        versions=new,
    )
