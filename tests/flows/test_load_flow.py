"""The Prefect flow `load` against a real server that Prefect starts for the purpose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schemas.prefect import prefect_configured
from tests.invocation import Newswell
from warehouse.query import query


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
