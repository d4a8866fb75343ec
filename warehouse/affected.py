"""What a takedown finds: the articles, every address that leads to them, and their copies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime

from schemas.address import article_id, canonical_url
from schemas.model import Frozen
from warehouse.connect import Connection
from warehouse.rows import listed

_HOST = "lower(regexp_extract({column}, '^https?://(?:[^/?#@]*@)?([^/:?#]+)', 1))"


class Target(Frozen):
    """What is to be forgotten: an address, a domain with all below it, a source, or what a
    source published (or, undated, brought) before a moment.
    """

    kind: Literal["url", "domain", "source", "expired"]
    value: str
    before: AwareDatetime | None = None


class Doomed(Frozen):
    """An article that is to go."""

    article_id: UUID
    url: str
    title: str | None
    publisher: str | None


class Affected(Frozen):
    """What a takedown finds: its articles, every address that leads to them, and the articles
    that repeat them and stay.
    """

    articles: tuple[Doomed, ...]
    addresses: tuple[str, ...]
    copies: tuple[Doomed, ...]
    versions: int


def affected(connection: Connection, target: Target) -> Affected:
    """What would go. An address that a takedown took before is found again."""
    found = connection.execute(*_articles(target)).fetchall()
    ids = [row[0] for row in found]
    known = [target.value] if target.kind == "url" else []
    return Affected(
        articles=tuple(_doomed(row) for row in found),
        addresses=tuple(sorted({*known, *_addresses(connection, target, ids)})),
        copies=tuple(_doomed(row) for row in _copies(connection, ids)),
        versions=_number(
            connection,
            "SELECT count(*) FROM article_versions"
            " WHERE article_id IN (SELECT unnest(?::JSON::UUID[]))",
            [listed(ids)],
        ),
    )


def candidates_of(target: Target, ids: Iterable[UUID]) -> tuple[str, list[Any]]:
    """The condition for the addresses of a target, and its parameters."""
    of_articles = "article_id IN (SELECT unnest(?::JSON::UUID[]))"
    parameters: list[Any] = [listed(ids)]
    if target.kind == "url":
        canonical = canonical_url(target.value)
        parameters += [target.value, canonical, article_id(canonical)]
        return f"{of_articles} OR url = ? OR canonical_url = ? OR article_id = ?", parameters
    if target.kind == "domain":
        return f"{of_articles} OR {_below('url')}", [*parameters, *[target.value.lower()] * 2]
    if target.kind == "source":
        return f"{of_articles} OR source_id = ?", [*parameters, target.value]
    return of_articles, parameters


def _articles(target: Target) -> tuple[str, list[Any]]:
    """The query for the articles of a target, and its parameters."""
    head = "SELECT article_id, url, title, publisher FROM articles WHERE "
    if target.kind == "url":
        canonical = canonical_url(target.value)
        urls = listed({target.value, canonical})
        return (
            head
            + """article_id = ? OR list_contains(?::JSON::VARCHAR[], url)
            OR list_contains(?::JSON::VARCHAR[], requested_url)
            OR article_id IN (SELECT article_id FROM fetches
                WHERE list_contains(?::JSON::VARCHAR[], url)
                OR list_contains(?::JSON::VARCHAR[], requested_url))
            ORDER BY url""",
            [article_id(canonical), urls, urls, urls, urls],
        )
    if target.kind == "domain":
        mine = " OR ".join(_below(name) for name in ("canonical_url", "url"))
        return head + f"{mine} ORDER BY url", [target.value.lower()] * 4
    if target.kind == "source":
        return head + "source_id = ? ORDER BY url", [target.value]
    return (
        head + "source_id = ? AND coalesce(published_at, first_seen_at) < ? ORDER BY url",
        [target.value, target.before],
    )


def _below(column: str) -> str:
    host = _HOST.format(column=column)
    return f"({host} = ? OR ends_with({host}, '.' || ?))"


def _addresses(connection: Connection, target: Target, ids: Sequence[UUID]) -> set[str]:
    condition, parameters = candidates_of(target, ids)
    rows = connection.execute(
        f"""SELECT url FROM ops.candidates WHERE {condition}
        UNION SELECT unnest([url, requested_url, canonical_url]) FROM articles
            WHERE article_id IN (SELECT unnest(?::JSON::UUID[]))
        UNION SELECT unnest([url, requested_url]) FROM fetches
            WHERE article_id IN (SELECT unnest(?::JSON::UUID[]))""",
        [*parameters, listed(ids), listed(ids)],
    ).fetchall()
    return {row[0] for row in rows}


def _copies(connection: Connection, ids: Sequence[UUID]) -> list[tuple[Any, ...]]:
    return connection.execute(
        """SELECT DISTINCT a.article_id, a.url, a.title, a.publisher
        FROM articles a JOIN ops.fingerprints f USING (article_id)
        WHERE a.article_id NOT IN (SELECT unnest(?::JSON::UUID[]))
        AND (f.body_hash IN (SELECT body_hash FROM ops.fingerprints
                WHERE article_id IN (SELECT unnest(?::JSON::UUID[])))
            OR a.duplicate_of IN (SELECT unnest(?::JSON::UUID[])))
        ORDER BY a.url""",
        [listed(ids)] * 3,
    ).fetchall()


def _doomed(row: tuple[Any, ...]) -> Doomed:
    return Doomed(article_id=row[0], url=row[1], title=row[2], publisher=row[3])


def _number(connection: Connection, sql: str, parameters: list[Any]) -> int:
    row = connection.execute(sql, parameters).fetchone()
    return int(row[0]) if row else 0
