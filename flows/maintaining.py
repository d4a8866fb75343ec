"""The night's work: what keeps a warehouse small, sound and seen.

Each step is safe to be done again, and one that fails keeps no other from being done.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import AwareDatetime

from flows.batch import Clock
from flows.forgetting import complete, expire
from flows.liveness import mark_dead_runs
from flows.loading import utc_now
from flows.repair import show_readers
from flows.reporting import NIGHTLY_DAYS, write_report
from schemas.location import Lake
from schemas.model import Frozen
from schemas.settings import Settings
from sources.archive import BACKFILL, LIVE, ArchiveBusyError, close_file
from warehouse.checks import run_checks
from warehouse.compact import compact_file, free_share
from warehouse.connect import WarehouseError, is_there, look_at_warehouse, write
from warehouse.export import FormatError, export
from warehouse.holders import purge
from warehouse.lakefiles import compact_lake
from warehouse.migrate import refuse_newer

Result = TypeVar("Result")

#: An ingest that has the archive is waited for: a long one, of many sources for the first time.
_PATIENCE = 3600.0
_ASK_AGAIN = 1.0
#: A copy of the file is worth its time if a quarter of it is empty.
_MUCH_EMPTY = 0.25

#: What ends a step, and no other one.
TROUBLE = (WarehouseError, ArchiveBusyError, FormatError, OSError)


class Done(Frozen):
    """A step that was taken: what it did, or what went wrong."""

    step: str
    told: str
    seconds: float
    failed: bool = False


class Maintained(Frozen):
    """A night's work."""

    started_at: AwareDatetime
    steps: tuple[Done, ...]

    @property
    def failed(self) -> bool:
        """Whether a step went wrong."""
        return any(one.failed for one in self.steps)


class Take(Protocol):
    """Takes a step by its name: `take_step`, or a Prefect task around it."""

    def __call__(self, settings: Settings, step: str, clock: Clock, /) -> str: ...


def take_step(settings: Settings, step: str, clock: Clock) -> str:
    """Takes one of `STEPS`, says what it did. Raises what is in `TROUBLE`."""
    return STEPS[step](settings, clock)


def run_maintain(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    take: Take = take_step,
    watch: Callable[[int], None] = lambda _count: None,
) -> Maintained:
    """Takes every step in turn; what goes wrong with one is in the result.

    Raises WarehouseError, before any step, for a warehouse of a newer program.
    """
    began = clock()
    if is_there(settings.warehouse_path):
        with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
            refuse_newer(connection)
    steps = []
    for step in STEPS:
        start = clock()
        try:
            told, failed = take(settings, step, clock), False
        except TROUBLE as error:
            told, failed = str(error), True
        seconds = (clock() - start).total_seconds()
        steps.append(Done(step=step, told=told, seconds=seconds, failed=failed))
        watch(1)
    return Maintained(started_at=began, steps=tuple(steps))


def describe_maintained(done: Maintained) -> str:
    """A night's work as markdown."""
    lines = ["# Maintain run", "", "| step | what it did | seconds |", "|---|---|---:|"]
    for one in done.steps:
        told = f"**{one.told}**" if one.failed else one.told
        lines.append(f"| {one.step} | {told.replace('|', '/')} | {one.seconds:,.1f} |")
    return "\n".join(lines) + "\n"


def _runs(settings: Settings, clock: Clock) -> str:
    dead = mark_dead_runs(settings, clock)
    return f"{dead} marked as crashed" if dead else "each has its end, or goes on"


def _retention(settings: Settings, clock: Clock) -> str:
    completed = _patiently(lambda: complete(settings, clock))
    gone = _patiently(lambda: expire(settings, clock))
    told = f"{len(gone.articles):,} articles had had their time"
    return f"completed a takedown; {told}" if completed else told


def _compaction(settings: Settings, clock: Clock) -> str:
    path = settings.warehouse_path
    if isinstance(path, Lake):
        files = compact_lake(path, settings.warehouse, clock())
        return f"from {files.before:,} to {files.after:,} files"
    share = free_share(path, settings.warehouse)
    if share < _MUCH_EMPTY:
        return f"{share:.0%} of the file is empty, which is not worth a copy"
    before = path.stat().st_size
    write(path, settings.warehouse, purge)
    compact_file(path, settings.warehouse)
    return f"from {before / 1e6:,.1f} to {path.stat().st_size / 1e6:,.1f} MB"


def _archive(settings: Settings, clock: Clock) -> str:
    del clock
    folder = settings.resolve(settings.archive.path) if settings.archive.path else None
    if folder is None or not folder.is_dir():
        return "there is none"
    found = [_patiently(lambda: close_file(folder, LIVE))]
    with suppress(ArchiveBusyError):  # a backfill may go on for days
        found.append(close_file(folder, BACKFILL))
    told = ", ".join(one for one in found if one)
    return f"closed {told}; the next run begins another file" if told else "nothing new"


def _readers(settings: Settings, clock: Clock) -> str:
    return show_readers(settings, clock) or "published file and search index are up to date"


def _export(settings: Settings, clock: Clock) -> str:
    del clock
    if not settings.maintain.export:
        return "none is configured"
    folder = settings.resolve(settings.maintain.export)
    form = settings.maintain.export_format
    done = export(settings.published_path, folder, form, lambda _count: None)
    return f"{done.articles:,} articles, {len(done.written)} months written anew"


def _checks(settings: Settings, clock: Clock) -> str:
    del clock
    with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        findings = run_checks(connection)
    if findings:
        told = "; ".join(f"{one.name}: {one.example}" for one in findings)
        raise WarehouseError(f"{told}; `newswell doctor` says what to do")
    return "every invariant holds"


def _report(settings: Settings, clock: Clock) -> str:
    if not settings.maintain.report:
        return "none is configured"
    to: Path = settings.resolve(settings.maintain.report)
    write_report(settings, to, clock(), NIGHTLY_DAYS)
    return f"wrote {to}"


def _patiently(act: Callable[[], Result]) -> Result:
    """Waits for who has the archive. Raises ArchiveBusyError after `_PATIENCE` seconds."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return act()
        except ArchiveBusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_ASK_AGAIN)


#: In this order: readers see what retention left, the export what readers see.
STEPS: Mapping[str, Callable[[Settings, Clock], str]] = {
    "runs": _runs,
    "retention": _retention,
    "compaction": _compaction,
    "archive": _archive,
    "readers": _readers,
    "export": _export,
    "checks": _checks,
    "report": _report,
}
