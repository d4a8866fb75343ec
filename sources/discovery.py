"""What a source lists now: its feeds, sitemaps and pages, asked as politely as they allow."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from schemas.candidate import Candidate
from schemas.model import Frozen
from schemas.records import FeedRow
from schemas.rejection import Rejection
from schemas.source import Source
from sources.cadence import publisher_floor
from sources.feed import FeedSource, parse_feed
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
from sources.sitemap import MAX_DEPTH, SitemapSource, changed_children, parse_sitemap

#: A poll looks for news; what a sitemap dates earlier is for a backfill.
RECENT = timedelta(days=7)
#: Parts of an index that one poll reads, the latest changed first.
_MOST_PARTS = 50


class Visit(Frozen):
    """One feed or sitemap that was asked for; `failure` says why it gave nothing."""

    row: FeedRow
    candidates: tuple[Candidate, ...] = ()
    floor: timedelta | None = None
    failure: Rejection | None = None
    retry_at: datetime | None = None
    children: tuple[str, ...] = ()
    answer: Fetched | None = None


class Discovery(Frozen):
    """All that a source lists, each address once, and how its feeds and sitemaps did."""

    candidates: tuple[Candidate, ...]
    visits: tuple[Visit, ...]

    @property
    def floor(self) -> timedelta | None:
        """How long the publisher asks not to be asked again: the longest of its feeds."""
        return max((one.floor for one in self.visits if one.floor), default=None)

    @property
    def retry_at(self) -> datetime | None:
        """Before when the server asked not to be asked again."""
        return max((one.retry_at for one in self.visits if one.retry_at), default=None)

    @property
    def failures(self) -> tuple[Rejection, ...]:
        """Why feeds and sitemaps gave nothing."""
        return tuple(one.failure for one in self.visits if one.failure)


async def discover(
    fetcher: Fetcher, source: Source, known: Mapping[str, FeedRow], now: datetime
) -> Discovery:
    """Asks the feeds and sitemaps of a source, conditionally where they were asked before."""
    maps = await _sitemap_addresses(fetcher, source)
    visits = list(
        await asyncio.gather(
            *(_visit_feed(fetcher, source, url, known.get(url), now) for url in source.feeds),
            *(_visit_sitemap(fetcher, source, url, known.get(url), now) for url in maps),
        )
    )
    level = visits
    # an index that says nothing changed says nothing of its parts: they are asked themselves
    silent = any(
        visit.answer is None and not visit.failure for visit in visits if visit.row.url in maps
    )
    again = [url for url in known if silent and url not in {*source.feeds, *maps}]
    for _ in range(MAX_DEPTH):
        parts = [*again, *(url for visit in level for url in visit.children)][:_MOST_PARTS]
        again = []
        level = await asyncio.gather(
            *(_visit_sitemap(fetcher, source, url, known.get(url), now) for url in parts)
        )
        visits += level
    pages = [Candidate(url=url, source_id=source.id, discovered_at=now) for url in source.pages]
    listed = [candidate for visit in visits for candidate in visit.candidates]
    unique = {candidate.url: candidate for candidate in reversed([*listed, *pages])}
    return Discovery(candidates=tuple(reversed(unique.values())), visits=tuple(visits))


async def _sitemap_addresses(fetcher: Fetcher, source: Source) -> Sequence[str]:
    """The configured sitemaps, or those that the robots.txt of the source's sites name."""
    if source.sitemaps != "auto":
        return tuple(source.sitemaps)
    found: dict[str, None] = {}
    for url in (*source.feeds, *source.pages):
        found |= dict.fromkeys(sitemaps_in(await fetcher.robots(url)))
    return tuple(found)


async def _ask(
    fetcher: Fetcher, url: str, purpose: Purpose, before: FeedRow | None, now: datetime
) -> Fetched | NotModified | FetchFailure:
    moved = believed_target(before.moved, now) if before else None
    request = FetchRequest(
        url=moved or url, purpose=purpose, validators=before.validators if before else None
    )
    return await fetcher.fetch(request)


def _row(
    source: Source,
    url: str,
    before: FeedRow | None,
    answer: Fetched | NotModified | FetchFailure,
    now: datetime,
    problem: Rejection | None = None,
) -> FeedRow:
    """What to keep of a feed after an answer; a useless one leaves what was known."""
    validators, moved = (before.validators, before.moved) if before else (None, None)
    if not isinstance(answer, FetchFailure) and problem is None:
        validators, moved = remember(validators, answer), remember_move(moved, answer)
    return FeedRow(
        url=url,
        source_id=source.id,
        validators=validators,
        moved=moved,
        fetched_at=now,
        reason=problem.reason if problem else None,
        detail=problem.detail if problem else None,
    )


def _refusal(source: Source, url: str, answer: FetchFailure) -> Rejection:
    return Rejection(
        url=url, source_id=source.id, stage="discover", reason=answer.reason, detail=answer.detail
    )


async def _visit_feed(
    fetcher: Fetcher, source: Source, url: str, before: FeedRow | None, now: datetime
) -> Visit:
    answer = await _ask(fetcher, url, Purpose.FEED, before, now)
    if isinstance(answer, FetchFailure):
        problem = _refusal(source, url, answer)
        row = _row(source, url, before, answer, now, problem)
        return Visit(row=row, failure=problem, retry_at=answer.retry_at)
    if isinstance(answer, NotModified):
        floor = publisher_floor(answer.headers, now)
        return Visit(row=_row(source, url, before, answer, now), floor=floor)
    place = FeedSource(
        url=answer.final_url,
        source_id=source.id,
        fetched_at=answer.ended_at,
        charset=answer.charset,
    )
    parsed = await asyncio.to_thread(parse_feed, answer.content, place)
    if isinstance(parsed, Rejection):
        problem = parsed.model_copy(update={"url": url})
        return Visit(row=_row(source, url, before, answer, now, problem), failure=problem)
    return Visit(
        row=_row(source, url, before, answer, now),
        candidates=parsed.candidates,
        floor=publisher_floor(answer.headers, now, parsed.floor),
        answer=answer,
    )


async def _visit_sitemap(
    fetcher: Fetcher, source: Source, url: str, before: FeedRow | None, now: datetime
) -> Visit:
    answer = await _ask(fetcher, url, Purpose.SITEMAP, before, now)
    if isinstance(answer, FetchFailure):
        problem = _refusal(source, url, answer)
        row = _row(source, url, before, answer, now, problem)
        return Visit(row=row, failure=problem, retry_at=answer.retry_at)
    if isinstance(answer, NotModified):
        floor = publisher_floor(answer.headers, now)
        return Visit(row=_row(source, url, before, answer, now), floor=floor)
    place = SitemapSource(
        url=answer.final_url,
        source_id=source.id,
        fetched_at=answer.ended_at,
        charset=answer.charset,
    )
    parsed = await asyncio.to_thread(parse_sitemap, answer.content, place)
    if isinstance(parsed, Rejection):
        problem = parsed.model_copy(update={"url": url})
        return Visit(row=_row(source, url, before, answer, now, problem), failure=problem)
    last = before.fetched_at if before else now - RECENT
    return Visit(
        row=_row(source, url, before, answer, now),
        candidates=tuple(one for one in parsed.candidates if _is_recent(one, now)),
        children=tuple(child.url for child in changed_children(parsed, last)),
        answer=answer,
    )


def _is_recent(candidate: Candidate, now: datetime) -> bool:
    """Whether a sitemap's entry is news; one without any date is taken for it."""
    hints = candidate.hints
    moment = (hints.published_at or hints.modified_at) if hints else None
    if moment is None:
        return True
    aware = moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
    return aware > now - RECENT
