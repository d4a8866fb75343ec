"""The Prefect flow `maintain`: `run_maintain` with its steps as tasks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from flows.maintaining import describe_maintained, run_maintain, take_step
from schemas.settings import load_settings
from warehouse.connect import WarehouseError

#: A copy of a very large warehouse over a slow disk; what takes longer hangs.
_SECONDS = 6 * 3600

_take = task(
    name="maintain",
    task_run_name="{step}",
    # what a moment mends: a file that others write to, a network folder that was away
    retries=2,
    retry_delay_seconds=[30, 300],
    timeout_seconds=_SECONDS / 2,
    cache_policy=NO_CACHE,
)(take_step)


@flow(name="maintain", log_prints=True, timeout_seconds=_SECONDS)
def maintain(config: str | None = None) -> dict[str, Any]:
    """Keeps the warehouse small, sound and seen: the night's work.

    `config` is the path of a `newswell.toml`; by default the nearest one above the current
    folder. Returns the steps that were taken. Raises WarehouseError if one of them failed.
    """
    done = run_maintain(load_settings(Path(config) if config else None), take=_take)
    create_markdown_artifact(
        key="maintain", markdown=describe_maintained(done), description="the night's work"
    )
    if done.failed:
        raise WarehouseError(
            "; ".join(f"{one.step}: {one.told}" for one in done.steps if one.failed)
        )
    return done.model_dump(mode="json")
