"""Telling a run that goes on from one whose process died, on this machine or another.

On its own machine a process is asked for, by its number and the time of its birth. Of another
machine, which a container is too, nothing can be asked: its process notes once a minute that it
is alive, and is taken for dead when it has not done so for a while.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psutil

from flows.batch import Clock
from schemas.records import ProcessRow
from schemas.settings import Settings
from warehouse.connect import Connection, is_there, look_at_warehouse, write
from warehouse.liveness import mark_crashed, note_alive, running

#: How often a run notes that it is alive: it costs one small transaction.
BEAT = timedelta(minutes=1)
#: How long a process of another machine is believed without a beat: the longest that a run
#: is busy with one thing, such as waiting for the warehouse, several times over.
LEASE = timedelta(minutes=15)
#: The time of a process's birth is counted from that of the machine's start, which a clock
#: that is set right moves.
_TOLERANCE = timedelta(seconds=5)


def this_process(run_id: UUID, now: datetime) -> ProcessRow:
    """This process, as the one that does the run."""
    pid = os.getpid()
    born_at = birth(pid)
    assert born_at is not None  # it is the one that asks
    return ProcessRow(
        run_id=run_id, host=socket.gethostname(), pid=pid, born_at=born_at, alive_at=now
    )


def birth(pid: int) -> datetime | None:
    """When the process of this machine began; None if there is none, or only its remains."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return datetime.fromtimestamp(process.create_time(), UTC)
    except psutil.NoSuchProcess:
        return None


def is_dead(
    process: ProcessRow | None,
    now: datetime,
    *,
    host: str,
    born: Callable[[int], datetime | None] = birth,
) -> bool:
    """Whether nobody does this run any more; a run without a process is an older program's."""
    if process is None:
        return True
    if process.host != host:
        return now - process.alive_at > LEASE
    there = born(process.pid)
    return there is None or abs(there - process.born_at) > _TOLERANCE


def dead_runs(connection: Connection, now: datetime) -> list[UUID]:
    """The runs that a dead process left without an end."""
    host = socket.gethostname()
    return [run for run, one in running(connection).items() if is_dead(one, now, host=host)]


def mark_dead_runs(settings: Settings, clock: Clock) -> int:
    """Marks the runs that a dead process left as crashed; says how many. Raises WarehouseError.

    What such a run stored is in the warehouse; the rest is still due, and taken up by the next.
    """
    if not is_there(settings.warehouse_path):
        return 0
    with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        dead = dead_runs(connection, clock())
    if dead:
        write(
            settings.warehouse_path,
            settings.warehouse,
            lambda connection: mark_crashed(connection, dead),
        )
    return len(dead)


class Pulse:
    """Notes now and then that a run is alive."""

    def __init__(self, settings: Settings, run_id: UUID, clock: Clock) -> None:
        self._settings, self._run_id, self._clock = settings, run_id, clock
        self._last = clock()

    def beat(self) -> None:
        """Called as often as one likes; writes once a `BEAT`. Raises WarehouseError."""
        now = self._clock()
        if now - self._last < BEAT:
            return
        self._last = now
        write(
            self._settings.warehouse_path,
            self._settings.warehouse,
            lambda connection: note_alive(connection, self._run_id, now),
        )
