"""What is known of an article's story and thread, and by what it belongs there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from pydantic import AwareDatetime

from schemas.model import Frozen
from warehouse.connect import Connection

Row = TypeVar("Row", bound=Frozen)


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
    rows = _ask(
        connection,
        Tale,
        """SELECT s.story_id, s.label, s.keywords, s.first_published_at, s.last_published_at,
            s.article_count, s.publisher_count, s.thread_id, t.label AS thread,
            coalesce(t.keywords, []) AS thread_keywords, coalesce(t.story_count, 0) AS story_count
        FROM stories s LEFT JOIN threads t USING (thread_id) WHERE s.story_id = ?""",
        [str(story_id)],
    )
    return rows[0] if rows else None


def find_told(
    connection: Connection, article_id: UUID, most: int
) -> tuple[Told | None, list[Told]]:
    """The article that stands for this one, and the nearest of its story, the nearest first."""
    columns = "a.article_id, a.url, a.title, a.publisher, a.published_at, a.language, a.body"
    (standing, *_) = [
        *_ask(
            connection,
            Told,
            f"""SELECT {columns}, 1.0 AS similarity FROM articles a
            JOIN articles asked ON a.article_id = coalesce(asked.duplicate_of, asked.article_id)
            WHERE asked.article_id = ?""",
            [str(article_id)],
        ),
        None,
    ]
    if standing is None:
        return None, []
    near = _ask(
        connection,
        Told,
        f"""SELECT {columns}, l.similarity FROM articles a JOIN (
            SELECT two AS other, similarity FROM ops.article_links WHERE one = $id
            UNION ALL SELECT one, similarity FROM ops.article_links WHERE two = $id
        ) l ON a.article_id = l.other
        WHERE a.story_id = (SELECT story_id FROM articles WHERE article_id = $id)
        ORDER BY l.similarity DESC, a.article_id LIMIT {most}""",
        {"id": str(standing.article_id)},
    )
    return standing, near


def find_related(connection: Connection, tale: Tale, most: int) -> list[Related]:
    """The other stories of its thread, the nearest first."""
    if tale.thread_id is None:
        return []
    return _ask(
        connection,
        Related,
        f"""SELECT s.story_id, s.label, s.first_published_at, s.article_count, l.similarity
        FROM stories s LEFT JOIN (
            SELECT two AS other, similarity FROM ops.story_links WHERE one = $story
            UNION ALL SELECT one, similarity FROM ops.story_links WHERE two = $story
        ) l ON s.story_id = l.other
        WHERE s.thread_id = $thread AND s.story_id <> $story
        ORDER BY l.similarity DESC NULLS LAST, s.first_published_at NULLS LAST, s.story_id
        LIMIT {most}""",
        {"story": str(tale.story_id), "thread": str(tale.thread_id)},
    )


def _ask(
    connection: Connection, model: type[Row], sql: str, parameters: Sequence[str] | dict[str, Any]
) -> list[Row]:
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [model(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
