from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from flows.batch import Clock, store_batch
from flows.loading import run_load
from flows.outcome import Known, Outcome
from flows.pool import Extraction
from flows.run import finish_run, process
from schemas.document import Document, Kind
from schemas.rejection import Rejection
from schemas.run import RunReport
from schemas.settings import Settings
from sources.reading import Reading
from tests.invented import ask, begin, body, clock, contents, rejection, settings_in
from tests.invocation import Newswell
from warehouse.checks import run_checks
from warehouse.connect import WarehouseError, open_warehouse
from warehouse.query import query

READING = Reading(source_id="gazette", max_bytes=1_000_000, seen_at=clock())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, batch_size=4)


def page(number: int) -> Document:
    label = f"quay {number}"
    paragraphs = "".join(f"<p>{text}</p>" for text in body(label).split("\n\n") * 2)
    content = f"<html><body><article><h1>The {label}</h1>{paragraphs}</article></body></html>"
    return READING.document(f"file:/news/{number}.html", Kind.HTML, content.encode())


class Journal:
    """Stores batches and remembers what was in them."""

    def __init__(self) -> None:
        self.batches: list[Sequence[Outcome]] = []

    def store(
        self, settings: Settings, run: RunReport, outcomes: Sequence[Outcome], clock: Clock
    ) -> RunReport:
        self.batches.append(outcomes)
        return store_batch(settings, run, outcomes, clock)


def test_everything_found_ends_in_one_batch(settings: Settings) -> None:
    found: list[Document | Rejection] = [page(number) for number in range(9)]
    found.insert(3, rejection("a"))
    found.append(rejection("b"))
    journal, done = Journal(), list[int]()
    report = process(
        settings, begin(settings), found, clock, store=journal.store, watch=done.append
    )
    assert [len(batch) for batch in journal.batches] == [4, 4, 3]
    assert done == [4, 4, 3]
    assert report.counts.adds_up
    assert (report.counts.discovered, report.counts.stored, report.counts.rejected) == (11, 9, 2)
    assert report.counts.bytes == sum(len(page(number).content) for number in range(9))
    assert ask(settings, "SELECT discovered, stored, reasons FROM runs") == [
        (11, 9, '{"no-article": 2}')
    ]


def test_a_silence_is_long_enough_as_soon_as_nothing_is_in_extraction(settings: Settings) -> None:
    journal, at = Journal(), clock()

    def found() -> Iterator[Document | None]:
        nonlocal at
        yield page(0)
        yield None
        at += timedelta(seconds=0.3)
        while not journal.batches:
            yield None
        yield page(1)

    process(settings, begin(settings), found(), lambda: at, store=journal.store)
    assert [len(batch) for batch in journal.batches] == [1, 1]


def test_what_is_complete_waits_ten_seconds_at_most_while_more_comes(tmp_path: Path) -> None:
    settings, journal, at = settings_in(tmp_path, batch_size=500), Journal(), clock()

    def found() -> Iterator[Rejection]:
        nonlocal at
        for number in range(320):
            yield rejection(f"page-{number}")
            at += timedelta(seconds=0.1)

    process(settings, begin(settings), found(), lambda: at, store=journal.store)
    # they come to the batch 64 at a time: two lots in ten seconds and the first of the third
    assert [len(batch) for batch in journal.batches] == [129, 128, 63]


def test_what_is_known_is_not_extracted_again(settings: Settings) -> None:
    first = [page(number) for number in range(5)]
    process(settings, begin(settings), first, clock)
    before = contents(settings)
    journal = Journal()
    report = process(settings, begin(settings), [*first, page(5)], clock, store=journal.store)
    outcomes = [outcome for batch in journal.batches for outcome in batch]
    assert sum(isinstance(outcome, Known) for outcome in outcomes) == 5
    made = [outcome for outcome in outcomes if isinstance(outcome, Extraction)]
    assert [one.document.content for one in made] == [b""]
    assert (report.counts.unchanged, report.counts.stored) == (5, 1)
    after = contents(settings)
    assert [row for row in after["articles"] if row in before["articles"]] == before["articles"]


def test_one_document_found_twice_is_one_article(settings: Settings) -> None:
    report = process(settings, begin(settings), [page(1), page(2), page(1)], clock)
    assert (report.counts.stored, report.counts.unchanged) == (2, 1)
    assert report.counts.adds_up


def test_an_empty_run_is_a_run(settings: Settings) -> None:
    report = finish_run(settings, process(settings, begin(settings), [], clock), "done", clock)
    assert report.counts.discovered == 0
    assert ask(settings, "SELECT status, finished_at IS NOT NULL FROM runs") == [("done", True)]


def test_what_was_stored_before_the_input_fails_stays(settings: Settings) -> None:
    def failing() -> Iterator[Document]:
        for number in range(70):
            yield page(number)
        raise OSError("the disk is gone")

    run = begin(settings)
    with pytest.raises(OSError, match="the disk is gone"):
        process(settings, run, failing(), clock)
    ((stored, counted),) = ask(
        settings, "SELECT (SELECT count(*) FROM articles), (SELECT sum(stored) FROM runs)"
    )
    # those of the last look-up, the pool and the batch were on their way
    assert stored == counted
    assert stored >= 40
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        assert run_checks(connection) == []
    again = process(settings, begin(settings), [page(number) for number in range(70)], clock)
    assert again.counts.stored + stored == 70


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, OSError])
def test_a_load_that_is_interrupted_says_so_and_goes_on_later(
    tmp_path: Path, settings: Settings, trouble: type[BaseException]
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(10):
        (folder / f"{number}.html").write_bytes(page(number).content)

    def interrupt(done: int) -> None:
        del done
        raise trouble

    with pytest.raises(trouble):
        run_load(settings, [str(folder)], watch=interrupt)
    assert ask(settings, "SELECT status, discovered, stored FROM runs") == [("interrupted", 4, 4)]
    report = run_load(settings, [str(folder)])
    assert (report.counts.stored, report.counts.unchanged) == (6, 4)
    assert query(settings.published_path, "SELECT count(*) FROM articles").rows == ((10,),)
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        assert run_checks(connection) == []


def test_a_load_whose_warehouse_is_taken_away_says_so(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "page.html").write_bytes(page(1).content)

    def take_away(
        settings: Settings, run: RunReport, outcomes: Sequence[Outcome], clock: Clock
    ) -> RunReport:
        settings.warehouse_path.write_bytes(b"not a database " * 500)
        return store_batch(settings, run, outcomes, clock)

    with pytest.raises(WarehouseError, match="this is not a DuckDB file"):
        run_load(settings, [str(tmp_path / "page.html")], store=take_away)


def test_a_load_of_everything_passes_over_what_is_its_own(
    tmp_path: Path, newswell: Newswell
) -> None:
    text = "The ferry left the pier at noon on Tuesday with forty people aboard. " * 3
    house = tmp_path / "house"
    (house / "data").mkdir(parents=True)
    (house / "newswell.toml").write_text("[extract]\nworkers = 1\n")
    (house / "ferry.txt").write_text(text)
    (house / "data" / "pier.txt").write_text(text.replace("ferry", "barge"))
    for unchanged in (0, 2):
        loaded = newswell("--json", "load", ".", cwd=house)
        assert loaded.code == 0
        assert (house / "data" / "search").is_dir()
        assert (house / "data" / "newswell.duckdb").is_file()
        counts = loaded.json["counts"]
        assert (counts["discovered"], counts["unchanged"]) == (2, unchanged)
    # who names it means it
    named = newswell("load", "data/news.duckdb", cwd=house)
    assert named.code == 1
