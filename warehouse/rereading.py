"""Reading archived documents again: which there are, and what is written of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from schemas.article import Article
from schemas.candidate import Hints
from schemas.model import Frozen
from schemas.records import ArticleRow, FetchRow, RereadingRow
from schemas.verdict import Version
from warehouse.connect import Connection
from warehouse.rows import insert, listed, merge, read_rows, staged
from warehouse.store import Kept, write_lines


class Archived(FetchRow):
    """A document that the archive has, with what its page was known by."""

    hints: Hints | None = None
    has_rights: bool = False
    robots: str | None = None


class Part(Frozen):
    """Which documents are read again; None: whatever they are."""

    source_id: str | None = None
    since: date | None = None
    until: date | None = None


class _Text(Frozen):
    """The text of an article whose words stay."""

    article_id: UUID
    title: str | None
    body: str


_WHERE = """(?::VARCHAR IS NULL OR f.source_id = ?)
    AND (?::DATE IS NULL OR (coalesce(captured_at, seen_at) AT TIME ZONE 'UTC')::DATE >= ?)
    AND (?::DATE IS NULL OR (coalesce(captured_at, seen_at) AT TIME ZONE 'UTC')::DATE <= ?)"""
_ARCHIVED = "archive_file IS NOT NULL AND archive_offset IS NOT NULL"


def count_archived(connection: Connection, part: Part) -> tuple[int, dict[str, int]]:
    """How many documents can be read again, and of each source how many cannot."""
    rows = connection.execute(
        f"""SELECT source_id, count(*) FILTER ({_ARCHIVED}), count(*) FILTER (NOT ({_ARCHIVED}))
        FROM fetches AS f WHERE {_WHERE} GROUP BY source_id""",
        _parameters(part),
    ).fetchall()
    return sum(row[1] for row in rows), {row[0]: row[2] for row in rows if row[2]}


def archived(
    connection: Connection, part: Part, after: Archived | None, most: int
) -> list[Archived]:
    """Documents in the order in which they lie in the archive, after one of them."""
    place = (
        (after.archive_file, after.archive_offset, after.document_id) if after else ("", -1, None)
    )
    sql = f"""SELECT f.*, c.hints, a.extra->>'rights' IS NOT NULL AS has_rights,
            a.extra->'rights'->>'robots' AS robots
        FROM fetches AS f
        LEFT JOIN ops.candidates AS c ON c.url = f.requested_url
        LEFT JOIN articles AS a ON a.article_id = f.article_id
        WHERE {_ARCHIVED} AND {_WHERE}
        AND (archive_file > ? OR (archive_file = ? AND (archive_offset > ?
            OR (archive_offset = ? AND f.document_id > ?::UUID))))
        ORDER BY archive_file, archive_offset, f.document_id LIMIT ?"""
    file, offset, document = place
    parameters = [*_parameters(part), file, file, offset, offset, document, most]
    return read_rows(Archived, connection, sql, parameters)


def stored_articles(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, ArticleRow]:
    """The articles as they are stored."""
    sql = "SELECT * FROM articles WHERE article_id IN (SELECT unnest(?::JSON::UUID[]))"
    return {row.article_id: row for row in read_rows(ArticleRow, connection, sql, [listed(ids)])}


def write_rereadings(
    connection: Connection,
    rows: Sequence[RereadingRow],
    lines: Mapping[UUID, tuple[Version, ...]],
    standing: Sequence[Kept],
    name_change: Callable[[str, str], str],
) -> None:
    """New readings, the lines of versions that follow, and the fields of the articles.

    `lines` are those that moved; `standing` the documents that stand for an article's text of
    today and are read otherwise than it is stored.
    """
    insert(connection, "ops.rereadings", rows)
    write_lines(connection, lines, name_change)
    stored = stored_articles(connection, [item.article.article_id for item in standing])
    fresh = [
        _row(item, stored[one], lines.get(one))
        for item in standing
        if (one := item.article.article_id) in stored
    ]
    merge(connection, "articles", fresh, on=["article_id"])
    # other commas and capitals are no version: the version of today has them from now on
    texts = [_Text(article_id=one.article_id, title=one.title, body=one.body) for one in fresh]
    if texts:
        with staged(connection, _Text, texts):
            connection.execute(
                """UPDATE article_versions SET title = staged.title, body = staged.body
                FROM staged WHERE article_versions.article_id = staged.article_id::UUID
                AND valid_to IS NULL"""
            )


def _row(item: Kept, old: ArticleRow, line: tuple[Version, ...] | None) -> ArticleRow:
    """The article as it is read now, with all that is not read from its page as it was."""
    kept = set(ArticleRow.model_fields) - set(Article.model_fields)
    decided = {name: getattr(old, name) for name in kept}
    if line is not None:
        decided |= {"version": line[-1].version, "content_changed_at": line[-1].valid_from}
    return ArticleRow(**item.article.model_dump(), **decided)


def _parameters(part: Part) -> list[object]:
    return [part.source_id, part.source_id, part.since, part.since, part.until, part.until]
