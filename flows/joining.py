"""`newswell sources add`: from a home page to its feed to a source."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import typer

from flows.roster import append
from flows.terminal import SOME_FAILED, USAGE, Context, Exit, short
from schemas.settings import Settings
from schemas.source import Source, is_address
from sources.autodiscovery import find_feeds
from sources.feed import FeedSource, ParsedFeed, parse_feed
from sources.fetch import Fetched, Fetcher, FetchFailure, FetchRequest, Purpose
from sources.opml import free_id

#: Guessed places are asked one after the other; a site answers each, so not many.
_MOST_GUESSES = 6


def add(context: Context, url: str, source_id: str | None) -> None:
    """`newswell sources add`: the feed of a home page, or the feed itself."""
    settings = context.settings()
    if "://" not in url:
        url = f"https://{url}"
    if not is_address(url):
        raise Exit(USAGE, f"{url}: this is no address; write one such as https://www.example.org")
    taken = [source.id for source in settings.sources]
    if source_id is not None:
        _check_id(source_id, taken)
    found = asyncio.run(_find_feed(settings, url))
    if found is None:
        raise Exit(SOME_FAILED, f"{url}: no feed was found on this page or in the usual places")
    address, feed = found
    if any(address in source.feeds for source in settings.sources):
        raise Exit(USAGE, f"{address} is the feed of a source already")
    name = feed.title or address.split("/")[2]
    source = Source(
        id=source_id or free_id(name, taken),
        publisher=feed.title,
        language=feed.language,
        feeds=(address,),
    )
    path = append(context, [source])
    if not context.finish({"source": source.model_dump(mode="json"), "config": str(path)}):
        typer.echo(
            f"Added {source.id} to {short(path)}: {address} lists {len(feed.candidates)}.\n"
            f"Try it: newswell sources check {source.id}"
        )


def _check_id(source_id: str, taken: Sequence[str]) -> None:
    """Ends the command if a source cannot be called so."""
    try:
        Source(id=source_id)
    except ValueError as error:
        message = f"--id {source_id!r}: use small letters, digits, dots and dashes"
        raise Exit(USAGE, message) from error
    if source_id in taken:
        raise Exit(USAGE, f"there is a source {source_id!r} already")


async def _find_feed(settings: Settings, url: str) -> tuple[str, ParsedFeed] | None:
    """The first address that answers with a feed: the given one, or one that it leads to."""
    async with Fetcher(settings.fetch) as fetcher:
        first = await fetcher.fetch(FetchRequest(url=url, purpose=Purpose.FEED))
        if isinstance(first, Fetched) and (feed := _feed(first)):
            return url, feed
        page = await fetcher.fetch(FetchRequest(url=url, purpose=Purpose.PAGE))
        if not isinstance(page, Fetched):
            assert isinstance(page, FetchFailure), "the request had no validators"
            raise Exit(SOME_FAILED, f"{url}: {page.reason}: {page.detail}")
        for one in find_feeds(page.content, page.final_url, page.charset)[:_MOST_GUESSES]:
            answer = await fetcher.fetch(FetchRequest(url=one.url, purpose=Purpose.FEED))
            if isinstance(answer, Fetched) and (feed := _feed(answer)):
                return one.url, feed
    return None


def _feed(answer: Fetched) -> ParsedFeed | None:
    place = FeedSource(
        url=answer.final_url, source_id="new", fetched_at=answer.ended_at, charset=answer.charset
    )
    found = parse_feed(answer.content, place)
    return found if isinstance(found, ParsedFeed) and found.candidates else None
