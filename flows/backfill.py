"""The Prefect flow `backfill`: `run_backfill` with its batches as tasks and its progress shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.tasks import exponential_backoff
from prefect.utilities.annotations import quote

from flows.backfilling import run_backfill
from flows.bar import shown_progress
from flows.batch import Also, Clock, Placing, store_batch
from flows.outcome import Outcome
from flows.report import describe
from schemas.orders import BackfillOrder
from schemas.run import RunReport
from schemas.settings import Settings, load_settings

#: Years of a source, a page a second: what takes longer is begun again, and goes on there.
_SECONDS = 24 * 3600

_store = task(
    name="store batch",
    retries=3,
    retry_delay_seconds=exponential_backoff(backoff_factor=10),
    retry_jitter_factor=0.5,
    timeout_seconds=600,  # it takes about a second; the wait for a lock is half a minute
    cache_policy=NO_CACHE,
)(store_batch)


def _keep(
    settings: Settings,
    run: RunReport,
    outcomes: Sequence[Outcome],
    clock: Clock,
    placing: Placing,
    also: Also = lambda _connection: None,
) -> RunReport:
    """Stores a batch as a task that does not look through it for results of other tasks."""
    return _store(settings, run, cast(Any, quote(outcomes)), clock, placing, also)


@flow(name="backfill", log_prints=True, timeout_seconds=_SECONDS)
def backfill(order: BackfillOrder, config: str | None = None) -> dict[str, Any]:
    """Stores what lies behind: days of a source, a list of addresses, or WARC files.

    `config` is the path of a `newswell.toml`; by default the nearest one above the current
    folder. Running it again goes on where a killed run ended. Returns the run's report.
    """
    settings = load_settings(Path(config) if config else None)
    with shown_progress("backfill-progress", "how far the backfill is") as gauge:
        report = run_backfill(settings, order, store=_keep, gauge=gauge)
    create_markdown_artifact(
        key="backfill", markdown=describe(report), description="what a backfill did"
    )
    return report.model_dump(mode="json")
