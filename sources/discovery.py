"""What a source lists now: its feeds, sitemaps and pages, asked at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from schemas.candidate import Candidate
from schemas.listing import ListingMemory
from schemas.model import Frozen
from schemas.records import FeedRow
from schemas.rejection import Rejection
from schemas.source import Source
from sources.fetch import Fetcher, FetchFailure
from sources.polling import Polled, find_sitemaps, poll_feed, poll_sitemap

#: A poll looks for news; what a sitemap dates earlier is for a backfill.
RECENT = timedelta(days=7)


class Discovery(Frozen):
    """All that a source lists, each address once, and how its feeds and sitemaps did.

    `failures` say why some of them gave nothing; `retry_at` is before when a server asked
    not to be asked again, `floor` how long the publisher calls its answers fresh.
    """

    candidates: tuple[Candidate, ...]
    rows: tuple[FeedRow, ...]
    failures: tuple[Rejection, ...] = ()
    floor: timedelta | None = None
    retry_at: datetime | None = None


async def discover(
    fetcher: Fetcher, source: Source, known: Mapping[str, FeedRow], now: datetime
) -> Discovery:
    """Asks the feeds and sitemaps of a source, conditionally where they were asked before."""
    memories = {
        url: ListingMemory(validators=row.validators, moved=row.moved) for url, row in known.items()
    }
    feeds = [
        poll_feed(fetcher, url, source.id, memories.get(url) or ListingMemory(), now)
        for url in source.feeds
    ]
    maps = [
        poll_sitemap(fetcher, url, source.id, memories, now - RECENT, now)
        for url in await find_sitemaps(fetcher, source)
    ]
    fed, mapped = await asyncio.gather(asyncio.gather(*feeds), asyncio.gather(*maps))
    polls = [*fed, *(polled for polls in mapped for polled in polls)]
    pages = [Candidate(url=url, source_id=source.id, discovered_at=now) for url in source.pages]
    listed = [candidate for polled in polls for candidate in polled.candidates]
    troubles = [polled.trouble for polled in polls]
    return Discovery(
        candidates=tuple({one.url: one for one in reversed([*listed, *pages])}.values())[::-1],
        rows=tuple(_row(source, polled, now) for polled in polls),
        failures=tuple(found for polled in polls if (found := _failure(source, polled))),
        floor=max((one.floor for one in polls if one.floor), default=None),
        retry_at=max(
            (one.retry_at for one in troubles if isinstance(one, FetchFailure) and one.retry_at),
            default=None,
        ),
    )


def _row(source: Source, polled: Polled, now: datetime) -> FeedRow:
    trouble = polled.trouble
    return FeedRow(
        url=polled.url,
        source_id=source.id,
        validators=polled.memory.validators,
        moved=polled.memory.moved,
        fetched_at=now,
        reason=trouble.reason if trouble else None,
        detail=trouble.detail if trouble else None,
    )


def _failure(source: Source, polled: Polled) -> Rejection | None:
    if polled.trouble is None:
        return None
    return Rejection(
        url=polled.url,
        source_id=source.id,
        stage="discover",
        reason=polled.trouble.reason,
        detail=polled.trouble.detail,
    )
