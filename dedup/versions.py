"""Versions of one article: the runs of equal content along its sightings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from schemas.verdict import Sighting, Version

#: Seconds within which a page that changes all the time (a liveblog, a rolling page) has one
#: version, the last: most newsrooms mend a text within half an hour, and later changes are news.
_WHILE = 1800


def timeline(sightings: Iterable[Sighting]) -> tuple[Version, ...]:
    """The versions that an article's sightings amount to, the latest last.

    The first document of a run stands for it; of several within half an hour the last one
    counts. The result depends on what was seen when, never on the order in which it was learned.
    `change` is `headline` where the text is the same, else `update`, which its words tell more
    of (see `dedup.changes`).
    """
    firsts = _changes(_lasting(_changes(_telling(sightings))))
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


def _changes(line: list[Sighting]) -> list[Sighting]:
    """The first sighting of each run of equal content."""
    return line[:1] + [
        after for before, after in pairwise(line) if after.content_hash != before.content_hash
    ]


def _lasting(line: list[Sighting]) -> list[Sighting]:
    """Without the captures that another one replaced within the same half hour, but for the first.

    A capture is a fact, a file of unknown age is not: so what was left out, whose text is not
    kept, never comes back.
    """
    captures = [seen for seen in line if seen.captured]
    latest = {_while(seen): seen for seen in captures}
    return [
        seen
        for seen in line
        if not seen.captured or seen is captures[0] or seen is latest[_while(seen)]
    ]


def _while(seen: Sighting) -> float:
    return seen.at.timestamp() // _WHILE


def _telling(sightings: Iterable[Sighting]) -> list[Sighting]:
    """The sightings that tell something, in order of time.

    A file whose time of capture nobody knows tells nothing if its content is known from
    another sighting: it may be a copy of any age. A capture is a fact about its moment.
    """
    captures: list[Sighting] = []
    files: dict[object, Sighting] = {}
    for seen in sorted(sightings, key=_order):
        if seen.captured:
            captures.append(seen)
        else:
            files.setdefault(seen.content_hash, seen)
    captured = {seen.content_hash for seen in captures}
    loose = [seen for seen in files.values() if seen.content_hash not in captured]
    return sorted([*captures, *loose], key=_order)


def _order(seen: Sighting) -> tuple[datetime, UUID, UUID]:
    """By time; of one moment by content, which is the same wherever the files lie."""
    return seen.at, seen.content_hash, seen.document_id


def _change(before: Sighting, after: Sighting) -> str:
    """`headline` where only the title differs, else `update`."""
    return "headline" if before.body_hash == after.body_hash else "update"
