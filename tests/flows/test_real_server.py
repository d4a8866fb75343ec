"""`deploy/prefect.yaml` on a real Prefect server, with a worker of a process pool."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from flows.ingesting import run_ingest
from schemas.settings import Settings
from sources.newsroom.server import Newsroom, open_newsroom
from tests.conftest import ROOT
from tests.flows.test_serve import await_, ended, open_api
from tests.ingested import configure
from warehouse.query import query

#: Seconds: a poll of the newsroom takes longer, so that polls would overlap.
_EVERY = 5
_LATENCY = 2.0


@dataclass(frozen=True)
class Server:
    """A Prefect server with our deployments and a worker."""

    api: httpx.Client
    settings: Settings
    newsroom: Newsroom

    def run(self, deployment: str, **parameters: Any) -> Mapping[str, Any]:
        """Has a deployment run; the state in which that ended."""
        run = self.ask_for(deployment, **parameters).raise_for_status().json()
        state: Mapping[str, Any] = await_(lambda: ended(self.api, run["id"]))
        return state

    def ask_for(self, deployment: str, **parameters: Any) -> httpx.Response:
        """The answer to a form that was filled in like this."""
        address = f"{self._address(deployment)}/create_flow_run"
        return self.api.post(address, json={"parameters": parameters})

    def pause(self, deployment: str) -> None:
        """Runs it no more by itself."""
        self.api.post(f"{self._address(deployment)}/pause_deployment").raise_for_status()

    def _address(self, deployment: str) -> str:
        found = self.api.get(f"/deployments/name/{deployment}/{deployment}").raise_for_status()
        return f"/deployments/{found.json()['id']}"

    def states(self, deployment: str) -> list[Mapping[str, Any]]:
        """The states of a deployment's runs that began or were called off."""
        wanted = {
            "deployments": {"name": {"any_": [deployment]}},
            "flow_runs": {"state": {"type": {"not_any_": ["SCHEDULED"]}}},
        }
        found = self.api.post("/flow_runs/filter", json=wanted).raise_for_status().json()
        return [one["state"] for one in found]

    def artifacts(self, key: str) -> list[Any]:
        """What every artifact of that key says, the latest first."""
        wanted = {"artifacts": {"key": {"any_": [key]}}, "sort": "CREATED_DESC"}
        found = self.api.post("/artifacts/filter", json=wanted).raise_for_status().json()
        return [one["data"] for one in found]

    def ask(self, sql: str) -> tuple[tuple[Any, ...], ...]:
        """The rows of a query on what is published."""
        return query(self.settings.published_path, sql).rows


@contextmanager
def command(
    *arguments: str, log: Path, env: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """`prefect ARGUMENTS` while the block lasts."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", *arguments], stdout=output, stderr=output, env=env
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The deployments of `deploy/prefect.yaml`, polling every few seconds."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    address = f"http://127.0.0.1:{port}/api"
    kept = {name: value for name, value in os.environ.items() if "PREFECT" not in name}
    env = {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": address,
        "PREFECT_SERVER_DATABASE_TIMEOUT": "30",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "NEWSWELL_HOME": str(folder),
    }
    deployments = folder / "prefect.yaml"
    written = yaml.safe_load((ROOT / "deploy" / "prefect.yaml").read_text(encoding="utf-8"))
    assert written["deployments"][0]["schedules"] == [{"interval": 300}]
    written["deployments"][0]["schedules"] = [{"interval": _EVERY}]
    deployments.write_text(yaml.safe_dump(written), encoding="utf-8")

    def prefect(*arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "prefect", *arguments],
            env=env,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def healthy() -> bool:
        try:
            return api.get("/health").is_success
        except httpx.TransportError:
            return False

    with (
        open_newsroom(outlets=["gazette", "wire"], latency=_LATENCY) as newsroom,
        command("server", "start", "--port", port, log=folder / "server.log", env=env),
        open_api(address) as api,
    ):
        sources = [newsroom.source(outlet) for outlet in newsroom.outlets]
        settings = configure(folder, sources, fetch={"timeout": 20.0})
        await_(healthy)
        prefect("work-pool", "create", "newswell", "--type", "process")
        prefect("deploy", "--all", "--prefect-file", str(deployments), "--no-prompt")
        with command("worker", "start", "--pool", "newswell", log=folder / "worker.log", env=env):
            yield Server(api, settings, newsroom)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_schedule_fires_and_what_would_overlap_is_cancelled(server: Server) -> None:
    def done() -> bool:
        return any(state["type"] == "COMPLETED" for state in server.states("ingest"))

    await_(done)
    states = server.states("ingest")
    assert {state["type"] for state in states} <= {"COMPLETED", "CANCELLED", "RUNNING", "PENDING"}
    assert any(state["type"] == "CANCELLED" for state in states)
    assert server.ask("SELECT source_id, count(*) FROM articles GROUP BY 1 ORDER BY 1") == (
        ("gazette", 4),
        ("wire", 5),
    )
    assert any("| stored | 9 |" in told for told in server.artifacts("ingest"))
    assert server.ask("SELECT DISTINCT status FROM runs WHERE kind = 'ingest'") == (("done",),)
    # a poll every few seconds would keep the machine from what follows
    server.pause("ingest")


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_nights_work_is_done_when_asked_for(server: Server) -> None:
    state = server.run("maintain")
    assert state["type"] == "COMPLETED", state
    assert "| checks | every invariant holds |" in server.artifacts("maintain")[0]


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_backfill_is_asked_for_by_its_form(server: Server, tmp_path: Path) -> None:
    with open_newsroom(outlets=["courier"]) as newsroom:
        elsewhere = configure(tmp_path, [newsroom.source("courier")])
        counts = run_ingest(elsewhere, everything=True).counts
    wrong = server.ask_for("backfill", order={"since": "2026-03-01", "warc": "no list"})
    assert wrong.is_client_error
    state = server.run("backfill", order={"warc": [str(tmp_path / "archive")]})
    assert state["type"] == "COMPLETED", state
    told = server.ask("SELECT status, stored FROM runs WHERE kind = 'backfill'")
    assert told == (("done", counts.stored),)
    assert f"| stored | {counts.stored} |" in server.artifacts("backfill")[0]


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_archive_is_read_again_when_asked_for(server: Server) -> None:
    await_(lambda: any(state["type"] == "COMPLETED" for state in server.states("ingest")))
    state = server.run("reextract", order={"source": "gazette"})
    assert state["type"] == "COMPLETED", state
    told = server.ask("SELECT status, discovered > 0 FROM runs WHERE kind = 'reextract'")
    assert told == (("done", True),)
