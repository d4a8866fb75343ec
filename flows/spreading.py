"""A backfill spread over machines by Dask: each archive is a shard, stored into one lake.

A shard is an order of its own for `run_backfill`: how far it is stored is kept in the lake with its
pages, so that one whose worker dies goes on elsewhere where it was, and nothing is doubled. Plain
`distributed`, not prefect-dask: that runner needs a Prefect server which every worker reaches, and
the command line needs none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from flows.backfilling import run_backfill
from flows.batch import Clock
from flows.loading import utc_now
from schemas.location import Lake
from schemas.model import Frozen
from schemas.orders import BackfillOrder
from schemas.rejection import Rejection
from schemas.run import Counts, RunReport
from schemas.settings import Settings
from sources.paths import find_files
from sources.reading import Reading
from warehouse.readers import refresh

if TYPE_CHECKING:
    from distributed import Client

#: What is done again by itself where a shard ends in trouble, such as a catalog out of reach.
_RETRIES = 2


class RunnerError(Exception):
    """This order cannot be spread; the message says why and what to do."""


class Spread(Frozen):
    """What all shards did together, and the run of each."""

    report: RunReport
    runs: tuple[RunReport, ...]


def shards(settings: Settings, order: BackfillOrder) -> list[BackfillOrder]:
    """An order for each archive; a path that has something wrong with it stays whole."""
    reading = Reading(source_id="any", max_bytes=1, seen_at=utc_now(), own=settings.own_paths)
    names: list[str] = []
    for path in order.warc:
        found = list(find_files([path], reading))
        if any(isinstance(one, Rejection) for one in found):
            names.append(path)
        else:
            names += [str(one.path) for one in found if not isinstance(one, Rejection)]
    return [order.model_copy(update={"warc": (name,)}) for name in dict.fromkeys(names)]


def run_spread(
    settings: Settings,
    order: BackfillOrder,
    address: str | None,
    *,
    clock: Clock = utc_now,
    watch: Callable[[int], None] = lambda _count: None,
) -> Spread:
    """Stores the archives of the order by the workers of a Dask scheduler, or of one that lives as
    long as this run. `watch` is told of each shard that is done.

    Workers have to see the archives under the same paths. Raises RunnerError, WarehouseError.
    """
    if not isinstance(settings.warehouse_path, Lake):
        raise RunnerError(
            'several machines need a warehouse that they share: warehouse.path = "ducklake:..."'
        )
    if not order.warc:
        raise RunnerError("only WARC files are spread: --warc PATH...")
    began = clock()
    runs: list[RunReport] = []
    todo = shards(settings, order)
    with _client(address) as client:
        from distributed import as_completed  # noqa: PLC0415 - a heavy import, and an extra

        futures = client.map(
            run_shard, [_alone(settings)] * len(todo), todo, pure=False, retries=_RETRIES
        )
        for future in as_completed(futures):  # type: ignore[no-untyped-call]  # Dask's types are partial
            runs.append(RunReport.model_validate(future.result()))
            watch(1)
    refresh(settings)
    reasons: Counter[str] = Counter()
    for one in runs:
        reasons.update(one.reasons)
    finished = clock()
    report = RunReport(
        run_id=uuid4(),
        kind="backfill",
        status="done",
        parameters=order.model_dump(mode="json", exclude_defaults=True),
        started_at=began,
        finished_at=finished,
        seconds=(finished - began).total_seconds(),
        counts=sum((one.counts for one in runs), Counts()),
        reasons=dict(reasons),
    )
    return Spread(report=report, runs=tuple(runs))


def run_shard(settings: Settings, order: BackfillOrder) -> dict[str, Any]:
    """One shard, on a worker."""
    return run_backfill(settings, order).model_dump(mode="json")


def _alone(settings: Settings) -> Settings:
    """A shard is work for one core, and leaves the search index to who ordered it."""
    workers = settings.extract.workers or 1
    return settings.model_copy(
        update={
            "extract": settings.extract.model_copy(update={"workers": workers}),
            "warehouse": settings.warehouse.model_copy(update={"search": ""}),
        }
    )


@contextmanager
def _client(address: str | None) -> Iterator[Client]:
    try:
        import dask  # noqa: PLC0415 - an extra
        from distributed import Client, LocalCluster  # noqa: PLC0415
    except ImportError as error:
        raise RunnerError("Dask is not installed: pip install '.[dask]'") from error
    if address is not None:
        try:
            client = Client(address, timeout=10)  # type: ignore[no-untyped-call]  # as above
        except (OSError, ValueError) as error:
            raise RunnerError(f"no Dask scheduler answers at {address}: {error}") from error
        with client:
            yield client
        return
    # a worker has to be allowed processes of its own: those that extract
    with (
        dask.config.set({"distributed.worker.daemon": False}),
        LocalCluster(threads_per_worker=1, dashboard_address=None) as cluster,  # type: ignore[no-untyped-call]
        Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        yield client
