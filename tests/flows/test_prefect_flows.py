"""The Prefect flows `ingest` and `load` against one real server, and how one is found."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from flows.roster import table
from schemas.prefect import prefect_configured
from schemas.source import Source
from sources.newsroom.server import open_newsroom
from tests.flows.test_drift import DATED, dateless, old_page
from tests.flows.test_serve import await_
from tests.ingested import configure, rss
from tests.invocation import Newswell
from warehouse.query import query


@pytest.mark.long
@pytest.mark.timeout(360)  # the server's first start may take most of a minute
@pytest.mark.filterwarnings("default")  # Prefect's own dependencies warn
def test_an_ingest_has_a_task_for_each_source_and_its_artifacts(
    prefect_server: Any, tmp_path: Path
) -> None:
    from flows.ingest import ingest

    config = tmp_path / "newswell.toml"
    with open_newsroom(outlets=["gazette", "wire"]) as newsroom:
        sources = [table(newsroom.source(outlet)) for outlet in newsroom.outlets]
        fetch = "[fetch]\nallow_private_networks = true\nper_host_delay = 0.0\n"
        config.write_text("\n".join([fetch, *sources]), encoding="utf-8")
        told = ingest(everything=True, config=str(config))

    assert told["counts"]["stored"] == 9
    stored = query(tmp_path / "data" / "news.duckdb", "SELECT count(*) FROM articles").rows
    assert stored == ((9,),)
    tasks = {task.name: task.state_name for task in prefect_server.read_task_runs()}
    assert tasks["collect gazette"] == tasks["collect wire"] == "Completed"
    artifacts = {one.key: one.data for one in prefect_server.read_artifacts() if one.key}
    assert "| stored | 9 |" in artifacts["ingest"]
    health = json.loads(artifacts["source-health"])
    assert {row["source_id"]: row["articles"] for row in health} == {"gazette": 4, "wire": 5}


@pytest.mark.long
@pytest.mark.timeout(360)  # the server's first start may take most of a minute
@pytest.mark.filterwarnings("default")  # Prefect's own dependencies warn
def test_a_changed_template_is_in_the_artifacts_and_raises_an_alarm(
    prefect_server: Any, tmp_path: Path
) -> None:
    from flows.ingest import ingest

    today = DATED.format(datetime.now(UTC).isoformat())
    pages: dict[str, dict[str, Any]] = {"gazette": {}}
    with open_newsroom(outlets=(), hosts=pages) as newsroom:
        feed = newsroom.url("gazette", "/feed.xml")
        configure(tmp_path, [Source(id="gazette", feeds=(feed,))])
        for numbers, template in (
            (range(30), partial(old_page, date=today)),
            (range(30, 50), dateless),
        ):
            pages["gazette"].update({f"/{number}": template(number) for number in numbers})
            titles = {newsroom.url("gazette", f"/{number}"): "Story" for number in numbers}
            pages["gazette"]["/feed.xml"] = rss(titles)
            ingest(everything=True, config=str(tmp_path / "newswell.toml"))

    said = "100% of the last 20 articles have no date, usually 0%"
    artifacts = [(one.key, str(one.data)) for one in prefect_server.read_artifacts()]
    told = [data for key, data in artifacts if key == "ingest" and said in data]
    assert "- **gazette**: " in told[0]
    assert "## Slowest sources" in told[0]
    drifts = [json.loads(data) for key, data in artifacts if key == "source-drift"]
    assert [("gazette", "undated")] in [
        [(one["source_id"], one["measure"]) for one in drift] for drift in drifts
    ]

    def alarms() -> Any:
        wanted = {"filter": {"event": {"name": ["newswell.source.drifted"]}}}
        return prefect_server.request("POST", "/events/filter", json=wanted).json()["events"]

    (alarm,) = await_(alarms)
    assert alarm["resource"]["prefect.resource.id"] == "newswell.source.gazette"
    assert alarm["payload"]["says"] == said


@pytest.mark.long
@pytest.mark.timeout(360)  # the server's first start may take most of a minute
@pytest.mark.filterwarnings("default")  # Prefect's own dependencies warn
def test_a_load_is_a_flow_run_with_its_tasks_and_an_artifact(
    prefect_server: Any, tmp_path: Path
) -> None:
    from flows.load import load

    (tmp_path / "newswell.toml").write_text("[extract]\nbatch_size = 2\nworkers = 1\n")
    inputs = tmp_path / "in"
    inputs.mkdir()
    for number in range(3):
        text = f"The ferry left pier {number} at noon on Tuesday with forty people aboard. " * 3
        (inputs / f"{number}.txt").write_text(text)
    (inputs / "empty.txt").touch()

    told = load([str(inputs)], config=str(tmp_path / "newswell.toml"))

    assert told["counts"]["stored"] == 3
    assert told["counts"]["rejected"] == 1
    rows = query(tmp_path / "data" / "news.duckdb", "SELECT kind, status, stored FROM runs").rows
    assert rows == (("load", "done", 3),)
    flow_id = prefect_server.read_flow_by_name("load").id
    runs = [run for run in prefect_server.read_flow_runs() if run.flow_id == flow_id]
    assert [run.state_name for run in runs] == ["Completed"]
    tasks = [one for one in prefect_server.read_task_runs() if one.flow_run_id == runs[0].id]
    assert [task.state_name for task in tasks] == ["Completed"] * 2  # two batches
    artifacts = {one.key: one.data for one in prefect_server.read_artifacts() if one.key}
    assert "| stored | 3 |" in artifacts["load"]
    assert "| empty | 1 |" in artifacts["load"]


def test_prefect_is_not_asked_for_unless_it_is_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.delenv("PREFECT_PROFILE", raising=False)
    monkeypatch.delenv("PREFECT_PROFILES_PATH", raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    assert not prefect_configured()
    profiles = tmp_path / "profiles.toml"
    profiles.write_text('active = "local"\n[profiles.local]\nPREFECT_API_URL = "http://x/api"\n')
    assert prefect_configured()
    profiles.write_text('active = "ephemeral"\n[profiles.local]\nPREFECT_API_URL = "http://x"\n')
    assert not prefect_configured()
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    assert prefect_configured()


def test_the_command_line_does_not_import_prefect(newswell_process: Newswell) -> None:
    told = newswell_process("--help", PYTHONPROFILEIMPORTTIME="1")
    assert told.code == 0
    assert "flows.cli" in told.err
    assert "prefect" not in told.err
