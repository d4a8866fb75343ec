"""The runs of text on a page, in reading order, and the boxes they stand in.

A run is the text between two block boundaries, as a reader sees a paragraph; a box is a
block element. What an element's class and id say of it is noted on the way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml.etree import _Element

from extractors.html.words import letters

#: Elements that do not end a line.
_INLINE = frozenset(
    [
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn"),
        *("em", "font", "i", "ins", "kbd", "label", "mark", "nobr", "noindex", "o:p", "q", "rb"),
        *("rp", "rt", "ruby", "s", "samp", "small", "span", "st1", "strike", "strong", "sub"),
        *("sup", "tt", "u", "var", "wbr"),
    ]
)
_BREAKS = frozenset({"br", "hr"})
#: Elements that never hold an article's text.
_SKIPPED = frozenset(
    [
        *("aside", "audio", "button", "canvas", "dialog", "embed", "fieldset", "figure", "footer"),
        *("head", "iframe", "img", "input", "legend", "link", "map", "math", "menu", "meta"),
        *("nav", "noscript", "object", "option", "picture", "script", "select", "style", "svg"),
        *("template", "textarea", "time", "video"),
    ]
)
# Names are looked at in lower case between spaces. Each pattern begins with letters alone or
# with a boundary alone: only so does the expression engine skip what cannot begin a match.
#: Names of parts that are not the article however much they hold.
_NEVER = (
    re.compile(
        r"disqus|newsletter|cookie|consent|gdpr|outbrain|taboola|disclaimer|copyright|breadcrumb|"
        r"most-?(?:read|viewed|popular)"
    ),
    re.compile(
        r"[\s_-](?:footer|"
        r"comments?(?:[\s_-]|list|body|text|area|box|block|item|content|author|form))"
    ),
)
#: Names of parts that mostly are not, but that themes also put on wrappers of everything.
_SELDOM = (
    re.compile(
        r"comment(?!ary|ator)|sidebar|footer|related|promo|shar(?:e|ing)|social|menu|teaser|"
        r"recommend|recirc|sponsor|advert|banner|subscri(?:be(?!r)|ption)|tag-?(?:list|s\b)|"
        r"popular|byline|author|caption|widget|toolbar|pagination|login|popup|modal|hidden|"
        r"see-?also|read-?more|more-(?:on|from)|trending|rating|poll|gallery|slide|carousel|"
        r"embed|tooltip|print-?only|correlat|zum-thema"
    ),
    re.compile(r"[\s_-](?:nav|credit|ads?[\s_-])"),
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TRUSTED = frozenset({"body", "html", "article", "main"})
_MAX_DEPTH = 200  # Python's own limit is a thousand frames; no real page nests half as deep


@dataclass(slots=True)
class Run:
    """One line of text. `links` counts its characters inside links; `box` is its block."""

    text: str
    links: int
    box: int
    tag: str
    number: int
    marked: bool = False
    worth: float = 0.0

    @property
    def key(self) -> str:
        """Its letters and digits, to find it again in another extractor's answer."""
        return letters(self.text)

    @property
    def linked(self) -> float:
        """The share of its text that is links."""
        return self.links / max(1, len(self.text))


@dataclass(slots=True)
class Box:
    """A block element, its parent's number, and the runs from `first` up to `last`.

    `mark` is 2 where it is ruled out, 1 where something speaks against it.
    """

    element: _Element
    tag: str
    parent: int
    first: int
    last: int = 0
    mark: int = 0

    @property
    def named(self) -> int:
        """The mark that its names and its state give it."""
        return 0 if self.tag in _TRUSTED else _mark(self.element, self.tag)


class Walk:
    """Collects runs while it descends; a held state, not a value."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.boxes: list[Box] = []
        self.parts: list[str] = []
        self.links = 0

    def flush(self, box: int, tag: str) -> None:
        """Ends the run that is being collected."""
        if text := " ".join("".join(self.parts).split()):
            self.runs.append(Run(text, self.links, box, tag, len(self.runs)))
        self.parts.clear()
        self.links = 0

    def enter(self, element: _Element, tag: str, parent: int, linked: bool, depth: int) -> None:
        """Reads a block element: a box of its own."""
        own = len(self.boxes)
        box = Box(element, tag, parent, len(self.runs))
        self.boxes.append(box)
        self.read(element, own, tag, linked, depth)
        if self.parts:
            self.flush(own, tag)
        box.last = len(self.runs)

    def read(self, element: _Element, box: int, tag: str, linked: bool, depth: int) -> None:
        """Reads what is in an element into the box it belongs to."""
        parts = self.parts
        if (text := element.text) and (parts or not text.isspace()):
            self.take(text, linked)
        if depth > _MAX_DEPTH:
            parts.extend(child_text for child in element for child_text in child.itertext())
            return
        for child in element:
            name = child.tag
            if name in _INLINE:
                self.read(child, box, tag, linked or name == "a", depth + 1)
            elif name not in _SKIPPED and isinstance(name, str):
                if parts:
                    self.flush(box, tag)
                if name not in _BREAKS:
                    self.enter(child, name, box, linked, depth + 1)
            if (text := child.tail) and (parts or not text.isspace()):
                self.take(text, linked)

    def take(self, text: str, linked: bool) -> None:
        """Adds a piece to the run that is being collected."""
        self.parts.append(text)
        if linked:
            self.links += len(text.strip())


def _mark(element: _Element, tag: str) -> int:
    """How much an element's names and state speak against it, 0 to 2."""
    # asking for one attribute after the other is a fourth of the work of listing them all
    names, identifier = element.get("class"), element.get("id")
    strength = 1 if tag == "form" else 0
    if names:
        strength = max(strength, _named(names))
    if identifier:
        strength = max(strength, _named(identifier))
    if not strength and (
        ((style := element.get("style")) and _HIDDEN.search(style))
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
    ):
        return 1
    return strength


@lru_cache(maxsize=16384)  # some thousand names cover the templates of hundreds of sites
def _named(names: str) -> int:
    return max(map(_named_once, names.lower().split()), default=0)


@lru_cache(maxsize=16384)
def _named_once(name: str) -> int:
    name = f" {name} "
    if any(pattern.search(name) for pattern in _NEVER):
        return 2
    return 1 if any(pattern.search(name) for pattern in _SELDOM) else 0
