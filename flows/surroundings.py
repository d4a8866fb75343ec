"""What must be true around the warehouse: files that agree with it, disk, clock and versions."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from flows.pending import read_pending
from flows.terminal import UNAVAILABLE, Exit, short
from schemas.document import Document
from schemas.location import Lake
from schemas.settings import Settings
from sources.archive import read_place
from sources.reading import Reading
from warehouse.checks import Finding
from warehouse.connect import Connection, is_there
from warehouse.migrate import migrations
from warehouse.publish import is_current
from warehouse.search import differences

#: Below this the next run may fill the disk: a day of a busy warehouse is far less.
_LOW_DISK = 1 << 30
#: A machine's clock is set right by itself within seconds; runs cannot begin much later than now.
_CLOCK = timedelta(minutes=5)
#: Programs whose versions files depend on.
_PROGRAMS = ("newswell", "duckdb", "tantivy", "trafilatura", "prefect")


def check_schema(found: int) -> list[Finding]:
    """A hint where the next run brings the warehouse forward; ends the command if it is newer."""
    newest = migrations()[-1].version
    if found == newest:
        return []
    if found > newest:
        raise Exit(
            UNAVAILABLE,
            f"the warehouse has schema version {found}, this program knows up to {newest}; "
            "use the Newswell that wrote it, or a newer one",
        )
    example = f"the warehouse has schema version {found}, this program {newest}"
    advice = "the next run brings it forward; `newswell load` with any file does"
    return [
        Finding(name="the warehouse is of this version", count=1, example=example, advice=advice)
    ]


def tell_crashed(count: int) -> list[Finding]:
    """A hint that processes died in the middle of their runs."""
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


def check_published(settings: Settings) -> list[Finding]:
    """A hint where readers do not see all yet. Raises WarehouseError."""
    path, name = settings.published_path, "the published file is that of the last run"
    advice = "run `newswell publish`"
    if is_current(settings.warehouse_path, path, settings.warehouse):
        return []
    state = "is older than the warehouse" if is_there(path) else "is not there"
    example = f"{short(path)} {state}"
    return [Finding(name=name, count=1, example=example, advice=advice)]


def check_age(settings: Settings, longest: timedelta, now: datetime) -> list[Finding]:
    """Whether what readers open is older than it may be. Raises WarehouseError."""
    path = settings.published_path
    if isinstance(path, Lake) or not path.is_file():
        return []
    age = now - datetime.fromtimestamp(path.stat().st_mtime, now.tzinfo)
    if age <= longest:
        return []
    return [
        Finding(
            name="the published file is new enough",
            count=1,
            example=f"{short(path)} is {age.total_seconds() / 3600:,.1f} hours old",
            advice="see `newswell status` for the last run, and what starts the runs",
        )
    ]


def check_search(settings: Settings) -> list[Finding]:
    """A hint where the search index lacks articles, or has some that are published no more.

    Raises WarehouseError.
    """
    folder = settings.search_path
    if folder is None or not is_there(settings.published_path):
        return []
    lacking, left = differences(settings.published_path, folder)
    if not lacking and not left:
        return []
    return [
        Finding(
            name="search index and published file agree",
            count=lacking + left,
            example=f"the search index lacks {lacking:,} articles and has {left:,} too many",
            advice="run `newswell publish`, or `newswell doctor --repair`",
        )
    ]


def check_archive(
    connection: Connection, settings: Settings, sample: int | None, now: datetime
) -> list[Finding]:
    """Whether the places of fetches in the archive have the bytes that were fetched: all of
    them, or a `sample`. Files that were loaded from elsewhere may be gone, and of a warehouse
    that machines share only this one's part of the archive is here.
    """
    if not settings.archive.path:
        return []
    folder = settings.resolve(settings.archive.path)
    sql = "SELECT url, source_id, archive_file, archive_offset, sha256 FROM fetches"
    sql += " WHERE archive_file IS NOT NULL AND NOT starts_with(archive_file, '/')"
    if sample is not None:
        sql += f" USING SAMPLE {int(sample)} ROWS"
    broken = []
    for url, source_id, file, offset, sha256 in connection.execute(sql).fetchall():
        if isinstance(settings.warehouse_path, Lake) and not (folder / file).is_file():
            continue
        reading = Reading(source_id=source_id, max_bytes=settings.fetch.max_bytes, seen_at=now)
        found = read_place(folder, file, offset, reading)
        if not isinstance(found, Document):
            broken.append(f"{url}: {file} at byte {offset:,}: {found.detail}")
        elif found.sha256 != sha256:
            broken.append(f"{url}: {file} at byte {offset:,}: another page is there")
    if not broken:
        return []
    return [
        Finding(
            name="the archive has what was fetched",
            count=len(broken),
            example=broken[0],
            advice="restore the archive's files from a backup; articles stay readable without",
        )
    ]


def check_clock(connection: Connection, now: datetime) -> list[Finding]:
    """Whether a run began later than now."""
    row = connection.execute("SELECT max(started_at) FROM runs").fetchone()
    latest = row[0] if row else None
    if latest is None or latest <= now + _CLOCK:
        return []
    return [
        Finding(
            name="the clock goes right",
            count=1,
            example=f"it is {now:%Y-%m-%d %H:%M}, and a run began at {latest:%Y-%m-%d %H:%M}",
            advice="set this machine's clock; until then nothing may be due",
        )
    ]


def check_takedown(settings: Settings) -> list[Finding]:
    """Whether a takedown was broken off: until it is completed its bytes may be there."""
    pending = read_pending(settings)
    if not pending:
        return []
    return [
        Finding(
            name="every takedown is complete",
            count=len(pending),
            example="`newswell forget` was broken off",
            advice="run `newswell doctor --repair`, which completes it",
        )
    ]


def versions() -> dict[str, str]:
    """What runs here."""
    return {"python": python_version(), **{name: version(name) for name in _PROGRAMS}}


def check_disk(folder: Path) -> list[Finding]:
    """Whether there is room, and the right to write."""
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
