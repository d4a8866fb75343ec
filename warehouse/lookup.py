"""What the warehouse knows, asked a batch at a time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from schemas.address import address_hash
from schemas.verdict import Member, Rereading, Sighting
from warehouse.connect import Connection
from warehouse.places import places_of, rows_at
from warehouse.rows import listed

#: Those of a `Holder`, after the ids.
_OF_HOLDER = (
    "rowid",
    "publisher",
    "published_at",
    "authors",
    "date_diff('day', DATE '1970-01-01', coalesce(published_at, first_seen_at)::DATE)",
    "first_seen_at",
    "url",
    "canonical_url",
    "declared_original",
    "word_count",
    "duplicate_of",
)


class Holder(NamedTuple):
    """An article with the hash of its body and all that its text or a group of duplicates is told
    by.

    `place` is that of its row; `day` is when it was published or, undated, first seen, in days
    since 1970.
    """

    body_hash: UUID
    article_id: UUID
    place: int
    publisher: str | None
    published_at: datetime | None
    authors: Sequence[str]
    day: int
    first_seen_at: datetime
    url: str
    canonical_url: str
    declared_original: str | None
    word_count: int
    duplicate_of: UUID | None

    def member(self) -> Member:
        """The article as far as a group of duplicates has to know it."""
        return Member(
            article_id=self.article_id,
            canonical_url=self.canonical_url,
            body_hash=self.body_hash,
            published_at=_utc(self.published_at) if self.published_at else None,
            word_count=self.word_count,
            duplicate_of=self.duplicate_of,
        )

    def order(self) -> tuple[float, int, str]:
        """The earliest published comes first, then the longest."""
        published = self.published_at.timestamp() if self.published_at else math.inf
        return published, -self.word_count, self.canonical_url


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
    columns = """article_id, coalesce(captured_at, seen_at), captured_at IS NOT NULL, document_id,
        content_hash, body_hash"""
    ids = set(ids)
    again = _rereadings(connection, ids)
    found: dict[UUID, list[Sighting]] = defaultdict(list)
    places = [place for _, place in places_of(connection, "fetches", ids)]
    for article_id, at, captured, document_id, content, body in rows_at(
        connection, columns, "fetches", places
    ):
        if article_id not in ids:
            continue
        found[article_id].append(
            Sighting(
                at=_utc(at),
                captured=captured,
                document_id=document_id,
                content_hash=content,
                body_hash=body,
                rereadings=tuple(again.get(document_id, ())),
            )
        )
    return {article_id: tuple(seen) for article_id, seen in found.items()}


def _rereadings(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, list[Rereading]]:
    """The rereadings of the articles' documents, by document."""
    sql = """SELECT document_id, reread_at, content_hash, body_hash
        FROM ops.rereadings JOIN ids ON article_id = id"""
    found: dict[UUID, list[Rereading]] = defaultdict(list)
    for document_id, at, content, body in _with_ids(connection, sql, ids):
        found[document_id].append(Rereading(at=_utc(at), content_hash=content, body_hash=body))
    return found


def bodies(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The bodies of the articles as they stand."""
    return bodies_at(connection, dict(places_of(connection, "articles", ids)))


def bodies_at(connection: Connection, places: Mapping[UUID, int]) -> dict[UUID, str]:
    """The bodies of articles, by id, where the place of each is known, its `rowid`."""
    found = rows_at(connection, "article_id, body", "articles", places.values())
    return {one: body for one, body in found if one in places}


def texts(
    connection: Connection, ids: Iterable[UUID], versions: Iterable[int]
) -> dict[tuple[UUID, object], tuple[str | None, str]]:
    """Title and body of every version of the articles, twice: by article id and reading
    (document id and both hashes), and by article id and content hash (the latest version with
    that content). What was read again has a text even where no version shows it. `versions` are
    the places of the articles' rows in article_versions.
    """
    wanted = set(ids)
    columns = "article_id, document_id, content_hash, body_hash, title, body"
    again = [place for _, place in places_of(connection, "ops.rereadings", wanted)]
    found = rows_at(connection, columns, "ops.rereadings", again)
    found += rows_at(connection, columns, "article_versions", versions, "ORDER BY version")
    return {
        (article_id, key): (title, text)
        for article_id, document_id, content, body, title, text in found
        if article_id in wanted
        for key in ((document_id, content, body), content)
    }


def rows_of_addresses(
    connection: Connection,
    table: str,
    columns: str,
    urls: Iterable[str],
    keys: Sequence[str] = ("url_hash",),
) -> list[tuple[Any, ...]]:
    """Columns of the rows of a table that have one of the addresses by one of their hashes, and
    seldom of others.
    """
    hashes = listed({address_hash(url) for url in urls})
    sql = " UNION ".join(f"SELECT rowid FROM {table} JOIN asked ON {key} = hash" for key in keys)
    places = connection.execute(
        f"WITH asked AS MATERIALIZED (SELECT unnest(?::JSON::BIGINT[]) AS hash) {sql}", [hashes]
    ).fetchall()
    return rows_at(connection, columns, table, [place for (place,) in places])


def fingerprints(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, tuple[int, UUID]]:
    """For each of the articles the place of its fingerprint, and its body hash."""
    sql = """SELECT article_id, ops.fingerprints.rowid, body_hash
        FROM ops.fingerprints JOIN ids ON article_id = id"""
    return {one: (place, body) for one, place, body in _with_ids(connection, sql, ids)}


def body_hashes(connection: Connection, ids: Iterable[UUID]) -> set[UUID]:
    """The body hashes of the articles as they stand."""
    sql = "SELECT body_hash FROM ops.fingerprints JOIN ids ON article_id = id"
    return {row[0] for row in _with_ids(connection, sql, ids)}


def holding(connection: Connection, hashes: Iterable[UUID]) -> dict[UUID, UUID]:
    """The articles whose current body has one of the hashes, each with that."""
    sql = "SELECT article_id, body_hash FROM ops.fingerprints JOIN ids ON body_hash = id"
    return dict(_with_ids(connection, sql, hashes))


def read_holders(connection: Connection, held: Mapping[UUID, UUID]) -> list[Holder]:
    """The articles of which is known what body they hold, as from `holding`.

    In one question both tables would be joined whole.
    """
    columns = f"article_id, {', '.join(_OF_HOLDER)}"
    places = [place for _, place in places_of(connection, "articles", held)]
    found = rows_at(connection, columns, "articles", places)
    return [Holder(held[one], one, *row) for one, *row in found if one in held]


def _utc(moment: datetime) -> datetime:
    """DuckDB gives its own zone object; the shapes compare by the standard library's."""
    return moment.astimezone(UTC)
