"""Touches trafilatura's inside (2.3.1, pinned), with `predicates` and `pruning` and no other.

`bare_extraction` would copy the tree once more and read all metadata again; its sequence
of extractors is called directly on a tree that is parsed already. The quick first answer
spends most of its time in XPath predicates that call regular expressions on every
element; a private copy of the module is loaded with predicates that say the same faster.
The library that others import is not changed, and a test holds the bodies against it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import Any, cast

from lxml.etree import XPath, _Element, strip_elements, strip_tags, tostring
from lxml.html import HtmlElement
from trafilatura import xpaths
from trafilatura.htmlprocessing import convert_tags, prune_unwanted_nodes, tree_cleaning
from trafilatura.settings import Extractor
from trafilatura.utils import trim
from trafilatura.xml import xmltotxt

from extractors.html import predicates
from extractors.html.private import private_copy
from extractors.html.pruning import prune_unwanted_sections

# it warns about pages on its own; here a page's fate is a value
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

#: Cut before anything is copied or searched; all are on trafilatura's own list.
_NEVER_TEXT = (
    "aside", "footer", "nav", "button", "select", "iframe", "noscript", "dialog", "menu",
    "object", "embed", "audio", "video", "canvas", "textarea", "head",
)  # fmt: skip
#: Tags that trafilatura takes off later, with the same effect on what it finds.
_MERE_LOOKS = (
    "b", "strong", "i", "em", "u", "small", "big", "font", "mark", "ins", "abbr", "acronym", "cite",
    "tt", "var", "kbd", "samp", "nobr", "wbr", "dfn", "bdi", "bdo", "img", "data",
)  # fmt: skip


def whole_cascade(tree: HtmlElement, url: str | None) -> str:
    """What `bare_extraction(include_comments=False)` finds in this page.

    One line a block, "" where it finds nothing. The tree is used up.
    """
    options = Extractor(output_format="python", comments=False, url=url)
    body, text, _, _ = _sequence().trafilatura_sequence(tree, options, url)
    return xmltotxt(body, include_formatting=False) if text else ""


def load_rest() -> None:
    """Reads what the whole cascade reads at its first page: the common words of all languages."""
    _others().jt_stoplist_init()


def thin_out(tree: HtmlElement) -> None:
    """Takes the elements out of a tree that no extractor here takes text from."""
    strip_elements(tree, *_NEVER_TEXT, with_tail=False)
    strip_tags(tree, *_MERE_LOOKS)


def first_answer(tree: HtmlElement, url: str | None, frame: HtmlElement | None = None) -> str:
    """What `bare_extraction(include_comments=False, favor_precision=True, fast=True)` finds.

    The first of trafilatura's extractors alone, strict about what it keeps; for pages
    that are not forums. Looks only into `frame`, an element of the tree, where one is
    given. The tree is used up.
    """
    options, body = _quickly(), tree.find("body")
    if frame is not None and body is not None and frame is not body and frame is not tree:
        frame.tail = None
        body.clear()
        body.append(frame)
    if any(True for _ in predicates.appended(tree)):
        tree = prune_unwanted_nodes(tree, xpaths.RAW_TREE_PRUNE_XPATH)
    tree = _prune(tree, predicates.comments_and_lists)
    tree = convert_tags(tree_cleaning(tree, options), options, url)
    tree = _prune(tree, predicates.comments)
    found, text = _extractor().extract_content(tree, options)
    return xmltotxt(found, include_formatting=False) if text else ""


def _prune(tree: HtmlElement, find: Callable[[_Element], list[_Element]]) -> HtmlElement:
    # only ever called, so anything that finds elements will do
    return prune_unwanted_nodes(tree, [cast("XPath", find)])


@cache  # making them reads a configuration each time; nothing here changes them
def _quickly() -> Extractor:
    return Extractor(output_format="python", comments=False, precision=True, fast=True)


def _text_of(element: _Element) -> str:
    """`_elem_text`, without meeting every element."""
    return str(trim(tostring(element, method="text", encoding="unicode", with_tail=False)))


@cache
def _extractor() -> Any:
    """A private copy of `trafilatura.main_extractor` with faster predicates."""
    module = private_copy("trafilatura.main_extractor")
    module.prune_unwanted_sections = prune_unwanted_sections
    module._elem_text = _text_of
    module.BODY_XPATH = [
        predicates.first_named,
        predicates.first_article,
        predicates.first_story,
        predicates.first_content,
        predicates.first_main,
    ]
    return module


@cache
def _sequence() -> Any:
    """A private copy of `trafilatura.core` with that extractor, and those that it falls back on."""
    module, others, last = private_copy("trafilatura.core"), _others(), _last_resort()
    module.extract_content = _extractor().extract_content
    module.REMOVE_COMMENTS_AND_LISTS_XPATH = [predicates.comments_and_lists]
    module.compare_extraction = others.compare_extraction
    module.justext_rescue = others.justext_rescue
    module.baseline, module.html2txt = last.baseline, last.html2txt
    return module


@cache
def _others() -> Any:
    """A private copy of `trafilatura.external`, which cleans pages faster."""
    module = private_copy("trafilatura.external")
    module.basic_cleaning = _last_resort().basic_cleaning
    return module


@cache
def _last_resort() -> Any:
    """A private copy of `trafilatura.baseline` with a faster predicate."""
    module = private_copy("trafilatura.baseline")
    module.BASIC_CLEAN_XPATH = predicates.never_text
    return module
