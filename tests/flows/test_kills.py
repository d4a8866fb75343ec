from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from schemas.settings import Settings, load_settings
from tests.invented import ask, body, rows
from warehouse.checks import run_checks
from warehouse.connect import open_warehouse
from warehouse.migrate import migrations, schema_version
from warehouse.query import query

ROOT = Path(__file__).parent.parent.parent
PAGES = 60
KILLS = 3


def page(number: int) -> str:
    """Every tenth page repeats the one before it, every fifteenth holds no article."""
    if number % 15 == 14:
        return "<html><head><title>Nothing</title></head><body><p>Soon.</p></body></html>"
    label = f"quay {number - 1 if number % 10 == 9 else number}"
    paragraphs = "".join(f"<p>{text}</p>" for text in body(label).split("\n\n") * 2)
    return (
        f'<html lang="en"><head><title>The {label}</title>'
        f'<link rel="canonical" href="https://news.example/{number}">'
        f'<meta property="article:published_time" content="2026-03-{number % 28 + 1:02}T10:00:00Z">'
        f"</head><body><article><h1>The {label}</h1>{paragraphs}</article></body></html>"
    )


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for number in range(PAGES):
        (folder / f"{number:03}.html").write_text(page(number), encoding="utf-8")
    return folder


def start(pages: Path, folder: Path) -> subprocess.Popen[bytes]:
    folder.mkdir(exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("NEWSWELL_")}
    kept.pop("PREFECT_API_URL", None)
    return subprocess.Popen(
        [sys.executable, "-c", "from flows.cli import main; main()", "load", str(pages)],
        cwd=folder,
        env={
            **kept,
            "PYTHONPATH": str(ROOT),
            "PREFECT_HOME": str(folder),
            "NEWSWELL_EXTRACT__BATCH_SIZE": "5",
            "NEWSWELL_EXTRACT__WORKERS": "1",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the run alone, as a machine that runs out of memory does it."""
    with psutil.Process(process.pid).oneshot():
        workers = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait(20)
    _, alive = psutil.wait_procs(workers, timeout=20)
    for worker in alive:
        worker.kill()
    assert not alive


def amounts_to(settings: Settings) -> dict[str, list[str]]:
    """What is stored, but for the times at which it was read, and the ids of stories, which are
    made of the article that was read first.
    """
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        times = ["first_seen_at", "last_seen_at", "content_changed_at"]
        return {
            "articles": rows(connection, "articles", [*times, "story_id"]),
            "stories": [
                repr(row)
                for row in connection.execute(
                    "SELECT list(article_id ORDER BY article_id) AS members FROM articles"
                    " GROUP BY story_id ORDER BY members"
                ).fetchall()
            ],
            "article_versions": rows(connection, "article_versions", ["valid_from"]),
            "duplicates": rows(connection, "duplicates", ["decided_at"]),
            "rejects": rows(connection, "rejects", ["run_id", "rejected_at"]),
            "fetches": rows(connection, "fetches", ["run_id", "seen_at"]),
            "ops.candidates": rows(connection, "ops.candidates", ["discovered_at", "since"]),
            "ops.fingerprints": rows(connection, "ops.fingerprints"),
        }


def look_over(settings: Settings) -> int:
    """Checks the warehouse and the published file after a kill; how many articles there are."""
    if not settings.warehouse_path.exists():
        return 0
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        if schema_version(connection) < migrations()[-1].version:
            return 0
        assert run_checks(connection) == []
    if settings.published_path.exists():
        assert query(settings.published_path, "FROM url_fate").rows
    ((stored, counted),) = ask(
        settings, "SELECT (SELECT count(*) FROM articles), (SELECT sum(stored) FROM runs)"
    )
    assert stored == counted
    return int(stored)


def wait_for_writes(process: subprocess.Popen[bytes], settings: Settings, count: int) -> bool:
    """Until the warehouse was seen to change so often; False if the run ended before."""
    path = settings.warehouse_path
    before = None
    while process.poll() is None:
        now = path.stat().st_mtime_ns if path.exists() else None
        count -= now != before
        before = now
        if count < 0:
            return True
        time.sleep(0.002)
    return False


@pytest.mark.long
def test_a_run_that_is_killed_again_and_again_ends_as_one_that_is_not(
    tmp_path: Path, pages: Path
) -> None:
    calm, shaken = (load_settings(start=tmp_path / name) for name in ("calm", "shaken"))
    with start(pages, tmp_path / "calm") as undisturbed:
        assert undisturbed.wait(120) == 1
    assert look_over(calm) == PAGES - PAGES // 15
    chance = random.Random(20260301)
    stored, killed = [0], 0
    for _ in range(KILLS):
        with start(pages, tmp_path / "shaken") as process:
            # a batch changes the file once or twice, and there are twelve of them
            if wait_for_writes(process, shaken, chance.randint(0, 24)):
                time.sleep(chance.uniform(0, 0.05))
                kill(process)
                killed += 1
        stored.append(look_over(shaken))
    assert stored == sorted(stored)
    with start(pages, tmp_path / "shaken") as last:
        assert last.wait(120) == 1
    assert look_over(shaken) == PAGES - PAGES // 15
    assert amounts_to(shaken) == amounts_to(calm)
    statuses = ask(shaken, "SELECT status, count(*) FROM runs GROUP BY ALL ORDER BY ALL")
    crashed = dict(statuses).get("crashed", 0)
    # a kill may come before the run is entered, or after its end
    assert 0 < crashed <= killed
    assert dict(statuses).keys() == {"crashed", "done"}
    assert not ask(shaken, "FROM ops.processes")
