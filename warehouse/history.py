"""The versions of one article, as readers see them."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime

from schemas.address import article_id, canonical_url
from schemas.location import Location
from schemas.model import Frozen
from warehouse.connect import Connection, open_published


class Edition(Frozen):
    """What an article said from one moment on; `change` is None for the first."""

    version: int
    valid_from: AwareDatetime
    change: str | None
    title: str | None
    body: str


class History(Frozen):
    """An article and its versions, the first one first."""

    article_id: UUID
    url: str
    publisher: str | None
    editions: tuple[Edition, ...]


def read_history(published: Location, url: str) -> History | None:
    """The versions of the article that an address leads to, None if there is none.

    Raises WarehouseError.
    """
    with open_published(published) as connection:
        found = find_article(connection, url)
        if found is None:
            return None
        rows = connection.execute(
            """SELECT version, valid_from, change, title, body FROM article_versions
            WHERE article_id = ? ORDER BY version""",
            [found[0]],
        ).fetchall()
    editions = [
        Edition(version=version, valid_from=valid_from, change=change, title=title, body=body)
        for version, valid_from, change, title, body in rows
    ]
    one, address, publisher = found
    return History(article_id=one, url=address, publisher=publisher, editions=tuple(editions))


def find_article(connection: Connection, url: str) -> tuple[UUID, str, str | None] | None:
    """Id, address and publisher of the article that an address leads to, however spelled."""
    row = connection.execute(
        """SELECT article_id, url, publisher FROM articles
        WHERE article_id = $id OR url = $url OR requested_url = $url
            OR article_id IN (SELECT article_id FROM ops.candidates WHERE url = $url)
            OR article_id IN (SELECT article_id FROM fetches WHERE url = $canonical)
        ORDER BY article_id = $id DESC LIMIT 1""",
        {"id": article_id(canonical_url(url)), "url": url, "canonical": canonical_url(url)},
    ).fetchone()
    return (row[0], row[1], row[2]) if row else None
