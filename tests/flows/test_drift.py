"""Drift: a source whose template changed is named, one that goes on as ever is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.account import new_drifts
from flows.drift import Figure, Measure, explain_drift, find_drifts, has_drifted
from flows.ingesting import run_ingest
from schemas.settings import Settings
from schemas.source import Source
from sources.newsroom.exchange import Page, Reply
from sources.newsroom.server import Newsroom, open_newsroom
from tests.ingested import MovedClock, article_page, ask, configure, rss
from tests.invented import body, copied
from tests.invocation import Newswell

DATED = '<meta property="article:published_time" content="{}">'
DATE = DATED.format("2026-05-08T10:00:00Z")
#: Enough to know what is usual, and enough to see that it is no more.
OLD, NEW = 30, 20


def old_page(number: int, date: str = DATE) -> Page:
    """A page as the outlet made them."""
    return article_page(f"ferry {number}", head=date)


def dateless(number: int) -> Page:
    """The same in a template that lost the date."""
    return article_page(f"ferry {number}")


def teaser(number: int) -> Page:
    """The same in a template that shows two sentences and leaves the rest to an app."""
    text = escape(" ".join(body(f"ferry {number}").split()[:28]))
    return html(
        f"<head><title>Ferry {number}</title>{DATE}</head><body><article>"
        f"<h1>Ferry {number} is late</h1><p>{text}.</p></article></body>"
    )


def shell(number: int) -> Page:
    """The same in a template that a script fills."""
    return html(f"<head><title>{number}</title></head><body><div id=app></div></body>")


def html(inner: str) -> Page:
    """A page of this."""
    text = f'<!DOCTYPE html><html lang="en">{inner}</html>'
    return old_page(0).model_copy(update={"body": text.encode()})


@dataclass
class Air:
    """Two outlets; what they show can be changed."""

    newsroom: Newsroom
    pages: dict[str, dict[str, Reply | Page]]
    settings: Settings
    clock: MovedClock

    def show(self, outlet: str, pages: dict[int, Page]) -> None:
        """Puts pages on the air, and a feed of them alone."""
        self.pages[outlet].update({f"/{number}": page for number, page in pages.items()})
        titles = {self.newsroom.url(outlet, f"/{n}"): f"Story {n}" for n in pages}
        self.pages[outlet]["/feed.xml"] = rss(titles)

    def poll(self) -> None:
        """Asks both, a day after the last time."""
        run_ingest(self.settings, everything=True, clock=self.clock)
        self.clock.move(days=1)


@pytest.fixture(name="usual", scope="module")
def _usual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Air]:
    """What both are known for."""
    pages: dict[str, dict[str, Reply | Page]] = {"gazette": {}, "courier": {}}
    with open_newsroom(outlets=(), hosts=pages) as newsroom:
        sources = [Source(id=one, feeds=(newsroom.url(one, "/feed.xml"),)) for one in pages]
        settings = configure(tmp_path_factory.mktemp("usual"), sources)
        air = Air(newsroom, pages, settings, MovedClock())
        for outlet, first in (("gazette", 0), ("courier", 1000)):
            air.show(outlet, {first + number: old_page(first + number) for number in range(OLD)})
        air.poll()
        yield air


@pytest.fixture(name="air")
def _air(usual: Air, tmp_path: Path) -> Iterator[Air]:
    """The same in a folder of the test's own; afterwards they show what they did before."""
    shown = {outlet: dict(pages) for outlet, pages in usual.pages.items()}
    clock = MovedClock()
    clock.move(days=1)
    yield Air(usual.newsroom, usual.pages, copied(usual.settings, tmp_path), clock)
    for outlet, pages in shown.items():
        usual.pages[outlet].clear()
        usual.pages[outlet].update(pages)


@pytest.mark.parametrize(
    ("template", "measure"), [(dateless, "undated"), (teaser, "words"), (shell, "yield")]
)
def test_a_source_whose_template_changed_is_named(
    air: Air, newswell: Newswell, template: Any, measure: Measure
) -> None:
    assert newswell("--json", "status").json["drift"] == []
    air.show("gazette", {number: template(number) for number in range(OLD, OLD + NEW)})
    air.show(
        "courier", {number: old_page(number) for number in range(1000 + OLD, 1000 + OLD + NEW)}
    )
    air.poll()

    told = newswell("--json", "status").json
    assert {(one["source_id"], one["measure"]) for one in told["drift"]} == {("gazette", measure)}
    shown = newswell("status").out
    assert f"gazette: {told['drift'][0]['says']}" in shown
    (row,) = ask(
        air.settings,
        "SELECT * FROM source_drift WHERE source_id = 'gazette' AND measure = ?",
        measure,
    )
    assert (row["usual_count"], row["recent_count"]) == (OLD, NEW)


def figure(**changed: Any) -> Figure:
    """A source that lost its dates."""
    usual: dict[str, Any] = {
        "source_id": "gazette",
        "measure": "undated",
        "usual": 0.02,
        "recent": 0.9,
        "usual_count": 200,
        "recent_count": 20,
        "surprise": 12.0,
    }
    return Figure.model_validate(usual | changed)


def test_much_and_not_by_chance_is_a_drift() -> None:
    assert has_drifted(figure())
    assert not has_drifted(figure(surprise=4.9))
    assert not has_drifted(figure(recent=0.2))
    assert not has_drifted(figure(recent_count=7))
    assert not has_drifted(figure(usual_count=19))


@pytest.mark.parametrize(
    ("measure", "usual", "recent", "expected"),
    [
        ("yield", 0.95, 0.1, True),
        ("yield", 0.1, 0.95, False),  # better than it was
        ("undated", 0.9, 0.1, False),
        ("duplicates", 0.1, 0.8, True),
        ("words", 600, 40, True),
        ("words", 600, 1500, True),
        ("words", 600, 400, False),
        ("words", 40, 0, True),
    ],
)
def test_each_measure_has_a_bad_direction(
    measure: Measure, usual: float, recent: float, expected: bool
) -> None:
    one = figure(measure=measure, usual=usual, recent=recent)
    assert has_drifted(one) is expected
    assert "usually" in explain_drift(one)


@given(st.lists(st.floats(5, 50), max_size=5))
def test_the_most_surprising_comes_first(surprises: list[float]) -> None:
    found = find_drifts(figure(surprise=one) for one in surprises)
    assert [one.surprise for one in found] == sorted(surprises, reverse=True)


def test_an_alarm_is_given_once() -> None:
    old, new = figure(), figure(measure="duplicates")
    assert new_drifts([old], [old, new]) == [new]
    assert new_drifts([old], [figure(recent=0.95)]) == []
