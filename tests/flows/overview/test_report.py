"""`newswell report`: one page, whole in itself, that shows what the warehouse holds."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from flows.loading import run_load
from flows.overview import render_page
from schemas.settings import Settings, load_settings
from tests.flows.overview.test_charts import NOTHING
from tests.invented import copied
from tests.invocation import Newswell
from warehouse.overview import Overview

EVIL = "Quay </script><script>document.title='owned'</script> & <b>bold</b>"
BODY = "The harbour council met on Tuesday and voted to repair the quay before winter. " * 6
TOTALS = dict.fromkeys(
    ["articles", "unique_articles", "publishers", "undated", "stories", "threads", "edits"], 1
) | {"rejects": 1}
EDITED = BODY.replace("Tuesday", "Wednesday", 1)


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small warehouse: an article that was edited, and a refusal."""
    settings = load_settings(start=tmp_path_factory.mktemp("made"))
    article = {
        "url": "https://gazette.example/quay",
        "title": "Quay to be repaired",
        "text": BODY,
        "date": "2026-03-10",
        "publisher": "Gazette",
    }
    lines = [json.dumps(article), '{"url": "https://gazette.example/none"}']
    for name, text in (
        ("first", "\n".join(lines)),
        ("later", json.dumps({**article, "text": EDITED})),
    ):
        file = settings.resolve(f"{name}.jsonl")
        file.write_text(text)
        run_load(settings, [str(file)])
    return settings


@pytest.fixture
def report(made: Settings, newswell: Newswell, tmp_path: Path) -> Path:
    """The report on it."""
    copied(made, tmp_path)
    done = newswell("report", "--to", "out/report.html")
    assert (done.code, done.out) == (0, "Wrote out/report.html; open it in a browser.\n")
    return tmp_path / "out/report.html"


class References(HTMLParser):
    """The addresses that a browser would fetch for a page, its links and its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        if tag == "a":
            self.links += [value or "" for name, value in attrs if name == "href"]
        else:
            self.fetched += [value or "" for name, value in attrs if name in {"src", "href"}]


def references(text: str) -> References:
    page = References()
    page.feed(text)
    return page


def test_the_page_fetches_nothing(report: Path) -> None:
    text = report.read_text()
    assert references(text).fetched == []
    assert "url(" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)


def test_no_text_of_an_article_is_run() -> None:
    story = {"story_id": "s", "label": EVIL, "keywords": [EVIL], "article_count": 2}
    story["publisher_count"] = 1
    article = {"story_id": "s", "source_id": "x", "title": EVIL, "publisher": EVIL}
    article |= {"url": f"javascript:{EVIL}", "published_at": "2026-03-10", "duplicate_of": None}
    overview = {**NOTHING, "totals": TOTALS, "stories": [story], "story_articles": [article]}
    text = render_page(Overview(**overview), datetime(2026, 3, 11, tzinfo=UTC), "news.duckdb")
    page = references(text)
    assert page.scripts == 2  # the data of the charts, and our own
    assert page.links == []
    assert "Quay &lt;/script&gt;" in text
    assert "Quay \\u003c/script>" in text


def test_the_page_shows_edits_and_refusals(report: Path) -> None:
    text = report.read_text()
    assert "<del>Tuesday</del> <ins>Wednesday</ins>" in text
    assert '<th scope="row">no-article</th>' in text


def test_json_says_where_the_page_is(newswell: Newswell, report: Path) -> None:
    told = newswell("--json", "report", "--to", report).json
    assert told == {"report": str(report), "bytes": report.stat().st_size}


def test_without_a_published_file_there_is_a_sentence(newswell: Newswell) -> None:
    done = newswell("report", "--to", "report.html")
    assert done.code == 3
    assert "nothing is published yet" in done.err


def test_a_place_that_cannot_be_written_to_is_named(newswell: Newswell, report: Path) -> None:
    done = newswell("report", "--to", report / "below")
    assert (done.code, done.out) == (2, "")
    assert f"--to {report}/below" in done.err


_FRAME = """{frames}<p id="said"></p><script>
const said = (frame) => {{
  const page = frame.contentDocument;
  const wide = page.documentElement.scrollWidth - page.documentElement.clientWidth;
  const charts = [...page.querySelectorAll(".chart")];
  const drawn = charts.map((one) => one.querySelectorAll("svg").length);
  return `${{page.title}}; ${{wide}} too wide; ${{drawn}}`;
}};
onload = () => setTimeout(() => {{
  const frames = [...document.querySelectorAll("iframe")];
  document.getElementById("said").textContent = frames.map(said).join("|");
}}, 3000);
</script>"""
_WIDTHS = (360, 1400)


def test_a_browser_draws_every_chart_on_screens_of_any_width(report: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no chromium here (Debian's package chromium)")
    frame = report.with_name("frame.html")
    # one browser for all of them: its start takes longer than what it draws
    frames = "".join(
        f'<iframe src="{report.as_uri()}" style="width:{width}px;height:3000px"></iframe>'
        for width in _WIDTHS
    )
    frame.write_text(_FRAME.format(frames=frames))
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    flags += ["--allow-file-access-from-files", "--virtual-time-budget=20000", "--dump-dom"]
    flags += [f"--user-data-dir={report.parent / 'profile'}"]
    done = subprocess.run(
        [chromium, *flags, frame.as_uri()], capture_output=True, text=True, timeout=90, check=True
    )
    said = re.search(r'<p id="said">(.*?)</p>', done.stdout)
    assert said is not None
    told = dict(zip(_WIDTHS, said[1].split("|"), strict=True))
    for width, one in told.items():
        title, wide, drawn = one.split("; ")
        assert title.startswith("Newswell report, "), width
        assert wide == "0 too wide", width
        assert drawn == "1,1", width  # coverage and refusals: there are no stories
