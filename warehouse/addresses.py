"""Which article an address has led to, and which others have the same text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from schemas.model import Frozen
from warehouse.connect import Connection
from warehouse.lookup import bodies_at, holding, read_holders, rows_of_addresses
from warehouse.rows import listed


class Page(Frozen):
    """A page of an article, under an address that it had; `body` is the article's text of today."""

    article_id: UUID
    address: str
    body_hash: UUID
    body: str


def pages_at(connection: Connection, addresses: Iterable[str]) -> list[Page]:
    """The pages that documents of these addresses were, asked for or come from there."""
    asked = set(addresses)
    columns, keys = "article_id, url, requested_url", ("url_hash", "requested_url_hash")
    led: dict[UUID, set[str]] = defaultdict(set)
    for article_id, *urls in rows_of_addresses(connection, "fetches", columns, asked, keys):
        if found := asked.intersection(urls):
            led[article_id] |= found
    if not led:
        return []
    rows = connection.execute(
        """SELECT article_id, body_hash, articles.rowid
        FROM articles JOIN ops.fingerprints USING (article_id)
        WHERE article_id IN (SELECT unnest(?::JSON::UUID[])) ORDER BY first_seen_at, article_id""",
        [listed(led)],
    ).fetchall()
    bodies = bodies_at(connection, {one: place for one, _, place in rows})
    return [
        Page(article_id=one, address=address, body_hash=body_hash, body=bodies[one])
        for one, body_hash, _ in rows
        for address in sorted(led[one])
    ]


def pages_saying(connection: Connection, hashes: Iterable[UUID]) -> list[Page]:
    """The pages of the articles that have one of these bodies, under their own addresses."""
    holders = read_holders(connection, holding(connection, hashes))
    holders.sort(key=lambda one: (one.first_seen_at, one.article_id))
    bodies = bodies_at(connection, {one.article_id: one.place for one in holders})
    return [
        Page(
            article_id=one.article_id,
            address=one.canonical_url,
            body_hash=one.body_hash,
            body=bodies[one.article_id],
        )
        for one in holders
    ]
