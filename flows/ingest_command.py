"""`newswell ingest`: what it does and what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flows.flow_run import ready_for_flow
from flows.ingesting import UnknownSourceError, prepare_ingest, run_ingest
from flows.telling import refusals, tell
from flows.terminal import UNAVAILABLE, USAGE, Context, Exit, progress, warehouse_errors
from schemas.prefect import prefect_configured
from schemas.run import RunReport
from schemas.settings import Settings
from sources.archive import ArchiveBusyError
from warehouse.connect import look_at_warehouse
from warehouse.query import read


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
            prepare_ingest(settings, sources, everything=everything)
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
    config = str(context.config) if context.config else None
    with ready_for_flow():
        from flows.ingest import ingest

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
        if not error.errno:
            raise Exit(UNAVAILABLE, str(error)) from error  # one of ours, which says it all
        # one without a name is the archive's, which has no room or no folder to be in
        where = error.filename or settings.resolve(settings.archive.path)
        raise Exit(UNAVAILABLE, f"{where}: {error.strerror or error}") from error
