"""The Prefect flow `backfill`: `run_backfill` with its batches as tasks and its progress shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from flows.backfilling import run_backfill
from flows.bar import shown_progress
from flows.batch import store_batch
from flows.report import describe
from schemas.orders import BackfillOrder
from schemas.settings import load_settings

_store = task(
    name="store batch",
    retries=2,
    retry_delay_seconds=10,
    cache_policy=NO_CACHE,
)(store_batch)


@flow(name="backfill", log_prints=True)
def backfill(order: BackfillOrder, config: str | None = None) -> dict[str, Any]:
    """Stores what lies behind: days of a source, a list of addresses, or WARC files.

    `config` is the path of a `newswell.toml`; by default the nearest one above the current
    folder. Running it again goes on where a killed run ended. Returns the run's report.
    """
    settings = load_settings(Path(config) if config else None)
    with shown_progress("backfill-progress", "how far the backfill is") as gauge:
        report = run_backfill(settings, order, store=_store, gauge=gauge)
    create_markdown_artifact(
        key="backfill", markdown=describe(report), description="what a backfill did"
    )
    return report.model_dump(mode="json")
