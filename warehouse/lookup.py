"""What the warehouse knows, asked a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from schemas.address import address_hash
from schemas.verdict import Member, Rereading, Sighting
from warehouse.connect import Connection
from warehouse.rows import listed

#: Places that DuckDB looks for one by one; a longer list stands for all from its least to its
#: largest. By itself it does so with 50: one old article, and all that came since are unpacked.
#: Of more than these, hardly a block has none. https://duckdb.org/docs/stable/configuration/overview
_PLACES = 1_000


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
    columns = """coalesce(captured_at, seen_at), captured_at IS NOT NULL, document_id,
        content_hash, body_hash"""
    ids = list(ids)
    again = _rereadings(connection, ids)
    found: dict[UUID, list[Sighting]] = defaultdict(list)
    for article_id, at, captured, document_id, content, body in _rows_of(
        connection, "fetches", columns, ids
    ):
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
    sql = "SELECT article_id, body FROM articles JOIN ids ON article_id = id"
    return dict(_with_ids(connection, sql, ids))


def bodies_at(connection: Connection, places: Mapping[UUID, int]) -> dict[UUID, str]:
    """The bodies of articles, by id, where the place of each is known, its `rowid`."""
    found = _at(connection, "article_id, body", "articles", places.values())
    return {one: body for one, body in found if one in places}


def texts(
    connection: Connection, ids: Iterable[UUID]
) -> dict[tuple[UUID, object], tuple[str | None, str]]:
    """Title and body of every version of the articles, twice: by article id and reading
    (document id and both hashes), and by article id and content hash (the latest version with
    that content). What was read again has a text even where no version shows it.
    """
    ids = list(ids)
    columns = "document_id, content_hash, body_hash, title, body"
    found = []
    for table, order in (("ops.rereadings", ""), ("article_versions", "ORDER BY version")):
        found += _rows_of(connection, table, columns, ids, order)
    return {
        (article_id, key): (title, text)
        for article_id, document_id, content, body, title, text in found
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
    return _at(connection, columns, table, [place for (place,) in places])


def _rows_of(
    connection: Connection, table: str, columns: str, ids: Iterable[UUID], order: str = ""
) -> list[tuple[Any, ...]]:
    """Article id and columns of the rows of a table that are of these articles."""
    wanted = set(ids)
    sql = f"SELECT {table}.rowid FROM {table} JOIN ids ON article_id = id"
    places = [place for (place,) in _with_ids(connection, sql, wanted)]
    found = _at(connection, f"article_id, {columns}", table, places, order)
    return [row for row in found if row[0] in wanted]


def _at(
    connection: Connection, columns: str, table: str, places: Iterable[int], order: str = ""
) -> list[tuple[Any, ...]]:
    """Columns of a table's rows by their places.

    For a list of places DuckDB unpacks only the blocks that have some of them; a join, or ids
    instead, would have it unpack the bodies of all rows. Others may come along: of what one
    transaction has merged and inserted, DuckLake 1.0 gives two rows one place.
    """
    wanted = set(places)
    if not wanted:
        return []
    sql = f"""SELECT {columns} FROM {table}
        WHERE rowid IN (SELECT unnest(?::JSON::BIGINT[])) {order}"""
    with one_by_one(connection):
        return connection.execute(sql, [listed(wanted)]).fetchall()


@contextmanager
def one_by_one(connection: Connection) -> Iterator[None]:
    """Has DuckDB look for up to a thousand values of a list one by one, and pass over the blocks
    that have none of them.
    """
    connection.execute(f"SET dynamic_or_filter_threshold = {_PLACES}")
    yield
    connection.execute("RESET dynamic_or_filter_threshold")


def body_hashes(connection: Connection, ids: Iterable[UUID]) -> set[UUID]:
    """The body hashes of the articles as they stand."""
    sql = "SELECT body_hash FROM ops.fingerprints JOIN ids ON article_id = id"
    return {row[0] for row in _with_ids(connection, sql, ids)}


def holding(connection: Connection, hashes: Iterable[UUID]) -> dict[UUID, UUID]:
    """The articles whose current body has one of the hashes, each with that."""
    sql = "SELECT article_id, body_hash FROM ops.fingerprints JOIN ids ON body_hash = id"
    return dict(_with_ids(connection, sql, hashes))


def with_bodies(
    connection: Connection, columns: str, held: Mapping[UUID, UUID]
) -> list[tuple[Any, ...]]:
    """Of articles that are known to hold a body: its hash, the article's id, and columns.

    `held` is from `holding`: in one question both tables would be joined whole.
    """
    return [(held[row[0]], *row) for row in _rows_of(connection, "articles", columns, held)]


def members(connection: Connection, held: Mapping[UUID, UUID]) -> list[Member]:
    """The articles that hold these bodies."""
    columns = "canonical_url, published_at, word_count, duplicate_of"
    return [
        Member(
            article_id=article_id,
            canonical_url=canonical_url,
            body_hash=body_hash,
            published_at=_utc(published_at) if published_at else None,
            word_count=word_count,
            duplicate_of=duplicate_of,
        )
        for body_hash, article_id, canonical_url, published_at, word_count, duplicate_of in (
            with_bodies(connection, columns, held)
        )
    ]


def _utc(moment: datetime) -> datetime:
    """DuckDB gives its own zone object; the shapes compare by the standard library's."""
    return moment.astimezone(UTC)
