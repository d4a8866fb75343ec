"""XML as publishers send it: decoded, disarmed and, if it must be, mended before parsing.

Entities are never expanded: the DOCTYPE is cut out of the text first, and the parser
would not resolve them either. What is not well-formed is mended and parsed again by
libxml2's recovering parser, which is linear and fast where pattern-based parsers are not.
"""

from __future__ import annotations

import re
from html.entities import html5

import webencodings
from lxml import etree

from schemas.model import Frozen

_DECLARATION = re.compile(r"""^<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
_DECLARATION_BYTES = 256
#: Where a document really begins, if a server printed warnings in front of it.
_REAL_START = re.compile(r"<\?xml\b|<(?:rss|feed|rdf:RDF|urlset|sitemapindex|opml)\b")
_JUNK_BEFORE = 65_536
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AMPERSAND = re.compile(
    r"&(?:#([0-9]{1,7});|#[xX]([0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{0,31});)?"
)
_ENTRY_START = re.compile(r"<(?:\w{1,20}:)?(?:item|entry|url|sitemap)\b", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:\w{1,20}:)?(?:item|entry|url|sitemap)\s*>", re.IGNORECASE)
_DECLARED = re.compile(r"\sxmlns:([A-Za-z_][\w.-]{0,39})\s{0,9}=")
_TAG_PREFIX = re.compile(r"(</?)([A-Za-z_][\w.-]{0,39}):(?=[A-Za-z_])")
_ATTRIBUTE_PREFIX = re.compile(r"(\s)([A-Za-z_][\w.-]{0,39}):(?=[A-Za-z_][\w.-]{0,39}\s{0,9}=)")
_ROOT_NAME = re.compile(r"<[A-Za-z_][\w.:-]{0,79}")
_SPACE = re.compile(r"\s*")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_DOCTYPE_STOP = re.compile(r"""["'\[\]>]|<!--""")
#: Prefixes that feeds use without declaring them.
NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "media": "http://search.yahoo.com/mrss/",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}


class Markup(Frozen):
    """Text ready for a parser; `mended` if it is not what the server sent."""

    text: str
    mended: bool = False


def decode(content: bytes, charset: str | None = None) -> Markup:
    """Bytes as text: by byte-order mark, transport, XML declaration, UTF-8, windows-1252.

    A declared charset that does not fit the bytes is passed over (RFC 7303 lets the
    transport win; servers get it wrong more often than files do).
    """
    encoding, skip = _by_mark(content)
    if encoding:
        return _decode_as(content[skip:], [encoding])
    start = content[:_DECLARATION_BYTES].decode("latin-1").lstrip()
    declared = _DECLARATION.match(start)
    labels = [charset, declared[1] if declared else None, "utf-8"]
    return _decode_as(content, [label for label in labels if label])


def _by_mark(content: bytes) -> tuple[str | None, int]:
    for mark, label in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16le"),
        (b"\xfe\xff", "utf-16be"),
    ):
        if content.startswith(mark):
            return label, len(mark)
    if content.startswith(b"<\0"):
        return "utf-16le", 0
    return ("utf-16be", 0) if content.startswith(b"\0<") else (None, 0)


def _decode_as(content: bytes, labels: list[str]) -> Markup:
    for label in labels:
        # only the labels of the Encoding Standard: Python knows codecs that are no charsets
        encoding = webencodings.lookup(label)
        if encoding is None:
            continue
        try:
            return Markup(text=encoding.codec_info.decode(content, "strict")[0])
        except UnicodeDecodeError:
            continue
    return Markup(text=content.decode("cp1252", "replace"), mended=True)


def disarm(text: str) -> str:
    """The text from its first tag on, without XML declaration and DOCTYPE."""
    start = text.find("<")
    if start < 0:
        return ""
    real = _REAL_START.search(text, start, start + _JUNK_BEFORE)
    text = text[real.start() if real else start :]
    position = 0
    while position < len(text):
        position = _skip_space(text, position)
        rest = text[position : position + 9]
        if rest.startswith("<?"):
            position = _after(text, "?>", position)
        elif rest.startswith("<!--"):
            position = _after(text, "-->", position)
        elif rest.upper() == "<!DOCTYPE":
            position = _after_doctype(text, position)
        else:
            break
    return text[position:]


def _skip_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _after(text: str, end: str, position: int) -> int:
    found = text.find(end, position)
    return found + len(end) if found >= 0 else len(text)


def _after_doctype(text: str, position: int) -> int:
    """Behind the DOCTYPE, whose subset may hold quotes, comments and tags (XML 1.0 2.8)."""
    in_subset = False
    start = position
    position += len("<!DOCTYPE")
    while found := _DOCTYPE_STOP.search(text, position):
        mark, position = found[0], found.end()
        if mark == ">" and not in_subset:
            return position
        if mark in "[]":
            in_subset = mark == "["
        elif mark in {'"', "'"}:
            position = _after(text, mark, position)
        elif mark == "<!--":
            position = _after(text, "-->", position)
    real = _REAL_START.search(text, start)
    return real.start() if real else len(text)


def mend(text: str) -> str:
    """Well-known faults removed: characters XML lacks, HTML's names, bare ampersands.

    Prefixes that were not declared get the namespace they usually have, or are made part
    of the name. An entry that was cut off in the middle goes: half an address is a wrong
    one.
    """
    text = _without_torn_entry(_NOT_XML.sub("", text))
    declared = set(_DECLARED.findall(text))
    parts: list[str] = []
    position = 0
    while True:
        start = text.find("<![CDATA[", position)
        parts.append(_mend_markup(text[position : start if start >= 0 else None], declared))
        if start < 0:
            break
        end = text.find("]]>", start)
        if end < 0:
            # cut off inside: what is there counts
            parts.append(text[start:] + "]]>")
            break
        parts.append(text[start : end + 3])
        position = end + 3
    missing = {name: uri for name, uri in NAMESPACES.items() if name not in declared}
    added = "".join(f' xmlns:{name}="{uri}"' for name, uri in missing.items())
    return _ROOT_NAME.sub(lambda found: found[0] + added, "".join(parts), count=1)


def _mend_markup(text: str, declared: set[str]) -> str:
    def keep_or_join(found: re.Match[str]) -> str:
        known = found[2] in declared or found[2] in NAMESPACES or found[2] in {"xml", "xmlns"}
        return found[0] if known else f"{found[1]}{found[2]}-"

    text = _ATTRIBUTE_PREFIX.sub(keep_or_join, _TAG_PREFIX.sub(keep_or_join, text))
    return _AMPERSAND.sub(_entity, text)


def _without_torn_entry(text: str) -> str:
    whole = max((found.end() for found in _ENTRY_END.finditer(text)), default=0)
    torn = _ENTRY_START.search(text, whole)
    return text[: torn.start()] if torn else text


def _entity(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        is_character = code in {9, 10, 13} or (code >= 32 and code <= 0x10FFFF)
        return found[0] if is_character and not _NOT_XML.match(chr(code)) else "\ufffd"
    if name in _XML_NAMES:
        return found[0]
    if name and name + ";" in html5:
        return html5[name + ";"].replace("&", "&amp;").replace("<", "&lt;")
    return "&amp;" + found[0][1:]


def parse_xml(text: str) -> tuple[etree._Element | None, bool]:
    """The root of disarmed text and whether it had to be mended; None if nothing parses.

    Never raises.
    """
    if not text:
        return None, True
    try:
        return etree.fromstring(
            text.encode("utf-8", "surrogatepass"), _parser(recover=False)
        ), False
    except (etree.XMLSyntaxError, ValueError):
        pass
    try:
        root = etree.fromstring(mend(text).encode(), _parser(recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return None, True
    return root, True


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def bound_name(name: str) -> str:
    """A name with the namespace that its undeclared prefix usually means, if it has one."""
    if name.startswith("{") or ":" not in name:
        return name
    prefix, _, local = name.partition(":")
    known = NAMESPACES.get(prefix.lower(), "urn:undeclared")
    return f"{{{known}}}{re.sub(r'[^A-Za-z0-9_.-]', '-', local) or 'x'}"


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace, in lower case."""
    return str(element.tag).rpartition("}")[2].lower()
