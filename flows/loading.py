"""Loading files into the warehouse; `flows/load.py` makes a Prefect flow of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice

from flows.batch import Clock, store_batch
from flows.pool import prepare_workers
from flows.run import begin_run, finish_run, noting_interrupts, process
from flows.waiting import Store, Watch
from schemas.document import Document
from schemas.rejection import Rejection
from schemas.run import RunReport
from schemas.settings import Settings
from schemas.source import Source
from sources.local import read_file
from sources.paths import Found, find_files
from sources.reading import Reading
from warehouse.readers import refresh

#: Pages for which the workers are prepared with everything; one takes tens of milliseconds.
_MANY_FILES = 200
#: Bytes of archives that hold as many, packed.
MUCH = 20_000_000
#: The source of files that are loaded without `--source`.
FILES = "files"


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def run_load(
    settings: Settings,
    paths: Sequence[str],
    *,
    source_id: str = FILES,
    clock: Clock = utc_now,
    store: Store = store_batch,
    watch: Watch = lambda _count: None,
) -> RunReport:
    """Loads files, folders and globs into the warehouse and publishes it.

    Documents that are known already are not extracted again; what cannot be read or holds
    no article is entered in `rejects`. An interrupted run keeps what it stored, and running
    it again continues. Raises WarehouseError, and ValueError for a bad source id.
    """
    source = settings.source(source_id) or Source(id=source_id)
    reading = Reading(
        source_id=source.id,
        max_bytes=settings.fetch.max_bytes,
        seen_at=clock(),
        publisher=source.publisher,
        language=source.language,
        own=settings.own_paths,
    )
    prepare_workers(many=is_much(paths, reading))
    report = begin_run(settings, "load", [source], {"paths": list(paths)}, clock)
    with noting_interrupts(settings, report, clock):
        report = process(
            settings, report, read_all(paths, reading), clock, store=store, watch=watch
        )
    report = finish_run(settings, report, "done", clock)
    refresh(settings)
    return report


def read_all(paths: Sequence[str], reading: Reading) -> Iterator[Document | Rejection]:
    """Everything that files, folders and globs hold."""
    for found in find_files(paths, reading):
        if isinstance(found, Rejection):
            yield found
        else:
            yield from read_file(found, reading)


def is_much(paths: Sequence[str], reading: Reading) -> bool:
    """Whether there is more to load than a look at it takes: many files, or a large one."""
    found = list(islice(find_files(paths, reading), _MANY_FILES))
    size = 0
    for one in found:
        if isinstance(one, Found):
            with suppress(OSError):  # what is the matter with it is told when it is read
                size += one.path.stat().st_size
    return len(found) == _MANY_FILES or size > MUCH


def count_files(settings: Settings, paths: Sequence[str]) -> int:
    """How many files a load will look at, for a progress bar."""
    anything = Reading(source_id=FILES, max_bytes=1, seen_at=utc_now(), own=settings.own_paths)
    return sum(1 for _ in find_files(paths, anything))
