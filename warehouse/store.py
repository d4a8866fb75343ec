"""Writing the articles of a batch, inside the caller's one transaction."""

from __future__ import annotations

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
from schemas.verdict import Verdict, Version
from warehouse.connect import Connection
from warehouse.lookup import Holder, fingerprints, known_documents, texts
from warehouse.places import delete_at, places_of, update_at
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


class _Repeat(Frozen):
    """What an article repeats."""

    article_id: UUID
    duplicate_of: UUID | None


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
) -> set[UUID]:
    """Articles, versions, fingerprints and fetches as the verdicts say; returns the body hashes
    that those had before whose text moved.

    `verdicts` has one entry for each of `kept`, in the same order; an article may come
    more than once. `name_change` says what made one body of another.
    """
    last = {verdict.article_id: verdict for verdict in verdicts}
    new = {verdict.article_id for verdict in verdicts if verdict.outcome == "new"}
    moved = {verdict.article_id for verdict in verdicts if verdict.moved}
    seen: dict[UUID, datetime] = {}
    for item in kept:
        one = item.article.article_id
        seen[one] = max(seen.get(one, _seen_at(item)), _seen_at(item))
    versions = places_of(connection, "article_versions", moved - new)
    said = _texts(connection, kept, moved - new, [place for _, place in versions])
    # one row an article: of the document that its text of today comes from, if it is among these
    rows = {
        one: _article_row(item, last[one], seen[one])
        for item in kept
        if (one := item.article.article_id) in moved
        and item.fetch.document_id == last[one].versions[-1].document_id
    }
    insert(connection, "articles", [row for one, row in rows.items() if one in new])
    articles = dict(places_of(connection, "articles", last.keys() - new))
    changed = rows.keys() - new
    update_at(
        connection,
        "articles",
        [(articles[one], rows[one]) for one in changed],
        latest=["last_seen_at"],
        keep=["duplicate_of", "story_id"],
    )
    met = [(place, _state(last[one], seen[one])) for one, place in articles.items()]
    update_at(
        connection,
        "articles",
        [(place, state) for place, state in met if state.article_id not in changed],
        latest=["last_seen_at"],
    )
    restored = [_restored(last[one], said, count_words) for one in moved - new - changed]
    update_at(connection, "articles", [(articles[row.article_id], row) for row in restored])
    lines = {one: last[one].versions for one in moved}
    _write_versions(connection, lines, said, versions, name_change)
    insert(connection, "ops.fingerprints", [_fingerprint_row(last[one]) for one in new])
    before = fingerprints(connection, moved - new)
    marks = [(place, _fingerprint_row(last[one])) for one, (place, _) in before.items()]
    update_at(connection, "ops.fingerprints", marks)
    _write_fetches(connection, [item.fetch for item in kept])
    return {body_hash for _, body_hash in before.values()}


def _write_fetches(connection: Connection, fetches: Sequence[FetchRow]) -> None:
    """Where the articles' documents come from; one that another run stored meanwhile stays that
    run's.
    """
    rows = {row.document_id: row for row in fetches}
    known = known_documents(connection, [*rows])
    insert(connection, "fetches", [row for one, row in rows.items() if one not in known])
    again = [row for one, row in rows.items() if one in known]
    merge(connection, "fetches", again, ["document_id"], keep=["run_id", "seen_at"])


def _article_row(item: Kept, verdict: Verdict, seen: datetime) -> ArticleRow:
    state = _state(verdict, seen).model_dump(exclude={"article_id"})
    return ArticleRow(**item.article.model_dump(), **state)


def _state(verdict: Verdict, seen: datetime) -> _State:
    return _State(
        article_id=verdict.article_id,
        version=verdict.versions[-1].version,
        first_seen_at=verdict.versions[0].valid_from,
        last_seen_at=seen,
        content_changed_at=verdict.versions[-1].valid_from,
    )


def _seen_at(item: Kept) -> datetime:
    return item.fetch.captured_at or item.fetch.seen_at


def _fingerprint_row(verdict: Verdict) -> FingerprintRow:
    latest = verdict.versions[-1]
    return FingerprintRow(
        article_id=verdict.article_id,
        content_hash=latest.content_hash,
        body_hash=latest.body_hash,
    )


def _texts(
    connection: Connection, kept: Sequence[Kept], old: set[UUID], versions: Sequence[int]
) -> _Texts:
    """The texts of the articles' versions, those known before and those of this batch."""
    said = texts(connection, old, versions)
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


def _restored(verdict: Verdict, said: _Texts, count_words: Callable[[str], int]) -> _Text:
    """The text of an earlier document, which a late one made the latest again.

    Only a version's title and body are kept, so the other fields stay as they were read last.
    """
    latest = verdict.versions[-1]
    title, body = _text(said, verdict.article_id, latest)
    return _Text(
        article_id=verdict.article_id,
        document_id=latest.document_id,
        title=title,
        body=body,
        word_count=count_words(body),
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
    versions = places_of(connection, "article_versions", lines)
    said = texts(connection, lines, [place for _, place in versions])
    _write_versions(connection, lines, said, versions, name_change)
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
    former: Sequence[tuple[UUID, int]],
    name_change: Callable[[str, str], str],
) -> None:
    """The whole line of versions of each article whose line moved, written anew in place of
    the `former` one, given by article ids and places.
    """
    delete_at(connection, "article_versions", former)
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
    connection: Connection, members: Sequence[Holder], rows: Sequence[DuplicateRow]
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
    insert(
        connection,
        "duplicates",
        [wanted[one.article_id] for one in changed if one.article_id in wanted],
    )
    repeats = []
    for member in changed:
        row = wanted.get(member.article_id)
        original = row.duplicate_of if row else None
        if original != member.duplicate_of:
            repeats.append(
                (member.place, _Repeat(article_id=member.article_id, duplicate_of=original))
            )
    update_at(connection, "articles", repeats)
