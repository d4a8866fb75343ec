"""What a run tells whoever started it: what was stored, and what was refused and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from flows.report import summarise
from flows.terminal import SOME_FAILED, Context, Exit, short
from schemas.location import Lake
from schemas.rejection import Reason
from schemas.run import RunReport
from schemas.settings import Settings
from warehouse.connect import look_at_warehouse
from warehouse.query import Answer, read

#: How many rejections are shown one by one; the rest is counted by reason.
_SHOWN = 10


def refusals(settings: Settings, *runs: RunReport) -> Answer:
    """What the runs refused, sources first: url, reason, detail and stage of the first few."""
    with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        sql = """SELECT url, reason, detail, stage FROM rejects
            WHERE list_contains(?::UUID[], run_id)
            ORDER BY stage <> 'discover', url, reason, stage LIMIT ?"""
        return read(connection, sql, [[str(one.run_id) for one in runs], _SHOWN])


def tell(
    context: Context,
    settings: Settings,
    report: RunReport,
    refused: Answer,
    *,
    failed: bool,
    why: str = "",
) -> None:
    """Prints what a run did, and `why` it was nothing; exit code 1 if it `failed` in part."""
    found = report.counts.discovered
    if not context.finish({**report.model_dump(mode="json"), "rejects": refused.records()}):
        took = f"in {report.seconds:,.1f} s"
        told = (
            f"{found:,} found {took}: {summarise(report)}." if found else f"Nothing found {took}."
        )
        typer.echo(f"{told}{why}")
        _tell_refused(report, refused.rows)
        published = settings.published_path
        told = "" if isinstance(published, Lake) else f", published as {short(published)}"
        typer.echo(f"Warehouse {short(settings.warehouse_path)}{told}.")
    if failed:
        raise Exit(SOME_FAILED)


def _tell_refused(report: RunReport, rows: Sequence[Sequence[Any]]) -> None:
    for url, reason, detail, _ in rows:
        typer.echo(f"  {reason}: {short(url)}: {detail}")
    reasons = dict(report.reasons)
    # of what was taken down no reject is written: it would bring the address back
    gone = reasons.pop(Reason.TAKEN_DOWN, 0)
    if gone:
        typer.echo(
            f"  {Reason.TAKEN_DOWN}: {gone:,} refused again; "
            "newswell query \"FROM url_fate WHERE fate = 'forgotten'\""
        )
    more = sum(reasons.values()) - len(rows)
    if more > 0:
        ranked = sorted(reasons.items(), key=lambda item: -item[1])
        told = ", ".join(f"{reason} {count:,}" for reason, count in ranked)
        typer.echo(
            f'  and {more:,} more; by reason: {told}. All of them: newswell query "FROM rejects"'
        )
