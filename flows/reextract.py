"""The Prefect flow `reextract`: `run_reextract` with its progress and its result as artifacts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows.bar import shown_progress
from flows.reextracting import run_reextract
from flows.report import describe
from schemas.orders import ReextractOrder
from schemas.settings import load_settings

#: Forty pages a second are three million in a day; what takes longer is begun again.
_SECONDS = 24 * 3600


@flow(name="reextract", log_prints=True, timeout_seconds=_SECONDS)
def reextract(order: ReextractOrder, config: str | None = None) -> dict[str, Any]:
    """Reads the archive again by today's rules and stores what is other than before.

    With `order.dry_run` it only reports what would change. `config` is the path of a
    `newswell.toml`; by default the nearest one above the current folder. Returns the report.
    """
    settings = load_settings(Path(config) if config else None)
    with shown_progress("reextract-progress", "how far the re-extraction is") as gauge:
        report = run_reextract(settings, order, gauge=gauge)
    create_table_artifact(
        key="reextract-changes",
        table=[one.model_dump(mode="json") for one in report.sources],
        description="what a re-extraction changes, by source",
    )
    if report.run is not None:
        create_markdown_artifact(
            key="reextract", markdown=describe(report.run), description="what a re-extraction did"
        )
    return report.model_dump(mode="json")
