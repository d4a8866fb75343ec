"""A takedown: nothing of it is left anywhere, everything else is, and it does not come back."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

import flows.forgetting
from flows.forgetting import Forgotten, complete, expire, forget, preview
from flows.ingesting import run_ingest
from flows.loading import run_load
from flows.maintaining import run_maintain
from flows.surroundings import check_takedown
from schemas.document import Document
from schemas.location import Lake
from schemas.settings import Settings
from schemas.source import Source
from sources.archive import ArchiveBusyError, Maker, locked, read_place
from sources.newsroom.exchange import Page, Reply
from sources.newsroom.server import Newsroom, open_newsroom
from sources.reading import Reading
from tests.ingested import MAY, MovedClock, article_page, ask, assert_sound, configure, fates, rss
from tests.invented import copied
from tests.invocation import Newswell
from tests.lakes import Postgres, catalog_holders, parquet_holders
from warehouse.affected import Target
from warehouse.connect import look_at_warehouse
from warehouse.export import read_manifest
from warehouse.search import Filters, find

Pages = dict[str, Reply | Page]
#: A word that no page, program or library has.
SECRET = "Quorvexa"
ARTICLES = {"/1": article_page("ferries"), "/2": article_page(SECRET), "/3": article_page("lakes")}


@dataclass(frozen=True)
class Air:
    """Two outlets and what they show."""

    newsroom: Newsroom
    pages: dict[str, Pages]

    def show(self, host: str, articles: Pages) -> Source:
        """Puts articles and a feed of them on the air."""
        titles = {self.newsroom.url(host, path): f"Story {path}" for path in articles}
        self.pages[host].update({**articles, "/feed.xml": rss(titles)})
        return Source(id=host, feeds=(self.newsroom.url(host, "/feed.xml"),))


@pytest.fixture(name="station", scope="module")
def _station() -> Iterator[Air]:
    pages: dict[str, Pages] = {"gazette": {}, "courier": {}}
    with open_newsroom(outlets=(), hosts=pages) as newsroom:
        yield Air(newsroom, pages)


@pytest.fixture(name="air")
def _air(station: Air) -> Air:
    """With nothing on it yet."""
    for pages in station.pages.values():
        pages.clear()
    station.newsroom.forget_requests()
    return station


@pytest.fixture(name="newsroom")
def _newsroom(air: Air) -> Newsroom:
    return air.newsroom


def show_all(air: Air) -> list[Source]:
    """Three articles of the Gazette, the second one a secret, which the Courier copied."""
    copy = article_page(SECRET, head="<meta name='x' content='copy'>")
    return [
        air.show("gazette", dict(ARTICLES)),
        air.show("courier", {"/copy": copy, "/own": article_page("bridges")}),
    ]


@pytest.fixture(name="ingested", scope="module")
def _ingested(station: Air, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = configure(tmp_path_factory.mktemp("ingested"), show_all(station))
    run_ingest(settings, clock=MovedClock())
    return settings


@pytest.fixture(name="settings")
def _settings(air: Air, ingested: Settings, tmp_path: Path) -> Settings:
    """All that was on the air, stored and published."""
    show_all(air)
    return copied(ingested, tmp_path)


def holders(folder: Path, word: str = SECRET) -> list[str]:
    """The files below a folder in which a word is, packed or not, in whatever case."""

    def content(path: Path) -> bytes:
        raw = path.read_bytes()
        return gzip.decompress(raw) if path.suffix == ".gz" else raw

    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(path.name for path in files if word.lower().encode() in content(path).lower())


def both(newsroom: Newsroom) -> list[Target]:
    """The secret and its copy."""
    urls = (newsroom.url("gazette", "/2"), newsroom.url("courier", "/copy"))
    return [Target(kind="url", value=url) for url in urls]


def titles(settings: Settings) -> list[str]:
    rows = ask(settings, "SELECT title FROM articles ORDER BY title")
    return [row["title"].rpartition(" ")[2] for row in rows]


def assert_readable(settings: Settings) -> None:
    """Every fetch refers to its own record of the archive."""
    reading = Reading(source_id="any", max_bytes=1_000_000, seen_at=MAY)
    rows = ask(settings, "SELECT url, sha256, archive_file, archive_offset FROM fetches")
    assert rows
    for row in rows:
        folder = settings.resolve(settings.archive.path)
        found = read_place(folder, row["archive_file"], row["archive_offset"], reading)
        assert isinstance(found, Document)
        assert (found.url, found.sha256) == (row["url"], row["sha256"])


def hashes(settings: Settings) -> tuple[int, int]:
    """How many hashes are remembered, and how many of texts that are gone."""
    with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        ((every, stale),) = connection.execute(
            """SELECT count(*), count(*) FILTER (number NOT IN (SELECT number FROM ops.texts))
            FROM (FROM ops.shingles UNION ALL FROM ops.landmarks)"""
        ).fetchall()
    return every, stale


def test_nothing_of_it_is_left(settings: Settings, newsroom: Newsroom, tmp_path: Path) -> None:
    assert len(holders(tmp_path)) >= 3  # warehouse, published file, archive
    before, _ = hashes(settings)
    gone = forget(settings, both(newsroom), MovedClock())
    after, stale = hashes(settings)
    assert (after < before, stale) == (True, 0)
    assert len(gone.articles) == 2
    assert gone.records == 4  # of each page its answer and its question
    assert holders(tmp_path) == []
    assert titles(settings) == ["bridges", "ferries", "lakes"]
    assert_sound(settings)
    assert_readable(settings)
    assert settings.search_path is not None
    found = find(settings.published_path, settings.search_path, SECRET, Filters(), 10)
    assert (found.total, found.behind) == (0, False)
    assert find(settings.published_path, settings.search_path, "lakes", Filters(), 10).total == 1


def test_it_does_not_come_back(
    air: Air, settings: Settings, newsroom: Newsroom, tmp_path: Path
) -> None:
    forget(settings, both(newsroom), MovedClock())
    secret = newsroom.url("gazette", "/2")
    asked = len(newsroom.asked("gazette", "/2"))
    run_ingest(settings, everything=True, clock=MovedClock(MAY + timedelta(hours=2)))
    assert len(newsroom.asked("gazette", "/2")) == asked
    # by another address that leads there, of which nothing is archived
    moved = Reply(status=301, headers=(("Location", secret),))
    air.show("courier", {"/short": moved})
    run_ingest(settings, everything=True, clock=MovedClock(MAY + timedelta(hours=4)))
    assert fates(settings)[newsroom.url("courier", "/short")] == ("forgotten", "taken-down")
    assert holders(tmp_path) == []
    # and by a file that says it is that page
    page = ARTICLES["/2"].body.replace(
        b"</head>", f'<link rel="canonical" href="{secret}"></head>'.encode()
    )
    file = tmp_path / "saved.html"
    file.write_bytes(page)
    report = run_load(settings, [str(file)], clock=MovedClock())
    file.unlink()
    assert report.counts.rejected == report.counts.discovered == 1
    assert report.reasons == {"taken-down": 1}
    told = fates(settings)
    assert told[secret] == ("forgotten", "taken-down")
    assert told[f"file:{file}"] == ("forgotten", "taken-down")
    assert titles(settings) == ["bridges", "ferries", "lakes"]
    assert holders(tmp_path) == []
    assert_sound(settings)


def test_a_copy_under_another_address_stays_and_is_named(
    settings: Settings, newsroom: Newsroom
) -> None:
    (before,) = ask(settings, "SELECT duplicate_of, article_id FROM duplicates")
    gone = forget(settings, both(newsroom)[:1], MovedClock())
    assert [one.url for one in gone.copies] == [newsroom.url("courier", "/copy")]
    assert ask(settings, "FROM duplicates") == []
    assert len(ask(settings, "FROM unique_articles")) == 4
    assert_sound(settings)
    assert before["duplicate_of"] is not None


@pytest.mark.parametrize("kind", ["domain", "source"])
def test_a_domain_and_a_source(
    air: Air, settings: Settings, newsroom: Newsroom, tmp_path: Path, kind: str
) -> None:
    host = newsroom.url("gazette", "/").split("/")[2].partition(":")[0]
    value = host if kind == "domain" else "gazette"
    gone = forget(settings, [Target.model_validate({"kind": kind, "value": value})], MovedClock())
    assert len(gone.articles) == 3
    assert titles(settings) == [SECRET, "bridges"]
    assert holders(tmp_path, "ferries") == holders(tmp_path, "lakes") == []
    air.show("gazette", {"/4": article_page("seas")})
    run_ingest(settings, everything=True, clock=MovedClock(MAY + timedelta(hours=2)))
    assert newsroom.asked("gazette", "/4") == ()
    assert fates(settings)[newsroom.url("gazette", "/4")] == ("forgotten", "taken-down")
    assert_sound(settings)
    assert_readable(settings)


STEPS = ["write", "remove_files", "compact_file", "refresh"]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_is_completed_by_running_again(
    air: Air,
    settings: Settings,
    newsroom: Newsroom,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    moment: str,
) -> None:
    done: Callable[..., Any] = getattr(flows.forgetting, step)

    def break_off(*arguments: Any, **named: Any) -> None:
        if moment == "after":
            done(*arguments, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(flows.forgetting, step, break_off)
        with pytest.raises(KeyboardInterrupt):
            forget(settings, both(newsroom), MovedClock())
    assert_sound(settings)
    assert_readable(settings)
    # a run in between goes on with whatever files there are
    air.show("courier", {"/new": article_page("seas")})
    run_ingest(settings, everything=True, clock=MovedClock(MAY + timedelta(hours=2)))
    forget(settings, both(newsroom), MovedClock())
    assert holders(tmp_path) == []
    assert titles(settings) == ["bridges", "ferries", "lakes", "seas"]
    assert_sound(settings)
    assert_readable(settings)


def test_a_running_ingest_is_waited_for_by_nobody(settings: Settings, newsroom: Newsroom) -> None:
    folder = settings.resolve(settings.archive.path)
    with locked(folder, Maker().name), pytest.raises(ArchiveBusyError):
        forget(settings, both(newsroom), MovedClock())


def test_a_preview_changes_nothing(settings: Settings, newsroom: Newsroom, tmp_path: Path) -> None:
    before = holders(tmp_path)
    found = preview(settings, both(newsroom), lambda _count: None)
    assert (len(found.articles), found.records) == (2, 4)
    assert holders(tmp_path) == before
    assert len(titles(settings)) == 5


def test_retention_by_source(settings: Settings, newsroom: Newsroom, tmp_path: Path) -> None:
    kept = [
        source.model_copy(update={"retention": "30d" if source.id == "gazette" else ""})
        for source in settings.sources
    ]
    folder = settings._folder
    settings = settings.model_copy(update={"sources": tuple(kept)})
    settings._folder = folder
    assert expire(settings, MovedClock(MAY + timedelta(days=29))) == Forgotten()
    gone = expire(settings, MovedClock(MAY + timedelta(days=31)))
    assert len(gone.articles) == 3
    assert titles(settings) == [SECRET, "bridges"]
    assert holders(tmp_path, "lakes") == []
    assert fates(settings)[newsroom.url("gazette", "/1")] == ("forgotten", "expired")
    run_ingest(settings, everything=True, clock=MovedClock(MAY + timedelta(days=31)))
    assert titles(settings) == [SECRET, "bridges"]
    assert_sound(settings)


def test_from_the_command_line(newswell: Newswell, tmp_path: Path) -> None:
    record = {"url": "https://a.example/1", "title": SECRET, "text": "One two three. " * 30}
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.jsonl").write_text(json.dumps(record))
    assert newswell("load", "in").code == 0
    url = record["url"]
    nobody = newswell("forget", url)
    assert (nobody.code, nobody.err.count("\n")) == (2, 1)
    assert "--yes" in nobody.err
    dry = newswell("forget", url, "--dry-run")
    assert dry.code == 0
    assert f"{SECRET}: {url}" in dry.out
    assert newswell("--json", "search", SECRET).json["total"] == 1
    told = newswell("forget", url, "--yes")
    assert told.code == 0
    assert "Forgotten: 1 article, 1 version, 2 addresses, 0 archive records." in told.out
    assert holders(tmp_path / "data") == []
    again = newswell("load", "in")
    assert "taken-down: 1 refused again" in again.out
    assert "FROM rejects" not in again.out
    fate = newswell("query", "--format", "csv", "SELECT fate, reason FROM url_fate")
    assert fate.out == "fate,reason\nforgotten,taken-down\n"
    assert newswell("doctor").code == 0


def test_a_file_is_named_by_its_path(newswell: Newswell, tmp_path: Path) -> None:
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(f"{SECRET} opens\n\n{'A harbour opened again. ' * 12}\n")
    assert newswell("load", "one.txt", "two.txt").code == 0
    told = newswell("forget", "one.txt", "--yes")
    assert told.code == 0
    assert f"What repeats it under other addresses stays:\n  {SECRET} opens: two.txt" in told.out
    fates = newswell("--json", "query", "SELECT fate FROM url_fate ORDER BY url").json
    assert [row["fate"] for row in fates] == ["forgotten", "stored"]
    assert newswell("doctor").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name one thing to forget"),
        (["https://a.example/1", "--source", "a"], "name one thing"),
        (["--domain", "https://a.example/"], "write a domain"),
    ],
)
def test_mistakes(newswell: Newswell, arguments: list[str], said: str) -> None:
    told = newswell("forget", *arguments)
    assert told.code == 2
    assert said in told.err


def test_a_lake_keeps_nothing_of_it(
    air: Air, newsroom: Newsroom, tmp_path: Path, postgres: Postgres
) -> None:
    sources = [air.show("gazette", dict(ARTICLES))]
    settings = configure(tmp_path, sources)
    lake = f"ducklake:postgres:{postgres.new_database()}"
    warehouse = settings.warehouse.model_copy(update={"path": lake})
    shared = settings.model_copy(update={"warehouse": warehouse})
    run_ingest(shared, clock=MovedClock())
    where = shared.warehouse_path
    assert isinstance(where, Lake)
    assert "articles" in parquet_holders(Path(where.data), SECRET)
    assert catalog_holders(where, SECRET)
    # broken off, it is completed by the next one: the archive is clean by then, the lake is not
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flows.forgetting, "purge_lake", _die)
        with pytest.raises(RuntimeError):
            forget(shared, both(newsroom)[:1], MovedClock())
    assert [one.name for one in check_takedown(shared)] == ["every takedown is complete"]
    done = complete(shared, MovedClock())
    assert done is not None
    assert parquet_holders(Path(where.data), SECRET) == set()
    assert catalog_holders(where, SECRET) == []
    assert holders(tmp_path) == []
    assert check_takedown(shared) == []
    assert titles(shared) == ["ferries", "lakes"]
    run_ingest(shared, everything=True, clock=MovedClock(MAY + timedelta(hours=2)))
    assert titles(shared) == ["ferries", "lakes"]
    assert_sound(shared)
    # retention by the same way
    keep = tuple(one.model_copy(update={"retention": "1d"}) for one in shared.sources)
    short = shared.model_copy(update={"sources": keep})
    assert len(expire(short, MovedClock(MAY + timedelta(days=30))).articles) == 2
    assert titles(shared) == []
    assert parquet_holders(Path(where.data), "ferries") == set()


def _die(*_arguments: object) -> None:
    raise RuntimeError


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_what_was_exported_goes_too(
    settings: Settings, newsroom: Newsroom, tmp_path: Path, newswell: Newswell, form: str
) -> None:
    del settings
    assert newswell("export", "--to", "out", "--format", form).code == 0
    assert newswell("export", "--to", "gone").code == 0
    shutil.rmtree(tmp_path / "gone")
    assert holders_of_titles(tmp_path / "out", form) == {"bridges", "ferries", "lakes", SECRET}
    urls = [target.value for target in both(newsroom)]
    told = [newswell("forget", url, "--yes") for url in urls]
    assert [one.code for one in told] == [0, 0]
    assert "The export in" in told[0].out
    assert holders_of_titles(tmp_path / "out", form) == {"bridges", "ferries", "lakes"}
    manifest = read_manifest(tmp_path / "out")
    assert manifest is not None
    assert sum(part.articles for part in manifest.months.values()) == 3
    assert not (tmp_path / "gone").exists()


def test_the_nights_report_is_without_it(
    settings: Settings, newsroom: Newsroom, tmp_path: Path
) -> None:
    assert not run_maintain(settings, clock=MovedClock()).failed
    assert "report.html" in holders(tmp_path)
    forget(settings, both(newsroom), MovedClock())
    assert (tmp_path / "data" / "report.html").is_file()
    assert holders(tmp_path) == []


def test_what_nobody_has_is_not_called_forgotten(newswell: Newswell, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(f"{SECRET} opens\n\n{'A harbour opened again. ' * 12}\n")
    assert newswell("load", "one.txt").code == 0
    told = newswell("forget", "--source", "mistyped", "--yes")
    assert told.code == 0
    assert told.out.startswith("Nothing was taken out: nothing is kept of source mistyped.\n")
    assert "Forgotten" not in told.out


def holders_of_titles(folder: Path, form: str) -> set[str]:
    """The last words of the titles in an export."""
    files = [str(path) for path in (folder / "articles").rglob(f"*.{form}")]
    read = "read_parquet" if form == "parquet" else "read_json_auto"
    column = "title" if form == "parquet" else "headline"
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT {column} FROM {read}(?)", [files]).fetchall()
    return {row[0].rpartition(" ")[2] for row in rows}
