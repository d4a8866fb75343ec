from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from flows.liveness import BEAT, LEASE, Pulse, birth, is_dead, this_process
from flows.run import begin_run
from schemas.records import ProcessRow
from schemas.settings import Settings
from tests.ingested import MovedClock
from tests.invented import NOW, SOURCE, ask, clock, settings_in
from tests.invocation import Newswell

PROCESS = ProcessRow(run_id=uuid4(), host="here", pid=4711, born_at=NOW, alive_at=NOW)
SECOND = timedelta(seconds=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def test_a_process_of_this_machine_is_asked_for() -> None:
    late = NOW + 10 * LEASE  # however long it has not been heard of
    assert not is_dead(PROCESS, late, host="here", born=lambda _pid: NOW)
    assert is_dead(PROCESS, NOW, host="here", born=lambda _pid: None)


def test_a_number_that_another_process_has_now_is_not_the_process() -> None:
    assert is_dead(PROCESS, NOW, host="here", born=lambda _pid: NOW + timedelta(minutes=3))
    assert not is_dead(PROCESS, NOW, host="here", born=lambda _pid: NOW + SECOND)


def test_a_process_of_another_machine_is_believed_for_a_while() -> None:
    assert not is_dead(PROCESS, NOW + LEASE, host="elsewhere", born=lambda _pid: None)
    assert is_dead(PROCESS, NOW + LEASE + SECOND, host="elsewhere", born=lambda _pid: NOW)


def test_a_run_of_an_older_program_has_no_process() -> None:
    assert is_dead(None, NOW, host="here")


def test_what_is_left_of_a_process_is_not_one() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.DEVNULL) as child:
        # it has ended, and nobody has asked how
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert birth(child.pid) is None
    assert birth(os.getpid()) is not None


def test_a_run_notes_that_it_is_alive_once_a_beat(settings: Settings) -> None:
    moving = MovedClock(NOW)
    report = begin_run(settings, "load", [SOURCE], {}, moving)
    pulse = Pulse(settings, report.run_id, moving)
    ((first,),) = ask(settings, "SELECT alive_at FROM ops.processes")
    pulse.beat()
    assert ask(settings, "SELECT alive_at FROM ops.processes") == [(first,)]
    moving.move(seconds=BEAT.total_seconds())
    pulse.beat()
    ((later,),) = ask(settings, "SELECT alive_at FROM ops.processes")
    assert later - first >= BEAT


@pytest.mark.parametrize("command", ["status", "doctor"])
def test_a_run_that_was_left_is_marked(
    settings: Settings, newswell: Newswell, command: str
) -> None:
    left = begin_run(settings, "load", [SOURCE], {}, clock)
    goes_on = begin_run(settings, "load", [SOURCE], {}, clock)
    gone = this_process(left.run_id, NOW).born_at - timedelta(hours=1)
    ask(settings, "UPDATE ops.processes SET born_at = ? WHERE run_id = ?", gone, left.run_id)
    result = newswell(command)
    assert result.code == 0
    assert "crashed" in result.out
    statuses = dict(ask(settings, "SELECT run_id, status FROM runs"))
    assert statuses == {left.run_id: "crashed", goes_on.run_id: "running"}
    assert ask(settings, "SELECT run_id FROM ops.processes") == [(goes_on.run_id,)]


def test_the_next_run_marks_what_the_last_one_left(settings: Settings) -> None:
    left = begin_run(settings, "load", [SOURCE], {}, clock)
    ask(settings, "UPDATE ops.processes SET host = 'elsewhere'")
    later = MovedClock(NOW + LEASE + SECOND)
    begin_run(settings, "load", [SOURCE], {}, later)
    assert ask(settings, "SELECT status FROM runs WHERE run_id = ?", left.run_id) == [("crashed",)]
