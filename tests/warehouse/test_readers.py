"""Readers and writers never get in each other's way: four processes read while six runs write."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.invented import extraction, settings_in, store
from warehouse.readers import refresh

ROOT = Path(__file__).parent.parent.parent
READERS, RUNS, BATCH = 4, 6, 5
READER = """
import json, sys, time
from pathlib import Path
from warehouse.connect import open_published
from warehouse.search import Filters
from warehouse.search.hits import find_in
published, index, ready, stop = map(Path, sys.argv[1:])
asked, seen = 0, set()
SQL = '''SELECT count(*), (SELECT count(*) FROM ops.fingerprints), (SELECT count(*) FROM url_fate),
    (SELECT count(*) FROM article_versions), (SELECT sum(stored) FROM runs),
    count(body), count(DISTINCT article_id) FROM articles'''
while not stop.exists():
    with open_published(published) as connection:
        counts = set(connection.execute(SQL).fetchone())
        found = find_in(connection, index, "harbour", Filters(), 5)
        assert len(found.hits) <= 5
        # the file stays what it is while it is open
        assert set(connection.execute(SQL).fetchone()) == counts
    assert len(counts) == 1, counts
    seen |= counts
    asked += 1
    ready.touch()
    time.sleep(1)  # or they leave a small machine nothing to write with
print(json.dumps({"asked": asked, "seen": sorted(seen)}))
"""


@pytest.mark.long
@pytest.mark.timeout(300)
def test_readers_see_whole_runs_and_no_error_while_others_write(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, batch_size=BATCH)
    published, index = settings.published_path, settings.search_path
    assert index is not None

    def run(number: int) -> None:
        pages = [extraction(f"{number}-{one}", f"{number} {one}") for one in range(2 * BATCH)]
        # two batches, of which no reader sees one alone
        store(settings, pages[:BATCH], pages[BATCH:])
        assert refresh(settings)

    run(0)
    stop = tmp_path / "stop"
    ready = [tmp_path / f"ready-{number}" for number in range(READERS)]
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(published), str(index), str(mark), str(stop)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for mark in ready
    ]
    try:
        number = 0
        # every reader has read during a run before the last ones are written
        while number < RUNS or not all(mark.exists() for mark in ready):
            number += 1
            run(number)
            assert all(reader.poll() is None for reader in readers), readers
    finally:
        stop.touch()
    for reader in readers:
        out, err = reader.communicate(timeout=120)
        assert (reader.returncode, err) == (0, "")
        told = json.loads(out)
        assert told["asked"] > 0
        assert all(count % (2 * BATCH) == 0 for count in told["seen"])
    assert len({path.stat().st_ino for path in published.parent.glob("news.duckdb*")}) == 1
