"""`newswell serve`: a Prefect server of its own, and everything gone when it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from flows.hosting import HOST, HostingError, prefect_server
from sources.newsroom.server import open_newsroom
from tests.conftest import ROOT
from tests.ingested import configure
from warehouse.query import query

#: A small machine that runs other tests meanwhile.
_PATIENCE = 200.0
_SERVE = [sys.executable, "-c", "from flows.cli import main; main()", "serve"]


def await_(what: Callable[[], Any], patience: float = _PATIENCE) -> Any:
    """The first true answer."""
    deadline = time.monotonic() + patience
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.2)
    return found


class Patient(httpx.HTTPTransport):
    """Asks again where the server's database is busy, as Prefect's own clients do."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answers = (super(Patient, self).handle_request(request) for _ in range(20))
        for answer in answers:
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            answer.close()
            time.sleep(0.5)
        return answer


def open_api(address: str) -> httpx.Client:
    """A client of a Prefect API."""
    return httpx.Client(base_url=address, timeout=120, transport=Patient(), trust_env=False)


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """`newswell serve` in a folder, and a client of its server's API."""
    kept = {name: value for name, value in os.environ.items() if "PREFECT" not in name}
    environment = {**kept, "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    said = folder / "said.txt"
    with said.open("w") as output, socket.socket() as probe:
        probe.bind((HOST, 0))
        port = str(probe.getsockname()[1])
        probe.close()
        command = [*_SERVE, "--port", port]
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=output, text=True
        )
        try:
            await_(lambda: "Serving;" in said.read_text() or process.poll() is not None)
            assert process.poll() is None, said.read_text()
            address = re.findall(r"page: (\S+)", said.read_text())[0]
            with open_api(f"{address}/api") as client:
                yield process, client
        finally:
            process.kill()
            process.wait()


@pytest.mark.long
@pytest.mark.timeout(600)
def test_it_runs_what_is_asked_for_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with open_newsroom(outlets=["gazette"]) as newsroom:
        settings = configure(tmp_path, [newsroom.source("gazette")])
        with serving(tmp_path) as (process, api):
            assert "/assets/" in api.get(str(api.base_url).replace("/api/", "/")).text
            asked = api.get("/deployments/name/ingest/ingest").json()
            assert asked["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
            run = api.post(f"/deployments/{asked['id']}/create_flow_run", json={}).json()
            state = await_(lambda: ended(api, run["id"]))
            assert state["name"] == "Completed", state
            stored = query(settings.published_path, "SELECT count(*) FROM articles").rows
            assert stored == ((4,),)
            family = psutil.Process(process.pid).children(recursive=True)
            assert family
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
            assert not psutil.wait_procs(family, timeout=30)[1]
    assert (tmp_path / "data" / "prefect" / "prefect.db").is_file()


def ended(api: httpx.Client, run: str) -> Any:
    """The state of a run that has ended."""
    state = api.get(f"/flow_runs/{run}").raise_for_status().json()["state"]
    return state if state["type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} else None


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        with (
            pytest.raises(HostingError, match="choose another with --port"),
            prefect_server(tmp_path, other.getsockname()[1]),
        ):
            pass
