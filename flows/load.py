"""The Prefect flow `load`: `run_load` with its batches as tasks and its result as an artifact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows.loading import FILES, run_load
from flows.report import describe
from flows.storing import store_as_task
from schemas.settings import load_settings


@flow(name="load", log_prints=True)
def load(paths: list[str], source: str = FILES, config: str | None = None) -> dict[str, Any]:
    """Loads files, folders and globs into the warehouse and publishes it.

    `config` is the path of a `newswell.toml`; by default the nearest one above the current
    folder. Returns the run's report.
    """
    settings = load_settings(Path(config) if config else None)
    report = run_load(settings, paths, source_id=source, store=store_as_task)
    create_markdown_artifact(key="load", markdown=describe(report), description="what a load did")
    return report.model_dump(mode="json")
