"""The Prefect flow `load`: `run_load` with its batches as tasks and its result as an artifact."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.utilities.annotations import quote

from flows.batch import Clock, store_batch
from flows.loading import FILES, run_load
from flows.outcome import Outcome
from flows.report import describe
from schemas.run import RunReport
from schemas.settings import Settings, load_settings

#: A batch that finds the file locked waits by itself; what a retry can mend is a full disk
#: or a network folder that was away, and that takes a moment.
_store = task(
    name="store batch",
    retries=2,
    retry_delay_seconds=10,
    cache_policy=NO_CACHE,  # the input is a few hundred articles: not worth hashing
)(store_batch)


def _keep(
    settings: Settings, run: RunReport, outcomes: Sequence[Outcome], clock: Clock
) -> RunReport:
    """Stores a batch as a task that does not look through it for results of other tasks."""
    return _store(settings, run, cast(Any, quote(outcomes)), clock)


@flow(name="load", log_prints=True)
def load(paths: list[str], source: str = FILES, config: str | None = None) -> dict[str, Any]:
    """Loads files, folders and globs into the warehouse and publishes it.

    `config` is the path of a `newswell.toml`; by default the nearest one above the current
    folder. Returns the run's report.
    """
    settings = load_settings(Path(config) if config else None)
    report = run_load(settings, paths, source_id=source, store=_keep)
    create_markdown_artifact(key="load", markdown=describe(report), description="what a load did")
    return report.model_dump(mode="json")
