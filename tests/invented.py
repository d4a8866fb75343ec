"""Invented articles, as a run hands them to the warehouse, and the warehouse as it is then."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from dedup import fingerprint
from extractors.words import count_words
from flows.batch import store_batch
from flows.outcome import Known, Outcome
from flows.pool import Extraction
from flows.run import begin_run, bring_up_to_date, finish_run
from schemas.address import article_id, canonical_url
from schemas.article import Article
from schemas.document import Document, Kind, digest, document_id
from schemas.location import Location
from schemas.records import TABLES
from schemas.rejection import Reason, Rejection
from schemas.run import RunReport
from schemas.settings import ExtractSettings, Settings, WarehouseSettings, load_settings
from schemas.source import Source
from warehouse.checks import run_checks
from warehouse.connect import Connection, open_warehouse

_WORDS = [
    "anchor",
    "barge",
    "bridge",
    "buoy",
    "cable",
    "canal",
    "captain",
    "cargo",
    "channel",
    "chart",
    "coast",
    "crane",
    "crew",
    "current",
    "deck",
    "dock",
    "dredger",
    "estuary",
    "ferry",
    "fleet",
    "flood",
    "fog",
    "gale",
    "gangway",
    "harbour",
    "hatch",
    "hull",
    "island",
    "jetty",
    "keel",
    "ladder",
    "lantern",
    "lighthouse",
    "lock",
    "marina",
    "mast",
    "mooring",
    "mudflat",
    "oar",
    "pier",
    "pilot",
    "port",
    "quay",
    "raft",
    "reef",
    "rigging",
    "river",
    "rope",
    "rudder",
    "sail",
    "sandbank",
    "shallows",
    "shipyard",
    "slipway",
    "storm",
    "strait",
    "tide",
    "tiller",
    "toll",
    "towpath",
    "tug",
    "vessel",
    "wharf",
    "winch",
    "wreck",
]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SOURCE = Source(id="gazette", publisher="The Gazette")


def clock() -> datetime:
    """A clock that stands still."""
    return NOW


def settings_in(
    folder: Path, *, lock_timeout: float = 30.0, batch_size: int = 200, workers: int = 1
) -> Settings:
    """Settings whose files lie in a folder."""
    settings = load_settings(start=folder)
    changed = settings.model_copy(
        update={
            "warehouse": WarehouseSettings(lock_timeout=lock_timeout),
            "extract": ExtractSettings(batch_size=batch_size, workers=workers, timeout=20),
        }
    )
    changed._folder = folder
    return changed


def body(label: str) -> str:
    """A text of its own for each label, long enough to be compared without its title."""
    chance = Random(label)
    return "\n\n".join(
        f"On {label} the {number} speaker said {' '.join(chance.choices(_WORDS, k=32))}."
        for number in ("first", "second", "third")
    )


def extraction(
    name: str,
    text: str = "first",
    *,
    captured: int | None = None,
    published: int | None = None,
    title: str = "Council puts off its decision",
    shout: bool = False,
    more: str = "",
) -> Extraction:
    """The extraction of a page of news.example.

    `captured` is the hour of its capture (None: a file of unknown age), `published` the day;
    `shout` spells the same words in capitals; `more` is a paragraph at its end.
    """
    url = f"https://news.example/{name}"
    canonical = canonical_url(url)
    said = body(text).upper() if shout else body(text)
    said += f"\n\n{more}" if more else ""
    content = f"{title}\n{said}\n{published}".encode()
    moment = None if captured is None else NOW + timedelta(days=-90, hours=captured)
    requested = url if moment else f"file:/news/{name}-{text}-{shout}-{len(more)}.html"
    document = Document(
        document_id=document_id(requested, digest(content), moment),
        url=url,
        requested_url=requested,
        source_id=SOURCE.id,
        kind=Kind.HTML,
        content=b"",
        sha256=digest(content),
        seen_at=NOW,
        captured_at=moment,
    )
    day = None if published is None else NOW.replace(hour=0) + timedelta(days=published - 60)
    article = Article(
        article_id=article_id(canonical),
        url=url,
        requested_url=requested,
        canonical_url=canonical,
        source_id=SOURCE.id,
        document_id=document.document_id,
        title=title,
        body=said,
        word_count=count_words(said),
        authors=("Ada Quill", "Ben Inkwell"),
        published_at=day,
        published_on=day.date() if day else None,
        published_precision="day" if day else None,
        provenance={"title": "h1", "removed": []},
    )
    return Extraction(
        document=document, size=len(content), result=article, fingerprint=fingerprint(title, said)
    )


def rejection(name: str, reason: Reason = Reason.NO_ARTICLE) -> Rejection:
    """A page of news.example that was refused."""
    return Rejection(
        url=f"https://news.example/{name}",
        source_id=SOURCE.id,
        stage="extract",
        reason=reason,
        detail="nothing to read",
    )


def known(one: Extraction) -> Known:
    """The same document, met again."""
    assert isinstance(one.result, Article)
    return Known(
        url=one.document.requested_url,
        source_id=one.document.source_id,
        document_id=one.document.document_id,
        article_id=one.result.article_id,
        seen_at=one.document.seen_at,
        is_anew=one.document.captured_at is None,
    )


@cache
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "empty.duckdb")
        with open_warehouse(path, WarehouseSettings()) as connection:
            bring_up_to_date(connection, NOW)
        return path.read_bytes()


def lay_out(location: Location) -> None:
    """Puts a warehouse with every table and no row where no file is yet, as a first run does:
    applying all migrations is a third of what a small test takes.
    """
    if isinstance(location, Path) and not location.exists():
        location.parent.mkdir(parents=True, exist_ok=True)
        location.write_bytes(_empty())


def copied(made: Settings, folder: Path) -> Settings:
    """The same in another folder: what many tests begin with is stored once."""
    assert made._folder is not None
    shutil.copytree(made._folder, folder, dirs_exist_ok=True)
    settings = made.model_copy()
    settings._folder = folder
    return settings


def begin(settings: Settings) -> RunReport:
    """A run of the one source."""
    lay_out(settings.warehouse_path)
    return begin_run(settings, "load", [SOURCE], {}, clock)


def store(settings: Settings, *batches: Sequence[Outcome]) -> RunReport:
    """A whole run over the batches."""
    run = begin(settings)
    for batch in batches:
        run = store_batch(settings, run, batch, clock)
    return finish_run(settings, run, "done", clock)


def ask(settings: Settings, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """The rows of a query on the warehouse."""
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        return connection.execute(sql, list(parameters)).fetchall()


def dump(settings: Settings) -> dict[str, list[str]]:
    """Everything in every table, in an order that depends on the content alone."""
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        return {table: rows(connection, table) for table in TABLES}


def rows(connection: Connection, table: str, without: Iterable[str] = ()) -> list[str]:
    """The rows of a table as text, sorted; columns in `without` left out."""
    left_out = ", ".join(without)
    columns = f"* EXCLUDE ({left_out})" if left_out else "*"
    found = connection.execute(f"SELECT {columns} FROM {table}").fetchall()
    return sorted(map(repr, found))


def contents(settings: Settings) -> dict[str, list[str]]:
    """What the batches amount to: no run, and no time at which something was decided."""
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        return {
            "articles": rows(connection, "articles"),
            "article_versions": rows(connection, "article_versions"),
            "duplicates": rows(connection, "duplicates", ["decided_at"]),
            "ops.fingerprints": rows(connection, "ops.fingerprints"),
            "fetches": rows(connection, "fetches", ["run_id"]),
        }


def unused_folder(parent: Path) -> Path:
    """A new folder: hypothesis runs one test many times in the same `tmp_path`."""
    folder = parent / uuid4().hex
    folder.mkdir()
    return folder


def sound(settings: Settings) -> bool:
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        assert run_checks(connection) == []
    return True
