"""A real Prefect server for the tests of flows, started once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from schemas.prefect import prepare_prefect

#: A small machine needs most of a minute for the first start of the server.
_PATIENCE = 180


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[Any]:
    """A client of a real, temporary Prefect server."""
    prepare_prefect()
    from prefect.client.orchestration import get_client
    from prefect.testing.utilities import prefect_test_harness

    with (
        prefect_test_harness(server_startup_timeout=_PATIENCE),
        get_client(sync_client=True) as one,
    ):
        yield one
