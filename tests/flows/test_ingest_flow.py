"""The Prefect flow `ingest` against a real server and the sample newsroom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows.roster import table
from sources.newsroom.server import open_newsroom
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
