"""What is known of an article's story and thread, and by what it belongs there."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime

from schemas.model import Frozen
from warehouse.connect import Connection
from warehouse.rows import read_rows


class Tale(Frozen):
    """A story, and the thread that it is in."""

    story_id: UUID
    label: str
    keywords: tuple[str, ...]
    first_published_at: AwareDatetime | None
    last_published_at: AwareDatetime | None
    article_count: int
    publisher_count: int
    thread_id: UUID | None
    thread: str | None
    thread_keywords: tuple[str, ...] = ()
    story_count: int


class Told(Frozen):
    """The text of an article, and how near it is to the one that was asked about."""

    article_id: UUID
    url: str
    title: str | None
    publisher: str | None
    published_at: AwareDatetime | None
    language: str | None
    body: str
    similarity: float


class Related(Frozen):
    """Another story of the same thread, and how near its names are, if they are near at all."""

    story_id: UUID
    label: str
    first_published_at: AwareDatetime | None
    article_count: int
    similarity: float | None


def find_tale(connection: Connection, story_id: UUID) -> Tale | None:
    """The story, if it is there."""
    rows = read_rows(
        Tale,
        connection,
        """SELECT s.story_id, s.label, s.keywords, s.first_published_at, s.last_published_at,
            s.article_count, s.publisher_count, s.thread_id, t.label AS thread,
            coalesce(t.keywords, []) AS thread_keywords, coalesce(t.story_count, 0) AS story_count
        FROM stories s LEFT JOIN threads t USING (thread_id) WHERE s.story_id = ?""",
        [story_id],
    )
    return rows[0] if rows else None


def find_told(
    connection: Connection, article_id: UUID, most: int
) -> tuple[Told | None, list[Told]]:
    """The article that stands for this one, and the nearest of its story, the nearest first."""
    columns = "a.article_id, a.url, a.title, a.publisher, a.published_at, a.language, a.body"
    (standing, *_) = [
        *read_rows(
            Told,
            connection,
            f"""SELECT {columns}, 1.0 AS similarity FROM articles a
            JOIN articles asked ON a.article_id = coalesce(asked.duplicate_of, asked.article_id)
            WHERE asked.article_id = ?""",
            [article_id],
        ),
        None,
    ]
    if standing is None:
        return None, []
    near = read_rows(
        Told,
        connection,
        f"""SELECT {columns}, l.similarity FROM articles a JOIN (
            SELECT two AS other, similarity FROM ops.article_links WHERE one = ?
            UNION ALL SELECT one, similarity FROM ops.article_links WHERE two = ?
        ) l ON a.article_id = l.other
        WHERE a.story_id = (SELECT story_id FROM articles WHERE article_id = ?)
        ORDER BY l.similarity DESC, a.article_id LIMIT ?""",
        [standing.article_id] * 3 + [most],
    )
    return standing, near


def find_related(connection: Connection, tale: Tale, most: int) -> list[Related]:
    """The other stories of its thread, the nearest first."""
    if tale.thread_id is None:
        return []
    return read_rows(
        Related,
        connection,
        """SELECT s.story_id, s.label, s.first_published_at, s.article_count, l.similarity
        FROM stories s LEFT JOIN (
            SELECT two AS other, similarity FROM ops.story_links WHERE one = ?
            UNION ALL SELECT one, similarity FROM ops.story_links WHERE two = ?
        ) l ON s.story_id = l.other
        WHERE s.thread_id = ? AND s.story_id <> ?
        ORDER BY l.similarity DESC NULLS LAST, s.first_published_at NULLS LAST, s.story_id
        LIMIT ?""",
        [tale.story_id, tale.story_id, tale.thread_id, tale.story_id, most],
    )
