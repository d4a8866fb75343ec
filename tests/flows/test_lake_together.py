"""Four processes store into one lake at once, while somebody reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from flows.ingesting import run_ingest
from flows.loading import run_load
from schemas.settings import Settings, load_settings
from sources.newsroom.server import Newsroom, open_newsroom
from tests.conftest import ROOT
from tests.ingested import ask, assert_sound, configure
from tests.invented import body
from tests.invocation import Newswell
from tests.lakes import BUCKET, Postgres
from warehouse.connect import is_there, open_published
from warehouse.migrate import migrations, schema_version

OUTLETS = ("gazette", "wire")
#: Enough for several batches from each process, most of them met by two processes.
RECORDS, EACH, BATCH = 72, 48, 24


def record(number: int) -> dict[str, str]:
    """Every tenth repeats the words of the one before it at another address."""
    label = f"quay {number - 1 if number % 10 == 9 else number}"
    return {
        "url": f"https://news.example/{number}",
        "title": f"The {label}",
        "text": body(label),
        "date": f"2026-03-{number % 28 + 1:02}",
    }


@pytest.fixture(name="newsroom", scope="module")
def _newsroom() -> Iterator[Newsroom]:
    with open_newsroom(outlets=OUTLETS) as newsroom:
        yield newsroom


@pytest.fixture(name="files", scope="module")
def _files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two files of records, a third of which is in both."""
    folder = tmp_path_factory.mktemp("records")
    files = []
    for name, first in (("one", 0), ("two", RECORDS - EACH)):
        lines = [json.dumps(record(number)) for number in range(first, first + EACH)]
        files.append(folder / f"{name}.jsonl")
        files[-1].write_text("\n".join(lines) + "\n", encoding="utf-8")
    return files


class Machine:
    """A folder with a configuration of its own, as on another machine, and one shared lake."""

    def __init__(self, folder: Path, newsroom: Newsroom, environment: dict[str, str]) -> None:
        folder.mkdir()
        self.folder = folder
        self.settings = configure(
            folder, [newsroom.source(name) for name in OUTLETS], batch_size=BATCH
        )
        kept = {key: value for key, value in os.environ.items() if not key.startswith("NEWSWELL_")}
        kept.pop("PREFECT_API_URL", None)
        self._environment = {**kept, "PYTHONPATH": str(ROOT), **environment}

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """A command that is running."""
        return subprocess.Popen(
            [sys.executable, "-c", "from flows.cli import main; main()", *map(str, arguments)],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@contextmanager
def reading(settings: Settings) -> Iterator[list[tuple[int, int, int]]]:
    """Reads in a loop until the block ends; what each look at the lake saw."""
    seen: list[tuple[int, int, int]] = []
    ended = threading.Event()
    trouble: list[BaseException] = []

    def read() -> None:
        sql = """SELECT (SELECT coalesce(sum(stored), 0)::BIGINT FROM runs),
            (SELECT count(*) FROM articles),
            (SELECT count(DISTINCT article_id) FROM article_versions)"""
        try:
            while not ended.wait(0.2):  # or it leaves the four less than their share
                # whoever comes first makes the lake, and then its tables
                if not is_there(settings.published_path):
                    continue
                with open_published(settings.published_path) as connection:
                    if schema_version(connection) == migrations()[-1].version:
                        seen.extend(connection.execute(sql).fetchall())
        except BaseException as error:  # noqa: BLE001 - raised again in the test's own thread
            trouble.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()
    assert trouble == []


def amounts_to(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """What is stored, but for the times at which it was read and by which run."""
    queries = {
        "articles": """SELECT article_id, url, source_id, title, body, version, status,
            duplicate_of, published_at FROM articles""",
        "versions": "SELECT article_id, version, title, body FROM article_versions",
        "duplicates": "SELECT article_id, duplicate_of, kind FROM duplicates",
        "fates": "SELECT url, fate, article_id FROM ops.candidates",
        "prints": "SELECT article_id, body_hash FROM ops.fingerprints",
    }
    return {
        name: sorted(tuple(map(repr, row.values())) for row in ask(settings, sql))
        for name, sql in queries.items()
    }


@pytest.mark.long
@pytest.mark.timeout(480)
def test_four_at_once_lose_and_double_nothing(
    tmp_path: Path,
    newsroom: Newsroom,
    files: list[Path],
    postgres: Postgres,
    s3: str,
    monkeypatch: pytest.MonkeyPatch,
    newswell: Newswell,
) -> None:
    alone = Machine(tmp_path / "alone", newsroom, {}).settings
    run_ingest(alone, everything=True)
    run_load(alone, [str(file) for file in files])

    shared = {
        "NEWSWELL_WAREHOUSE__PATH": f"ducklake:postgres:{postgres.new_database()}",
        "NEWSWELL_WAREHOUSE__DATA": f"s3://{BUCKET}/{tmp_path.name}",
        "NEWSWELL_WAREHOUSE__S3_ENDPOINT": s3,
        "AWS_ACCESS_KEY_ID": "a key",
        "AWS_SECRET_ACCESS_KEY": "a secret",
    }
    machines = [Machine(tmp_path / name, newsroom, shared) for name in "abcd"]
    for name, value in shared.items():
        monkeypatch.setenv(name, value)
    settings = load_settings(tmp_path / "a" / "newswell.toml")
    with reading(settings) as seen:
        work: list[tuple[str | Path, ...]] = [
            ("ingest", "--all"),
            ("ingest", "--all"),
            ("load", files[0]),
            ("load", files[1]),
        ]
        running = [one.start(*what) for one, what in zip(machines, work, strict=True)]
        for process in running:
            _, complained = process.communicate(timeout=420)
            assert process.returncode == 0, complained

    assert [one for one in seen if len(set(one)) > 1] == []
    assert len({articles for _, articles, _ in seen}) > 3
    assert amounts_to(settings) == amounts_to(alone)
    assert_sound(settings)
    statuses = ask(settings, "SELECT status FROM runs")
    assert [row["status"] for row in statuses] == ["done"] * 4

    def said(*arguments: str) -> str:
        done = newswell(*arguments, cwd=tmp_path / "a", **shared)
        assert done.code == 0, done.err
        return done.out

    assert "is sound" in said("doctor")
    (count,) = ask(settings, "SELECT count(*) AS n FROM articles")
    assert json.loads(said("--json", "query", "SELECT count(*) AS n FROM articles")) == [count]
    assert "readers open ducklake:postgres:dbname=" in said("publish")
    assert "wire" in said("sources", "list")
    told = json.loads(said("--json", "status"))
    assert {row["source"] for row in told["sources"]} >= {*OUTLETS, "files"}
    assert [size > 10_000 for size in told["bytes"].values()] == [True]
