"""Writing a batch: everything here happens inside the caller's one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from schemas.article import Article
from schemas.model import Frozen
from schemas.records import (
    ArticleRow,
    CandidateRow,
    DuplicateRow,
    FetchRow,
    FingerprintRow,
    RejectRow,
    RunRow,
    SourceRow,
    VersionRow,
)
from schemas.verdict import Member, Verdict
from warehouse.connect import Connection
from warehouse.lookup import texts
from warehouse.rows import insert, merge, staged


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


def write_articles(
    connection: Connection, kept: Sequence[Kept], verdicts: Sequence[Verdict]
) -> None:
    """Articles, versions, fingerprints and fetches as the verdicts say.

    `verdicts` has one entry for each of `kept`, in the same order; an article may come
    more than once.
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
    fresh = [item for one, item in current.items() if one in new]
    changed = [item for one, item in current.items() if one in moved - new]
    insert(connection, "articles", [_article_row(item, last) for item in fresh])
    merge(
        connection,
        "articles",
        [_article_row(item, last) for item in changed],
        on=["article_id"],
        keep=["duplicate_of", "story_id"],
    )
    _touch(connection, [item for item in kept if item.article.article_id not in new], last)
    _write_versions(connection, kept, [last[one] for one in moved], moved - new)
    insert(connection, "ops.fingerprints", [_fingerprint_row(item) for item in fresh])
    merge(
        connection, "ops.fingerprints", [_fingerprint_row(item) for item in changed], ["article_id"]
    )
    merge(
        connection,
        "fetches",
        [item.fetch for item in kept],
        on=["document_id"],
        keep=[
            "run_id",
            "seen_at",
        ],
    )


def _article_row(item: Kept, last: Mapping[UUID, Verdict]) -> ArticleRow:
    versions = last[item.article.article_id].versions
    return ArticleRow(
        **item.article.model_dump(),
        version=versions[-1].version,
        first_seen_at=versions[0].valid_from,
        last_seen_at=item.fetch.captured_at or item.fetch.seen_at,
        content_changed_at=versions[-1].valid_from,
    )


def _fingerprint_row(item: Kept) -> FingerprintRow:
    return FingerprintRow(
        article_id=item.article.article_id,
        content_hash=item.fetch.content_hash,
        body_hash=item.fetch.body_hash,
    )


def _touch(connection: Connection, items: Sequence[Kept], last: Mapping[UUID, Verdict]) -> None:
    """Times and version numbers of articles that were there before."""
    states = {}
    for item in items:
        versions = last[item.article.article_id].versions
        states[item.article.article_id] = _State(
            article_id=item.article.article_id,
            version=versions[-1].version,
            first_seen_at=versions[0].valid_from,
            last_seen_at=item.fetch.captured_at or item.fetch.seen_at,
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


def touch_articles(connection: Connection, ids: Sequence[UUID], now: datetime) -> None:
    """Notes that known documents of the articles were met again."""
    if ids:
        connection.execute(
            "UPDATE articles SET last_seen_at = greatest(last_seen_at, ?)"
            " WHERE article_id IN (SELECT unnest(?::UUID[]))",
            [now, [str(one) for one in ids]],
        )


def _write_versions(
    connection: Connection, kept: Sequence[Kept], moved: Sequence[Verdict], old: set[UUID]
) -> None:
    """The whole line of versions of each article whose line moved, written anew."""
    known = texts(connection, old)
    for item in kept:
        key = (item.article.article_id, item.fetch.content_hash)
        known[key] = (item.article.title, item.article.body)
    if old:
        connection.execute(
            "DELETE FROM article_versions WHERE article_id IN (SELECT unnest(?::UUID[]))",
            [[str(one) for one in old]],
        )
    rows = []
    for verdict in moved:
        for version in verdict.versions:
            title, body = known[verdict.article_id, version.content_hash]
            rows.append(
                VersionRow(
                    article_id=verdict.article_id, title=title, body=body, **version.model_dump()
                )
            )
    insert(connection, "article_versions", rows)


def write_duplicates(
    connection: Connection, members: Sequence[Member], rows: Sequence[DuplicateRow]
) -> None:
    """Which of the members repeat which: what `rows` do not name stands for itself."""
    wanted = {row.article_id: row for row in rows}
    changed = [
        member
        for member in members
        if member.duplicate_of
        != (wanted[member.article_id].duplicate_of if member.article_id in wanted else None)
    ]
    if not changed:
        return
    ids = [str(member.article_id) for member in changed]
    connection.execute(
        "DELETE FROM duplicates WHERE article_id IN (SELECT unnest(?::UUID[]))", [ids]
    )
    connection.execute(
        "UPDATE articles SET duplicate_of = NULL WHERE article_id IN (SELECT unnest(?::UUID[]))",
        [ids],
    )
    repeats = [wanted[one.article_id] for one in changed if one.article_id in wanted]
    insert(connection, "duplicates", repeats)
    if repeats:
        with staged(connection, DuplicateRow, repeats):
            connection.execute(
                """UPDATE articles SET duplicate_of = staged.duplicate_of::UUID FROM staged
                WHERE articles.article_id = staged.article_id::UUID"""
            )


def write_rejects(connection: Connection, rows: Sequence[RejectRow]) -> None:
    """One row for each address and reason; the last run that met it is kept."""
    merge(connection, "rejects", rows, on=["url", "stage", "reason"])


def write_candidates(connection: Connection, rows: Sequence[CandidateRow]) -> None:
    """The fate of each address; `since` stays while the fate does."""
    unique = list({row.url: row for row in rows}.values())
    if not unique:
        return
    with staged(connection, CandidateRow, unique):
        connection.execute(
            """MERGE INTO ops.candidates AS target USING (
                SELECT * REPLACE (article_id::UUID AS article_id, document_id::UUID AS document_id)
                FROM staged
            ) AS source ON target.url = source.url
            WHEN MATCHED THEN UPDATE SET source_id = source.source_id, fate = source.fate,
                reason = source.reason, article_id = source.article_id,
                document_id = source.document_id,
                since = CASE WHEN target.fate = source.fate THEN target.since ELSE source.since END
            WHEN NOT MATCHED THEN INSERT BY NAME"""
        )


def write_run(connection: Connection, row: RunRow) -> None:
    """The run as it stands."""
    merge(connection, "runs", [row], on=["run_id"])


def write_source(connection: Connection, row: SourceRow) -> None:
    """The source as it was used last."""
    merge(connection, "sources", [row], on=["source_id"], keep=["first_used_at"])
