"""The one place that touches trafilatura's inside (2.3.1, pinned).

`bare_extraction` would copy the tree once more and read all metadata again; its sequence
of extractors is called directly on a tree that is parsed already. The quick first answer
spends most of its time in XPath predicates that call regular expressions on every
element; a private copy of the module is loaded with predicates that say the same faster.
The library that others import is not changed, and a test holds the bodies against it.
"""

from __future__ import annotations

import importlib.util
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from functools import cache, lru_cache
from types import ModuleType
from typing import Any

from lxml.etree import _Element, strip_elements, strip_tags
from lxml.html import HtmlElement
from trafilatura import xpaths
from trafilatura.core import trafilatura_sequence
from trafilatura.htmlprocessing import convert_tags, prune_unwanted_nodes, tree_cleaning
from trafilatura.settings import Extractor
from trafilatura.xml import xmltotxt

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
_Find = Callable[[_Element], Iterable[_Element]]


def whole_cascade(tree: HtmlElement, url: str | None) -> str:
    """What `bare_extraction(include_comments=False)` finds in this page.

    One line a block, "" where it finds nothing. The tree is left as it was.
    """
    options = Extractor(output_format="python", comments=False, url=url)
    body, text, _, _ = trafilatura_sequence(copy(tree), options, url)
    return xmltotxt(body, include_formatting=False) if text else ""


def working_copy(tree: HtmlElement) -> HtmlElement:
    """A copy without the elements that no extractor here takes text from."""
    tree = copy(tree)
    strip_elements(tree, *_NEVER_TEXT, with_tail=False)
    strip_tags(tree, *_MERE_LOOKS)
    return tree


def first_answer(tree: HtmlElement, url: str | None, frame: _Element | None = None) -> str:
    """What `bare_extraction(include_comments=False, favor_precision=True, fast=True)` finds.

    The first of trafilatura's extractors alone, strict about what it keeps; for pages
    that are not forums. Looks only into `frame`, an element of the tree, where one is
    given. The tree is used up.
    """
    options = Extractor(output_format="python", comments=False, precision=True, fast=True, url=url)
    body = tree.find("body")
    if frame is not None and body is not None and frame is not body and frame is not tree:
        frame.tail = None
        body.clear()
        body.append(frame)
    if any(True for _ in _appended(tree)):
        tree = prune_unwanted_nodes(tree, xpaths.RAW_TREE_PRUNE_XPATH)
    tree = prune_unwanted_nodes(tree, [_comments_and_lists])
    tree = convert_tags(tree_cleaning(tree, options), options, url)
    tree = prune_unwanted_nodes(tree, [_comments])
    found, text = _extractor().extract_content(tree, options)
    return xmltotxt(found, include_formatting=False) if text else ""


@cache
def _extractor() -> ModuleType:
    """A private copy of `trafilatura.main_extractor` with faster predicates."""
    name = "trafilatura._main_extractor_for_newswell"
    spec = importlib.util.find_spec("trafilatura.main_extractor")
    if spec is None or spec.origin is None:
        raise ImportError("trafilatura.main_extractor is not there")
    private = importlib.util.spec_from_file_location(name, spec.origin)
    if private is None or private.loader is None:
        raise ImportError(f"{spec.origin} cannot be loaded")
    module: Any = importlib.util.module_from_spec(private)
    sys.modules[name] = module
    private.loader.exec_module(module)
    module.OVERALL_DISCARD_XPATH = [_discarded, _hidden]
    module.PRECISION_DISCARD_XPATH = [xpaths.PRECISION_DISCARD_XPATH[0], _bottoms]
    module.BODY_XPATH = [
        _first_named,
        *xpaths.BODY_XPATH[1:2],
        _first_story,
        *xpaths.BODY_XPATH[3:],
    ]
    return module


# Each predicate below says what the XPath of the same place in trafilatura.xpaths says.
# `@id|@class` inside re:test stands for whichever of the two comes first in the source.

_COMMENTS_ID = re.compile(rf"^(?:{xpaths._COMMENTS_ID})")
_DISQUS_ID = re.compile("^(?:disqus_thread|dsq-comments)")
_COMMENTS_CLASS = re.compile(xpaths._COMMENTS_CLASS)
_DISCARD_ID = re.compile(
    xpaths._alt(xpaths._OVERALL_DISCARD_BOTH_TOKENS + xpaths._OVERALL_DISCARD_ID_TOKENS)
)
_DISCARD_CLASS = re.compile(
    xpaths._alt(xpaths._OVERALL_DISCARD_BOTH_TOKENS + xpaths._OVERALL_DISCARD_CLASS_TOKENS)
)
_HIDDEN_CLASS = re.compile(
    "^hide-|comments-title|nocomments|-reply-|message|akismet|suggest-links|-hide-|hide-print| hidden| hide|noprint|notloaded"
)
_BOTTOM = re.compile(r"(^|\s)bottom|bottom(\s|$)|(^|\s)link(\s|$)")
_NAMED_ID = re.compile(xpaths._alt(xpaths._ARTICLE_CONTENT_ID_TOKENS))
_NAMED_CLASS = re.compile(xpaths._alt(xpaths._ARTICLE_CONTENT_CLASS_TOKENS))
_STORY_ID = re.compile(xpaths._alt(xpaths._STORY_ID_TOKENS))
_STORY_CLASS = re.compile(xpaths._alt(xpaths._STORY_CLASS_TOKENS) + "|(?i:fulltext)")

_BLOCKS = ("div", "item", "list", "p", "section", "span")
_FRAMES = ("article", "div", "main", "section")


def _appended(tree: _Element) -> Iterator[_Element]:
    """Anything that the raw-tree prune could touch; mostly nothing."""
    for element in tree.iter("div", "section", "aside"):
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if "infinite" in names or "mvp-post-add" in names or "elementor-share" in names:
            yield element


def _comments_and_lists(tree: _Element) -> list[_Element]:
    return [
        element
        for element in tree.iterdescendants("div", "list", "section", "details", "ol", "ul")
        if element.attrib
        and _is_comments(element.get("id"), element.get("class"), element.tag not in ("ol", "ul"))
    ]


def _comments(tree: _Element) -> list[_Element]:
    return [
        element
        for element in tree.iterdescendants("div", "list", "section", "details")
        if element.attrib and _is_comments(element.get("id"), element.get("class"), True)
    ]


@lru_cache(maxsize=8192)  # a few thousand names cover the templates of hundreds of sites
def _is_comments(identifier: str | None, names: str | None, disqus: bool) -> bool:
    if identifier and (
        _COMMENTS_ID.search(identifier) or (disqus and _DISQUS_ID.search(identifier))
    ):
        return True
    return bool(names and _COMMENTS_CLASS.search(names))


def _discarded(tree: _Element) -> list[_Element]:
    found = []
    for element in tree.iterdescendants(*_BLOCKS):
        attributes = element.attrib
        if not attributes:
            continue
        identifier, names = attributes.get("id"), attributes.get("class")
        if (
            ((identifier or names) and _is_discarded(identifier, names, _first(element)))
            or "data-lp-replacement-content" in attributes
            or "nav" in (attributes.get("role") or "").replace("N", "n")
            or "MostPopularStories" in (attributes.get("data-component") or "")
        ):
            found.append(element)
    return found


@lru_cache(maxsize=8192)
def _is_discarded(identifier: str | None, names: str | None, first: str) -> bool:
    return bool(
        "cookie" in first
        or (identifier and _DISCARD_ID.search(identifier))
        or (names and _DISCARD_CLASS.search(names))
    )


def _first(element: _Element, keys: tuple[str, str] = ("id", "class")) -> str:
    """The value of whichever of two attributes comes first."""
    one, other = element.get(keys[0]), element.get(keys[1])
    if one is None or other is None:
        return one or other or ""
    return one if next(key for key in element.attrib if key in keys) == keys[0] else other


def _hidden(tree: _Element) -> list[_Element]:
    found = []
    for element in tree.iterdescendants():
        attributes = element.attrib
        if not attributes:
            continue
        names, identifier, style = (
            attributes.get("class"),
            attributes.get("id"),
            attributes.get("style"),
        )
        if (
            (names and (names == "comments-title" or _is_hidden_class(str(names))))
            or (identifier and ("reader-comments" in identifier or "akismet" in identifier))
            or ((names or identifier) and _first(element).startswith("reply-"))
            or ((identifier or style) and "hidden" in _first(element, ("id", "style")))
            or (style and ("display:none" in style or "display: none" in style))
            or attributes.get("aria-hidden") == "true"
        ):
            found.append(element)
    return found


@lru_cache(maxsize=8192)
def _is_hidden_class(names: str) -> bool:
    return _HIDDEN_CLASS.search(names) is not None


def _bottoms(tree: _Element) -> list[_Element]:
    return [
        element
        for element in tree.iterdescendants(*_BLOCKS)
        if element.attrib
        and (_is_bottom(_first(element)) or "border" in (element.get("style") or ""))
    ]


@lru_cache(maxsize=8192)
def _is_bottom(names: str) -> bool:
    return bool(names) and _BOTTOM.search(names) is not None


def _first_named(tree: _Element) -> list[_Element]:
    for element in tree.iterdescendants(*_FRAMES):
        if element.attrib and (
            element.get("itemprop") == "articleBody"
            or _is_named(element.get("id"), element.get("class"))
        ):
            return [element]
    return []


@lru_cache(maxsize=8192)
def _is_named(identifier: str | None, names: str | None) -> bool:
    if names and (names in ("post", "entry") or _NAMED_CLASS.search(names)):
        return True
    return bool(identifier and (identifier == "articleContent" or _NAMED_ID.search(identifier)))


def _first_story(tree: _Element) -> list[_Element]:
    for element in tree.iterdescendants(*_FRAMES):
        if element.attrib and (
            element.get("role") == "article" or _is_story(element.get("id"), element.get("class"))
        ):
            return [element]
    return []


@lru_cache(maxsize=8192)
def _is_story(identifier: str | None, names: str | None) -> bool:
    if identifier and (identifier in ("article", "story") or _STORY_ID.search(identifier)):
        return True
    return bool(
        names
        and (
            names in ("postarea", "art-postcontent", "text", "cell", "story")
            or _STORY_CLASS.search(names)
        )
    )
