"""Taking articles out of the warehouse: everything that is kept of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from schemas.address import canonical_url, identity
from schemas.model import Frozen
from schemas.records import TombstoneRow
from schemas.rejection import Reason
from warehouse.affected import Affected, Target, affected, candidates_of
from warehouse.connect import Connection
from warehouse.linkage import ARTICLES, forget_terms
from warehouse.rows import insert, listed, staged


class Moved(Frozen):
    """A record of the archive that has another place."""

    old_file: str
    old_offset: int
    new_file: str
    new_offset: int


class Erased(Frozen):
    """What a takedown leaves to be mended: the body hashes whose groups of duplicates, and the
    stories that, lost a member.
    """

    hashes: frozenset[UUID]
    stories: frozenset[UUID]


def erase(connection: Connection, target: Target, now: datetime) -> Erased:
    """Deletes all that is kept of the target, and leaves tombstones, inside the caller's
    transaction.
    """
    gone = affected(connection, target)
    ids = listed(one.article_id for one in gone.articles)
    in_ids = "IN (SELECT unnest(?::JSON::UUID[]))"
    hashes = connection.execute(
        f"SELECT DISTINCT body_hash FROM ops.fingerprints WHERE article_id {in_ids}", [ids]
    ).fetchall()
    _forget_addresses(connection, target, gone, now)
    stories = _leave_stories(connection, [one.article_id for one in gone.articles])
    connection.execute(
        f"DELETE FROM duplicates WHERE article_id {in_ids} OR duplicate_of {in_ids}", [ids, ids]
    )
    connection.execute(
        f"UPDATE articles SET duplicate_of = NULL WHERE duplicate_of {in_ids}", [ids]
    )
    for table in ("article_versions", "ops.rereadings", "ops.fingerprints", "fetches", "articles"):
        connection.execute(f"DELETE FROM {table} WHERE article_id {in_ids}", [ids])
    _forget_boilerplate(connection, {one.publisher for one in gone.articles if one.publisher})
    return Erased(hashes=frozenset(row[0] for row in hashes), stories=stories)


def _leave_stories(connection: Connection, ids: Sequence[UUID]) -> frozenset[UUID]:
    """The stories that lose one of these articles, without their names, which may be a headline
    that goes; what is left in them, or was linked with what goes, waits to be placed anew.
    """
    in_ids = "IN (SELECT unnest(?::JSON::UUID[]))"
    left = forget_terms(connection, ARTICLES, ids)
    rows = connection.execute(
        f"SELECT DISTINCT story_id FROM articles WHERE article_id {in_ids}"
        " AND story_id IS NOT NULL",
        [listed(ids)],
    ).fetchall()
    stories = [row[0] for row in rows]
    connection.execute(
        f"""DELETE FROM ops.article_terms WHERE article_id {in_ids} OR article_id IN
        (SELECT article_id FROM articles WHERE story_id {in_ids})""",
        [listed(left), listed(stories)],
    )
    for table, key in (("stories", "story_id"), ("threads", "thread_id")):
        connection.execute(
            f"""UPDATE {table} SET label = '', keywords = [] WHERE {key} IN
            (SELECT {key} FROM stories WHERE story_id {in_ids})""",
            [listed(stories)],
        )
    return frozenset(stories)


def _forget_boilerplate(connection: Connection, publishers: set[str]) -> None:
    """What was learned of the publishers that have no article left."""
    for table in ("boilerplate", "ops.learning"):
        connection.execute(
            f"""DELETE FROM {table} WHERE list_contains(?::VARCHAR[], publisher)
            AND publisher NOT IN (SELECT publisher FROM articles WHERE publisher IS NOT NULL)""",
            [sorted(publishers)],
        )


def follow(connection: Connection, moved: Sequence[Moved]) -> None:
    """Tells the fetches where their records in the archive are now."""
    if moved:
        with staged(connection, Moved, moved):
            connection.execute(
                """UPDATE fetches SET archive_file = staged.new_file,
                    archive_offset = staged.new_offset
                FROM staged WHERE fetches.archive_file = staged.old_file
                AND fetches.archive_offset = staged.old_offset"""
            )


def _forget_addresses(
    connection: Connection, target: Target, gone: Affected, now: datetime
) -> None:
    """The fate of every address, and a tombstone for what must not come back."""
    ids = [one.article_id for one in gone.articles]
    condition, parameters = candidates_of(target, ids)
    reason = Reason.EXPIRED if target.kind == "expired" else Reason.TAKEN_DOWN
    connection.execute(
        """DELETE FROM rejects WHERE list_contains(?::JSON::VARCHAR[], url)
        OR document_id IN (SELECT document_id FROM fetches
            WHERE article_id IN (SELECT unnest(?::JSON::UUID[])))""",
        [listed(gone.addresses), listed(ids)],
    )
    connection.execute(
        f"""UPDATE ops.candidates SET fate = 'forgotten', reason = ?, document_id = NULL,
            hints = NULL, validators = NULL, next_at = NULL,
            since = CASE WHEN fate = 'forgotten' THEN since ELSE ? END
        WHERE {condition}""",
        [reason, now, *parameters],
    )
    kind: Literal["url", "domain", "source"] = "url" if target.kind == "expired" else target.kind
    values = {identity(canonical_url(one.url)) for one in gone.articles} if kind == "url" else set()
    if kind == "url":
        # an article that moved came from more than one address
        came = connection.execute(
            "SELECT DISTINCT url FROM fetches WHERE article_id IN (SELECT unnest(?::JSON::UUID[]))",
            [listed(ids)],
        ).fetchall()
        values |= {identity(canonical_url(row[0])) for row in came}
    if target.kind != "expired":
        named = identity(canonical_url(target.value)) if kind == "url" else target.value.lower()
        values.add(named)
    known = connection.execute(
        "SELECT value FROM ops.tombstones WHERE kind = ? AND"
        " value IN (SELECT unnest(?::JSON::VARCHAR[]))",
        [kind, listed(values)],
    ).fetchall()
    fresh = sorted(values - {row[0] for row in known})
    rows = [TombstoneRow(kind=kind, value=value, forgotten_at=now) for value in fresh]
    insert(connection, "ops.tombstones", rows)
    if target.kind == "source":
        for table in ("ops.feeds", "ops.polls", "rejects"):
            connection.execute(f"DELETE FROM {table} WHERE source_id = ?", [target.value])
