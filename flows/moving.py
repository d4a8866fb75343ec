"""Articles that moved to another address, by a redirect or a changed slug, stay what they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from dedup.moves import is_same_page, says_the_same
from flows.outcome import Outcome
from flows.pool import Extraction
from schemas.address import canonical_url
from schemas.article import Article
from warehouse.addresses import Page, pages_at, pages_saying
from warehouse.connect import Connection
from warehouse.lookup import existing


def follow_moves(connection: Connection, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes, of which those that are an article's new address have that article's id.

    An address that is stored as an article of its own stays that.
    """
    made = [one for one in outcomes if isinstance(one, Extraction) and one.fingerprint]
    stored = existing(connection, {_article(one).article_id for one in made})
    fresh = [one for one in made if _article(one).article_id not in stored]
    if not fresh:
        return list(outcomes)
    known = pages_at(connection, {url for one in fresh for url in _addresses(one)})
    equal = pages_saying(connection, {one.fingerprint.body for one in fresh if one.fingerprint})
    at, saying = _by(attrgetter("address"), known), _by(attrgetter("body_hash"), equal)
    followed: list[Outcome] = []
    for outcome in outcomes:
        if not (isinstance(outcome, Extraction) and outcome.fingerprint):
            followed.append(outcome)
            continue
        own = _article(outcome).article_id
        moved = None if own in stored else _moved_from(outcome, at, saying)
        one = outcome if moved in {None, own} else _under(outcome, moved)
        followed.append(one)
        # what comes later in the batch may have moved from here
        for page in _pages(one):
            at[page.address].append(page)
        saying[page.body_hash].append(page)
        stored.add(_article(one).article_id)
    return followed


def _by(key: Callable[[Page], Any], pages: Sequence[Page]) -> dict[Any, list[Page]]:
    found: dict[Any, list[Page]] = defaultdict(list)
    for page in pages:
        found[key(page)].append(page)
    return found


def _moved_from(
    one: Extraction, at: dict[str, list[Page]], saying: dict[UUID, list[Page]]
) -> UUID | None:
    article = _article(one)
    assert one.fingerprint
    for address in sorted(_addresses(one)):
        for page in at[address]:
            if says_the_same(page.body, article.body):
                return page.article_id
    for page in saying[one.fingerprint.body]:
        if is_same_page(page.address, article.canonical_url):
            return page.article_id
    return None


def _under(one: Extraction, article_id: UUID | None) -> Extraction:
    article = _article(one).model_copy(update={"article_id": article_id})
    return one.model_copy(update={"result": article})


def _pages(one: Extraction) -> list[Page]:
    """The pages that an extraction is, the one under its own address last."""
    article = _article(one)
    assert one.fingerprint
    return [
        Page(
            article_id=article.article_id,
            address=address,
            body_hash=one.fingerprint.body,
            body=article.body,
        )
        for address in [*sorted(_addresses(one)), article.canonical_url]
    ]


def _article(one: Extraction) -> Article:
    assert isinstance(one.result, Article)
    return one.result


def _addresses(one: Extraction) -> set[str]:
    """The web addresses that it was asked for under and came from, on the site of its own.

    A file's place says nothing: tomorrow another article may lie there.
    """
    host = canonical_url(_article(one).canonical_url).split("/")[2:3]
    urls = (one.document.requested_url, one.document.url, _article(one).url)
    return {
        url
        for url in urls
        if url.startswith(("http://", "https://")) and canonical_url(url).split("/")[2:3] == host
    }
