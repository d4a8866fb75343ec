"""The Prefect flow `backfill`: `run_backfill` with its batches as tasks and its progress shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows.backfilling import run_backfill
from flows.bar import shown_progress
from flows.report import describe
from flows.storing import store_as_task
from schemas.orders import BackfillOrder
from schemas.settings import load_settings

#: Years of a source, a page a second: what takes longer is begun again, and goes on there.
_SECONDS = 24 * 3600


@flow(name="backfill", log_prints=True, timeout_seconds=_SECONDS)
def backfill(order: BackfillOrder, config: str | None = None) -> dict[str, Any]:
    """Stores what lies behind: days of a source, a list of addresses, or WARC files.

    `config` is the path of a `newswell.toml`; by default the nearest one above the current
    folder. Running it again goes on where a killed run ended. Returns the run's report.
    """
    settings = load_settings(Path(config) if config else None)
    with shown_progress("backfill-progress", "how far the backfill is") as gauge:
        report = run_backfill(settings, order, store=store_as_task, gauge=gauge)
    create_markdown_artifact(
        key="backfill", markdown=describe(report), description="what a backfill did"
    )
    return report.model_dump(mode="json")
