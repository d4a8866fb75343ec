"""The body of an article: trafilatura's answer, checked against the page's own layout.

trafilatura's quick answer and the page's prose as this package sees it (`blocks`) are
compared. Where they agree, the answer is completed with paragraphs that it misses. Where
they do not, pages with today's markup are left to trafilatura's whole cascade of
extractors, and pages without it to the layout: its rules are written for today's markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.html.blocks import Layout, lay_out, prose_of
from extractors.html.cascade import first_answer, thin_out, whole_cascade
from extractors.html.dialogs import close_dialogs
from extractors.html.embedded import embedded_paragraphs
from extractors.html.page import Page
from extractors.html.runs import Run
from extractors.html.structured import Node
from extractors.html.trim import is_plea
from extractors.html.words import letters

#: Share of one answer's characters that must stand in the other for it to be contained;
#: below, the rest is a section of its own and not a stray line.
_CONTAINED = 0.85
#: A paragraph that only the layout sees is believed from this length; shorter ones were
#: labels nine times in ten.
_PARAGRAPH = 100


#: An answer shorter than this (characters; three paragraphs) is looked at twice.
_SHORT = 1000


@dataclass(frozen=True)
class Body:
    """Paragraphs in reading order, and where they came from (`trafilatura`,
    `layout`, `json-ld`, `script`)."""

    paragraphs: tuple[str, ...]
    origin: str

    @property
    def text(self) -> str:
        """The paragraphs, an empty line between two."""
        return "\n\n".join(self.paragraphs)


def find_body(page: Page, node: Node, titles: Sequence[str], url: str | None) -> Body:
    """The article's text; no paragraphs where there is none. The page's tree is used up."""
    tree, modern = page.tree, _is_modern(page)
    thin_out(close_dialogs(tree, page.markup))
    layout = lay_out(tree, titles)
    prose = prose_of(layout)
    answer = lines(first_answer(tree, url, layout.frame))
    paragraphs, origin = _settle(page, layout, prose, answer, modern, url)
    found = sum(map(len, paragraphs))
    if not found or (found < _SHORT and layout.prose > 3 * found and modern):
        # little was found where there is much: ask everybody
        asked = lines(whole_cascade(close_dialogs(page.again(), page.markup), url))
        if sum(map(len, asked)) > 2 * found:
            paragraphs, origin = asked, "trafilatura"
    if not paragraphs and isinstance(stated := node.get("articleBody"), str):
        paragraphs, origin = lines(stated), "json-ld"
    if not paragraphs:
        paragraphs, origin = embedded_paragraphs(page.source), "script"
    return Body(paragraphs, origin)


def _settle(
    page: Page,
    layout: Layout,
    prose: Sequence[Run],
    answer: tuple[str, ...],
    modern: bool,
    url: str | None,
) -> tuple[tuple[str, ...], str]:
    keys, known = [letters(line) for line in answer], [run.key for run in prose]
    shared, covered = contained(keys, known), contained(known, keys)
    if answer and shared >= _CONTAINED:
        below = [run for run in prose if layout.headline is None or run.number > layout.headline]
        return complete(answer, keys, below), "trafilatura"
    if not modern:
        return tuple(run.text for run in prose), "layout"
    if covered >= _CONTAINED:
        return answer, "trafilatura"
    return lines(whole_cascade(close_dialogs(page.again(), page.markup), url)), "trafilatura"


def _is_modern(page: Page) -> bool:
    """Whether the page has the markup that trafilatura's rules are written for."""
    return bool(page.json_ld) or page.tree.find(".//article") is not None


#: How all of these begin, which is found without looking at every space.
_IN_BRACKETS = re.compile(
    r"\((?:öffnet |opens |s['’]ouvre |(?:se )?abre |si apre |opent )", re.IGNORECASE
)
#: What screen readers are told of a link, shown where styles do not hide it.
_NEW_WINDOW = re.compile(
    r"\s*\((?:öffnet (?:im|in) (?:neue[mns]) (?:fenster|tab)|opens in (?:a )?new (?:tab|window)|"
    r"s['’]ouvre dans (?:une nouvelle fenêtre|un nouvel onglet)|(?:se )?abre en (?:una )?nueva "
    r"(?:ventana|pestaña)|si apre in una nuova finestra|abre em (?:uma )?nova (?:janela|aba)|"
    r"opent in (?:een )?nieuw (?:venster|tabblad))\)",
    re.IGNORECASE,
)


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text that hold something."""
    if _IN_BRACKETS.search(text):
        text = _NEW_WINDOW.sub("", text)
    return tuple(line for line in (" ".join(raw.split()) for raw in text.split("\n")) if line)


def contained(some: Sequence[str], others: Sequence[str]) -> float:
    """The share of `some`'s characters in lines that stand in `others`; 0.0 for nothing.

    Both are given as `letters` of lines, so that spacing and bullets do not count.
    """
    # one string: a line of one may be two of the other
    known, whole = set(others), "".join(others)
    total = sum(map(len, some))
    return sum(len(key) for key in some if key in known or key in whole) / total if total else 0.0


def complete(answer: Sequence[str], keys: Sequence[str], prose: Sequence[Run]) -> tuple[str, ...]:
    """The answer with the paragraphs of the layout that it lacks, each at its place.

    `keys` are the `letters` of the answer's lines.
    """
    whole = "".join(keys)  # a run of the layout may be two lines of the answer
    place = {key: number for number, key in enumerate(keys)}
    added: dict[int, list[str]] = {}
    after = 0
    for run in prose:
        key = run.key
        if key in place:
            after = place[key] + 1
        elif (
            len(run.text) >= _PARAGRAPH
            and run.worth > 0
            and run.tag not in {"pre", "code"}
            and key not in whole
            and not is_plea(run.text)
        ):
            added.setdefault(after, []).append(run.text)
    merged: list[str] = []
    for number, line in enumerate(answer):
        merged.extend(added.get(number, ()))
        merged.append(line)
    merged.extend(added.get(len(answer), ()))
    return tuple(merged)
