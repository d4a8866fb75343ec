"""The Prefect flow `ingest` against a real server and the sample newsroom."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from flows.roster import table
from schemas.source import Source
from sources.newsroom.server import open_newsroom
from tests.flows.test_drift import DATED, dateless, old_page
from tests.flows.test_serve import await_
from tests.ingested import configure, rss
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
