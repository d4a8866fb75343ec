"""What a source published on some days, as its sitemaps and archive pages say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from schemas.candidate import Candidate, Hints
from schemas.model import Frozen
from schemas.rejection import Reason, Rejection
from schemas.source import Source
from sources.archivepage import archive_address, articles_of, further_pages, page_links
from sources.days import Span, day_of, span_of
from sources.fetch import Fetched, Fetcher, FetchFailure, FetchRequest, Purpose
from sources.polling import find_sitemaps
from sources.sitemap import (
    MAX_DEPTH,
    ParsedSitemap,
    SitemapSource,
    changed_children,
    parse_sitemap,
)

#: Sitemaps that one survey reads: ten years of daily ones, or a hundred million addresses.
_MOST_FILES = 4_000
#: Further pages of one day's archive page: more than any outlet's day has.
_MOST_PAGES = 50


class Listed(Frozen):
    """An address and the day that it was published on, as far as the list says."""

    day: date
    candidate: Candidate


class Survey(Frozen):
    """All that the lists name for the days; `failures` say which of them could not be read.

    `undated` counts addresses of sitemaps of which nothing says the day.
    """

    listed: tuple[Listed, ...]
    failures: tuple[Rejection, ...] = ()
    undated: int = 0


async def survey(fetcher: Fetcher, source: Source, days: Span, now: datetime) -> Survey:
    """Reads the sitemaps that may name articles of these days, and their archive pages."""
    found: dict[str, Listed] = {}
    failures: list[Rejection] = []
    undated = 0
    maps = await find_sitemaps(fetcher, source)
    if not maps and not source.archives:
        # days of which nothing was read are not days on which nothing was published
        failures.append(_without_lists(source))
    async for answer, entries in _sitemaps(fetcher, source, days, maps):
        if isinstance(entries, Rejection):
            failures.append(entries)
            continue
        for one in entries.candidates:
            day = published_day(one, answer)
            undated += day is None
            if day is not None and day in days:
                found.setdefault(one.url, Listed(day=day, candidate=one))
    for template in source.archives:
        async for listed in _archive_pages(fetcher, source, template, days, now):
            if isinstance(listed, Rejection):
                failures.append(listed)
            else:
                found.setdefault(listed.candidate.url, listed)
    return Survey(listed=tuple(found.values()), failures=tuple(failures), undated=undated)


def published_day(candidate: Candidate, sitemap: str) -> date | None:
    """The day that an entry's date of publication says, or its address, or its sitemap's
    address, or at last its date of modification.
    """
    hints = candidate.hints
    if hints and hints.published_at:
        return hints.published_at.date()
    if (day := day_of(candidate.url) or day_of(sitemap)) is not None:
        return day
    return hints.modified_at.date() if hints and hints.modified_at else None


def _without_lists(source: Source) -> Rejection:
    first = next(iter((*source.feeds, *source.pages)), source.id)
    return Rejection(
        url=first,
        source_id=source.id,
        stage="discover",
        reason=Reason.EMPTY,
        detail='robots.txt names no sitemap (sitemaps = "auto"); name them, or archive pages',
    )


async def _sitemaps(
    fetcher: Fetcher, source: Source, days: Span, maps: Sequence[str]
) -> AsyncIterator[tuple[str, ParsedSitemap | Rejection]]:
    """Each sitemap's address, with what it lists or why it cannot be read."""
    since = datetime.combine(days.first, time(), UTC) - timedelta(days=1)
    wide = Span(first=days.first - timedelta(days=1), last=days.last + timedelta(days=1))
    waiting = [(url, 1) for url in maps]
    seen = {url for url, _ in waiting}
    asked = 0
    while waiting and asked < _MOST_FILES:
        url, depth = waiting.pop(0)
        asked += 1
        found = await _sitemap(fetcher, source, url)
        yield url, found
        if isinstance(found, Rejection) or depth >= MAX_DEPTH:
            continue
        for child in changed_children(found, since):
            span = span_of(child.url)
            if child.url not in seen and (span is None or span.meets(wide)):
                seen.add(child.url)
                waiting.append((child.url, depth + 1))


async def _sitemap(fetcher: Fetcher, source: Source, url: str) -> ParsedSitemap | Rejection:
    answer = await fetcher.fetch(FetchRequest(url=url, purpose=Purpose.SITEMAP))
    if not isinstance(answer, Fetched):
        return _refuse(source, url, answer)
    place = SitemapSource(
        url=answer.final_url,
        source_id=source.id,
        fetched_at=answer.started_at,
        charset=answer.charset,
    )
    return parse_sitemap(answer.content, place)


async def _archive_pages(
    fetcher: Fetcher, source: Source, template: str, days: Span, now: datetime
) -> AsyncIterator[Listed | Rejection]:
    """What the archive pages of the days list, and why some cannot be read.

    The page of the day before is read too: what stands on both is the site's own.
    """
    elsewhere = await _links(fetcher, source, template, days.first - timedelta(days=1))
    before: tuple[str, ...] = () if isinstance(elsewhere, Rejection) else elsewhere
    for day in each_day(days):
        links = await _links(fetcher, source, template, day)
        if isinstance(links, Rejection):
            yield links
            continue
        hints = Hints(origin="archive-page")
        for url in articles_of(links, day, set(before), template):
            candidate = Candidate(url=url, source_id=source.id, discovered_at=now, hints=hints)
            yield Listed(day=day, candidate=candidate)
        before = links or before


async def _links(
    fetcher: Fetcher, source: Source, template: str, day: date
) -> tuple[str, ...] | Rejection:
    """The links of a day's archive page and of its further pages."""
    first = archive_address(template, day)
    waiting, found = [first], dict[str, None]()
    seen = {first}
    while waiting and len(seen) <= _MOST_PAGES:
        url = waiting.pop(0)
        answer = await fetcher.fetch(FetchRequest(url=url, purpose=Purpose.PAGE))
        if not isinstance(answer, Fetched):
            if url == first:
                return _refuse(source, url, answer)
            continue
        links = page_links(answer.content, answer.final_url, answer.charset)
        found |= dict.fromkeys(links)
        more = [one for one in further_pages(links, first) if one not in seen]
        seen.update(more)
        waiting += more
    return tuple(found)


def each_day(days: Span) -> Iterable[date]:
    """The days of a span in their order."""
    return (days.first + timedelta(days=n) for n in range((days.last - days.first).days + 1))


def _refuse(source: Source, url: str, answer: object) -> Rejection:
    assert isinstance(answer, FetchFailure), "the request had no validators"
    return Rejection(
        url=url,
        source_id=source.id,
        stage="discover",
        reason=answer.reason,
        detail=answer.detail,
    )
