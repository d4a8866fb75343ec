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

from flows.overview import render_page
from tests.flows.overview.test_charts import NOTHING
from tests.invocation import Newswell
from warehouse.overview import Overview

EVIL = "Quay </script><script>document.title='owned'</script> & <b>bold</b>"
BODY = "The harbour council met on Tuesday and voted to repair the quay before winter. " * 6
TOTALS = dict.fromkeys(
    ["articles", "unique_articles", "publishers", "undated", "stories", "threads", "edits"], 1
) | {"rejects": 1}
EDITED = BODY.replace("Tuesday", "Wednesday", 1)


@pytest.fixture
def report(newswell: Newswell, tmp_path: Path) -> Path:
    """The report on a small warehouse: an article that was edited, and a refusal."""
    article = {
        "url": "https://gazette.example/quay",
        "title": "Quay to be repaired",
        "text": BODY,
        "date": "2026-03-10",
        "publisher": "Gazette",
    }
    lines = [json.dumps(article), '{"url": "https://gazette.example/none"}']
    (tmp_path / "first.jsonl").write_text("\n".join(lines))
    (tmp_path / "later.jsonl").write_text(json.dumps({**article, "text": EDITED}))
    assert newswell("load", "first.jsonl").code == 1
    assert newswell("load", "later.jsonl").code == 0
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


_FRAME = """<iframe id="page" src="{page}" style="width:{width}px;height:3000px"></iframe>
<p id="said"></p><script>
document.getElementById("page").onload = () => setTimeout(() => {{
  const page = document.getElementById("page").contentDocument;
  const wide = page.documentElement.scrollWidth - page.documentElement.clientWidth;
  const charts = [...page.querySelectorAll(".chart")];
  const drawn = charts.map((one) => one.querySelectorAll("svg").length);
  document.getElementById("said").textContent = `${{page.title}}; ${{wide}} too wide; ${{drawn}}`;
}}, 3000);
</script>"""


@pytest.mark.parametrize("width", [360, 1400])
def test_a_browser_draws_every_chart_on_screens_of_any_width(report: Path, width: int) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no chromium here (Debian's package chromium)")
    frame = report.with_name("frame.html")
    frame.write_text(_FRAME.format(page=report.as_uri(), width=width))
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    flags += ["--allow-file-access-from-files", "--virtual-time-budget=20000", "--dump-dom"]
    flags += [f"--user-data-dir={report.parent / 'profile'}"]
    done = subprocess.run(
        [chromium, *flags, frame.as_uri()], capture_output=True, text=True, timeout=90, check=True
    )
    said = re.search(r'<p id="said">(.*?)</p>', done.stdout)
    assert said is not None
    title, wide, drawn = said[1].split("; ")
    assert title.startswith("Newswell report, ")
    assert wide == "0 too wide"
    assert drawn == "1,1"  # coverage and refusals: there are no stories
