from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from schemas.candidate import Candidate, Hints
from schemas.source import Source
from sources.archivepage import archive_address, articles_of, further_pages, page_links
from sources.days import Span, day_of, span_of
from sources.survey import published_day

TEMPLATE = "https://example.org/archive/{year}/{month:02}/{day:02}"


@pytest.mark.parametrize(
    ("url", "first", "last"),
    [
        ("https://a.example/2026/03/09/bridge", date(2026, 3, 9), date(2026, 3, 9)),
        ("https://a.example/2026/3/9/bridge", date(2026, 3, 9), date(2026, 3, 9)),
        ("https://a.example/sitemap-2024-02.xml", date(2024, 2, 1), date(2024, 2, 29)),
        ("https://a.example/s.xml?yyyy=2026&mm=03&dd=09", date(2026, 3, 9), date(2026, 3, 9)),
        ("https://a.example/bridge-20260309.html", date(2026, 3, 9), date(2026, 3, 9)),
    ],
)
def test_an_address_names_a_day_or_a_month(url: str, first: date, last: date) -> None:
    assert span_of(url) == Span(first=first, last=last)
    assert day_of(url) == (first if first == last else None)


@pytest.mark.parametrize(
    "url", ["https://a.example/48112", "https://a.example/2026/02/31x", "/a-1"]
)
def test_other_numbers_are_no_days(url: str) -> None:
    assert day_of(url) is None


def test_the_day_is_the_first_that_says_one() -> None:
    def day(url: str, sitemap: str = "https://a.example/s.xml", **dates: datetime) -> date | None:
        hints = Hints(origin="sitemap", **dates)  # type: ignore[arg-type]  # only dates
        seen = datetime(2026, 5, 1, tzinfo=UTC)
        candidate = Candidate(url=url, source_id="a", discovered_at=seen, hints=hints)
        return published_day(candidate, sitemap)

    later = datetime(2026, 4, 1, tzinfo=UTC)
    assert day("https://a.example/2026/03/09/x", modified_at=later) == date(2026, 3, 9)
    assert day("https://a.example/2026/03/09/x", published_at=later) == date(2026, 4, 1)
    assert day("https://a.example/x", "https://a.example/s-2026-03-09.xml") == date(2026, 3, 9)
    assert day("https://a.example/x", modified_at=later) == date(2026, 4, 1)
    assert day("https://a.example/x") is None


def test_the_days_links_are_told_from_the_sites() -> None:
    day = date(2026, 3, 10)
    page = archive_address(TEMPLATE, day)
    assert page == "https://example.org/archive/2026/03/10"
    html = b"""<a href="/">Home</a><a href="/sport">Sport</a>
        <a href="/archive/2026/03/09">before</a>
        <a href="/news/bridge-1#comments">Bridge</a><a href="/2026/03/10/read">Most read</a>
        <a href="/2026/03/08/old">Old</a><a href="https://other.example/x">Else</a>
        <a href="?page=2">2</a><a href="mailto:a@b">Mail</a>"""
    links = page_links(html, page)
    assert further_pages(links, page) == (f"{page}?page=2",)
    elsewhere = {"https://example.org/sport", "https://example.org/2026/03/10/read"}
    assert articles_of(links, day, elsewhere, TEMPLATE) == (
        "https://example.org/news/bridge-1",
        "https://example.org/2026/03/10/read",
    )


@pytest.mark.parametrize("junk", [b"", b"\0\0", b"<a href='http://[x'>", b"<<<<"])
def test_no_page_has_no_links(junk: bytes) -> None:
    assert page_links(junk, "https://a.example/") == ()


@pytest.mark.parametrize(
    "template",
    [
        "https://a.example/",
        "https://a.example/{day.__class__}",
        "https://a.example/{0}",
        "https://a.example/{day",
        "https://a.example/{x}",
    ],
)
def test_a_template_names_the_day_and_nothing_else(template: str) -> None:
    with pytest.raises(ValidationError, match="must have"):
        Source(id="a", archives=(template,))
