"""What a publisher rule finds on a page, and what it takes off it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement, tostring

from extractors.html.moment import Moment, read_machine, read_written
from extractors.html.names import Names, clean_names
from extractors.html.page import Page
from extractors.html.runs import Walk
from extractors.html.trim import Cut
from extractors.html.words import squeeze
from extractors.publishers.rule import PublisherRule


@dataclass(frozen=True)
class Ruled:
    """A rule's own findings; `missed` names what it should have found and did not."""

    rule: PublisherRule
    title: str | None
    authors: Names
    published: Moment | None
    body: tuple[str, ...]
    missed: tuple[str, ...]
    dropped: tuple[Cut, ...]


#: Characters that are kept of what a rule drops: enough to see what it was.
_SHOWN = 300


def _without_dropped(page: Page, rule: PublisherRule) -> tuple[Page, list[Cut]]:
    """The page without what the rule drops, and that; its tree is changed."""
    dropped = []
    for selector in rule.drop:
        for element in _find(selector)(page.tree):
            if element.getparent() is not None:
                dropped.append(squeeze(" ".join(element.itertext()))[:_SHOWN])
                element.drop_tree()
    left = replace(
        page,
        markup=tostring(page.tree, encoding="unicode") if dropped else page.markup,
        headings=tuple(_attached(page, page.headings)),
        times=tuple(_attached(page, page.times)),
        microdata={name: tuple(_attached(page, them)) for name, them in page.microdata.items()},
    )
    return left, [(rule.origin, text) for text in dropped if text]


def _attached(page: Page, elements: Sequence[HtmlElement]) -> Iterator[HtmlElement]:
    for element in elements:
        if any(up is page.tree for up in element.iterancestors()):
            yield element


def apply_rule(page: Page, rule: PublisherRule) -> tuple[Page, Ruled]:
    """The page without what the rule drops, and what its selectors find on that."""
    page, dropped = _without_dropped(page, rule)
    titles = _values(page, rule.title)
    moments = (
        read_machine(value) or read_written(value) for value in _values(page, rule.published)
    )
    found = {
        "title": next(titles, None),
        "authors": clean_names(_values(page, rule.authors), (rule.publisher,)),
        "published": next((moment for moment in moments if moment), None),
        "body": tuple(_paragraphs(page, rule.body)),
    }
    missed = tuple(name for name, value in found.items() if getattr(rule, name) and not value)
    return page, Ruled(rule=rule, missed=missed, dropped=tuple(dropped), **found)  # type: ignore[arg-type]  # as named


def cut_lines(paragraphs: Sequence[str], rule: PublisherRule) -> tuple[tuple[str, ...], list[Cut]]:
    """The paragraphs in which none of the rule's expressions is found, and the others."""
    patterns = [re.compile(pattern) for pattern in rule.cut]
    kept: list[str] = []
    cut: list[Cut] = []
    for line in paragraphs:
        if any(pattern.search(line) for pattern in patterns):
            cut.append((rule.origin, line))
        else:
            kept.append(line)
    return tuple(kept), cut


def _values(page: Page, selectors: Sequence[str]) -> Iterator[str]:
    for selector in selectors:
        path, _, attribute = selector.partition("@")
        for element in _find(path)(page.tree):
            raw = element.get(attribute) if attribute else " ".join(element.itertext())
            if value := squeeze(raw):
                yield value


def _paragraphs(page: Page, selectors: Sequence[str]) -> Iterator[str]:
    """The lines of text in the elements, in the page's order, nested ones once."""
    chosen = {element for selector in selectors for element in _find(selector)(page.tree)}
    for element in page.tree.iter():
        if element in chosen and not any(up in chosen for up in element.iterancestors()):
            walk = Walk()
            walk.enter(element, str(element.tag), 0, linked=False, depth=0)
            yield from (run.text for run in walk.runs)


@cache  # as many as the rules have selectors
def _find(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")
