"""What some XPaths of trafilatura 2.3.1 say, in predicates that take a tenth of the time.

XPath calls Python for every regular expression on every element; here the verdict on a
pair of id and class is remembered. Each function finds what the expression named in its
docstring finds, in document order; a test holds the bodies that come out against those
of the library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from lxml.etree import _Element
from lxml.html import HtmlElement
from trafilatura import xpaths
from trafilatura.settings import _COOKIE_CONSENT_RE

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
    "^hide-|comments-title|nocomments|-reply-|message|akismet|suggest-links|-hide-|hide-print|"
    " hidden| hide|noprint|notloaded"
)
_BOTTOM = re.compile(r"(^|\s)bottom|bottom(\s|$)|(^|\s)link(\s|$)")
_NAMED_ID = re.compile(xpaths._alt(xpaths._ARTICLE_CONTENT_ID_TOKENS))
_NAMED_CLASS = re.compile(xpaths._alt(xpaths._ARTICLE_CONTENT_CLASS_TOKENS))
_STORY_ID = re.compile(xpaths._alt(xpaths._STORY_ID_TOKENS))
_STORY_CLASS = re.compile(xpaths._alt(xpaths._STORY_CLASS_TOKENS) + "|(?i:fulltext)")
_CONTENT_ID = re.compile(xpaths._alt(xpaths._MAIN_CONTENT_ID_TOKENS) + "|[Mm]ain-[Cc]ontent")
_CONTENT_CLASS = re.compile(
    xpaths._alt(xpaths._MAIN_CONTENT_CLASS_TOKENS) + "|[Mm]ain-[Cc]ontent|[Pp]age-[Cc]ontent"
)

_CONSENT = re.compile(_COOKIE_CONSENT_RE, re.IGNORECASE)

_BLOCKS = frozenset({"div", "item", "list", "p", "section", "span"})
_FRAMES = ("article", "div", "main", "section")
_NEVER = frozenset({"aside", "fencedframe", "footer", "script", "style", "svg", "template"})


def appended(tree: _Element) -> Iterator[_Element]:
    """RAW_TREE_PRUNE_XPATH, wider: anything that it could touch; mostly nothing."""
    for element in tree.iter("div", "section", "aside"):
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if "infinite" in names or "mvp-post-add" in names or "elementor-share" in names:
            yield element


def comments_and_lists(tree: _Element) -> list[_Element]:
    """REMOVE_COMMENTS_AND_LISTS_XPATH."""
    return [
        element
        for element in tree.iterdescendants("div", "list", "section", "details", "ol", "ul")
        if _is_comments(element.get("id"), element.get("class"), element.tag not in ("ol", "ul"))
    ]


def comments(tree: _Element) -> list[_Element]:
    """REMOVE_COMMENTS_XPATH."""
    return [
        element
        for element in tree.iterdescendants("div", "list", "section", "details")
        if _is_comments(element.get("id"), element.get("class"), True)
    ]


@lru_cache(maxsize=8192)  # a few thousand names cover the templates of hundreds of sites
def _is_comments(identifier: str | None, names: str | None, disqus: bool) -> bool:
    if identifier and (
        _COMMENTS_ID.search(identifier) or (disqus and _DISQUS_ID.search(identifier))
    ):
        return True
    return bool(names and _COMMENTS_CLASS.search(names))


def outermost_noise(tree: HtmlElement) -> list[HtmlElement]:
    """OVERALL_DISCARD_XPATH, both expressions; without what stands in another of its results."""
    found: list[HtmlElement] = []
    end: HtmlElement | None = None
    for element in tree.iterdescendants():
        if end is not None:  # inside the last one found
            end = None if element is end else end
        elif is_noise(element):
            found.append(element)
            for end in element.iterdescendants():  # noqa: B007 - the last one is wanted
                pass
    return found


def is_noise(element: _Element) -> bool:
    """Whether OVERALL_DISCARD_XPATH finds this element."""
    names, identifier, style = element.get("class"), element.get("id"), element.get("style")
    block = element.tag in _BLOCKS
    if (names or identifier) and (
        _is_noise_by_name(identifier, names, block)
        or (_goes_by_order(identifier, names) and _is_noise_by_first(_first(element), block))
    ):
        return True
    if (
        (identifier and "hidden" in identifier and "hidden" in _first(element, "id", "style"))
        or (style and _is_hidden_by_style(element, style))
        or element.get("aria-hidden") == "true"
    ):
        return True
    return block and (
        element.get("data-lp-replacement-content") is not None
        or "nav" in element.get("role", "").replace("N", "n")
        or "MostPopularStories" in element.get("data-component", "")
    )


@lru_cache(maxsize=8192)
def _is_noise_by_name(identifier: str | None, names: str | None, block: bool) -> bool:
    return bool(
        (names and (names == "comments-title" or _HIDDEN_CLASS.search(names)))
        or (identifier and ("reader-comments" in identifier or "akismet" in identifier))
        or (block and identifier and _DISCARD_ID.search(identifier))
        or (block and names and _DISCARD_CLASS.search(names))
    )


@lru_cache(maxsize=8192)
def _goes_by_order(identifier: str | None, names: str | None) -> bool:
    """Whether it matters which of the two comes first."""
    return any(
        value and ("cookie" in value or value.startswith("reply-")) for value in (identifier, names)
    )


def _is_noise_by_first(first: str, block: bool) -> bool:
    return first.startswith("reply-") or (block and "cookie" in first)


def _is_hidden_by_style(element: _Element, style: str) -> bool:
    if "display:none" in style or "display: none" in style:
        return True
    return "hidden" in style and "hidden" in _first(element, "id", "style")


def _first(element: _Element, one: str = "id", other: str = "class") -> str:
    """The value of whichever of two attributes comes first."""
    return next((element.get(key, "") for key in element.keys() if key in (one, other)), "")  # noqa: SIM118 - no mapping


def never_text(tree: _Element) -> list[_Element]:
    """BASIC_CLEAN_XPATH."""
    return [
        element
        for element in tree.iterdescendants("*")
        if element.tag in _NEVER
        or _asks_consent(element.get("id"), element.get("class"))
        or (element.tag == "div" and "footer" in _first(element))
    ]


@lru_cache(maxsize=8192)
def _asks_consent(identifier: str | None, names: str | None) -> bool:
    return any(value and _CONSENT.search(value) for value in (identifier, names))


def off_topic(tree: _Element, *, teasers: bool, strictly: bool) -> list[_Element]:
    """DISCARD_IMAGE_ELEMENTS; TEASER_DISCARD_XPATH, and PRECISION_DISCARD_XPATH, where asked."""
    return [
        element
        for element in tree.iterdescendants(*_BLOCKS, *(["header"] if strictly else []))
        if element.tag == "header"
        or _is_off(names := element.get("class"), identifier := element.get("id"), teasers)
        or (strictly and _is_at_bottom(element, identifier, names))
    ]


def _is_at_bottom(element: _Element, identifier: str | None, names: str | None) -> bool:
    first = _first(element) if identifier and names else identifier or names or ""
    return _is_bottom(first) or "border" in element.get("style", "")


@lru_cache(maxsize=8192)
def _is_off(identifier: str | None, names: str | None, teasers: bool) -> bool:
    return any(
        "caption" in value or (teasers and "teaser" in value.replace("T", "t"))
        for value in (identifier, names)
        if value
    )


@lru_cache(maxsize=8192)
def _is_bottom(names: str) -> bool:
    # the pattern looks twice at each of their letters, and finds nothing without these
    return ("bottom" in names or "link" in names) and _BOTTOM.search(names) is not None


def first_named(tree: _Element) -> list[_Element]:
    """BODY_XPATH, first expression; of its results only the first is ever used."""
    for element in tree.iterdescendants(*_FRAMES):
        if element.get("itemprop") == "articleBody" or _is_named(
            element.get("id"), element.get("class")
        ):
            return [element]
    return []


@lru_cache(maxsize=8192)
def _is_named(identifier: str | None, names: str | None) -> bool:
    if names and (names in ("post", "entry") or _NAMED_CLASS.search(names)):
        return True
    return bool(identifier and (identifier == "articleContent" or _NAMED_ID.search(identifier)))


def first_article(tree: _Element) -> list[_Element]:
    """BODY_XPATH, second expression."""
    return [*islice(tree.iterdescendants("article"), 1)]


def first_story(tree: _Element) -> list[_Element]:
    """BODY_XPATH, third expression."""
    for element in tree.iterdescendants(*_FRAMES):
        if element.get("role") == "article" or _is_story(element.get("id"), element.get("class")):
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


def first_content(tree: _Element) -> list[_Element]:
    """BODY_XPATH, fourth expression."""
    for element in tree.iterdescendants(*_FRAMES):
        if _is_content(element.get("id"), element.get("class")):
            return [element]
    return []


@lru_cache(maxsize=8192)
def _is_content(identifier: str | None, names: str | None) -> bool:
    if identifier and (identifier == "content" or _CONTENT_ID.search(identifier)):
        return True
    return bool(names and (names == "content" or _CONTENT_CLASS.search(names)))


def first_main(tree: _Element) -> list[_Element]:
    """BODY_XPATH, fifth expression; of its two results only the first is ever used."""
    for element in tree.iterdescendants(*_FRAMES):
        if element.tag == "main" or any(
            element.get(key, "").startswith("main") for key in ("class", "id", "role")
        ):
            return [element]
    return []
