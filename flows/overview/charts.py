"""The charts of the report as Vega-Lite specifications (https://vega.github.io/vega-lite/docs/).

Colours of text and lines are `currentColor`, so that a chart follows the page's theme.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from warehouse.overview import Overview, Record

Spec = dict[str, Any]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
#: Outlets with a colour of their own: more cannot be told apart.
_MOST_COLOURS = 9
_OTHERS = "others"
#: A bar a day is readable for three months on a wide screen, a bar a week for two years.
_DAYS, _WEEKS = 92, 730
#: Height of a line of a time line, pixels: a label above, points below.
_LINE = 46
#: An axis that counts; where it ends at 1 it has a tick at the half, which is no number of things.
_WHOLE: Spec = {
    "tickMinStep": 1,
    "format": ",d",
    "labelExpr": "datum.value % 1 ? '' : datum.label",
}
_CONFIG: Spec = {
    "background": "transparent",
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "currentColor",
        "titleColor": "currentColor",
        "tickColor": "currentColor",
        "domainColor": "currentColor",
        "gridColor": "currentColor",
        "gridOpacity": 0.12,
        "domainOpacity": 0.3,
        "tickOpacity": 0.3,
    },
    "legend": {
        "labelColor": "currentColor",
        "orient": "bottom",
        "columns": {"expr": "max(1, floor(width / 170))"},
        "title": None,
        "symbolType": "circle",
    },
}


def charts(overview: Overview) -> dict[str, Spec]:
    """The specification of each chart that has something to show, by the id of its place."""
    made = {
        "coverage-chart": _coverage(overview),
        "stories-chart": _stories(overview),
        "threads-chart": _threads(overview),
        "rejects-chart": _rejects(overview),
    }
    return {name: spec for name, spec in made.items() if spec is not None}


def _coverage(overview: Overview) -> Spec | None:
    if not overview.coverage or overview.since is None or overview.until is None:
        return None
    named = _most(overview.coverage, lambda row: row["source_id"], lambda row: row["articles"])
    rows = [
        {**row, "source": row["source_id"] if row["source_id"] in named else _OTHERS}
        for row in overview.coverage
    ]
    unit = _time_unit(overview.since, overview.until)
    return _spec(
        rows,
        height=240,
        mark={"type": "bar", "tooltip": True},
        encoding={
            "x": {"field": "day", "timeUnit": unit, "type": "temporal", "title": None},
            "y": {"aggregate": "sum", "field": "articles", "title": "articles", "axis": _WHOLE},
            "color": {"field": "source", "type": "nominal", "sort": [*named, _OTHERS]},
        },
    )


def _time_unit(since: date, until: date) -> str:
    days = (until - since).days
    if days <= _DAYS:
        return "utcyearmonthdate"
    return "utcyearweek" if days <= _WEEKS else "utcyearmonth"


def _stories(overview: Overview) -> Spec | None:
    labels = {row["story_id"]: row["label"] for row in overview.stories}
    dated = [row for row in overview.story_articles if row["published_at"]]
    named = _most(dated, _outlet, lambda _row: 1)
    rows = [
        {
            "line": row["story_id"],
            "label": labels[row["story_id"]],
            "at": row["published_at"],
            "outlet": _outlet(row) if _outlet(row) in named else _OTHERS,
            "publisher": _outlet(row),
            "title": row["title"] or row["url"],
            "url": row["url"] if row["url"].startswith(("http://", "https://")) else None,
        }
        for row in dated
    ]
    colour = {"field": "outlet", "type": "nominal", "sort": [*named, _OTHERS]}
    points: Spec = {
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 0.85, "cursor": "pointer"},
        "encoding": {
            "color": colour,
            "href": {"field": "url"},
            "tooltip": [
                {"field": "publisher", "title": "outlet"},
                {"field": "title"},
                {"field": "at", "type": "temporal", "format": "%d %b %Y %H:%M", "title": "date"},
            ],
        },
    }
    return _time_line(rows, [row["story_id"] for row in overview.stories], points)


def _threads(overview: Overview) -> Spec | None:
    labels = {row["thread_id"]: row["label"] for row in overview.threads}
    rows = [
        {
            "line": row["thread_id"],
            "label": labels[row["thread_id"]],
            "at": row["first_published_at"],
            "story": row["label"],
            "articles": row["article_count"],
            "outlets": row["publisher_count"],
        }
        for row in overview.thread_stories
        if row["first_published_at"]
    ]
    points: Spec = {
        "mark": {"type": "circle", "opacity": 0.8},
        "encoding": {
            "size": {
                "field": "articles",
                "type": "quantitative",
                "scale": {"range": [60, 500]},
                "legend": None,
            },
            "tooltip": [
                {"field": "story"},
                {"field": "articles"},
                {"field": "outlets"},
                {"field": "at", "type": "temporal", "format": "%d %b %Y", "title": "began"},
            ],
        },
    }
    return _time_line(rows, [row["thread_id"] for row in overview.threads], points)


def _time_line(rows: Sequence[Record], order: Sequence[str], points: Spec) -> Spec | None:
    """A line each, in this order: its label, a rule from first to last, its points."""
    if not rows:
        return None
    shown = {row["line"] for row in rows}
    order = [line for line in order if line in shown]
    y = {"field": "line", "type": "nominal", "sort": order, "axis": None}
    time = {"field": "at", "type": "temporal", "title": None}
    rule: Spec = {
        "mark": {"type": "rule", "color": "currentColor", "opacity": 0.35},
        "encoding": {
            "x": {**time, "aggregate": "min"},
            "x2": {"field": "at", "aggregate": "max"},
        },
    }
    label: Spec = {
        "transform": [{"aggregate": [], "groupby": ["line", "label"]}],
        "mark": {
            "type": "text",
            "align": "left",
            "dy": -16,
            "color": "currentColor",
            "fontSize": 12,
            "limit": {"expr": "width"},
        },
        "encoding": {"x": {"value": 0}, "text": {"field": "label"}},
    }
    points = {**points, "encoding": {"x": time, **points["encoding"]}}
    return _spec(rows, height={"step": _LINE}, encoding={"y": y}, layer=[rule, points, label])


def _rejects(overview: Overview) -> Spec | None:
    if not overview.rejects:
        return None
    return _spec(
        [{name: row[name] for name in ("reason", "stage", "rejects")} for row in overview.rejects],
        height={"step": 24},
        mark={"type": "bar", "tooltip": True},
        encoding={
            "y": {"field": "reason", "type": "nominal", "sort": "-x", "title": None},
            "x": {
                "field": "rejects",
                "type": "quantitative",
                "title": "addresses and files",
                "axis": _WHOLE,
            },
            "color": {"field": "stage", "type": "nominal"},
        },
    )


def _spec(rows: Sequence[Record], **parts: Any) -> Spec:
    return {
        "$schema": _SCHEMA,
        "config": _CONFIG,
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": list(rows)},
        **parts,
    }


def _outlet(row: Record) -> str:
    return str(row["publisher"] or row["source_id"])


def _most(
    rows: Sequence[Record], key: Callable[[Record], str], weight: Callable[[Record], int]
) -> list[str]:
    """The commonest keys, as many as have a colour of their own."""
    sums: Counter[str] = Counter()
    for row in rows:
        sums[key(row)] += weight(row)
    return [name for name, _ in sorted(sums.items(), key=lambda one: (-one[1], one[0]))][
        :_MOST_COLOURS
    ]
