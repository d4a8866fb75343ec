"""`newswell backfill` and `newswell reextract`: how orders are read, and what is said of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError

from flows.backfilling import run_backfill
from flows.flow_run import ready_for_flow
from flows.health import require
from flows.ingest_command import run_errors
from flows.reextracting import ReextractReport, run_reextract
from flows.spreading import RunnerError, run_spread, shards
from flows.telling import refusals, tell
from flows.terminal import (
    USAGE,
    Context,
    Exit,
    gauge,
    progress,
    stdout,
    warehouse_errors,
)
from schemas.orders import BackfillOrder, ReextractOrder
from schemas.prefect import prefect_configured
from schemas.run import RunReport
from schemas.settings import Settings


def order_backfill(asked: dict[str, Any]) -> BackfillOrder:
    """The order that the options amount to; ends the command if they make none."""
    try:
        return BackfillOrder.model_validate(
            {name: value for name, value in asked.items() if value not in (None, [], False)}
        )
    except ValidationError as error:
        raise Exit(USAGE, _explain(error)) from error


def backfill(
    context: Context, order: BackfillOrder, *, prefect: bool, runner: str | None = None
) -> None:
    """`newswell backfill`."""
    settings = context.settings()
    if runner is not None:
        _spread(context, settings, order, runner)
        return
    if order.urls is not None and order.urls != "-" and not Path(order.urls).is_file():
        raise Exit(USAGE, f"--urls {order.urls}: there is no such file")
    with run_errors(settings):
        if prefect or prefect_configured():
            report = _by_prefect(context, order)
        else:
            with gauge("Backfilling", "bytes" if order.warc else "pages") as shown:
                report = run_backfill(settings, order, gauge=shown)
        refused = refusals(settings, report)
    # a page that is no article is nobody's failure; a list or a file that cannot be read is
    failed = report.counts.failed > 0 or any(
        stage == "discover" or (stage == "read" and url.startswith("file:"))
        for url, _, _, stage in refused.rows
    )
    tell(context, settings, report, refused, failed=failed)


def _spread(context: Context, settings: Settings, order: BackfillOrder, runner: str) -> None:
    name, _, address = runner.partition("=")
    if name != "dask":
        raise Exit(USAGE, f"--runner {runner}: write dask, or dask=tcp://HOST:PORT")
    try:
        with warehouse_errors(), progress("Backfilling", len(shards(settings, order))) as watch:
            done = run_spread(settings, order, address or None, watch=watch)
            refused = refusals(settings, *done.runs)
    except RunnerError as error:
        raise Exit(USAGE, f"--runner {runner}: {error}") from error
    tell(context, settings, done.report, refused, failed=done.report.counts.failed > 0)


def order_reextract(asked: dict[str, Any]) -> ReextractOrder:
    """The order that the options amount to; ends the command if they make none."""
    try:
        return ReextractOrder.model_validate(
            {name: value for name, value in asked.items() if value is not None}
        )
    except ValidationError as error:
        raise Exit(USAGE, _explain(error)) from error


def reextract(context: Context, order: ReextractOrder, *, prefect: bool) -> None:
    """`newswell reextract`."""
    settings = context.settings()
    with warehouse_errors():
        require(settings)
        if prefect or prefect_configured():
            config = str(context.config) if context.config else None
            with ready_for_flow():
                from flows.reextract import reextract as flow

                report = ReextractReport.model_validate(flow(order, config=config))
        else:
            with gauge("Reading again", "pages") as shown:
                report = run_reextract(settings, order, gauge=shown)
    if not context.finish(report.model_dump(mode="json")):
        _tell_changes(report)


#: The columns of the table: what is counted, and what people call it.
_COLUMNS = {
    "documents": "documents",
    "changed": "articles changed",
    "bodies": "bodies",
    "longer": "longer by 20 %",
    "shorter": "shorter by 20 %",
    "titles": "titles",
    "dates_won": "dates won",
    "dates_lost": "lost",
    "dates_changed": "changed",
    "authors_won": "authors won",
    "authors_lost": "lost",
    "authors_changed": "changed",
    "rejected": "no article now",
    "unreadable": "unreadable",
    "not_archived": "not archived",
}


def _tell_changes(report: ReextractReport) -> None:
    from rich.table import Table

    total = report.total
    table = Table(box=None, header_style="bold")
    table.add_column("source")
    for title in _COLUMNS.values():
        table.add_column(title, justify="right")
    for one in report.sources:
        table.add_row(one.source_id, *(f"{getattr(one, name):,}" for name in _COLUMNS))
    if report.sources:
        stdout().print(table)
    told = f"{total.changed:,} articles of {total.documents:,} documents that were read again"
    if report.dry_run:
        typer.echo(f"{told} would change. Nothing was changed.")
        return
    assert report.run is not None
    versions = report.run.counts.new_versions
    typer.echo(f"{told} were changed, {versions:,} of them in their words: versions 'reextracted'.")
    if total.rejected:
        typer.echo("What holds no article by today's rules stays as it was; see rejects.")


def _by_prefect(context: Context, order: BackfillOrder) -> RunReport:
    config = str(context.config) if context.config else None
    with ready_for_flow():
        from flows.backfill import backfill as flow

        return RunReport.model_validate(flow(order, config=config))


def _explain(error: ValidationError) -> str:
    """The first thing that is wrong with an order, in the words of the command line."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if isinstance(part, str))
    message = str(first["msg"]).removeprefix("Value error, ")
    if not where:
        return re.sub(r"\b(source|since|until|urls|warc)\b", r"--\1", message)
    value = first.get("input")
    if where in {"since", "until"}:
        return f"--{where} {value}: write a day as 2026-03-31"
    if where == "source":
        return f"--source {value!r}: use small letters, digits, dots and dashes"
    return f"--{where}: {message}"
