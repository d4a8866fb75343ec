"""A backfill spread over Dask's workers: one is killed half-way, and nothing is lost or doubled."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import dask
import pytest
from distributed import LocalCluster

from flows.backfilling import run_backfill
from flows.spreading import RunnerError, run_spread, shards
from schemas.orders import BackfillOrder
from schemas.settings import Settings
from tests.crawls import Crawl
from tests.ingested import ask, assert_sound, configure
from tests.invocation import Newswell
from tests.lakes import Postgres, lake_settings

FILES, PAGES = 4, 12
_PATIENCE = 200


@pytest.fixture(name="order")
def _order(tmp_path: Path) -> BackfillOrder:
    folder = tmp_path / "crawls"
    folder.mkdir()
    for number in range(FILES):
        Crawl(folder / f"{number}.warc.gz").add_pages(range(number * 10, number * 10 + PAGES))
    return BackfillOrder(warc=(str(folder),))


@pytest.fixture(name="cluster", scope="module")
def _cluster() -> Iterator[LocalCluster]:
    """Two workers that may have processes of their own."""
    with (
        dask.config.set({"distributed.worker.daemon": False}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
    ):
        yield cluster


def outcome(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """What is stored, whoever did it."""
    queries = {
        "articles": "SELECT article_id, url, title, body, version, duplicate_of FROM articles",
        "versions": "SELECT article_id, version, title, body FROM article_versions",
        "fates": "SELECT url, fate, reason, article_id FROM ops.candidates",
        "fetches": "SELECT document_id, url FROM fetches",
    }
    return {
        name: sorted(tuple(map(repr, row.values())) for row in ask(settings, sql))
        for name, sql in queries.items()
    }


def kill_one_half_way(settings: Settings) -> int:
    """Kills a worker that has stored some of its shard; says which process that was."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            rows = ask(
                settings,
                "SELECT pid, discovered FROM runs JOIN ops.processes USING (run_id)"
                " WHERE status = 'running' AND discovered BETWEEN 1 AND ?",
                PAGES - 1,
            )
        except Exception:  # noqa: BLE001 - whoever comes first makes the lake and its tables
            rows = []
        for row in rows:
            assert row["pid"] != os.getpid()
            os.kill(row["pid"], signal.SIGKILL)
            return int(row["pid"])
        time.sleep(0.02)
    raise AssertionError("no worker was half-way")


@pytest.mark.long
@pytest.mark.timeout(480)
def test_a_killed_workers_shard_is_done_again(
    order: BackfillOrder, cluster: LocalCluster, tmp_path: Path, postgres: Postgres
) -> None:
    calm = configure(tmp_path, [], batch_size=3)
    run_backfill(calm, order)
    lake = lake_settings(tmp_path, postgres.new_database())
    lake = lake.model_copy(
        update={"extract": lake.extract.model_copy(update={"batch_size": 2, "workers": 1})}
    )
    with ThreadPoolExecutor(1) as thread:
        spread = thread.submit(run_spread, lake, order, cluster.scheduler_address)
        killed = kill_one_half_way(lake)
        done = spread.result(_PATIENCE)
    assert outcome(lake) == outcome(calm)
    assert_sound(lake)
    assert len(done.runs) == FILES
    rows = ask(lake, "SELECT status, count(*) AS runs, sum(stored) AS stored FROM runs GROUP BY 1")
    told = {row["status"]: row for row in rows}
    assert told["crashed"]["runs"] == 1
    assert told["done"]["runs"] == FILES
    assert sum(row["stored"] for row in rows) == len(outcome(calm)["articles"])
    assert killed
    # the second time nothing is left to do
    again = run_spread(lake, order, cluster.scheduler_address)
    assert again.report.counts.discovered == 0


def test_what_cannot_be_spread_gets_one_line(
    order: BackfillOrder, tmp_path: Path, newswell: Newswell
) -> None:
    settings = configure(tmp_path, [])
    with pytest.raises(RunnerError, match="share"):
        run_spread(settings, order, None)
    files = [one.warc for one in shards(settings, order)]
    assert files == [(f"{order.warc[0]}/{number}.warc.gz",) for number in range(FILES)]
    told = newswell("backfill", "--runner", "dask", "--warc", *order.warc)
    assert (told.code, told.err.count("\n")) == (2, 1)
    told = newswell("backfill", "--runner", "ray", "--warc", *order.warc)
    assert (told.code, "dask" in told.err) == (2, True)
