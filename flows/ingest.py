"""The Prefect flow `ingest`: `run_ingest` with a task for each source and its artifacts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.batch import store_batch
from flows.ingesting import collect_source, run_ingest
from flows.report import describe
from schemas.settings import load_settings
from warehouse.query import query

_HEALTH = """SELECT source_id, articles, waiting, failed, rejected, last_new_at, due_at,
    failing_since, failing_reason FROM source_health ORDER BY source_id"""

# Retries are the fetcher's and the frontier's: a source that fails is asked again when it
# is due, and a task that ran again would fetch what is already in the run's hands.
_collect = task(
    name="collect",
    task_run_name="collect {source.id}",
    cache_policy=NO_CACHE,  # a poll is never the same twice
)(collect_source)
_store = task(
    name="store batch",
    retries=2,
    retry_delay_seconds=10,
    cache_policy=NO_CACHE,
)(store_batch)


@flow(name="ingest", log_prints=True)
def ingest(
    sources: list[str] | None = None, everything: bool = False, config: str | None = None
) -> dict[str, Any]:
    """Polls the sources that are due, or those named, or all, and stores what is new.

    `config` is the path of a `newswell.toml`; by default the nearest one above the current
    folder. Returns the run's report.
    """
    settings = load_settings(Path(config) if config else None)
    report = run_ingest(
        settings, sources or (), everything=everything, collect=_collect, store=_store
    )
    create_markdown_artifact(
        key="ingest", markdown=describe(report), description="what an ingest did"
    )
    health = query(settings.published_path, _HEALTH)
    create_table_artifact(
        key="source-health", table=health.records(), description="how each source is doing"
    )
    return report.model_dump(mode="json")
