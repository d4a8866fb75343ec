"""The Prefect flow `ingest`: `run_ingest` with a task for each source and its artifacts."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from prefect import Flow, get_run_logger, runtime, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event
from prefect.states import Cancelled

from flows.account import drifts_now, new_drifts, read_account
from flows.drift import Figure, explain_drift
from flows.ingesting import collect_source, run_ingest
from flows.report import describe
from flows.storing import store_as_task
from schemas.settings import load_settings
from sources.archive import ArchiveBusyError
from warehouse.connect import look_at_warehouse
from warehouse.query import read

_HEALTH = """SELECT source_id, articles, waiting, failed, rejected, last_new_at, due_at,
    failing_since, failing_reason FROM source_health ORDER BY source_id"""

#: Thousands of pages of each of many hosts, a second apart; what takes longer hangs, and would
#: keep every later poll from running. What it has stored by then stays.
_SECONDS = 3 * 3600

# Retries are the fetcher's and the frontier's: a source that fails is asked again when it
# is due, and a task that ran again would fetch what is already in the run's hands. So are
# limits of time, which Prefect cannot set for what waits in a thread.
_collect = task(
    name="collect",
    task_run_name="collect {source.id}",
    cache_policy=NO_CACHE,  # a poll is never the same twice
)(collect_source)


class _PlainFlow(Flow[..., Any]):
    """A flow whose parameters are JSON as they are: Prefect would load FastAPI to make them so,
    which takes a fifth of a second.
    """

    def serialize_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        return parameters


@partial(_PlainFlow, name="ingest", log_prints=True, timeout_seconds=_SECONDS)
def ingest(
    sources: list[str] | None = None, everything: bool = False, config: str | None = None
) -> Any:
    """Polls the sources that are due, or those named, or all, and stores what is new.

    `config` is the path of a `newswell.toml`; by default the nearest one above the current
    folder. Returns the run's report. A scheduled run that finds the archive in use, by a
    takedown or by a run of the command line, is cancelled: the next one does its work.
    """
    settings = load_settings(Path(config) if config else None)
    before = drifts_now(settings)
    try:
        report = run_ingest(
            settings, sources or (), everything=everything, collect=_collect, store=store_as_task
        )
    except ArchiveBusyError as error:
        if runtime.deployment.id is None:
            raise
        return Cancelled(message=f"{error}; the next run polls what is due then")
    with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        account = read_account(connection, report.run_id)
        health = read(connection, _HEALTH)
    create_markdown_artifact(
        key="ingest", markdown=describe(report, account), description="what an ingest did"
    )
    create_table_artifact(
        key="source-health", table=health.records(), description="how each source is doing"
    )
    create_table_artifact(
        key="source-drift",
        table=account.drift_records(),
        description="sources that are not what they were in their last 30 days",
    )
    for drift in new_drifts(before, [*account.drifts]):
        raise_alarm(drift)
    return report.model_dump(mode="json")


def raise_alarm(drift: Figure) -> None:
    """Emits the event `newswell.source.drifted`, on which an automation can act."""
    said = explain_drift(drift)
    get_run_logger().warning("source %s: %s", drift.source_id, said)
    emit_event(
        event="newswell.source.drifted",
        resource={
            "prefect.resource.id": f"newswell.source.{drift.source_id}",
            "prefect.resource.name": drift.source_id,
        },
        payload={"says": said, **drift.model_dump(mode="json")},
    )
