"""One poll of what lists articles: asked conditionally, read, and remembered.

The only I/O is the fetcher's; what is remembered comes in and goes out as a value.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from schemas.candidate import Candidate
from schemas.listing import ListingMemory
from schemas.model import Frozen
from schemas.rejection import Rejection
from schemas.source import Source
from sources.cadence import publisher_floor
from sources.feed import FeedSource, ParsedFeed, parse_feed
from sources.fetch import (
    Fetched,
    Fetcher,
    FetchFailure,
    FetchRequest,
    NotModified,
    Purpose,
    believed_target,
    remember,
    remember_move,
    sitemaps_in,
)
from sources.sitemap import (
    MAX_DEPTH,
    ParsedSitemap,
    SitemapSource,
    changed_children,
    parse_sitemap,
)

#: One poll reads an index and its newest files; what is older was read by an earlier one.
MAX_FILES = 50


class Polled(Frozen):
    """What one address gave.

    `trouble` is set if it gave nothing that can be used; then `candidates` are empty and
    `memory` is what it was. `unchanged` means that the server, or the body, is as known.
    `floor` is how long the publisher asks not to be asked; `salvaged`, `left_out` and
    `next_url` are those of the parsed feed. `wire_bytes` is what was transferred.
    """

    url: str
    memory: ListingMemory
    candidates: tuple[Candidate, ...] = ()
    trouble: FetchFailure | Rejection | None = None
    unchanged: bool = False
    floor: timedelta | None = None
    salvaged: bool = False
    left_out: int = 0
    next_url: str | None = None
    wire_bytes: int = 0


async def poll_feed(
    fetcher: Fetcher, url: str, source_id: str, memory: ListingMemory, now: datetime
) -> Polled:
    """Ask one feed and read it."""
    answer = await _ask(fetcher, url, Purpose.FEED, memory, now)
    if isinstance(answer, Polled):
        return answer
    source = FeedSource(
        url=answer.final_url,
        source_id=source_id,
        fetched_at=answer.started_at,
        charset=answer.charset,
    )
    # ten megabytes take seconds, in which no other host could be listened to
    found = await asyncio.to_thread(parse_feed, answer.content, source)
    if not isinstance(found, ParsedFeed):
        return _refused(url, memory, found, answer)
    return Polled(
        url=url,
        memory=_remembered(memory, answer),
        candidates=found.candidates,
        floor=publisher_floor(answer.headers, answer.ended_at, found.floor),
        salvaged=found.salvaged,
        left_out=found.left_out,
        next_url=found.next_url,
        wire_bytes=answer.wire_bytes,
    )


async def poll_sitemap(
    fetcher: Fetcher,
    url: str,
    source_id: str,
    memories: Mapping[str, ListingMemory],
    since: datetime | None,
    now: datetime,
) -> list[Polled]:
    """Ask a sitemap, and of an index the sitemaps that changed since, newest first.

    One `Polled` for each file asked, the first for `url` itself; `memories` is by address.
    At most `MAX_FILES` files and `MAX_DEPTH` levels; no file twice. Entries whose own
    date is before `since` are left out, those without one are kept.
    """
    done: list[Polled] = []
    seen = {url}
    waiting = [(url, 1)]
    while waiting and len(done) < MAX_FILES:
        address, depth = waiting.pop(0)
        memory = memories.get(address) or ListingMemory()
        polled, found = await _poll_file(fetcher, address, source_id, memory, now)
        done.append(polled.model_copy(update={"candidates": _recent(polled.candidates, since)}))
        if found is None or depth >= MAX_DEPTH:
            continue
        children = [child.url for child in changed_children(found, since) if child.url not in seen]
        seen.update(children)
        waiting += [(child, depth + 1) for child in children]
    return done


async def find_sitemaps(fetcher: Fetcher, source: Source) -> tuple[str, ...]:
    """The sitemaps of a source: those configured or, for "auto", those its robots.txt names.

    The site is that of its feeds and pages. Where robots.txt names none, none is guessed.
    """
    if not isinstance(source.sitemaps, str):
        return source.sitemaps
    origins = dict.fromkeys(
        f"{parts.scheme}://{parts.netloc}"
        for parts in map(urlsplit, (*source.feeds, *source.pages))
    )
    found: dict[str, None] = {}
    for origin in origins:
        found |= dict.fromkeys(sitemaps_in(await fetcher.robots(origin)))
    return tuple(found)


async def _poll_file(
    fetcher: Fetcher, url: str, source_id: str, memory: ListingMemory, now: datetime
) -> tuple[Polled, ParsedSitemap | None]:
    answer = await _ask(fetcher, url, Purpose.SITEMAP, memory, now)
    if isinstance(answer, Polled):
        return answer, None
    source = SitemapSource(
        url=answer.final_url,
        source_id=source_id,
        fetched_at=answer.started_at,
        charset=answer.charset,
    )
    found = await asyncio.to_thread(parse_sitemap, answer.content, source)
    if not isinstance(found, ParsedSitemap):
        return _refused(url, memory, found, answer), None
    # an index that did not change may name files that did: it is always read whole
    remembered = ListingMemory() if found.children else _remembered(memory, answer)
    polled = Polled(
        url=url,
        memory=remembered,
        candidates=found.candidates,
        floor=publisher_floor(answer.headers, answer.ended_at),
        salvaged=found.salvaged,
        left_out=found.left_out,
        wire_bytes=answer.wire_bytes,
    )
    return polled, found


async def _ask(
    fetcher: Fetcher, url: str, purpose: Purpose, memory: ListingMemory, now: datetime
) -> Fetched | Polled:
    address = believed_target(memory.moved, now) or url
    request = FetchRequest(url=address, purpose=purpose, validators=memory.validators)
    answer = await fetcher.fetch(request)
    if isinstance(answer, Fetched):
        return answer
    if isinstance(answer, NotModified):
        floor = publisher_floor(answer.headers, answer.ended_at)
        return Polled(
            url=url,
            memory=_remembered(memory, answer),
            unchanged=True,
            floor=floor,
            wire_bytes=answer.wire_bytes,
        )
    # what moved for good and is gone there may be back where it was
    kept = memory.model_copy(update={"moved": None}) if address != url else memory
    return Polled(url=url, memory=kept, trouble=answer, wire_bytes=answer.wire_bytes)


def _remembered(memory: ListingMemory, answer: Fetched | NotModified) -> ListingMemory:
    moved = remember_move(memory.moved, answer)
    if memory.moved is not None and answer.url == memory.moved.target:
        # asked at the believed address: its answers say nothing about the old one
        moved = memory.moved
    return ListingMemory(validators=remember(memory.validators, answer), moved=moved)


def _refused(url: str, memory: ListingMemory, found: Rejection, answer: Fetched) -> Polled:
    return Polled(url=url, memory=memory, trouble=found, wire_bytes=answer.wire_bytes)


def _recent(candidates: tuple[Candidate, ...], since: datetime | None) -> tuple[Candidate, ...]:
    if since is None:
        return candidates
    return tuple(each for each in candidates if _may_be_recent(each, since))


def _may_be_recent(candidate: Candidate, since: datetime) -> bool:
    hints = candidate.hints
    dates = [hints.modified_at, hints.published_at] if hints else []
    # a date without zone may be half a day off either way
    moments = [
        date if date.tzinfo else date.replace(tzinfo=since.tzinfo) + timedelta(hours=14)
        for date in dates
        if date is not None
    ]
    return not moments or max(moments) >= since
