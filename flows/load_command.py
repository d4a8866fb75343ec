"""`newswell load`: what it does and what it says."""

from __future__ import annotations

from flows.flow_run import ready_for_flow
from flows.loading import count_files, run_load
from flows.telling import refusals, tell
from flows.terminal import USAGE, Context, Exit, progress, warehouse_errors
from schemas.prefect import prefect_configured
from schemas.run import RunReport
from schemas.source import Source


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
    config = str(context.config) if context.config else None
    with ready_for_flow():
        from flows.load import load

        return RunReport.model_validate(load(paths, source=source, config=config))
