"""`newswell sources check`: one sample of each source, fetched and extracted, nothing stored."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import typer

from extractors.dispatch import extract
from extractors.publishers.book import Rules, read_rules
from flows.ingesting import NOTHING_TO_ASK, UnknownSourceError, choose_sources
from flows.loading import utc_now
from flows.terminal import SOME_FAILED, USAGE, Context, Exit
from schemas.article import Article
from schemas.document import Document
from schemas.rejection import Reason, Rejection
from schemas.settings import Settings
from schemas.source import Source
from sources.discovery import discover
from sources.fetch import Fetched, Fetcher, FetchFailure, FetchRequest, Purpose
from sources.page import item_document, page_document


def check(context: Context, source_ids: Sequence[str]) -> None:
    """`newswell sources check`: nothing is stored."""
    settings = context.settings()
    try:
        chosen = choose_sources(settings, source_ids)
    except UnknownSourceError as error:
        raise Exit(USAGE, str(error)) from error
    if not chosen:
        raise Exit(USAGE, "no sources are configured; add one with `newswell sources add URL`")
    results = asyncio.run(_check_all(settings, chosen))
    rules = read_rules(settings.rules_path)
    told = [
        _told(source, listed, _read(found, rules))
        for source, (listed, found) in zip(chosen, results, strict=True)
    ]
    if not context.finish({"sources": told}):
        for one in told:
            typer.echo(f"{one.pop('source')}: {one.pop('listed')} listed")
            for name, value in one.items():
                typer.echo(f"  {name}: {value}")
    if any("problem" in one for one in told):
        raise Exit(SOME_FAILED)


async def _check_all(
    settings: Settings, chosen: Iterable[Source]
) -> list[tuple[int, Document | Rejection]]:
    async with Fetcher(settings.fetch) as fetcher:
        return await asyncio.gather(*(_check(fetcher, source) for source in chosen))


async def _check(fetcher: Fetcher, source: Source) -> tuple[int, Document | Rejection]:
    """How much a source lists, and the first that it lists."""
    now = utc_now()
    found = await discover(fetcher, source, {}, now)
    if not found.candidates:
        nothing = Rejection(
            url=next(iter((*source.feeds, *source.pages)), source.id),
            source_id=source.id,
            stage="discover",
            reason=Reason.EMPTY,
            detail="it lists nothing" if source.is_polled else NOTHING_TO_ASK,
        )
        return 0, next(iter(found.failures), nothing)
    first = found.candidates[0]
    document = item_document(source, first)
    if document is None:
        answer = await fetcher.fetch(FetchRequest(url=first.url, purpose=Purpose.PAGE))
        if not isinstance(answer, Fetched):
            assert isinstance(answer, FetchFailure), "the request had no validators"
            refused = Rejection(
                url=first.url,
                source_id=source.id,
                stage="fetch",
                reason=answer.reason,
                detail=answer.detail,
            )
            return len(found.candidates), refused
        return len(found.candidates), page_document(source, first, answer)
    return len(found.candidates), document


def _read(found: Document | Rejection, rules: Rules) -> tuple[Article | Rejection, dict[str, str]]:
    """What becomes of a sample, and what a publisher rule had to do with it."""
    if isinstance(found, Rejection):
        return found, {}
    article = extract(found, rules)
    if isinstance(article, Rejection) or "rule" not in article.provenance:
        return article, {}
    told = str(article.provenance["rule"])
    if missed := article.provenance.get("rule_missed"):
        assert isinstance(missed, list)
        told += f", which finds nothing for {', '.join(map(str, missed))}"
    return article, {"rule": told, "rule changes": _changes(extract(found), article)}


def _changes(before: Article | Rejection, after: Article) -> str:
    """What differs between a page read without a rule and with it, in words."""
    if isinstance(before, Rejection):
        return f"without it, the page is refused ({before.reason}: {before.detail})"
    fields = (*_SHOWN, "description", "keywords", "caption", "image_url")
    changed = [name for name in fields if getattr(before, name) != getattr(after, name)]
    old, new = before.body.split("\n\n"), after.body.split("\n\n")
    gone = [line for line in old if line not in new]
    come = [line for line in new if line not in old]
    changed += [f"{len(gone)} paragraphs less"] if gone else []
    changed += [f"{len(come)} paragraphs more"] if come else []
    return ", ".join(changed) or "nothing on this page"


_SHOWN = (
    "url",
    "title",
    "authors",
    "published_at",
    "language",
    "publisher",
    "section",
    "word_count",
)


def _told(
    source: Source, listed: int, read: tuple[Article | Rejection, dict[str, str]]
) -> dict[str, Any]:
    found, rule = read
    told: dict[str, Any] = {"source": source.id, "listed": listed}
    if isinstance(found, Rejection):
        return told | {"problem": f"{found.url}: {found.reason}: {found.detail}"}
    fields = found.model_dump(mode="json")
    for name in _SHOWN:
        value = fields[name]
        shown = ", ".join(value) if isinstance(value, list) else value
        origin = found.provenance.get(name)
        told[name] = f"{shown if shown not in (None, '') else '-'}" + (
            f"  ({origin})" if origin else ""
        )
    told |= rule
    if found.flags:
        told["flags"] = ", ".join(found.flags)
    told["body"] = f"{found.body[:160].strip()} …"
    return told
