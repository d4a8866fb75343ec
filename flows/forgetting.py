"""Takedowns and retention: out of the warehouse, the archive, the published file, the index, the
exports that were made here, and the night's report.

The order makes a kill at any moment harmless: the archive's files are written anew beside the
old ones, one transaction takes the rows out and follows the records that moved, then the old
files go, the warehouse's file is written anew, and readers get what is left. Running it again
does what was not done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from flows.batch import Clock
from flows.copies import regroup
from flows.exports import renew_exports
from flows.grouping import place
from flows.pending import read_pending, remove_pending, write_pending
from flows.reporting import renew_report
from schemas.address import canonical_url, identity
from schemas.location import Lake
from schemas.model import Frozen
from schemas.settings import Settings
from schemas.source import parse_span
from sources.archive import WRITERS, locked
from sources.archive.erase import Rewritten, count_records, remove_files, rewrite_files
from warehouse.affected import Affected, Doomed, Target, affected
from warehouse.compact import compact_file
from warehouse.connect import Connection, look_at_warehouse, write
from warehouse.forget import Moved, erase, follow
from warehouse.holders import purge
from warehouse.lakefiles import purge_lake
from warehouse.readers import refresh
from warehouse.stories import waiting_articles
from warehouse.tombstones import host_of

Watch = Callable[[int], None]


class Forgotten(Frozen):
    """What went: articles, their versions, addresses, and records of the archive.

    `copies` repeat the text of what went, under addresses that were not named, and stay.
    """

    articles: tuple[Doomed, ...] = ()
    versions: int = 0
    addresses: tuple[str, ...] = ()
    records: int = 0
    files: int = 0
    copies: tuple[Doomed, ...] = ()


def preview(settings: Settings, targets: Sequence[Target], watch: Watch) -> Forgotten:
    """What forgetting the targets would take. Raises WarehouseError, OSError."""
    found = _find(settings, targets)
    folder = _archive(settings)
    records = count_records(folder, _going(targets, found), watch) if folder else 0
    return _summary(found, records, 0)


def forget(
    settings: Settings, targets: Sequence[Target], clock: Clock, watch: Watch = lambda _count: None
) -> Forgotten:
    """Takes the targets out of everything. Raises WarehouseError, ArchiveBusyError, OSError."""
    path, folder = settings.warehouse_path, _archive(settings)
    # what an earlier takedown left undone is done with it
    targets = tuple(dict.fromkeys([*read_pending(settings), *targets]))
    with ExitStack() as held:
        rewritten: list[Rewritten] = []
        if folder:
            # neither ingest nor backfill runs meanwhile, which could have it in its hands
            for writer in WRITERS:
                held.enter_context(locked(folder, writer))
        write_pending(settings, targets)
        found = _find(settings, targets)
        if folder:
            rewritten = list(rewrite_files(folder, _going(targets, found), watch))
        moved = list(_moved(folder, rewritten)) if folder else []
        now = clock()

        def change(connection: Connection) -> None:
            erased = [erase(connection, target, now) for target in targets]
            follow(connection, moved)
            regroup(connection, sorted({one for each in erased for one in each.hashes}), now)
            purge(connection)
            left = {one for each in erased for one in each.stories}
            place(connection, waiting_articles(connection), now, stories=left)

        write(path, settings.warehouse, change)
        if folder:
            remove_files(folder, rewritten)
    if isinstance(path, Lake):
        purge_lake(path, settings.warehouse)
    else:
        compact_file(path, settings.warehouse)
    refresh(settings, anew=True)
    renew_exports(settings)
    renew_report(settings, now)
    remove_pending(settings)
    return _summary(found, sum(one.removed for one in rewritten), len(rewritten))


def complete(settings: Settings, clock: Clock) -> Forgotten | None:
    """Completes a takedown that was broken off, if there is one. Raises as `forget`."""
    pending = read_pending(settings)
    return forget(settings, pending, clock) if pending else None


def expire(settings: Settings, clock: Clock) -> Forgotten:
    """Forgets what is older than the sources' `retention` allows, if there is anything.

    Raises WarehouseError, ArchiveBusyError, OSError.
    """
    now = clock()
    targets = [
        Target(kind="expired", value=source.id, before=now - span)
        for source in settings.sources
        if source.retention and (span := parse_span(source.retention)) > timedelta()
    ]
    due = [
        one for one, found in zip(targets, _find(settings, targets), strict=True) if found.articles
    ]
    return forget(settings, due, clock) if due else Forgotten()


def _archive(settings: Settings) -> Path | None:
    folder = settings.resolve(settings.archive.path) if settings.archive.path else None
    return folder if folder and folder.is_dir() else None


def _find(settings: Settings, targets: Sequence[Target]) -> list[Affected]:
    with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        return [affected(connection, target) for target in targets]


def _going(targets: Sequence[Target], found: Sequence[Affected]) -> Callable[[str], bool]:
    """Whether an archived address is to go: it leads to what was found, or is of a domain."""
    doomed = {identity(canonical_url(url)) for one in found for url in one.addresses}
    domains = tuple(target.value.lower() for target in targets if target.kind == "domain")

    def goes(url: str) -> bool:
        host = host_of(url)
        below = any(host == one or host.endswith(f".{one}") for one in domains)
        return below or identity(canonical_url(url)) in doomed

    return goes


def _moved(folder: Path, rewritten: Sequence[Rewritten]) -> Iterator[Moved]:
    """Every record that has another place; loaded archives are named by their whole path."""
    for one in rewritten:
        for old, new in one.moved:
            yield Moved(old_file=one.old, old_offset=old, new_file=one.new, new_offset=new)
            yield Moved(
                old_file=str(folder / one.old),
                old_offset=old,
                new_file=str(folder / one.new),
                new_offset=new,
            )


def _summary(found: Sequence[Affected], records: int, files: int) -> Forgotten:
    going = {one.article_id for each in found for one in each.articles}
    return Forgotten(
        articles=tuple(one for each in found for one in each.articles),
        versions=sum(each.versions for each in found),
        addresses=tuple(sorted({url for each in found for url in each.addresses})),
        records=records,
        files=files,
        copies=tuple(one for each in found for one in each.copies if one.article_id not in going),
    )
