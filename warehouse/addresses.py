"""Which article an address has led to, and which others have the same text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from schemas.model import Frozen
from warehouse.connect import Connection
from warehouse.lookup import bodies_at
from warehouse.rows import listed


class Page(Frozen):
    """A page of an article, under an address that it had; `body` is the article's text of today."""

    article_id: UUID
    address: str
    body_hash: UUID
    body: str


def pages_at(connection: Connection, addresses: Iterable[str]) -> list[Page]:
    """The pages that documents of these addresses were, asked for or come from there."""
    rows = connection.execute(
        """WITH asked AS (SELECT unnest(?::JSON::VARCHAR[]) AS address), led AS (
            SELECT article_id, address FROM fetches JOIN asked ON url = address
            UNION SELECT article_id, address FROM fetches JOIN asked ON requested_url = address
        ) SELECT article_id, address, body_hash, articles.rowid
        FROM led JOIN articles USING (article_id) JOIN ops.fingerprints USING (article_id)
        ORDER BY first_seen_at, article_id""",
        [listed(addresses)],
    ).fetchall()
    return _pages(connection, rows)


def pages_saying(connection: Connection, hashes: Iterable[UUID]) -> list[Page]:
    """The pages of the articles that have one of these bodies, under their own addresses."""
    rows = connection.execute(
        """SELECT article_id, canonical_url, body_hash, articles.rowid
        FROM ops.fingerprints JOIN articles USING (article_id)
        WHERE body_hash IN (SELECT unnest(?::JSON::UUID[])) ORDER BY first_seen_at, article_id""",
        [listed(hashes)],
    ).fetchall()
    return _pages(connection, rows)


def _pages(connection: Connection, rows: Sequence[tuple[UUID, str, UUID, int]]) -> list[Page]:
    """Pages of rows that end with the place of the body."""
    bodies = bodies_at(connection, {place for *_, place in rows})
    return [
        Page(article_id=one, address=address, body_hash=body_hash, body=bodies[place])
        for one, address, body_hash, place in rows
    ]
