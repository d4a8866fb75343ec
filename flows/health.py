"""`newswell status`: how the sources, the runs and the files are."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from flows.account import Account, read_account
from flows.answers import show
from flows.drift import explain_drift
from flows.liveness import mark_dead_runs
from flows.loading import utc_now
from flows.terminal import Context, short, warehouse_errors
from schemas.location import Lake
from schemas.settings import Settings
from warehouse.connect import Connection, WarehouseError, is_there, look_at_warehouse
from warehouse.lake import stored_bytes
from warehouse.migrate import refuse_newer, schema_version
from warehouse.query import Answer, read

_SOURCES = """SELECT source_id AS source, articles, duplicates, undated, rejected, failed, waiting,
    last_published_at AS newest, last_new_at AS last_new, due_at AS due,
    failing_since, failing_reason AS reason FROM source_health ORDER BY source_id"""
_RUNS = """SELECT started_at AS started, kind, status, round(seconds, 1) AS seconds, discovered,
    stored, new_versions, unchanged, rejected, failed, waiting FROM runs
    ORDER BY started_at DESC LIMIT 5"""

#: What a narrow screen leaves out, the first first; why a source fails is told below the table.
_SPARE_SOURCES = ("failing_since", "reason", "undated", "last_new", "waiting", "failed")
_SPARE_RUNS = ("new_versions", "unchanged", "waiting", "seconds")


def show_status(context: Context) -> None:
    """Prints health by source, the last runs and the sizes of the files."""
    settings = context.settings()
    with warehouse_errors():
        require(settings)
        mark_dead_runs(settings, utc_now)
        with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
            if not schema_version(connection):
                # a kill came between the file and its tables
                raise WarehouseError(
                    f"{settings.warehouse_path}: nothing is in it yet; `newswell ingest` or "
                    "`newswell load PATH...` fills it"
                )
            sources, runs = read(connection, _SOURCES), read(connection, _RUNS)
            account = read_account(connection)
            sizes = _sizes(settings, connection)
    result = {
        "sources": sources.records(),
        "runs": runs.records(),
        "slowest": list(account.slowest),
        "failing": list(account.failing),
        "drift": account.drift_records(),
        "bytes": sizes,
    }
    if context.finish(result):
        return
    typer.echo("Sources")
    show(_briefly(sources), spare=_SPARE_SOURCES)
    typer.echo("\nLast runs")
    show(_briefly(runs), spare=_SPARE_RUNS)
    _tell(account)
    typer.echo("")
    for path, size in sizes.items():
        typer.echo(f"{short(path)}: {size / 1e6:,.1f} MB")


def _briefly(found: Answer) -> Answer:
    """Times to the minute, and of what was published the day: a screen has eighty signs."""

    def spell(name: str, value: Any) -> Any:
        form = "%Y-%m-%d" if name == "newest" else "%Y-%m-%d %H:%M"
        return value.strftime(form) if isinstance(value, datetime) else value

    rows = [[spell(*one) for one in zip(found.columns, row, strict=True)] for row in found.rows]
    return Answer(columns=found.columns, rows=rows)


def _tell(account: Account) -> None:
    if account.slowest:
        typer.echo("\nSlowest sources of the last poll")
        for one in account.slowest:
            refused = f", {one['refused']:,} refused" if one["refused"] else ""
            typer.echo(
                f"  {one['source']}: {one['seconds']:,.1f} s, {one['pages']:,} pages{refused}"
            )
    if account.failing:
        typer.echo("\nFailing sources")
        for one in account.failing:
            since = str(one["failing_since"])[:16].replace("T", " ")
            typer.echo(f"  {one['source']}: {one['reason']} since {since}: {one['detail']}")
    if account.drifts:
        typer.echo("\nNot what they were in their last 30 days")
        for drift in account.drifts:
            typer.echo(f"  {drift.source_id}: {explain_drift(drift)}")


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


def require(settings: Settings) -> None:
    """Raises WarehouseError where there is no warehouse yet, or one of a newer program."""
    if not is_there(settings.warehouse_path):
        raise WarehouseError(
            f"{settings.warehouse_path}: there is no warehouse yet; `newswell ingest` or "
            "`newswell load PATH...` makes it"
        )
    with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        refuse_newer(connection)
