"""A page of HTML, decoded and parsed once; everything else in this package reads from it.

Scripts, styles, drawings and comments are cut from the text before the parser sees it
(they are often nine tenths of a page); JSON-LD blocks are put aside on the way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml.etree import (
    ElementDefaultClassLookup,
    ParserError,
    XMLSyntaxError,
    XPath,
    _Element,
    tostring,
)
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from extractors import encoding
from extractors.encoding import Decoded
from extractors.html.words import squeeze

_OPENING = re.compile(r"<(?:(script|style|svg)(?=[\s/>])|!--)", re.IGNORECASE)
_JSON_LD = re.compile(r"type\s*=\s*[\"']?\s*application/(?:ld\+json|settings\+json)", re.IGNORECASE)
#: Control characters that XML 1.0 (section 2.2) does not have and libxml2 stumbles over.
_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # U+FFFE and U+FFFF in UTF-8
#: libxml2 ends the document at a doctype that closes itself (launchpad 1955915).
_ODD_DOCTYPE = re.compile(r"^\s*< ?! ?doctype[^>]*/[^<>]*>", re.IGNORECASE)
_ODD_ROOT = re.compile(r"(<html[^<>]{0,2000}?)\s*/>", re.IGNORECASE)
# comments and processing instructions carry no text; ids are not looked up through the parser
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_MARKED = XPath("descendant::body/descendant::*[@itemprop]")
_PARSER = HTMLParser(
    collect_ids=False,
    default_doctype=False,
    encoding="utf-8",
    remove_comments=True,
    remove_pis=True,
)


class PageElement(HtmlElement):
    """An element of a page, whose text is had without XPath: in half the time."""

    def text_content(self) -> str:
        """The same as `HtmlElement.text_content`."""
        return tostring(self, method="text", encoding="unicode", with_tail=False)


# one class for every element, told without asking Python each time it is met
_PARSER.set_element_class_lookup(ElementDefaultClassLookup(element=PageElement))


@dataclass(frozen=True)
class Page:
    """What one page says of itself, gathered in one walk.

    `metas` maps the lower-case name, property or itemprop of `<meta>` to its contents
    in document order; `links` maps a `rel` word to its addresses. `base` is what
    relative addresses are resolved against ("" where nobody knows). `source` is the page's
    text, `markup` what of it the tree was made of.
    """

    tree: HtmlElement
    source: str
    markup: str
    json_ld: tuple[str, ...]
    metas: Mapping[str, tuple[str, ...]]
    links: Mapping[str, tuple[str, ...]]
    headings: tuple[HtmlElement, ...]
    title: str | None
    lang: str | None
    base: str
    times: tuple[HtmlElement, ...] = ()
    microdata: Mapping[str, tuple[HtmlElement, ...]] = field(default_factory=dict)

    def meta(self, *names: str) -> str | None:
        """The first content among these names, in the order of the names."""
        for name in names:
            if found := self.metas.get(name):
                return found[0]
        return None

    def again(self) -> HtmlElement:
        """The tree as it was when the page was read, whatever was done to it since."""
        tree = parse(self.markup)
        if tree is None:
            raise ValueError("a page that could be parsed cannot be parsed again")
        return tree

    def absolute(self, address: str | None) -> str | None:
        """An http(s) address made absolute; None where that cannot be done."""
        return absolute(address, self.base)


def absolute(address: str | None, base: str) -> str | None:
    """`address` resolved against `base`, or None unless the result is http(s)."""
    if not address or len(address) > 2048:  # longer ones are data, not addresses
        return None
    try:
        address = urljoin(base, address.strip()) if base else address.strip()
        if address.startswith("//"):
            address = "https:" + address
        parts = urlsplit(address)
        known = parts.scheme in {"http", "https"} and parts.hostname and "." in parts.hostname
    except ValueError:
        return None
    return address if known and not re.search(r"\s", address) else None


def decode(content: bytes, declared: str | None) -> Decoded:
    """The text of a page's bytes. UTF-8 without oddities, which most are, takes the short way."""
    # a byte order mark, zeros and escapes are for the one that looks at everything
    if b"\x00" not in content and b"\x1b" not in content and content[:2] not in _MARKS:
        try:
            return Decoded(text=content.decode("utf-8-sig"), encoding="utf-8")
        except UnicodeDecodeError:
            pass
    return encoding.decode(content, declared, html=True)


def read_page(text: str, url: str) -> Page | None:
    """Parse decoded HTML; None when there is no element in it. Never raises on bad markup."""
    source = text
    text, blocks = cut_scripts(source)
    tree = parse(text)
    if tree is None:
        return None
    found = _Findings(base=url if url.startswith(("http://", "https://")) else "")
    for element in tree.iter("meta", "link", "title", "base", "h1", "time"):
        found.note(element)
    microdata: dict[str, list[HtmlElement]] = {}
    for element in _MARKED(tree) if "itemprop" in text else ():
        for word in element.get("itemprop").lower().split():
            microdata.setdefault(word, []).append(element)
    return Page(
        tree=tree,
        source=source,
        markup=text,
        json_ld=tuple(blocks),
        metas={name: tuple(values) for name, values in found.metas.items()},
        links={name: tuple(values) for name, values in found.links.items()},
        headings=tuple(found.headings),
        title=found.title or None,
        lang=(tree.get("lang") or tree.get("xml:lang") or "").strip() or None,
        base=found.base,
        times=tuple(found.times),
        microdata={name: tuple(elements) for name, elements in microdata.items()},
    )


@dataclass
class _Findings:
    """What the walk has met so far; a held state, not a value."""

    base: str
    title: str = ""
    metas: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    headings: list[HtmlElement] = field(default_factory=list)
    times: list[HtmlElement] = field(default_factory=list)

    def note(self, element: HtmlElement) -> None:
        """Takes one element into account."""
        match element.tag:
            case "meta":
                _note_meta(element, self.metas)
            case "link":
                for word in (element.get("rel") or "").lower().split():
                    self.links.setdefault(word, []).append((element.get("href") or "").strip())
            case "title":
                self.title = self.title or squeeze(element.text_content())
            case "base":
                self.base = absolute(element.get("href"), self.base) or self.base
            case "h1":
                self.headings.append(element)
            case _:
                self.times.append(element)


def _note_meta(element: _Element, metas: dict[str, list[str]]) -> None:
    content = (element.get("content") or "").strip()
    if not content:
        return
    names = {(element.get(key) or "").strip().lower() for key in ("property", "name", "itemprop")}
    if element.get("http-equiv"):
        names.add("http-equiv:" + element.get("http-equiv", "").strip().lower())
    for name in names - {""}:
        metas.setdefault(name, []).append(content)


def cut_scripts(text: str) -> tuple[str, list[str]]:
    """The text without scripts, styles, drawings and comments; and its JSON-LD blocks.

    One pass from left to right: an opening without an end stays, and ends the cutting.
    """
    kept: list[str] = []
    blocks: list[str] = []
    position = 0
    while found := _OPENING.search(text, position):
        kept.append(text[position : found.start()])
        name = found[1]
        if name is None:
            # "<!-->" is a whole comment
            closed = text.startswith(">", found.end())
            end = text.find("-->", found.end() - 2 if closed else found.end())
            position = end + 3
        else:
            end = position = _end_of_element(text, found.start(), name, blocks)
        if end < 0:
            kept.append(text[found.start() :])
            return "".join(kept), blocks
    kept.append(text[position:])
    return "".join(kept), blocks


def _end_of_element(text: str, start: int, name: str, blocks: list[str]) -> int:
    """Where the element that opens at `start` ends, or -1; JSON-LD in it is noted."""
    opened = text.find(">", start)
    if opened < 0:
        return -1
    if text[opened - 1] == "/":  # XHTML's empty element
        return opened + 1
    # written as it was opened: a search blind to case costs more than all the rest here
    closing = text.find(f"</{name}", opened)
    if closing < 0:
        closing = text.find(f"</{name.swapcase()}", opened)
        if closing < 0:
            return -1
    if name in {"script", "SCRIPT"} and _JSON_LD.search(text, start, opened):
        blocks.append(text[opened + 1 : closing])
    ended = text.find(">", closing)
    return ended + 1 if ended >= 0 else -1


def parse(text: str) -> HtmlElement | None:
    """The tree of a whole document, its root always `<html>`; None for nothing."""
    beginning = text[:4096]
    if "doctype" in beginning[:200].lower():
        text = _ODD_DOCTYPE.sub("", text, count=1)
    if _ODD_ROOT.search(beginning):
        text = _ODD_ROOT.sub(r"\1>", text, count=1)
    try:
        content = text.encode("utf-8", "replace").translate(None, _CONTROLS)
        if _NONCHARACTERS[0][:2] in content:
            for noncharacter in _NONCHARACTERS:
                content = content.replace(noncharacter, b"")
        tree = document_fromstring(content, parser=_PARSER)
    except (ParserError, XMLSyntaxError, ValueError, AssertionError):
        return None
    return tree if isinstance(tree, HtmlElement) else None
