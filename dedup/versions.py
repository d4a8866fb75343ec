"""Versions of one article: the runs of equal content along its sightings and rereadings.

A sighting says what the publisher showed; a rereading, that the same document was extracted
anew into another text. Whether the publisher changed something is told by comparing like with
like: the latest reading of one sighting with the latest of the next.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from schemas.verdict import Sighting, Version

REEXTRACTED = "reextracted"
#: Seconds within which a page that changes all the time (a liveblog, a rolling page) has one
#: version, the last: most newsrooms mend a text within half an hour, and later changes are news.
_WHILE = 1800


class _Event(NamedTuple):
    """Something was seen, or read again (`again`), with these hashes."""

    at: datetime
    again: bool
    seen: Sighting
    content_hash: UUID
    body_hash: UUID


def timeline(sightings: Iterable[Sighting]) -> tuple[Version, ...]:
    """The versions that an article's sightings amount to, the latest last.

    The first document of a run stands for it; of several within half an hour the last one
    counts. Its rereadings are versions of change `reextracted` from the moment on at which they
    were made, while it stands for the text. The result depends on what was seen and read when,
    never on the order in which it was learned. Else `change` is `headline` where the text is the
    same, or `update`, which its words tell more of (see `dedup.changes`).
    """
    seen = _telling(sightings)
    before = {after.document_id: one for one, after in pairwise(seen)}
    steps: list[tuple[_Event, str | None]] = []
    for event in _events(_lasting(_changes(seen))):
        last = steps[-1][0] if steps else None
        if last is None:
            steps.append((event, None))
        elif event.again:
            stands = last.seen.document_id == event.seen.document_id
            if stands and event[3:] != last[3:]:
                steps.append((event, REEXTRACTED))
        elif event.content_hash != last.content_hash:
            change = _change(last, before[event.seen.document_id], event.seen)
            steps.append((event, change))
    return tuple(
        Version(
            version=number,
            valid_from=event.at,
            valid_to=steps[number][0].at if number < len(steps) else None,
            change=change,
            document_id=event.seen.document_id,
            content_hash=event.content_hash,
            body_hash=event.body_hash,
        )
        for number, (event, change) in enumerate(steps, start=1)
    )


def _events(line: Iterable[Sighting]) -> list[_Event]:
    """Sightings and rereadings in order of time; what is read again was seen before."""
    events = []
    for seen in line:
        events.append(_Event(seen.at, False, seen, seen.content_hash, seen.body_hash))
        events += [
            _Event(max(one.at, seen.at), True, seen, one.content_hash, one.body_hash)
            for one in sorted(seen.rereadings, key=lambda one: one.at)
        ]
    return sorted(events, key=lambda one: (one.at, one.again, _order(one.seen)))


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
    captured |= {one.content_hash for seen in captures for one in seen.rereadings}
    loose = [seen for seen in files.values() if seen.content_hash not in captured]
    return sorted([*captures, *loose], key=_order)


def _order(seen: Sighting) -> tuple[datetime, UUID, UUID]:
    """By time; of one moment by content, which is the same wherever the files lie."""
    return seen.at, seen.content_hash, seen.document_id


def _latest(seen: Sighting) -> tuple[UUID, UUID]:
    """The hashes of content and body by the latest reading."""
    last = max(seen.rereadings, key=lambda one: one.at, default=seen)
    return last.content_hash, last.body_hash


def _change(last: _Event, before: Sighting, after: Sighting) -> str:
    """`reextracted` where only the extraction differs, `headline` where only the title does,
    else `update`.
    """
    if before.rereadings or after.rereadings:
        (content, body), (new_content, new_body) = _latest(before), _latest(after)
        if content == new_content:
            return REEXTRACTED
        if body == new_body:
            return "headline"
    return "headline" if last.body_hash == after.body_hash else "update"
