"""What the warehouse knows, asked a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from schemas.verdict import Member, Sighting
from warehouse.connect import Connection
from warehouse.rows import listed


def _with_ids(connection: Connection, sql: str, ids: Iterable[UUID]) -> list[tuple[Any, ...]]:
    """Rows of a query that names the ids as the relation `ids(id)`."""
    wanted = list(ids)
    if not wanted:
        return []
    query = f"WITH ids AS (SELECT unnest(?::JSON::UUID[]) AS id) {sql}"
    return connection.execute(query, [listed(wanted)]).fetchall()


def known_documents(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Those of the documents that are part of an article, with its id."""
    sql = "SELECT document_id, article_id FROM fetches JOIN ids ON document_id = id"
    return dict(_with_ids(connection, sql, ids))


def existing(connection: Connection, ids: Iterable[UUID]) -> set[UUID]:
    """Those of the articles that are there."""
    return {
        row[0]
        for row in _with_ids(connection, "SELECT id FROM articles JOIN ids ON article_id = id", ids)
    }


def sightings(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, tuple[Sighting, ...]]:
    """All sightings of the articles, as far as there are any."""
    sql = """SELECT article_id, coalesce(captured_at, seen_at), captured_at IS NOT NULL,
        document_id, content_hash, body_hash FROM fetches JOIN ids ON article_id = id"""
    found: dict[UUID, list[Sighting]] = defaultdict(list)
    for article_id, at, captured, document_id, content, body in _with_ids(connection, sql, ids):
        found[article_id].append(
            Sighting(
                at=_utc(at),
                captured=captured,
                document_id=document_id,
                content_hash=content,
                body_hash=body,
            )
        )
    return {article_id: tuple(seen) for article_id, seen in found.items()}


def texts(
    connection: Connection, ids: Iterable[UUID]
) -> dict[tuple[UUID, UUID], tuple[str | None, str]]:
    """Title and body of every version of the articles, twice: by article id and document id,
    and by article id and content hash (the latest version with that content).
    """
    sql = """SELECT article_id, document_id, content_hash, title, body
        FROM article_versions JOIN ids ON article_id = id ORDER BY version"""
    return {
        (article_id, key): (title, body)
        for article_id, document_id, content, title, body in _with_ids(connection, sql, ids)
        for key in (document_id, content)
    }


def body_hashes(connection: Connection, ids: Iterable[UUID]) -> set[UUID]:
    """The body hashes of the articles as they stand."""
    sql = "SELECT body_hash FROM ops.fingerprints JOIN ids ON article_id = id"
    return {row[0] for row in _with_ids(connection, sql, ids)}


def members(connection: Connection, hashes: Iterable[UUID]) -> list[Member]:
    """The articles whose current body has one of the hashes."""
    sql = """SELECT article_id, canonical_url, body_hash, published_at, word_count, duplicate_of
        FROM ops.fingerprints JOIN ids ON body_hash = id JOIN articles USING (article_id)"""
    return [
        Member(
            article_id=article_id,
            canonical_url=canonical_url,
            body_hash=body_hash,
            published_at=_utc(published_at) if published_at else None,
            word_count=word_count,
            duplicate_of=duplicate_of,
        )
        for article_id, canonical_url, body_hash, published_at, word_count, duplicate_of in (
            _with_ids(connection, sql, hashes)
        )
    ]


def _utc(moment: datetime) -> datetime:
    """DuckDB gives its own zone object; the shapes compare by the standard library's."""
    return moment.astimezone(UTC)
