"""Stories and threads in the warehouse: what is to be placed, and what was decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import AwareDatetime

from schemas.model import Frozen
from schemas.records import StoryIdRow, StoryRow, ThreadRow
from warehouse.connect import Connection
from warehouse.linkage import ARTICLES, STORIES, Level
from warehouse.lookup import bodies_at
from warehouse.rows import insert, listed, merge, read_rows, staged

#: What is grouped at all.
LEVELS = (ARTICLES, STORIES)

_IDS = "(SELECT unnest(?::JSON::UUID[]))"

_WAITING = """SELECT a.article_id FROM articles a
LEFT JOIN ops.fingerprints f USING (article_id)
LEFT JOIN ops.article_terms t USING (article_id)
LEFT JOIN articles original ON original.article_id = a.duplicate_of
WHERE CASE WHEN a.duplicate_of IS NULL
    THEN a.story_id IS NULL OR t.article_id IS NULL OR t.content_hash <> f.content_hash
        OR t.language <> coalesce(a.language, '')
        OR t.published_on IS DISTINCT FROM a.published_on
        OR t.seen_on <> a.first_seen_at::DATE
    ELSE t.article_id IS NOT NULL OR a.story_id IS NULL
        OR a.story_id IS DISTINCT FROM original.story_id END
ORDER BY coalesce(a.published_on, a.first_seen_at::DATE), a.article_id"""


class Placed(Frozen):
    """An article that is to be placed in a story, as far as that depends on it."""

    article_id: UUID
    duplicate_of: UUID | None
    story_id: UUID | None
    title: str | None
    body: str
    language: str
    published_on: date | None
    seen_on: date
    content_hash: UUID


class _InGroup(Frozen):
    member: UUID
    id: UUID | None


def waiting_articles(connection: Connection) -> list[UUID]:
    """The articles whose story is not what it should be: new ones, and those whose text, date,
    language or group of duplicates changed; in the order of their publication.
    """
    return [row[0] for row in connection.execute(_WAITING).fetchall()]


def forget_places(connection: Connection) -> None:
    """Takes stories and threads away, so that every article waits; ids that led to others stay
    known as far as they lead somewhere in the end.
    """
    for table in ("stories", "threads", *(level.terms for level in LEVELS)):
        connection.execute(f"DELETE FROM {table}")
    for level in LEVELS:
        connection.execute(f"DELETE FROM {level.links}")
    connection.execute("UPDATE articles SET story_id = NULL WHERE story_id IS NOT NULL")


def read_placed(connection: Connection, ids: Iterable[UUID]) -> list[Placed]:
    """The articles that are to be placed; those that are gone are left out."""
    rows = connection.execute(
        f"""SELECT articles.rowid, article_id, duplicate_of, story_id, title,
            coalesce(language, ''), published_on, first_seen_at::DATE, content_hash
        FROM articles JOIN ops.fingerprints USING (article_id) WHERE article_id IN {_IDS}
        ORDER BY article_id""",
        [listed(ids)],
    ).fetchall()
    bodies = bodies_at(connection, {one: place for place, one, *_ in rows})
    names = [name for name in Placed.model_fields if name != "body"]
    return [Placed(body=bodies[row[0]], **dict(zip(names, row, strict=True))) for _, *row in rows]


def founders(
    connection: Connection, level: Level, members: Collection[UUID]
) -> dict[UUID, tuple[datetime, UUID]]:
    """For each article its first copy, for each story its first article, by when it was first
    seen.
    """
    of = "coalesce(duplicate_of, article_id)" if level.kind == "story" else "story_id"
    rows = connection.execute(
        f"""SELECT {of} AS member, min({{'at': first_seen_at, 'id': article_id}}) FROM articles
        WHERE {of} IN {_IDS} GROUP BY member""",
        [listed(members)],
    ).fetchall()
    return {member: (first["at"], first["id"]) for member, first in rows}


def taken_ids(
    connection: Connection, level: Level, ids: Collection[UUID], inside: Collection[UUID]
) -> set[UUID]:
    """Those of the ids that have members that are not inside."""
    rows = connection.execute(
        f"""SELECT DISTINCT {level.group} FROM {level.members}
        WHERE {level.group} IN {_IDS} AND {level.key} NOT IN {_IDS} AND {level.counts}""",
        [listed(ids), listed(inside)],
    ).fetchall()
    return {row[0] for row in rows}


def write_groups(connection: Connection, level: Level, groups: Mapping[UUID, UUID | None]) -> None:
    """Puts the members in their groups; copies of an article go where it goes."""
    if not groups:
        return
    rows = [_InGroup(member=member, id=group) for member, group in groups.items()]
    keys = ["article_id", "duplicate_of"] if level.kind == "story" else ["story_id"]
    with staged(connection, _InGroup, rows):
        for key in keys:
            connection.execute(
                f"""UPDATE {level.members} SET {level.group} = staged.id::UUID FROM staged
                WHERE {level.members}.{key} = staged.member::UUID
                AND {level.group} IS DISTINCT FROM staged.id::UUID"""
            )


def groups_of(connection: Connection, level: Level, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The groups that these members are in, copies included."""
    rows = connection.execute(
        f"""SELECT {level.key}, {level.group} FROM {level.members}
        WHERE {level.key} IN {_IDS} AND {level.group} IS NOT NULL""",
        [listed(ids)],
    ).fetchall()
    return dict(rows)


class Size(Frozen):
    """What is counted of a story or thread."""

    id: UUID
    first: AwareDatetime | None
    last: AwareDatetime | None
    articles: int
    publishers: int = 0
    stories: int = 0
    thread_id: UUID | None = None
    label: str | None = None
    keywords: tuple[str, ...] = ()


def story_sizes(connection: Connection, ids: Iterable[UUID]) -> list[Size]:
    """What is in the stories now, and what they were called; empty ones are left out."""
    sql = f"""SELECT a.story_id AS id, min(a.published_at) AS first, max(a.published_at) AS last,
            count(*) AS articles, count(DISTINCT a.publisher) AS publishers,
            any_value(s.thread_id) AS thread_id, any_value(s.label) AS label,
            coalesce(any_value(s.keywords), []) AS keywords
        FROM articles a LEFT JOIN stories s USING (story_id)
        WHERE a.story_id IN {_IDS} GROUP BY a.story_id ORDER BY a.story_id"""
    return read_rows(Size, connection, sql, [listed(ids)])


def thread_sizes(connection: Connection, ids: Iterable[UUID]) -> list[Size]:
    """What is in the threads now, and what they were called; empty ones are left out."""
    sql = f"""SELECT s.thread_id AS id, min(s.first_published_at) AS first,
            max(s.last_published_at) AS last, sum(s.article_count)::BIGINT AS articles,
            count(*) AS stories, any_value(t.label) AS label,
            coalesce(any_value(t.keywords), []) AS keywords
        FROM stories s LEFT JOIN threads t USING (thread_id)
        WHERE s.thread_id IN {_IDS} GROUP BY s.thread_id ORDER BY s.thread_id"""
    return read_rows(Size, connection, sql, [listed(ids)])


class Named(Frozen):
    """A story as far as its thread depends on it."""

    story_id: UUID
    label: str
    keywords: tuple[str, ...]
    article_count: int


def read_named(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Named]:
    """The stories by their ids."""
    sql = f"SELECT story_id, label, keywords, article_count FROM stories WHERE story_id IN {_IDS}"
    return {one.story_id: one for one in read_rows(Named, connection, sql, [listed(ids)])}


def article_terms(
    connection: Connection, stories: Iterable[UUID], most: int
) -> list[tuple[UUID, str, list[int], list[int], list[int]]]:
    """Story, language, terms, weights and names of the articles of the stories, of each no more
    than `most`, the first seen ones.
    """
    return connection.execute(
        f"""SELECT story_id, t.language, terms, weights, names
        FROM articles JOIN ops.article_terms t USING (article_id) WHERE story_id IN {_IDS}
        QUALIFY row_number() OVER (PARTITION BY story_id ORDER BY first_seen_at, article_id) <= ?
        ORDER BY story_id, first_seen_at, article_id""",
        [listed(stories), most],
    ).fetchall()


def write_stories(connection: Connection, rows: Sequence[StoryRow], ids: Iterable[UUID]) -> None:
    """Of these stories those that rows are given for are there, the others are not."""
    _write(connection, "stories", "story_id", rows, ids)


def write_threads(connection: Connection, rows: Sequence[ThreadRow], ids: Iterable[UUID]) -> None:
    """Of these threads those that rows are given for are there, the others are not."""
    _write(connection, "threads", "thread_id", rows, ids)


def _write(
    connection: Connection,
    table: str,
    key: str,
    rows: Sequence[StoryRow] | Sequence[ThreadRow],
    ids: Iterable[UUID],
) -> None:
    merge(connection, table, rows, [key])
    gone = set(ids) - {getattr(row, key) for row in rows}
    if gone:
        connection.execute(f"DELETE FROM {table} WHERE {key} IN {_IDS}", [listed(gone)])


def write_changes(
    connection: Connection, level: Level, rows: Sequence[StoryIdRow], ids: Iterable[UUID]
) -> None:
    """Enters what became of ids, and leads older ones on; `ids` are those that may be no more."""
    leads = {row.former_id: row.current_id for row in rows if row.change != "split"}
    if leads:
        with staged(connection, _InGroup, [_InGroup(member=a, id=b) for a, b in leads.items()]):
            connection.execute(
                """UPDATE story_ids SET current_id = staged.id::UUID FROM staged
                WHERE current_id = staged.member::UUID"""
            )
    insert(connection, "story_ids", rows)
    # an id that lives again leads to itself, and what leads nowhere is not kept; of rows that
    # became equal one stays
    connection.execute(
        f"""DELETE FROM story_ids WHERE kind = ? AND (former_id = current_id
            OR (change <> 'split' AND former_id IN (SELECT {level.group} FROM {level.members}))
            OR current_id IN (SELECT id FROM (SELECT unnest(?::JSON::UUID[]) AS id)
                WHERE id NOT IN (SELECT {level.group} FROM {level.members}
                    WHERE {level.group} IS NOT NULL)))""",
        [level.kind, listed(ids)],
    )
    connection.execute(
        """DELETE FROM story_ids WHERE rowid NOT IN
        (SELECT min(rowid) FROM story_ids GROUP BY kind, former_id, current_id)"""
    )
