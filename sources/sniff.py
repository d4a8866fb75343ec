"""What kind of thing some bytes are, told from their beginning and never from a name."""

from __future__ import annotations

import codecs
import json
import re
import unicodedata
from enum import StrEnum

from schemas.model import Frozen

#: Enough to get past the comments and declarations that some pages begin with.
HEAD_BYTES = 65_536


class Form(StrEnum):
    """The forms of input that can be read."""

    HTML = "html"
    TEXT = "text"
    JSON_LINES = "json-lines"
    JSON = "json"
    WARC = "warc"
    GZIP = "gzip"


class Unreadable(Frozen):
    """Bytes that hold no article; `what` says what they look like."""

    what: str
    is_binary: bool


#: Long enough that no text begins with them by chance.
_MAGIC = {
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or office document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF87a": "a GIF picture",
    b"GIF89a": "a GIF picture",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"SQLite format 3\x00": "an SQLite database",
    b"PAR1\x15": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"{\\rtf": "an RTF document",
}
_MAGIC_PATTERNS = {
    re.compile(rb"RIFF.{4}(?:WEBP|WAVE|AVI )", re.DOTALL): "a WebP picture, sound or video",
    re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"): "a bzip2 archive",
}
_WARC_START = re.compile(rb"WARC/\d\.\d{1,2}\s*\n")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PROLOGUE = re.compile(r"\s+|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
#: A tag of HTML with its end or an attribute: "<a good story>" is none.
_HTML_START = re.compile(
    r"""<(?:!doctype\s+html|(?:html|head|body|script|style)\b
    |(?:title|meta|link|base|main|article|section|header|footer|nav|aside|div|p|h[1-6]|span|table
    |tr|td|ul|ol|li|dl|img|picture|figure|video|iframe|noscript|blockquote|pre|hr|br|a|b|i|u|em
    |strong|small|time|center|font)
    (?:\s*/?>|\s+[\w:@.-]+(?:\s*[=/>]|(?:\s+[\w:@.-]+){1,9}\s*=)))""",
    re.IGNORECASE | re.VERBOSE,
)
#: A page below something that does not belong there, such as a server's warning.
_HTML_LATER = re.compile(
    r"<html\b[^>]{0,2000}>\s*<(?:!--|head|body|meta|title|script)", re.IGNORECASE
)
_XML_ROOT = re.compile(r"<(?:!DOCTYPE\s+)?(?:[\w.-]+:)?([\w.-]+)", re.IGNORECASE)
_XML_KINDS = {
    "rss": "an RSS feed",
    "feed": "an Atom feed",
    "rdf": "an RDF feed",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap index",
    "opml": "an OPML list of feeds",
    "svg": "an SVG picture",
}
#: The names of a table's columns, with what stands between them, and some that a table of
#: articles has: a line of prose has a space after its commas.
_CSV_START = re.compile(
    r'"?\w[\w.-]*"?(?P<sign>[,;\t|])(?:"?\w[\w.-]*"?(?P=sign))*"?\w[\w.-]*"?\r?\n\S'
)
_CSV_NAMES = re.compile(
    r"(?i)(?<![\w.-])(?:title|headline|text|body|content|url|link|date|published|author|id)(?![\w.-])"
)
#: The first key of an object, or as much of it as there is.
_OBJECT_START = re.compile(r'\{\s*(?:"(?:[^"\\]|\\.)*(?:"\s*(?::|\Z)|\Z)|\}\s*$)', re.MULTILINE)
_LIST_START = re.compile(r'\[\s*(?:\{\s*["}]|\]\s*\Z)')
#: Control characters that text may hold: tab, line ends, form feed, and the escape of
#: ISO-2022-JP. In random bytes every ninth is another one.
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\r\f\x1b"))
#: A few stray controls happen in exported text; one in fifty does not.
_CONTROL_SHARE = 0.02
#: How much is looked at to tell wide text, and a page by its beginning: enough for shares, cheap
#: for every file.
_SAMPLE = 4096


def sniff(head: bytes) -> Form | Unreadable | None:
    """The form of a file from its first `HEAD_BYTES`; None where it is empty so far."""
    if head.startswith(b"\x1f\x8b"):
        return Form.GZIP
    if _WARC_START.match(head):
        return Form.WARC
    what = _magic(head)
    if what:
        return Unreadable(what=what, is_binary=True)
    # most begin as pages do: no more of them is looked at
    text = _glance(head[:_SAMPLE])
    if text and _HTML_START.match(_after_prologue(text)):
        return Form.HTML
    text = _glance(head)
    if text is None:
        return Unreadable(what="bytes that are no text", is_binary=True)
    if not text.strip("\ufeff \t\r\n\f\v\x00"):
        return None
    return _form_of_text(text)


def wide_encoding(head: bytes) -> str | None:
    """`utf-16` or `utf-32` (with byte order) where the bytes begin or alternate that way."""
    for bom, encoding in _BOMS[1:]:
        if head.startswith(bom):
            return encoding
    sample = head[:_SAMPLE]
    evens, odds = sample[0::2].count(0), sample[1::2].count(0)
    # Latin letters have a zero as every other byte, and in any script the spaces and line
    # ends have: one character in a hundred at the least, and twenty to one for damage. In
    # fewer than a hundred characters so few may be chance.
    least = 2 + len(sample) // (200 if len(sample) >= 200 else 5)
    if max(evens, odds) < least or 20 * min(evens, odds) > max(evens, odds):
        return None
    return "utf-16-be" if evens > odds else "utf-16-le"


def _magic(head: bytes) -> str | None:
    if head.startswith(tuple(_MAGIC)):
        return next(what for magic, what in _MAGIC.items() if head.startswith(magic))
    return next((what for sign, what in _MAGIC_PATTERNS.items() if sign.match(head)), None)


def _glance(head: bytes) -> str | None:
    """The beginning as text, good enough for its signs; None for binary."""
    wide = wide_encoding(head)
    if wide:
        text = head.decode(wide, errors="replace")
        return text if _is_writing(text[:_SAMPLE]) else None
    controls = len(head) - len(head.translate(None, delete=_CONTROLS))
    if controls > max(1, len(head) * _CONTROL_SHARE):
        return None
    text = head.decode("utf-8", errors="replace")
    if "\x00" in text and not _HTML_START.match(_after_prologue(text)):
        return None
    return text


def _is_writing(text: str) -> bool:
    """Whether wide text has hardly any characters that nobody writes, as misread bytes have."""
    strange = sum(
        char == "\ufffd" or unicodedata.category(char) in {"Cc", "Cn", "Co", "Cs"}
        for char in text
        if char not in "\t\n\r\f"
    )
    return strange <= max(1, len(text) * _CONTROL_SHARE)


def _after_prologue(text: str) -> str:
    start, text = 0, text.lstrip("\ufeff")
    while found := _PROLOGUE.match(text, start):
        start = found.end()
    return text[start:]


def _form_of_text(text: str) -> Form | Unreadable:
    start = _after_prologue(text)
    if _HTML_START.match(start):
        return Form.HTML
    if _OBJECT_START.match(start):
        return Form.JSON if _goes_on(start) else Form.JSON_LINES
    if _LIST_START.match(start):
        return Form.JSON
    root = _XML_ROOT.match(start)
    declared = text.lstrip("\ufeff \r\n\t").startswith("<?xml")
    if root and (declared or root[1].lower() in _XML_KINDS):
        what = _XML_KINDS.get(root[1].lower(), f"XML ({root[1]})")
        return Unreadable(what=what, is_binary=False)
    if _is_csv(start):
        return Unreadable(what="a CSV table; JSON lines of it can be read", is_binary=False)
    return Form.HTML if _HTML_LATER.search(start) else Form.TEXT


def _is_csv(text: str) -> bool:
    """Whether the first line names columns, and the second is a row of as many."""
    names = _CSV_START.match(text)
    if names is None:
        return False
    first, _, rest = text.partition("\n")
    is_row = rest.partition("\n")[0].count(names["sign"]) >= first.count(names["sign"])
    return is_row and len(_CSV_NAMES.findall(first)) > 1


def _goes_on(text: str) -> bool:
    """Whether the object that begins here is laid out over lines, rather than one in a line."""
    first, _, rest = text.partition("\n")
    first, second = first.rstrip(), rest.lstrip()[:1]
    # JSON lines go on with the next object, even after a broken line; a list may do so too
    if not second or (second == "{" and not first.endswith(("[", ":"))):
        return False
    if first.endswith("}"):
        return second in {"}", ","} and not _is_json(first)
    return first.endswith(("{", "[", ",", ":")) or second in {'"', "}", "]", ","}


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
