"""Which part of a page holds the article, by what its runs of text are worth.

Every run is worth its length when it reads like prose and costs something when it is a
link or a label; the article's box is the element whose runs are worth most together (a
maximum-scoring subtree). Names of classes only count against parts that hold little of
the page's prose: themes put words like "widget" or "share" on wrappers of everything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from extractors.html.runs import Box, Run, Walk
from extractors.html.words import bare

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SENTENCE_END = frozenset(".!?…。！？:;\"”»’'）)]")
#: Scripts of which a character says as much as two letters.
_DENSE = re.compile("[\u3040-\u9fff\uac00-\ud7af]")
#: A part that holds more of the page's prose than this is the article, whatever its class
#: says: .25 to .45 made no difference on pages of four collections, without it one page
#: in seven lost its text.
_SHARE = 0.35
_NEARLY_ALL = 0.8  # the same for names that no theme puts around an article
_PROSE = 20.0  # worth of a short sentence; less is no evidence of prose


@dataclass(frozen=True)
class Layout:
    """All runs of a page and its boxes in document order.

    `article` is the number of the article's box, `headline` that of the headline's run;
    `prose` counts the characters that read like prose, whosever they are, save comments.
    """

    runs: tuple[Run, ...]
    boxes: tuple[Box, ...]
    article: int | None
    headline: int | None = None
    prose: int = 0

    @property
    def frame(self) -> HtmlElement | None:
        """The smallest element that holds both the headline and the article; None if unknown."""
        number = self.article
        if number is None or self.headline is None:
            return None
        while number and not self.boxes[number].first <= self.headline < self.boxes[number].last:
            number = self.boxes[number].parent
        element = self.boxes[number].element
        return element if isinstance(element, HtmlElement) else None

    @property
    def inside(self) -> tuple[Run, ...]:
        """The runs in the article's box."""
        if self.article is None:
            return ()
        box = self.boxes[self.article]
        return self.runs[box.first : box.last]


def lay_out(tree: HtmlElement, titles: Sequence[str] = ()) -> Layout:
    """The page's runs, each with its worth, and the box that holds the article.

    `titles` are the headlines the page may show: what stands above its headline is
    rarely the article, and what follows it closely is.
    """
    body = tree.find(".//body")
    walk = Walk()
    walk.enter(tree if body is None else body, "body", 0, False, 0)
    runs, boxes = walk.runs, walk.boxes
    if not runs:
        return Layout((), tuple(boxes), None)
    prose = [0.0] * len(boxes)
    start = headline(runs, titles)
    for number, run in enumerate(runs):
        run.worth = worth(run)
        if start is not None and run.worth > 0:
            # above the headline: teasers of other articles, notices
            run.worth *= 0.3 if number < start else _nearness(number - start)
        if run.worth > _PROSE:
            prose[run.box] += run.worth
    _add_up(prose, boxes)
    _settle_marks(boxes, runs, prose, start)
    totals = [0.0] * len(boxes)
    characters = 0
    for run in runs:
        mark = boxes[run.box].mark
        run.marked = mark > 0
        if run.worth > _PROSE and mark < 2:
            characters += len(run.text)
        if run.marked:
            # prose in a marked part is somebody else's: it speaks against its parents
            run.worth = -0.5 * min(len(run.text), 100)
        totals[run.box] += run.worth
    _add_up(totals, boxes)
    best = max(totals)
    # of nested boxes with the same runs the innermost, which comes last
    article = max(number for number, total in enumerate(totals) if total >= best - 1e-6)
    return Layout(tuple(runs), tuple(boxes), article, start, characters)


def _nearness(distance: int) -> float:
    """What a run counts for by the number of runs between it and the headline.

    Half as much again right below it, a little under half from some 140 runs on, where
    comments, disclaimers and other articles are; measured on pages of 2011 to 2026.
    """
    return max(0.4, 1.5 - distance / 130)


def headline(runs: Sequence[Run], titles: Sequence[str]) -> int | None:
    """The number of the run that is the article's headline; None where it is not shown."""
    wanted = {key for title in titles if len(key := bare(title)) >= 8}
    if not wanted:
        return None
    found = None
    longest = 2 * max(map(len, wanted))  # with spaces and signs
    for number, run in enumerate(runs):
        if not 8 <= len(run.text) <= longest:
            continue
        letters = bare(run.text)
        if len(letters) < 8 or run.linked > 0.5:
            continue
        if letters in wanted or any(
            letters in title for title in wanted if 2 * len(letters) >= len(title)
        ):
            if run.tag == "h1":
                return number
            found = number if found is None else found
    return found


def _add_up(values: list[float], boxes: list[Box]) -> None:
    """Adds every box's value to its parent's; children come after their parents."""
    for number in range(len(boxes) - 1, 0, -1):
        values[boxes[number].parent] += values[number]


def _is_teaser(box: Box, runs: Sequence[Run]) -> bool:
    """Whether a small box begins with a linked heading, as teasers of other articles do."""
    if not 1 < box.last - box.first <= 6:
        return False
    first = runs[box.first]
    return (
        first.linked > 0.8
        and (first.tag in _HEADINGS or box.tag in {"li", "article"})
        and len(first.text) > 15
        and sum(len(run.text) for run in runs[box.first : box.last]) < 700
    )


def _settle_marks(
    boxes: Sequence[Box], runs: Sequence[Run], prose: Sequence[float], headline: int | None
) -> None:
    """Marks boxes by their names and teasers as such, unless the article must be there.

    That is where the headline stands, or too much of the page's prose; what stands in
    comments and the like is not counted as the page's. A mark holds for all in the box.
    """
    total = prose[0]
    for number, box in enumerate(boxes):
        if number == 0 or box.first == box.last:  # what holds nothing needs no mark
            continue
        if above := boxes[box.parent].mark:
            box.mark = above
            continue
        if headline is not None and box.first <= headline < box.last:
            continue
        mark = box.named or int(_is_teaser(box, runs))
        if not mark or prose[number] >= (_SHARE * total if mark == 1 else _NEARLY_ALL * prose[0]):
            continue
        box.mark = mark
        if mark == 2:
            total -= prose[number]


def worth(run: Run) -> float:
    """What a run of text says for its box being the article: its length in prose, or a cost."""
    length = len(run.text)
    if not run.text.isascii() and len(_DENSE.findall(run.text, 0, 200)) > 0.3 * min(length, 200):
        length *= 2  # a character of Chinese, Japanese or Korean says as much as two letters
    linked = run.linked
    if linked > 0.5:
        return -0.5 * min(length, 60) - 2.5
    if run.tag in _HEADINGS:
        return 0.0 if linked < 0.3 else -20.0
    ended = run.text[-1:] in _SENTENCE_END
    if length < 40:  # shorter than a sentence: a label, a name, a piece of dialogue
        return (5.0 if ended else -10.0) - (20.0 if linked > 0.2 else 0.0)
    value = length * (1 - 1.5 * linked)
    if not ended:
        value *= 0.3
    return value * 0.6 if run.tag in {"li", "td", "dd"} else value


def prose_of(layout: Layout) -> list[Run]:
    """The runs of the article's box from its first prose to its last, without marked parts."""
    inside = _own_article(layout)
    good = [number for number, run in enumerate(inside) if run.worth > _PROSE]
    if not good:
        return []
    kept: dict[str, Run] = {}
    for run in inside[good[0] : good[-1] + 1]:
        if run.marked or run.linked > 0.5:
            continue
        # long lines stand twice when a page has them once for each width of screen
        kept.setdefault(run.text if len(run.text) > 50 else f"{len(kept)}", run)
    return list(kept.values())


def _own_article(layout: Layout) -> Sequence[Run]:
    """The article's runs; of several `<article>` elements only the headline's."""
    if layout.article is None:
        return ()
    box = layout.boxes[layout.article]
    whole = layout.runs[box.first : box.last]
    if layout.headline is None:
        return whole
    articles = [
        b
        for b in layout.boxes
        if b.tag == "article" and box.first <= b.first and b.last <= box.last
    ]
    own = [b for b in articles if b.first <= layout.headline < b.last]
    others = [b for b in articles if not b.first <= layout.headline < b.last]
    if not own or not any(
        _prose(layout.runs[b.first : b.last]) > 300 for b in others if b.first >= own[-1].last
    ):
        return whole
    return (
        layout.runs[own[-1].first : own[-1].last]
        if _prose(layout.runs[own[-1].first : own[-1].last]) > 300
        else whole
    )


def _prose(runs: Sequence[Run]) -> float:
    return sum(run.worth for run in runs if run.worth > _PROSE)
