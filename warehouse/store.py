"""Writing the articles of a batch, inside the caller's one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from schemas.article import Article
from schemas.model import Frozen
from schemas.records import (
    ArticleRow,
    DuplicateRow,
    FetchRow,
    FingerprintRow,
    VersionRow,
)
from schemas.verdict import Member, Verdict, Version
from warehouse.connect import Connection
from warehouse.lookup import texts
from warehouse.rows import insert, listed, merge, read_rows, staged


class Kept(Frozen):
    """An extracted article and the document that it was made of."""

    article: Article
    fetch: FetchRow


class _State(Frozen):
    """What a sighting changes of an article whose text stays."""

    article_id: UUID
    version: int
    first_seen_at: AwareDatetime
    last_seen_at: AwareDatetime
    content_changed_at: AwareDatetime


class _Met(Frozen):
    """When an article was met again."""

    article_id: UUID
    last_seen_at: AwareDatetime


class _Text(Frozen):
    """The text that an article goes back to."""

    article_id: UUID
    document_id: UUID
    title: str | None
    body: str
    word_count: int


#: Title and body by article id and reading, or article id and content hash.
_Texts = Mapping[tuple[UUID, object], tuple[str | None, str]]


def write_articles(
    connection: Connection,
    kept: Sequence[Kept],
    verdicts: Sequence[Verdict],
    count_words: Callable[[str], int],
    name_change: Callable[[str, str], str],
) -> None:
    """Articles, versions, fingerprints and fetches as the verdicts say.

    `verdicts` has one entry for each of `kept`, in the same order; an article may come
    more than once. `name_change` says what made one body of another.
    """
    last = {verdict.article_id: verdict for verdict in verdicts}
    new = {verdict.article_id for verdict in verdicts if verdict.outcome == "new"}
    moved = {verdict.article_id for verdict in verdicts if verdict.moved}
    # one item an article: the document that its text of today comes from, if it is among these
    current = {
        item.article.article_id: item
        for item in kept
        if item.fetch.document_id == last[item.article.article_id].versions[-1].document_id
    }
    said = _texts(connection, kept, moved - new)
    fresh = [item for one, item in current.items() if one in new]
    changed = [item for one, item in current.items() if one in moved - new]
    insert(connection, "articles", [_article_row(item, last) for item in fresh])
    merge(
        connection,
        "articles",
        [_article_row(item, last) for item in changed],
        on=["article_id"],
        keep=["duplicate_of", "story_id", "last_seen_at"],
    )
    # an article that is new and came once has been entered as it is
    often = {one for one, times in Counter(map(_article_id, kept)).items() if times > 1}
    met = [item for item in kept if _article_id(item) in often or _article_id(item) not in new]
    _touch(connection, met, last)
    _restore(connection, [last[one] for one in moved - new - set(current)], said, count_words)
    lines = {one: last[one].versions for one in moved}
    _write_versions(connection, lines, said, moved - new, name_change)
    insert(connection, "ops.fingerprints", [_fingerprint_row(last[one]) for one in new])
    marks = [_fingerprint_row(last[one]) for one in moved - new]
    merge(connection, "ops.fingerprints", marks, ["article_id"])
    # a document that another run stored meanwhile stays that run's
    fetches = [item.fetch for item in kept]
    merge(connection, "fetches", fetches, ["document_id"], keep=["run_id", "seen_at"])


def _article_row(item: Kept, last: Mapping[UUID, Verdict]) -> ArticleRow:
    versions = last[item.article.article_id].versions
    return ArticleRow(
        **item.article.model_dump(),
        version=versions[-1].version,
        first_seen_at=versions[0].valid_from,
        last_seen_at=_seen_at(item),
        content_changed_at=versions[-1].valid_from,
    )


def _article_id(item: Kept) -> UUID:
    return item.article.article_id


def _seen_at(item: Kept) -> datetime:
    return item.fetch.captured_at or item.fetch.seen_at


def _fingerprint_row(verdict: Verdict) -> FingerprintRow:
    latest = verdict.versions[-1]
    return FingerprintRow(
        article_id=verdict.article_id,
        content_hash=latest.content_hash,
        body_hash=latest.body_hash,
    )


def _texts(connection: Connection, kept: Sequence[Kept], old: set[UUID]) -> _Texts:
    """The texts of the articles' versions, those known before and those of this batch."""
    said = texts(connection, old)
    for item in kept:
        article = item.article
        fetch = item.fetch
        reading = (fetch.document_id, fetch.content_hash, fetch.body_hash)
        said[article.article_id, reading] = (article.title, article.body)
        # what is stored under this content already stays: an article is written once
        said.setdefault(
            (article.article_id, item.fetch.content_hash), (article.title, article.body)
        )
    return said


def _text(said: _Texts, article_id: UUID, version: Version) -> tuple[str | None, str]:
    """A version's own text, or that of another document with the same words."""
    reading = (version.document_id, version.content_hash, version.body_hash)
    return said.get((article_id, reading)) or said[article_id, version.content_hash]


def _touch(connection: Connection, items: Sequence[Kept], last: Mapping[UUID, Verdict]) -> None:
    """Times and version numbers of the articles that were met."""
    states: dict[UUID, _State] = {}
    for item in items:
        one = item.article.article_id
        versions = last[one].versions
        before = states[one].last_seen_at if one in states else _seen_at(item)
        states[one] = _State(
            article_id=one,
            version=versions[-1].version,
            first_seen_at=versions[0].valid_from,
            last_seen_at=max(before, _seen_at(item)),
            content_changed_at=versions[-1].valid_from,
        )
    if states:
        with staged(connection, _State, list(states.values())):
            connection.execute(
                """UPDATE articles SET version = staged.version,
                    first_seen_at = staged.first_seen_at,
                    last_seen_at = greatest(articles.last_seen_at, staged.last_seen_at),
                    content_changed_at = staged.content_changed_at
                FROM staged WHERE articles.article_id = staged.article_id::UUID"""
            )


def _restore(
    connection: Connection,
    verdicts: Sequence[Verdict],
    said: _Texts,
    count_words: Callable[[str], int],
) -> None:
    """Gives articles the text of an earlier document, which a late one made the latest again.

    Only a version's title and body are kept, so the other fields stay as they were read last.
    """
    rows = []
    for verdict in verdicts:
        latest = verdict.versions[-1]
        title, body = _text(said, verdict.article_id, latest)
        rows.append(
            _Text(
                article_id=verdict.article_id,
                document_id=latest.document_id,
                title=title,
                body=body,
                word_count=count_words(body),
            )
        )
    if rows:
        with staged(connection, _Text, rows):
            connection.execute(
                """UPDATE articles SET document_id = staged.document_id::UUID,
                    title = staged.title, body = staged.body, word_count = staged.word_count
                FROM staged WHERE articles.article_id = staged.article_id::UUID"""
            )


def touch_articles(connection: Connection, met: Mapping[UUID, datetime]) -> None:
    """Notes when known documents of the articles were met again."""
    rows = [_Met(article_id=one, last_seen_at=at) for one, at in met.items()]
    if rows:
        with staged(connection, _Met, rows):
            connection.execute(
                """UPDATE articles
                SET last_seen_at = greatest(articles.last_seen_at, staged.last_seen_at)
                FROM staged WHERE articles.article_id = staged.article_id::UUID"""
            )


def write_lines(
    connection: Connection,
    lines: Mapping[UUID, tuple[Version, ...]],
    name_change: Callable[[str, str], str],
) -> None:
    """Articles' lines of versions anew, of texts that are stored or were read again."""
    if not lines:
        return
    _write_versions(connection, lines, texts(connection, lines), set(lines), name_change)
    marks = [
        FingerprintRow(
            article_id=article_id, content_hash=line[-1].content_hash, body_hash=line[-1].body_hash
        )
        for article_id, line in lines.items()
    ]
    merge(connection, "ops.fingerprints", marks, ["article_id"])


def _write_versions(
    connection: Connection,
    lines: Mapping[UUID, tuple[Version, ...]],
    said: _Texts,
    old: set[UUID],
    name_change: Callable[[str, str], str],
) -> None:
    """The whole line of versions of each article whose line moved, written anew."""
    if old:
        connection.execute(
            "DELETE FROM article_versions WHERE article_id IN (SELECT unnest(?::JSON::UUID[]))",
            [listed(old)],
        )
    rows = []
    for article_id, line in lines.items():
        before = ""
        for version in line:
            title, body = _text(said, article_id, version)
            fields = version.model_dump()
            if version.change == "update":
                fields["change"] = name_change(before, body)
            rows.append(VersionRow(article_id=article_id, title=title, body=body, **fields))
            before = body
    insert(connection, "article_versions", rows)


def _written(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, DuplicateRow]:
    sql = """SELECT article_id, duplicate_of, kind, similarity, evidence, decided_at FROM duplicates
        WHERE article_id IN (SELECT unnest(?::JSON::UUID[]))"""
    return {row.article_id: row for row in read_rows(DuplicateRow, connection, sql, [listed(ids)])}


def _said(row: DuplicateRow | None) -> tuple[object, ...] | None:
    return (row.duplicate_of, row.kind, row.similarity, row.evidence) if row else None


def write_duplicates(
    connection: Connection, members: Sequence[Member], rows: Sequence[DuplicateRow]
) -> None:
    """Which of the members repeat which: what `rows` do not name stands for itself.

    A row that says the same as before stays as it is, with the moment of its decision.
    """
    wanted = {row.article_id: row for row in rows}
    found = _written(connection, [member.article_id for member in members])
    changed = [
        member
        for member in members
        if _said(found.get(member.article_id)) != _said(wanted.get(member.article_id))
    ]
    if not changed:
        return
    connection.execute(
        "DELETE FROM duplicates WHERE article_id IN (SELECT unnest(?::JSON::UUID[]))",
        [listed(member.article_id for member in changed)],
    )
    alone = [one.article_id for one in changed if one.duplicate_of and one.article_id not in wanted]
    if alone:
        connection.execute(
            "UPDATE articles SET duplicate_of = NULL"
            " WHERE article_id IN (SELECT unnest(?::JSON::UUID[]))",
            [listed(alone)],
        )
    repeats = [wanted[one.article_id] for one in changed if one.article_id in wanted]
    insert(connection, "duplicates", repeats)
    if repeats:
        with staged(connection, DuplicateRow, repeats):
            connection.execute(
                """UPDATE articles SET duplicate_of = staged.duplicate_of::UUID FROM staged
                WHERE articles.article_id = staged.article_id::UUID"""
            )
