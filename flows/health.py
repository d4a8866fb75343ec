"""`newswell status` and `newswell doctor`: how the warehouse is, and whether it is sound."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import typer

from flows.answers import show
from flows.commands import short
from flows.liveness import mark_dead_runs
from flows.loading import utc_now
from flows.terminal import SOME_FAILED, UNAVAILABLE, Context, Exit, warehouse_errors
from schemas.location import Lake
from schemas.settings import Settings
from warehouse.checks import Finding, run_checks
from warehouse.connect import Connection, WarehouseError, is_there, look_at_warehouse
from warehouse.lake import stored_bytes
from warehouse.migrate import migrations, schema_version
from warehouse.publish import is_current
from warehouse.query import ask

_SOURCES = """SELECT source_id AS source, articles, duplicates, undated, rejected, failed, waiting,
    last_published_at AS newest, last_new_at AS last_new, due_at AS due,
    failing_since, failing_reason AS reason FROM source_health ORDER BY source_id"""
_RUNS = """SELECT started_at AS started, kind, status, round(seconds, 1) AS seconds, discovered,
    stored, new_versions, unchanged, rejected, failed, waiting FROM runs
    ORDER BY started_at DESC LIMIT 5"""
#: Below this the next run may fill the disk: a day of a busy warehouse is far less.
_LOW_DISK = 1 << 30


def show_status(context: Context) -> None:
    """Prints health by source, the last runs and the sizes of the files."""
    settings = context.settings()
    with warehouse_errors():
        _require(settings)
        mark_dead_runs(settings, utc_now)
        with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
            if not schema_version(connection):
                # a kill came between the file and its tables
                raise WarehouseError(
                    f"{settings.warehouse_path}: nothing is in it yet; `newswell load PATH...` "
                    "fills it"
                )
            sources, runs = ask(connection, _SOURCES), ask(connection, _RUNS)
            sizes = _sizes(settings, connection)
    result = {"sources": sources.records(), "runs": runs.records(), "bytes": sizes}
    if context.finish(result):
        return
    typer.echo("Sources")
    show(sources)
    typer.echo("\nLast runs")
    show(runs)
    typer.echo("")
    for path, size in sizes.items():
        typer.echo(f"{short(path)}: {size / 1e6:,.1f} MB")


def _sizes(settings: Settings, connection: Connection) -> dict[str, int]:
    """Bytes of the warehouse and of what readers open, where that is another file."""
    here, published = settings.warehouse_path, settings.published_path
    if isinstance(here, Lake):
        return {str(here): stored_bytes(connection)}
    return {
        str(path): path.stat().st_size
        for path in (here, published)
        if isinstance(path, Path) and path.is_file()
    }


def _require(settings: Settings) -> None:
    if not is_there(settings.warehouse_path):
        raise WarehouseError(
            f"{settings.warehouse_path}: there is no warehouse yet; `newswell load PATH...` "
            "makes it"
        )


def examine(context: Context) -> None:
    """Prints every problem found and what to do; exit code 1 if there is one.

    What a run that was broken off leaves to the next one is no problem but a hint.
    """
    settings = context.settings()
    with warehouse_errors():
        _require(settings)
        crashed = mark_dead_runs(settings, utc_now)
        with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
            hints = _check_schema(schema_version(connection))
            findings = run_checks(connection) if not hints else []
        hints += [*_check_published(settings), *_tell_crashed(crashed)]
    here = settings.warehouse_path
    folder = here.folder if isinstance(here, Lake) else here.parent
    if folder is not None:
        findings += _check_disk(folder)
    result = {
        "sound": not findings,
        "warehouse": str(settings.warehouse_path),
        "findings": [one.model_dump() for one in findings],
        "hints": [one.model_dump() for one in hints],
    }
    if not context.finish(result):
        for one in findings:
            typer.echo(f"✗ {one.name}: {one.example}")
            typer.echo(f"  {one.advice}")
        if not findings:
            typer.echo(f"{short(settings.warehouse_path)} is sound.")
        for one in hints:
            typer.echo(f"Note: {one.example}; {one.advice}")
    if findings:
        raise Exit(SOME_FAILED)


def _check_schema(version: int) -> list[Finding]:
    newest = migrations()[-1].version
    if version == newest:
        return []
    if version > newest:
        raise Exit(
            UNAVAILABLE,
            f"the warehouse has schema version {version}, this program knows up to {newest}; "
            "use the Newswell that wrote it, or a newer one",
        )
    example = f"the warehouse has schema version {version}, this program {newest}"
    advice = "the next run brings it forward; `newswell load` with any file does"
    return [
        Finding(name="the warehouse is of this version", count=1, example=example, advice=advice)
    ]


def _tell_crashed(count: int) -> list[Finding]:
    if not count:
        return []
    runs = "1 run was" if count == 1 else f"{count} runs were"
    return [
        Finding(
            name="every run has its end",
            count=count,
            example=f"{runs} left by a process that died, and marked as crashed",
            advice="the next run takes up what was left; the system's log may say what killed it",
        )
    ]


def _check_published(settings: Settings) -> list[Finding]:
    path, name = settings.published_path, "the published file is that of the last run"
    advice = "run `newswell publish`"
    if is_current(settings.warehouse_path, path, settings.warehouse):
        return []
    state = "is older than the warehouse" if is_there(path) else "is not there"
    example = f"{short(path)} {state}"
    return [Finding(name=name, count=1, example=example, advice=advice)]


def _check_disk(folder: Path) -> list[Finding]:
    findings = []
    free = shutil.disk_usage(folder).free
    if free < _LOW_DISK:
        findings.append(
            Finding(
                name="the disk has room",
                count=1,
                example=f"{free / 1e6:,.0f} MB free in {folder}",
                advice="make room, or move warehouse.path to a larger disk",
            )
        )
    if not os.access(folder, os.W_OK):
        findings.append(
            Finding(
                name="the folder can be written to",
                count=1,
                example=str(folder),
                advice="give the user who runs Newswell the right to write there",
            )
        )
    return findings
