"""Writing what a run owes an account of: fates, rejections, sources and its own sums.

Everything here happens inside the caller's one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schemas.records import CandidateRow, RejectRow, RunRow, SourceRow
from warehouse.connect import Connection
from warehouse.lookup import rows_of_addresses
from warehouse.rows import insert, listed, merge, staged


def write_rejects(connection: Connection, rows: Sequence[RejectRow]) -> None:
    """One row for each address and reason; the last run that met it is kept."""
    merge(connection, "rejects", rows, on=["url", "stage", "reason"])


def write_candidates(
    connection: Connection, rows: Sequence[CandidateRow], aside: Mapping[str, bool] | None = None
) -> None:
    """The fate of each address; `since` stays while the fate does.

    What is stored stays so, though its file may be gone by now or its page away: only a
    publisher's 410 and a takedown change that. Of what was taken down nothing is kept. What was
    found `aside`, in a file, changes nothing of when an address that was listed is asked.
    """
    unique = {row.url: row for row in rows}
    if not unique:
        return
    found = rows_of_addresses(connection, "ops.candidates", "url, rowid", unique)
    there = {url: place for url, place in found if url in unique}
    insert(connection, "ops.candidates", [row for url, row in unique.items() if url not in there])
    if not there:
        return
    with staged(connection, CandidateRow, [unique[url] for url in there]):
        connection.execute(
            """UPDATE ops.candidates AS target SET source_id = source.source_id,
                fate = source.fate, reason = source.reason, article_id = source.article_id,
                document_id = source.document_id,
                canonical_url = coalesce(source.canonical_url, target.canonical_url),
                hints = CASE WHEN source.fate = 'forgotten' THEN NULL
                    ELSE coalesce(source.hints, target.hints) END,
                attempts = source.attempts, looks = source.looks, next_at = source.next_at,
                validators = source.validators,
                since = CASE WHEN target.fate = source.fate THEN target.since ELSE source.since END
            FROM (
                SELECT place, s.* REPLACE (
                    coalesce(s.article_id::UUID, before.article_id) AS article_id,
                    coalesce(s.document_id::UUID, before.document_id) AS document_id,
                    s.hints::JSON AS hints,
                    if(listed AND not_gone, before.source_id, s.source_id) AS source_id,
                    if(listed AND not_gone, before.attempts, s.attempts) AS attempts,
                    if(listed AND not_gone, before.looks, s.looks) AS looks,
                    if(listed AND not_gone, before.next_at, s.next_at) AS next_at,
                    if(listed AND not_gone, before.validators, s.validators::JSON) AS validators,
                    if(stored AND away, 'stored', s.fate) AS fate,
                    if(stored AND away, NULL, s.reason) AS reason
                )
                FROM (
                    SELECT *, fate IN ('rejected', 'failed', 'waiting') AS away,
                        fate <> 'forgotten' AS not_gone
                    FROM staged
                ) AS s JOIN (
                    SELECT *, rowid AS place, fate = 'stored' AS stored, canonical_url IS NOT NULL
                        AND url IN (SELECT unnest(?::JSON::VARCHAR[])) AS listed
                    FROM ops.candidates WHERE rowid IN (SELECT unnest(?::JSON::BIGINT[]))
                ) AS before USING (url)
            ) AS source
            WHERE target.rowid = source.place AND target.url_hash = source.url_hash""",
            [
                listed(url for url, is_so in (aside or {}).items() if is_so),
                listed(there.values()),
            ],
        )


def write_run(connection: Connection, row: RunRow) -> None:
    """The run as it stands."""
    merge(connection, "runs", [row], on=["run_id"])


def end_run(connection: Connection, row: RunRow) -> None:
    """The end of the run; its sums stay as the last batch left them."""
    connection.execute(
        "UPDATE runs SET status = ?, finished_at = ?, seconds = ? WHERE run_id = ?",
        [row.status, row.finished_at, row.seconds, row.run_id],
    )


def write_sources(connection: Connection, rows: Sequence[SourceRow]) -> None:
    """The sources as they were used last."""
    merge(connection, "sources", rows, on=["source_id"], keep=["first_used_at"])
