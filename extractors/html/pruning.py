"""What `trafilatura.main_extractor.prune_unwanted_sections` (2.3.1) does, in fewer passes.

It looks at the text of every element with every pass; here only at those that can go, and
a second time only where the first pass took something out.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from lxml.etree import strip_tags
from lxml.html import HtmlElement
from trafilatura.htmlprocessing import link_density_test, link_density_test_tables
from trafilatura.settings import Extractor
from trafilatura.utils import trim
from trafilatura.xml import delete_element

from extractors.html import predicates

#: Tags whose share of links is looked at.
_LINKED = ("div", "list", "p")
#: The same where strict, once nothing else goes.
_LINKED_LAST = ("head", "quote")
_CELLS = frozenset({"item", "td", "th"})


def prune_unwanted_sections(
    tree: HtmlElement, potential_tags: Set[str], options: Extractor, keep_teasers: bool = False
) -> HtmlElement:
    """The same as the library's, for pages without images; changes the tree, and returns it."""
    strict = options.focus == "precision"
    _prune_noise(tree)
    teasers = options.focus != "recall" and not keep_teasers
    for element in predicates.off_topic(tree, teasers=teasers, strictly=strict):
        delete_element(element)
    linked = _count_linked(tree)
    if linked and sum(_prune_linked(tree, tag, linked, strict) for tag in _LINKED):
        for tag in _LINKED:
            _prune_linked(tree, tag, linked, strict)
    if "table" in potential_tags or strict:
        for table in [one for one in tree.iter("table") if link_density_test_tables(one)]:
            delete_element(table, keep_tail=False)
    if strict:
        while len(tree) and tree[-1].tag == "head":
            delete_element(tree[-1], keep_tail=False)
        for tag in _LINKED_LAST if linked else ():
            _prune_linked(tree, tag, linked, strict)
    strip_tags(tree, "span", *(() if "ref" in potential_tags else ("ref",)))
    return tree


def _prune_noise(tree: HtmlElement) -> None:
    """Takes out what is noise by its names, unless that is more than a seventh of the text."""
    noise = predicates.outermost_noise(tree)
    if not noise:
        return
    length = len(tree.text_content())
    if length - sum(len(element.text_content()) for element in noise) > length / 7:
        for element in noise:
            delete_element(element)


def _count_linked(tree: HtmlElement) -> dict[HtmlElement, int]:
    """The characters inside links by the element around them, none left out.

    It stays true while elements go: what is left has these links or fewer.
    """
    linked: dict[HtmlElement, int] = {}
    for link in tree.iter("ref"):
        length = len(link.text_content())
        for up in link.iterancestors(*_LINKED, *_LINKED_LAST):
            linked[up] = linked.get(up, 0) + length
    return linked


def _prune_linked(
    tree: HtmlElement, tag: str, linked_length: Mapping[HtmlElement, int], strict: bool
) -> int:
    """Takes out the elements of a tag that are mostly links, and says how many there were.

    The library's `delete_by_link_density`, which backtracks for `div` alone.
    """
    doomed = []
    # characters that are known to stand in an element, since inner ones have them
    known: dict[HtmlElement, int] = {}
    for element in reversed([one for one in tree.iter(tag) if one in linked_length]):
        # with so much text beside links no test of density finds too little: the strictest
        # asks for 300 characters, and that less than four fifths of them are linked
        enough = max(300.0, linked_length[element] / 0.8)
        length = known.get(element, 0)
        if length < enough:
            length = _count_up_to(element, enough)
        if length >= enough:
            if (around := next(element.iterancestors(tag), None)) is not None:
                known[around] = known.get(around, 0) + length
            continue
        linked, brief = link_density_test(element, strict)
        if not linked and tag == "div" and brief and len(element) >= (1 if strict else 3):
            linked = len(trim(element.text_content())) < (200 if strict else 100)
        parent = element.getparent()
        # the content of a list's item or a table's cell stays: those are judged as wholes
        if linked and not (tag == "p" and parent is not None and parent.tag in _CELLS):
            doomed.append(element)
    for element in reversed(doomed):
        delete_element(element)
    return len(doomed)


def _count_up_to(element: HtmlElement, enough: float) -> int:
    """The characters of an element that are no white space, or as many of them as tell."""
    text = element.text_content()
    if len(text) < enough:
        return 0
    return sum(map(len, text[: int(2 * enough)].split()))
