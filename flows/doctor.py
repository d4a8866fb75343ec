"""`newswell doctor`: whether everything is sound, what to do, and what can be rebuilt."""

from __future__ import annotations

from datetime import timedelta

import typer

from flows.health import require
from flows.liveness import mark_dead_runs
from flows.loading import utc_now
from flows.repair import repair
from flows.surroundings import (
    check_age,
    check_archive,
    check_clock,
    check_disk,
    check_published,
    check_schema,
    check_search,
    check_takedown,
    tell_crashed,
    versions,
)
from flows.terminal import SOME_FAILED, UNAVAILABLE, USAGE, Context, Exit, short, warehouse_errors
from schemas.location import Lake
from schemas.settings import Settings
from schemas.source import parse_cadence
from sources.archive import ArchiveBusyError
from warehouse.checks import Finding, run_checks
from warehouse.connect import look_at_warehouse
from warehouse.migrate import schema_version

#: Places of the archive that are looked up where not all are asked for: about two seconds.
_SAMPLE = 200


def examine(
    context: Context, *, is_repairing: bool, is_thorough: bool, max_age: str | None
) -> None:
    """Prints every problem found and what to do; exit code 1 if there is one.

    What a run that was broken off leaves to the next one is no problem but a hint.
    """
    settings = context.settings()
    longest = _span(max_age)
    with warehouse_errors():
        require(settings)
        repaired = _repair(settings) if is_repairing else []
        findings, hints = _look(settings, None if is_thorough else _SAMPLE)
        findings += check_age(settings, longest, utc_now()) if longest else []
    result = {
        "sound": not findings,
        "warehouse": str(settings.warehouse_path),
        "versions": versions(),
        "repaired": repaired,
        "findings": [one.model_dump() for one in findings],
        "hints": [one.model_dump() for one in hints],
    }
    if not context.finish(result):
        _tell(settings, repaired, findings, hints)
    if findings:
        raise Exit(SOME_FAILED)


def _repair(settings: Settings) -> list[str]:
    try:
        return repair(settings, utc_now)
    except ArchiveBusyError as error:
        raise Exit(UNAVAILABLE, f"{error}; wait for it to end") from error


def _look(settings: Settings, sample: int | None) -> tuple[list[Finding], list[Finding]]:
    """Problems, and hints at what the next run does by itself."""
    now = utc_now()
    crashed = mark_dead_runs(settings, utc_now)
    findings = check_takedown(settings)
    with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        hints = check_schema(schema_version(connection))
        if not hints:
            findings += run_checks(connection)
            findings += check_archive(connection, settings, sample, now)
            findings += check_clock(connection, now)
    hints += [*check_published(settings), *tell_crashed(crashed)]
    if not hints:
        # an index of a file that is behind is behind too, which says nothing more
        hints += check_search(settings)
    here = settings.warehouse_path
    folder = here.folder if isinstance(here, Lake) else here.parent
    if folder is not None:
        findings += check_disk(folder)
    return findings, hints


def _span(max_age: str | None) -> timedelta | None:
    if max_age is None:
        return None
    try:
        return parse_cadence(max_age)
    except ValueError as error:
        raise Exit(USAGE, f"--max-age {max_age}: write a duration such as 90m, 6h or 2d") from error


def _tell(
    settings: Settings, repaired: list[str], findings: list[Finding], hints: list[Finding]
) -> None:
    for done in repaired:
        typer.echo(f"Repaired: {done}.")
    for one in findings:
        typer.echo(f"✗ {one.name}: {one.example}")
        typer.echo(f"  {one.advice}")
    if not findings:
        typer.echo(f"{short(settings.warehouse_path)} is sound.")
    for one in hints:
        typer.echo(f"Note: {one.example}; {one.advice}")
    typer.echo(", ".join(f"{name} {told}" for name, told in versions().items()))
