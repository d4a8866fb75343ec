"""Re-extraction: what it would change, what it changes, and that it changes nothing twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.backfilling import run_backfill
from flows.ingesting import run_ingest
from flows.reextracting import ReextractReport, run_reextract
from schemas.orders import BackfillOrder, ReextractOrder
from schemas.settings import Settings
from schemas.source import Source
from sources.newsroom.server import open_newsroom
from tests.crawls import Crawl
from tests.ingested import MovedClock, article_page, ask, assert_sound, configure
from tests.invocation import Newswell

HOST = "paper"
#: A template's line, in every page: today's rules do not know it, tomorrow's drop it.
PROMO = "Take the harbour with you: the Gazette's own map of piers, now also on paper."


def page(label: str, promo: str = PROMO) -> bytes:
    content = article_page(label).body.decode()
    return content.replace("</article>", f'<p class="promo">{promo}</p></article>').encode()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "rules").mkdir()
    source = Source(id="gazette", publisher="The Gazette", pages=("https://news.example/",))
    configure(tmp_path, [source], batch_size=3)
    path = tmp_path / "newswell.toml"
    text = path.read_text().replace("[extract]\n", '[extract]\nrules = "rules"\n')
    path.write_text(text)
    from schemas.settings import load_settings

    return load_settings(path)


def drop_promo(folder: Path) -> None:
    (folder / "rules" / "gazette.toml").write_text(
        'publisher = "The Gazette"\ndomains = ["news.example"]\ndrop = [".promo"]\n'
    )


def crawl(folder: Path, pages: int = 4) -> BackfillOrder:
    made = Crawl(folder / "a.warc.gz")
    for number in range(pages):
        made.add(f"https://news.example/{number}", page(f"pier {number}"))
    return BackfillOrder(warc=(str(folder / "a.warc.gz"),))


def everything(settings: Settings) -> dict[str, list[tuple[str, ...]]]:
    tables = ("articles", "article_versions", "duplicates", "fetches", "ops.rereadings")
    return {
        name: sorted(tuple(map(repr, row.values())) for row in ask(settings, f"FROM {name}"))
        for name in tables
    }


def again(settings: Settings, clock: MovedClock, **asked: object) -> ReextractReport:
    return run_reextract(settings, ReextractOrder.model_validate(asked), clock=clock)


def test_the_same_rules_change_nothing(tmp_path: Path) -> None:
    clock = MovedClock()
    with open_newsroom() as newsroom:
        outlets = ("gazette", "courier", "morgenbote", "salines", "shionari", "boletin", "wire")
        settings = configure(tmp_path, [newsroom.source(one) for one in outlets])
        run_ingest(settings, everything=True, clock=clock)
        newsroom.advance()
        clock.move(hours=30)
        run_ingest(settings, everything=True, clock=clock)
    before = everything(settings)
    report = again(settings, clock)
    assert everything(settings) == before
    assert report.run is not None
    assert report.run.counts.adds_up
    assert report.run.counts.unchanged == report.run.counts.discovered > 15
    assert report.total.changed == 0
    assert sum(one.not_archived for one in report.sources) == 0
    assert_sound(settings)


def test_what_is_in_no_archive_is_counted(tmp_path: Path) -> None:
    clock = MovedClock()
    with open_newsroom() as newsroom:
        settings = configure(tmp_path, [newsroom.source("gazette")], archive="")
        run_ingest(settings, everything=True, clock=clock)
    report = again(settings, clock, dry_run=True)
    assert [(one.source_id, one.documents) for one in report.sources] == [("gazette", 0)]
    assert report.total.not_archived > 0


def test_new_rules_are_shown_first_and_then_written(settings: Settings, tmp_path: Path) -> None:
    clock = MovedClock()
    run_backfill(settings, crawl(tmp_path), clock=clock)
    assert PROMO in ask(settings, "FROM articles LIMIT 1")[0]["body"]
    drop_promo(tmp_path)
    before = everything(settings)
    dry = again(settings, clock, dry_run=True)
    assert everything(settings) == before
    assert ask(settings, "SELECT count(*) AS n FROM runs") == [{"n": 1}]
    (told,) = dry.sources
    assert (told.source_id, told.documents, told.changed, told.bodies) == ("gazette", 4, 4, 4)
    assert told.titles == told.dates_lost == told.rejected == 0

    clock.move(hours=1)
    report = again(settings, clock)
    assert report.sources == dry.sources
    assert report.run is not None
    assert (report.run.kind, report.run.counts.new_versions) == ("reextract", 4)
    assert report.run.counts.adds_up
    rows = ask(settings, "FROM article_versions ORDER BY article_id, version")
    assert [row["change"] for row in rows] == [None, "reextracted"] * 4
    assert all((PROMO in row["body"]) == (row["version"] == 1) for row in rows)
    assert not any(PROMO in row["body"] for row in ask(settings, "FROM articles"))
    assert ask(settings, "FROM edits") == []
    then = ask(settings, "FROM articles_as_of(?)", rows[0]["valid_from"])
    assert any(PROMO in row["body"] for row in then)
    assert_sound(settings)

    after = everything(settings)
    clock.move(hours=1)
    second = again(settings, clock)
    assert second.run is not None
    assert second.run.counts.unchanged == 4
    assert second.total.changed == 0
    assert everything(settings) == after


def test_a_later_capture_of_the_same_page_is_no_edit(settings: Settings, tmp_path: Path) -> None:
    clock = MovedClock()
    run_backfill(settings, crawl(tmp_path, 2), clock=clock)
    drop_promo(tmp_path)
    clock.move(hours=1)
    again(settings, clock)
    # between the capture and the rereading: today's rules see what the rereading saw
    later = Crawl(tmp_path / "b.warc.gz")
    later.add("https://news.example/unused", b"", "image/png")
    later.add_pages([], host="x")
    later.add("https://news.example/0", page("pier 0"))
    later.add("https://news.example/1", page("pier 1 and its crane"))
    run_backfill(settings, BackfillOrder(warc=(str(tmp_path / "b.warc.gz"),)), clock=clock)
    assert [row["url"] for row in ask(settings, "FROM edits")] == ["https://news.example/1"]
    (row,) = ask(settings, "SELECT body FROM articles WHERE url = 'https://news.example/0'")
    assert PROMO not in row["body"]
    assert_sound(settings)


def test_a_reading_that_nothing_showed_is_there_when_a_late_capture_needs_it(
    settings: Settings, tmp_path: Path
) -> None:
    clock = MovedClock()
    same = Crawl(tmp_path / "a.warc.gz")
    same.add("https://news.example/0", page("pier 0"))
    same.skip(hours=10)
    same.add("https://news.example/0", page("pier 0"))
    run_backfill(settings, BackfillOrder(warc=(str(tmp_path / "a.warc.gz"),)), clock=clock)
    drop_promo(tmp_path)
    again(settings, clock)
    between = Crawl(tmp_path / "b.warc.gz")
    between.skip(hours=5)
    between.add("https://news.example/0", page("pier 0 and its crane"))
    run_backfill(settings, BackfillOrder(warc=(str(tmp_path / "b.warc.gz"),)), clock=clock)
    rows = ask(settings, "FROM article_versions ORDER BY version")
    assert [row["change"] for row in rows][-1] == "reextracted"
    assert len(rows) == 4
    assert PROMO not in rows[-1]["body"]
    assert_sound(settings)


def test_what_holds_no_article_now_stays_and_is_told(settings: Settings, tmp_path: Path) -> None:
    clock = MovedClock()
    run_backfill(settings, crawl(tmp_path, 1), clock=clock)
    (tmp_path / "rules" / "gazette.toml").write_text(
        'publisher = "The Gazette"\ndomains = ["news.example"]\ndrop = ["article"]\n'
    )
    before = everything(settings)
    report = again(settings, clock)
    assert report.total.rejected == 1
    assert report.run is not None
    assert report.run.counts.rejected == 1
    assert everything(settings) == before
    assert ask(settings, "SELECT fate FROM url_fate") == [{"fate": "stored"}]
    assert_sound(settings)


def test_an_archive_that_is_gone_is_told(settings: Settings, tmp_path: Path) -> None:
    clock = MovedClock()
    run_backfill(settings, crawl(tmp_path, 2), clock=clock)
    (tmp_path / "a.warc.gz").unlink()
    report = again(settings, clock)
    assert report.total.unreadable == 2
    assert report.run is not None
    assert (report.run.counts.failed, report.run.reasons) == (2, {"vanished": 2})
    assert_sound(settings)


def test_only_a_part_is_read_again(settings: Settings, tmp_path: Path) -> None:
    clock = MovedClock()
    run_backfill(settings, crawl(tmp_path), clock=clock)
    assert again(settings, clock, source="nobody", dry_run=True).sources == ()
    assert again(settings, clock, since=date(2025, 1, 1), dry_run=True).sources == ()
    assert again(settings, clock, until=date(2025, 1, 1), dry_run=True).total.documents == 4


class StopError(Exception):
    """The power is gone."""


def test_broken_off_it_changes_the_rest_later(settings: Settings, tmp_path: Path) -> None:
    clock = MovedClock()
    run_backfill(settings, crawl(tmp_path, 7), clock=clock)
    drop_promo(tmp_path)

    class Gauge:
        def expect(self, more: int, /) -> None:
            assert more == 7

        def advance(self, done: int, /) -> None:
            raise StopError(done)

    with pytest.raises(StopError):
        run_reextract(settings, ReextractOrder(), clock=clock, gauge=Gauge())
    assert len(ask(settings, "FROM ops.rereadings")) == 3
    assert_sound(settings)
    report = again(settings, clock)
    assert report.run is not None
    assert (report.run.counts.new_versions, report.run.counts.unchanged) == (4, 3)
    assert len(ask(settings, "FROM article_versions")) == 14
    assert_sound(settings)


def test_the_command_shows_what_would_change(
    settings: Settings, tmp_path: Path, newswell: Newswell
) -> None:
    run_backfill(settings, crawl(tmp_path, 2))
    drop_promo(tmp_path)
    shown = newswell("reextract", "--dry-run")
    assert shown.code == 0, shown.err
    assert "2 articles of 2 documents" in shown.out
    assert "Nothing was changed" in shown.out
    result = newswell("reextract", "--json")
    assert result.json["run"]["counts"]["new_versions"] == 2
    assert result.json["sources"][0]["bodies"] == 2
    wrong = newswell("reextract", "--since", "soon")
    assert (wrong.code, wrong.err.count("\n")) == (2, 1)
