"""What a command settles for its flow run, in a process of its own as a command is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

_SAY = """
from flows.flow_run import ready_for_flow
with ready_for_flow():
    from prefect.settings import get_current_settings
    print(get_current_settings().flows.heartbeat_frequency)
"""


@pytest.mark.parametrize(("name", "value"), [("NOTHING", "None"), ("FREQUENCY", "45")])
def test_heartbeats_are_sent_where_somebody_asks_for_them(
    name: str, value: str, tmp_path: Path
) -> None:
    kept = {key: text for key, text in os.environ.items() if "PREFECT" not in key}
    asked = {f"PREFECT_FLOWS_HEARTBEAT_{name}": value, "PREFECT_HOME": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", _SAY],
        env={**kept, **asked, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    assert said.stdout == f"{value}\n"
