"""Writing what a run owes an account of: fates, rejections, sources and its own sums.

Everything here happens inside the caller's one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schemas.records import CandidateRow, RejectRow, RunRow, SourceRow
from warehouse.connect import Connection
from warehouse.rows import listed, merge, staged


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
    unique = list({row.url: row for row in rows}.values())
    if not unique:
        return
    with staged(connection, CandidateRow, unique):
        connection.execute(
            """MERGE INTO ops.candidates AS target USING (
                SELECT staged.* REPLACE (
                    coalesce(staged.article_id::UUID, before.article_id) AS article_id,
                    coalesce(staged.document_id::UUID, before.document_id) AS document_id,
                    staged.hints::JSON AS hints,
                    CASE WHEN is_aside THEN before.source_id ELSE staged.source_id END AS source_id,
                    CASE WHEN is_aside THEN before.attempts ELSE staged.attempts END AS attempts,
                    CASE WHEN is_aside THEN before.looks ELSE staged.looks END AS looks,
                    CASE WHEN is_aside THEN before.next_at ELSE staged.next_at END AS next_at,
                    CASE WHEN is_aside THEN before.validators
                        ELSE staged.validators::JSON END AS validators,
                    CASE WHEN keeps THEN 'stored' ELSE staged.fate END AS fate,
                    CASE WHEN keeps THEN NULL ELSE staged.reason END AS reason
                )
                FROM staged LEFT JOIN ops.candidates AS before USING (url),
                LATERAL (SELECT coalesce(before.fate = 'stored', false)
                    AND staged.fate IN ('rejected', 'failed', 'waiting') AS keeps,
                    staged.url IN (SELECT unnest(?::JSON::VARCHAR[]))
                    AND before.canonical_url IS NOT NULL
                    AND staged.fate <> 'forgotten' AS is_aside)
            ) AS source ON target.url = source.url
            WHEN MATCHED THEN UPDATE SET source_id = source.source_id, fate = source.fate,
                reason = source.reason, article_id = source.article_id,
                document_id = source.document_id,
                canonical_url = coalesce(source.canonical_url, target.canonical_url),
                hints = CASE WHEN source.fate = 'forgotten' THEN NULL
                    ELSE coalesce(source.hints, target.hints) END,
                attempts = source.attempts, looks = source.looks, next_at = source.next_at,
                validators = source.validators,
                since = CASE WHEN target.fate = source.fate THEN target.since ELSE source.since END
            WHEN NOT MATCHED THEN INSERT BY NAME""",
            [listed(url for url, is_so in (aside or {}).items() if is_so)],
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
