"""The charts of the report: each is one that the library draws, of what the overview says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import vl_convert

from flows.overview.charts import charts
from warehouse.overview import Overview

NOTHING: dict[str, Any] = {
    "since": None,
    "until": None,
    "totals": {},
    "coverage": [],
    "health": [],
    "stories": [],
    "story_articles": [],
    "threads": [],
    "thread_stories": [],
    "edits": [],
    "rejects": [],
    "runs": [],
}


def story_of(articles: list[dict[str, Any]]) -> Overview:
    stories = [{"story_id": "s", "label": "Ferry runs aground"}]
    rows = [{"story_id": "s", "source_id": "x", "title": "t", **row} for row in articles]
    return Overview(**{**NOTHING, "stories": stories, "story_articles": rows})


def coverage_of(days: list[str], sources: int = 1) -> Overview:
    rows = [
        {"day": day, "source_id": f"source-{number}", "articles": 1 + number}
        for day in days
        for number in range(sources)
    ]
    since, until = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    return Overview(**{**NOTHING, "coverage": rows, "since": since, "until": until})


def drawn(spec: dict[str, Any]) -> str:
    # a picture needs a width that no page gives it
    return vl_convert.vegalite_to_svg({**spec, "width": 600})


def test_an_empty_warehouse_has_no_charts() -> None:
    assert charts(Overview(**NOTHING)) == {}


def test_coverage_is_drawn_with_a_bar_for_each_day() -> None:
    spec = charts(coverage_of(["2026-03-01", "2026-03-02", "2026-03-05"]))["coverage-chart"]
    assert drawn(spec).count('aria-roledescription="bar"') == 3


@pytest.mark.parametrize(
    ("days", "unit"),
    [
        (["2026-01-01", "2026-03-31"], "utcyearmonthdate"),
        (["2026-01-01", "2026-12-31"], "utcyearweek"),
        (["2020-01-01", "2026-12-31"], "utcyearmonth"),
    ],
)
def test_bars_stand_for_longer_times_the_longer_the_period(days: list[str], unit: str) -> None:
    spec = charts(coverage_of(days))["coverage-chart"]
    assert spec["encoding"]["x"]["timeUnit"] == unit
    drawn(spec)


def test_small_sources_share_a_colour() -> None:
    spec = charts(coverage_of(["2026-03-01"], sources=12))["coverage-chart"]
    shown = {row["source_id"]: row["source"] for row in spec["data"]["values"]}
    assert [name for name, source in shown.items() if source == "others"] == [
        "source-0",
        "source-1",
        "source-2",
    ]
    assert spec["encoding"]["color"]["sort"][0] == "source-11"


def test_a_story_is_a_line_of_points_under_its_label() -> None:
    day = "2026-03-0{}T10:00:00+00:00"
    articles = [
        {"publisher": "Gazette", "published_at": day.format(1), "url": "https://a.example/1"},
        {"publisher": None, "published_at": day.format(2), "url": "file:/tmp/x"},
        {"publisher": "Gazette", "published_at": None, "url": "https://a.example/3"},
    ]
    spec = charts(story_of(articles))["stories-chart"]
    picture = drawn(spec)
    assert picture.count('aria-roledescription="point"') == 2  # undated ones have no place
    assert "Ferry runs aground" in picture
    rows = spec["data"]["values"]
    assert [row["publisher"] for row in rows] == ["Gazette", "x"]
    assert [row["url"] for row in rows] == ["https://a.example/1", None]


def test_a_thread_is_a_line_of_its_stories() -> None:
    stories = [
        {
            "thread_id": "t",
            "label": f"Chapter {number}",
            "article_count": number,
            "publisher_count": 1,
            "first_published_at": f"2026-0{number}-01T00:00:00+00:00",
        }
        for number in (1, 2, 3)
    ]
    threads = [{"thread_id": "t", "label": "The long strike"}]
    overview = Overview(**{**NOTHING, "threads": threads, "thread_stories": stories})
    picture = drawn(charts(overview)["threads-chart"])
    assert picture.count('aria-roledescription="circle"') == 3
    assert "The long strike" in picture


def test_refusals_are_bars_by_reason() -> None:
    rejects = [
        {"reason": "login-wall", "stage": "extract", "rejects": 4},
        {"reason": "too-large", "stage": "fetch", "rejects": 1},
    ]
    picture = drawn(charts(Overview(**{**NOTHING, "rejects": rejects}))["rejects-chart"])
    assert picture.count('aria-roledescription="bar"') == 2


def test_things_are_counted_in_whole_numbers() -> None:
    rejects = [{"reason": "login-wall", "stage": "extract", "rejects": 1}]
    picture = drawn(charts(Overview(**{**NOTHING, "rejects": rejects}))["rejects-chart"])
    assert picture.count(">1</text>") == 1
