"""`newswell serve` and `deploy/prefect.yaml` give the same deployments."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.deployments import POOL, Deployment, list_deployments
from schemas.upkeep import ScheduleSettings

WRITTEN = Path(__file__).parents[2] / "deploy" / "prefect.yaml"
LISTED = list_deployments(ScheduleSettings())


def as_written(deployment: Deployment) -> dict[str, Any]:
    """The deployment as Prefect's file has it."""
    schedules: list[dict[str, Any]] = []
    if deployment.every:
        schedules.append({"interval": int(deployment.every.total_seconds())})
    if deployment.cron:
        schedules.append({"cron": deployment.cron, "timezone": deployment.timezone})
    return {
        "name": deployment.name,
        "entrypoint": deployment.entrypoint,
        "description": deployment.description,
        "tags": list(deployment.tags),
        "work_pool": {"name": POOL},
        "concurrency_limit": {"limit": 1, "collision_strategy": deployment.collision},
        **({"schedules": schedules} if schedules else {}),
    }


def test_the_file_has_what_the_program_serves() -> None:
    written = yaml.safe_load(WRITTEN.read_text(encoding="utf-8"))
    assert written["deployments"] == [as_written(one) for one in LISTED]


@pytest.mark.parametrize("deployment", LISTED, ids=lambda one: one.name)
@pytest.mark.filterwarnings("default")  # Prefect's own dependencies warn
def test_a_deployment_names_a_flow_with_a_limit_of_time(deployment: Deployment) -> None:
    from prefect import Flow

    module, _, name = deployment.entrypoint.rpartition(".")
    flow = getattr(import_module(module), name)
    assert isinstance(flow, Flow)
    assert flow.name == deployment.name
    assert flow.timeout_seconds


def test_times_are_those_of_the_configuration() -> None:
    settings = ScheduleSettings(ingest="15m", maintain="00:05", timezone="Europe/Lisbon")
    ingest, maintain, *_ = list_deployments(settings)
    assert ingest.every is not None
    assert ingest.every.total_seconds() == 900
    assert (maintain.cron, maintain.timezone) == ("5 0 * * *", "Europe/Lisbon")


@pytest.mark.parametrize(
    "wrong", [{"ingest": "auto"}, {"maintain": "24:00"}, {"timezone": "Lisbon/Europe"}]
)
def test_times_that_are_none_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        ScheduleSettings.model_validate(wrong)
