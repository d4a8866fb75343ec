"""Serving the deployments with Prefect: on time, each run in a process of its own."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import ConcurrencyLimitConfig, StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.schedules import Cron, Interval
from prefect.states import Crashed
from prefect.types.entrypoint import EntrypointType

from flows.deployments import Deployment

#: What a run is in while a process does it.
_GOING_ON = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]


class _Runner(Runner):
    """Prefect's runner, ended by SIGTERM and Ctrl-C alike: its own way leaves runs behind."""

    async def until_ended(self) -> None:
        """Runs what is due; closes what it has open before it returns."""
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None
        self._end: Callable[[], object] = partial(loop.call_soon_threadsafe, task.cancel)
        # also where a shell has had it ignored
        loop.add_signal_handler(signal.SIGINT, task.cancel)
        with suppress(asyncio.CancelledError):
            await self.start()

    def handle_sigterm(self, *_args: object, **_kwargs: object) -> None:
        """What the runner enters for SIGTERM when it starts."""
        self._end()


def serve_deployments(
    deployments: Sequence[Deployment], config: Path | None, ready: Callable[[], None]
) -> None:
    """Registers the deployments, says that it is `ready`, and runs what is due until it is ended.

    `config` is the `newswell.toml` that every run gets.
    """
    runner = _Runner(pause_on_shutdown=True)
    for one in deployments:
        runner.add_deployment(_registered(one, config))
    ready()
    asyncio.run(runner.until_ended())


def mark_left_runs() -> int:
    """Marks the flow runs that nobody does any more as crashed; says how many.

    For a server of our own, before and after it is served: whoever ran them is gone.
    """
    with get_client(sync_client=True) as client:
        wanted = FlowRunFilter.model_validate({"state": {"type": {"any_": _GOING_ON}}})
        left = client.read_flow_runs(flow_run_filter=wanted)
        message = "what ran it was stopped or killed; the next run takes up its work"
        for run in left:
            client.set_flow_run_state(run.id, Crashed(message=message), force=True)
    return len(left)


def _registered(deployment: Deployment, config: Path | None) -> RunnerDeployment:
    module, _, name = deployment.entrypoint.rpartition(".")
    flow = getattr(import_module(module), name)
    assert isinstance(flow, Flow)
    schedule = None
    if deployment.every:
        schedule = Interval(deployment.every)
    elif deployment.cron:
        schedule = Cron(deployment.cron, timezone=deployment.timezone)
    made = flow.to_deployment(
        deployment.name,
        schedule=schedule,
        description=deployment.description,
        tags=list(deployment.tags),
        parameters={"config": str(config)} if config else {},
        concurrency_limit=ConcurrencyLimitConfig.model_validate(
            {"limit": 1, "collision_strategy": deployment.collision}
        ),
        # a path would put the folder of the flows in front of everything else
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    assert isinstance(made, RunnerDeployment)
    return made
