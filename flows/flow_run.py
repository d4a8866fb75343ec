"""A flow that the command line runs, in a process that ends with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flows.garbage import seldom_collecting
from schemas.prefect import prepare_prefect


@contextmanager
def ready_for_flow() -> Iterator[None]:
    """Has Prefect ready for a flow that is imported and run within the block.

    It sends heartbeats only where `PREFECT_FLOWS_HEARTBEAT_FREQUENCY` is set.
    """
    prepare_prefect()
    with seldom_collecting():  # what Prefect makes when it is loaded stays
        from prefect.settings import get_current_settings  # noqa: PLC0415 - takes a second

        # the end of a flow waits up to a second for them, and by default they come every three
        # minutes, too seldom for whoever watches for missing ones (deploy/automations.yaml)
        flows = get_current_settings().flows
        if "heartbeat_frequency" not in flows.model_fields_set:
            flows.heartbeat_frequency = None
        yield
