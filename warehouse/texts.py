"""The texts that near-duplicates are found by: looked up, written and forgotten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC
from uuid import UUID

from pydantic import AwareDatetime

from schemas.address import article_id, canonical_url
from schemas.link import Link
from schemas.model import Frozen
from schemas.records import TextRow
from warehouse.connect import Connection
from warehouse.holders import Memory
from warehouse.lookup import Holder, bodies_at
from warehouse.places import one_by_one
from warehouse.rows import insert, listed

_IN_IDS = "IN (SELECT unnest(?::JSON::UUID[]))"


class StoredText(Frozen):
    """A body and the earliest article that has it.

    `day` is when that was published or, undated, first seen, in days since 1970; `originals`
    are the bodies of articles that it declares to be copied from, or that declare it as theirs.
    """

    text_id: UUID
    body: str
    publisher: str | None
    published_at: AwareDatetime | None
    authors: tuple[str, ...]
    day: int
    originals: tuple[UUID, ...]


def numbers_of(connection: Connection, ids: Collection[UUID]) -> dict[UUID, int]:
    """Those of the texts that are entered, with their numbers."""
    return dict(
        connection.execute(
            f"SELECT text_id, number FROM ops.texts WHERE text_id {_IN_IDS}", [listed(ids)]
        ).fetchall()
    )


def read_texts(connection: Connection, found: Iterable[Holder]) -> dict[UUID, StoredText]:
    """The texts that articles hold."""
    holders: dict[UUID, Holder] = {}
    for one in found:
        if one.body_hash not in holders or one.order() < holders[one.body_hash].order():
            holders[one.body_hash] = one
    bodies = bodies_at(connection, {one.article_id: one.place for one in holders.values()})
    originals = _originals(connection, holders)
    return {
        text_id: StoredText(
            text_id=text_id,
            body=bodies[one.article_id],
            publisher=one.publisher,
            published_at=one.published_at.astimezone(UTC) if one.published_at else None,
            authors=tuple(one.authors),
            day=one.day,
            originals=tuple(sorted(originals[text_id])),
        )
        for text_id, one in holders.items()
    }


def _originals(connection: Connection, holders: Mapping[UUID, Holder]) -> dict[UUID, set[UUID]]:
    """What canonical links to another site tie each text to, whichever of the two has the link."""
    told = {
        article_id(canonical_url(one.declared_original)): text_id
        for text_id, one in holders.items()
        if one.declared_original
    }
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for one, text_id in connection.execute(
        f"SELECT article_id, body_hash FROM ops.fingerprints WHERE article_id {_IN_IDS}",
        [listed(told)],
    ).fetchall():
        found[told[one]].add(text_id)
    mine = {
        url: text_id for text_id, one in holders.items() for url in (one.url, one.canonical_url)
    }
    for url, text_id in connection.execute(
        """SELECT declared_original, body_hash FROM articles JOIN ops.fingerprints
            USING (article_id)
        WHERE declared_original IN (SELECT unnest(?::JSON::VARCHAR[]))""",
        [listed(mine)],
    ).fetchall():
        found[mine[url]].add(text_id)
    return found


def remembered(connection: Connection, numbers: Iterable[int]) -> list[tuple[int, UUID, int]]:
    """Number, id and count of different shingles of the texts with these numbers."""
    with one_by_one(connection):  # they lie in the order of their numbers
        return connection.execute(
            """SELECT number, text_id, shingles FROM ops.texts
            WHERE number IN (SELECT unnest(?::JSON::INTEGER[]))""",
            [listed(numbers)],
        ).fetchall()


def links_from(connection: Connection, ids: Iterable[UUID]) -> list[Link]:
    """The links of these texts, and of all that links lead to from them."""
    found: dict[tuple[UUID, UUID], Link] = {}
    asked: set[UUID] = set()
    ahead = set(ids)
    while ahead:
        asked |= ahead
        rows = connection.execute(
            f"""SELECT smaller, larger, kind, covered, share, passage FROM ops.links
            WHERE smaller {_IN_IDS} OR larger {_IN_IDS}""",
            [listed(ahead)] * 2,
        ).fetchall()
        for smaller, larger, kind, covered, share, passage in rows:
            found[smaller, larger] = Link(
                smaller=smaller,
                larger=larger,
                kind=kind,
                covered=covered,
                share=share,
                passage=passage,
            )
        ahead = {one for smaller, larger, *_ in rows for one in (smaller, larger)} - asked
    return list(found.values())


def write_texts(
    connection: Connection,
    memory: Memory,
    texts: Sequence[StoredText],
    sizes: Mapping[UUID, int],
    kept: Mapping[UUID, Sequence[int]],
) -> None:
    """Enters texts in the order in which they came: `sizes` has how many shingles each has,
    `kept` the hashes that it is remembered for.
    """
    row = connection.execute("SELECT coalesce(max(number), 0) FROM ops.texts").fetchone()
    first = (int(row[0]) if row else 0) + 1
    rows = [
        TextRow(text_id=one.text_id, number=number, shingles=sizes[one.text_id], day=one.day)
        for number, one in enumerate(texts, first)
    ]
    insert(connection, "ops.texts", rows)
    memory.enter(connection, [(row.number, row.day, kept[row.text_id]) for row in rows])


def write_links(connection: Connection, links: Sequence[Link]) -> None:
    """Enters links, which must be new."""
    insert(connection, "ops.links", links)


def forget_texts(connection: Connection, memory: Memory, gone: Mapping[UUID, int]) -> set[UUID]:
    """Takes out texts, which have these numbers. Returns what was linked to them."""
    if not gone:
        return set()
    asked = [listed(gone)]
    ends = connection.execute(
        f"SELECT smaller, larger FROM ops.links WHERE smaller {_IN_IDS} OR larger {_IN_IDS}",
        asked * 2,
    ).fetchall()
    connection.execute(
        f"DELETE FROM ops.links WHERE smaller {_IN_IDS} OR larger {_IN_IDS}", asked * 2
    )
    memory.forget(connection, gone.values())
    with one_by_one(connection):  # as in `remembered`
        connection.execute(
            "DELETE FROM ops.texts WHERE number IN (SELECT unnest(?::JSON::INTEGER[]))",
            [listed(gone.values())],
        )
    return {one for pair in ends for one in pair} - gone.keys()


def forget_all_texts(connection: Connection, memory: Memory) -> list[UUID]:
    """Takes out every text and link; returns the texts that articles have, in the order in which
    they came.
    """
    order = connection.execute(
        """SELECT body_hash FROM ops.fingerprints JOIN articles USING (article_id)
        LEFT JOIN ops.texts ON text_id = body_hash
        GROUP BY body_hash
        ORDER BY min(number) NULLS LAST, min(first_seen_at), min(canonical_url)"""
    ).fetchall()
    memory.forget_all(connection)
    for table in ("ops.links", "ops.texts"):
        connection.execute(f"DELETE FROM {table}")
    return [row[0] for row in order]
