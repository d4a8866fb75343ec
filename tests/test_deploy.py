"""What is in deploy/, held to the validators of its kinds, and to the program that it runs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose
from typer.main import get_command

from flows.cli import app
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
PAGES = [ROOT / "README.md", DEPLOY / "RUNBOOK.md", *UNITS, DEPLOY / "Dockerfile"]
COMMANDS = set(get_command(app).commands)  # type: ignore[attr-defined]


def read_compose() -> dict[str, Any]:
    """The compose file with its anchors resolved."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def test_the_compose_file_is_one() -> None:
    compose = PyCompose.from_json(json.dumps(read_compose()))
    compose.validate()
    assert {"postgres", "server", "worker"} <= set(compose.service_names())


@pytest.mark.parametrize(
    ("right", "wrong"), [("restart:", "restrt:"), ("newswell:/srv", "nowhere:/srv")]
)
def test_the_check_of_the_compose_file_finds_mistakes(right: str, wrong: str) -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8").replace(right, wrong)
    with pytest.raises(ValueError, match=wrong.partition(":")[0]):
        PyCompose.from_json(json.dumps(yaml.safe_load(text))).validate()


def test_nobody_else_reaches_the_page_and_no_password_is_written_down() -> None:
    services = read_compose()["services"]
    ports = [port for one in services.values() for port in one.get("ports", [])]
    assert ports == ["127.0.0.1:4200:4200"]
    assert services["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${")


def test_analytics_are_off_everywhere() -> None:
    for service in read_compose()["services"].values():
        environment = service["environment"]
        if "POSTGRES_DB" not in environment:
            assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert "PREFECT_SERVER_ANALYTICS_ENABLED=false" in (DEPLOY / "Dockerfile").read_text()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        # it looks whether the program is there
        text = unit.read_text(encoding="utf-8").replace("/opt/newswell/bin/newswell", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    ours = [
        line for line in done.stderr.splitlines() if str(tmp_path) in line or "newswell" in line
    ]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    # in code, where it is a command and no word of a sentence
    code = re.findall(
        r"```sh\n(.*?)```|`([^`\n]+)`|^ExecStart=(.*)$", text, re.DOTALL | re.MULTILINE
    )
    named = {
        found
        for pieces in code
        for found in re.findall(
            r"(?:^|[\s/])newswell (?:--\S+(?: \S+)? )?([a-z]+)", " ".join(pieces)
        )
    }
    assert named <= COMMANDS


def test_an_image_has_all_rooms() -> None:
    copied = re.findall(r"^COPY (\w+) \./\1$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    wheel = re.search(r"packages = \[(.*?)\]", (ROOT / "pyproject.toml").read_text())
    assert wheel is not None
    assert copied == re.findall(r'"(\w+)"', wheel[1])


def test_a_step_that_cannot_be_taken_is_refused(tmp_path: Path) -> None:
    dockerfile = tmp_path / "Dockerfile"
    script = [sys.executable, str(DEPLOY / "replay.py"), str(dockerfile), str(tmp_path)]
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_text("here")
    dockerfile.write_text(
        "FROM x AS build\n# a comment\nENV APP=/opt/app\nWORKDIR /src\nCOPY a ./a\n"
        "RUN mkdir -p $APP && \\\n    cp a/file $APP\nFROM y\nRUN false\n"
    )
    done = subprocess.run([*script, str(tmp_path / "one")], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "one" / "opt" / "app" / "file").read_text() == "here"
    for step in ("RUN false", "ADD a b", "COPY nothing /b"):
        dockerfile.write_text(f"FROM x\n{step}\n")
        done = subprocess.run([*script, str(tmp_path / step)], capture_output=True, check=False)
        assert done.returncode != 0


@pytest.mark.filterwarnings("default")  # Prefect's own dependencies warn
def test_prefect_takes_the_automations() -> None:
    from prefect.events.schemas.automations import AutomationCore

    written = yaml.safe_load((DEPLOY / "automations.yaml").read_text(encoding="utf-8"))
    found = [AutomationCore.model_validate(one) for one in written["automations"]]
    assert "newswell.source.drifted" in found[0].trigger.expect  # type: ignore[union-attr]


def test_kubernetes_files_name_what_they_have() -> None:
    text = (DEPLOY / "kubernetes" / "newswell.yaml").read_text(encoding="utf-8")
    kinds = {one["kind"]: one for one in yaml.safe_load_all(text)}
    pod = kinds["Deployment"]["spec"]["template"]["spec"]
    claims = [one["persistentVolumeClaim"]["claimName"] for one in pod["volumes"][:1]]
    assert claims == [kinds["PersistentVolumeClaim"]["metadata"]["name"]]
    mounted = {one["name"] for one in pod["containers"][0]["volumeMounts"]}
    assert mounted == {one["name"] for one in pod["volumes"]}
