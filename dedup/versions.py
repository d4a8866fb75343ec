"""Versions of one article: the runs of equal content along its sightings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from schemas.verdict import Sighting, Version


def add_sighting(
    known: Sequence[Sighting], seen: Sighting, *, captured: bool
) -> tuple[Sighting, ...]:
    """The sightings of an article after one more; the same object if it tells nothing new.

    A file whose time of capture nobody knows tells nothing new if its content was ever
    seen; a captured document is a fact about its moment, whatever the order of arrival.
    """
    if any(one.document_id == seen.document_id for one in known):
        return tuple(known)
    if not captured and any(one.content_hash == seen.content_hash for one in known):
        return tuple(known)
    return tuple(sorted([*known, seen], key=lambda one: (one.at, one.document_id)))


def timeline(sightings: Sequence[Sighting]) -> tuple[Version, ...]:
    """The versions that sightings in order of time amount to, the latest last.

    The first document of a run stands for it. The result depends on what was seen when,
    never on the order in which it was learned.
    """
    firsts = [
        seen
        for before, seen in pairwise([None, *sightings])
        if seen and (before is None or before.content_hash != seen.content_hash)
    ]
    return tuple(
        Version(
            version=number,
            valid_from=seen.at,
            valid_to=firsts[number].at if number < len(firsts) else None,
            change=_change(firsts[number - 2], seen) if number > 1 else None,
            document_id=seen.document_id,
            content_hash=seen.content_hash,
            body_hash=seen.body_hash,
        )
        for number, seen in enumerate(firsts, start=1)
    )


def _change(before: Sighting, after: Sighting) -> str:
    """`headline` where only the title differs, else `update`."""
    return "headline" if before.body_hash == after.body_hash else "update"
