"""What the warehouse can say about one address: the article, its copies, its versions, its fate."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime

from schemas.model import Frozen
from warehouse.connect import Connection
from warehouse.history import find_article
from warehouse.rows import Row, read_rows

#: Copies that are named; the rest is counted.
_NAMED = 10


class Subject(Frozen):
    """The article that an address leads to."""

    article_id: UUID
    url: str
    title: str | None
    publisher: str | None
    source_id: str
    published_at: AwareDatetime | None
    first_seen_at: AwareDatetime
    status: str
    story_id: UUID | None


class Repeated(Frozen):
    """An article on the other side of a row of `duplicates`, and that row's evidence."""

    article_id: UUID
    url: str
    title: str | None
    publisher: str | None
    published_at: AwareDatetime | None
    kind: str
    similarity: float
    evidence: str


class Copies(Frozen):
    """The articles that repeat one: how many, and the first of them."""

    count: int
    named: tuple[Repeated, ...]


class Step(Frozen):
    """A version: from when it was seen, and what it changed; None for the first."""

    version: int
    valid_from: AwareDatetime
    change: str | None
    title: str | None
    body: str


class Fate(Frozen):
    """What became of an address that is no article, and why."""

    url: str
    source_id: str
    fate: str
    reason: str | None
    detail: str | None
    since: AwareDatetime


def find_subject(connection: Connection, url: str) -> Subject | None:
    """The article that an address leads to, however spelled; None if there is none."""
    found = find_article(connection, url)
    return found and _one(
        connection,
        Subject,
        """SELECT article_id, url, title, publisher, source_id, published_at, first_seen_at,
            status, story_id FROM articles WHERE article_id = ?""",
        found[0],
    )


def find_original(connection: Connection, article_id: UUID) -> Repeated | None:
    """What an article repeats, None if it stands for itself."""
    return _one(connection, Repeated, _repeated("duplicate_of", "article_id"), article_id)


def find_copies(connection: Connection, article_id: UUID) -> Copies:
    """What repeats an article, the likest first."""
    found = read_rows(Repeated, connection, _repeated("article_id", "duplicate_of"), [article_id])
    return Copies(count=len(found), named=tuple(found[:_NAMED]))


def find_steps(connection: Connection, article_id: UUID) -> list[Step]:
    """The versions of an article, the first one first."""
    sql = """SELECT version, valid_from, change, title, body FROM article_versions
        WHERE article_id = ? ORDER BY version"""
    return read_rows(Step, connection, sql, [article_id])


def find_fate(connection: Connection, url: str) -> Fate | None:
    """The fate of an address that was discovered, None if it never was."""
    return _one(
        connection,
        Fate,
        """SELECT f.url, f.source_id, f.fate, f.reason,
            (SELECT arg_max(r.detail, r.rejected_at) FROM rejects r
                WHERE r.url = f.url AND r.reason = f.reason) AS detail, f.since
        FROM url_fate f WHERE f.url = ? LIMIT 1""",
        url,
    )


def _repeated(told: str, asked: str) -> str:
    return f"""SELECT a.article_id, a.url, a.title, a.publisher, a.published_at,
            d.kind, d.similarity, d.evidence
        FROM duplicates d JOIN articles a ON a.article_id = d.{told}
        WHERE d.{asked} = ? ORDER BY d.similarity DESC, a.published_at NULLS LAST, a.url"""


def _one(connection: Connection, model: type[Row], sql: str, key: object) -> Row | None:
    return next(iter(read_rows(model, connection, sql, [key])), None)
