"""The commands that write: what they do and what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from flows.ingesting import UnknownSourceError, run_ingest
from flows.loading import count_files, run_load
from flows.report import summarise
from flows.terminal import (
    SOME_FAILED,
    UNAVAILABLE,
    USAGE,
    Context,
    Exit,
    progress,
    short,
    warehouse_errors,
)
from schemas.location import Lake
from schemas.prefect import prefect_configured, prepare_prefect
from schemas.rejection import Reason
from schemas.run import RunReport
from schemas.settings import Settings
from schemas.source import Source
from sources.archive import ArchiveBusyError
from warehouse.connect import look_at_warehouse
from warehouse.query import Answer, read
from warehouse.readers import refresh

#: How many rejections are shown one by one; the rest is counted by reason.
_SHOWN = 10


def load_files(context: Context, paths: list[str], source: str, *, prefect: bool) -> None:
    """`newswell load`."""
    settings = context.settings()
    try:
        Source(id=source)
    except ValueError as error:
        message = f"--source {source!r}: use small letters, digits, dots and dashes"
        raise Exit(USAGE, message) from error
    with warehouse_errors():
        if prefect or prefect_configured():
            report = _load_by_prefect(context, paths, source)
        else:
            with progress("Loading", count_files(settings, paths)) as watch:
                report = run_load(settings, paths, source_id=source, watch=watch)
        refused = refusals(settings, report)
    failed = report.counts.rejected + report.counts.failed > 0
    tell(context, settings, report, refused, failed=failed)


def _load_by_prefect(context: Context, paths: list[str], source: str) -> RunReport:
    prepare_prefect()
    from flows.load import load

    config = str(context.config) if context.config else None
    return RunReport.model_validate(load(paths, source=source, config=config))


def ingest_sources(
    context: Context, sources: list[str], *, everything: bool, prefect: bool
) -> None:
    """`newswell ingest`."""
    settings = context.settings()
    if not settings.sources:
        raise Exit(
            USAGE,
            "no sources are configured; add one with `newswell sources add URL`, or under "
            "[[sources]] in newswell.toml",
        )
    with run_errors(settings):
        if prefect or prefect_configured():
            report = _ingest_by_prefect(context, sources, everything=everything)
        else:
            with progress("Ingesting", None) as watch:
                report = run_ingest(settings, sources, everything=everything, watch=watch)
        refused = refusals(settings, report)
        is_idle = not report.counts.discovered and not refused.rows
        why = _why_idle(settings, sources) if is_idle else ""
    # a page that is no article is nobody's failure; a feed that cannot be read is
    failed = any(stage == "discover" for _, _, _, stage in refused.rows)
    tell(context, settings, report, refused, failed=failed, why=why)


def _why_idle(settings: Settings, chosen: Sequence[str]) -> str:
    """Why an ingest found nothing: the sources are not due, or have nothing to be asked for."""
    polled = [
        one.id for one in settings.sources if one.is_polled and one.id in (chosen or [one.id])
    ]
    if not polled:
        return " None of the sources has feeds, sitemaps or pages to ask."
    with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        sql = "SELECT min(due_at) FROM source_health WHERE list_contains(?::VARCHAR[], source_id)"
        due = read(connection, sql, [polled]).rows[0][0]
    return (
        f" The next source is due at {due:%Y-%m-%d %H:%M} UTC; --all asks them now." if due else ""
    )


def _ingest_by_prefect(context: Context, sources: list[str], *, everything: bool) -> RunReport:
    prepare_prefect()
    from flows.ingest import ingest

    config = str(context.config) if context.config else None
    return RunReport.model_validate(ingest(sources, everything=everything, config=config))


@contextmanager
def run_errors(settings: Settings) -> Iterator[None]:
    """Turns what keeps a run from its work into an exit code and one line."""
    try:
        with warehouse_errors():
            yield
    except UnknownSourceError as error:
        raise Exit(USAGE, str(error)) from error
    except ArchiveBusyError as error:
        raise Exit(UNAVAILABLE, f"{error}; wait for it to end") from error
    except OSError as error:
        # one without a name is the archive's, which has no room or no folder to be in
        where = error.filename or settings.resolve(settings.archive.path)
        raise Exit(UNAVAILABLE, f"{where}: {error.strerror or error}") from error


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


def publish_now(context: Context) -> None:
    """`newswell publish`."""
    settings = context.settings()
    with warehouse_errors():
        published = settings.published_path
        changed = refresh(settings)
    if context.finish({"published": str(published), "changed": changed}):
        return
    if isinstance(published, Lake):
        typer.echo(f"Nothing to publish: readers open {published} itself.")
    else:
        what = "Published" if changed else "Nothing changed since"
        typer.echo(f"{what} {short(published)}.")
