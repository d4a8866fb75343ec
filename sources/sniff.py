"""What kind of thing some bytes are, told from their beginning and never from a name."""

from __future__ import annotations

import codecs
import re
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


_MAGIC = {
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or office document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"RIFF": "a RIFF container (WebP picture, sound or video)",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"SQLite format 3\x00": "an SQLite database",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"{\\rtf": "an RTF document",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PROLOGUE = re.compile(r"\s+|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_HTML_START = re.compile(
    r"""<(?:!doctype\s+html|(?:html|head|body|title|meta|link|base|script|style|main|article
    |section|header|nav|div|p|h[1-6]|span|table|ul|ol|img|a|b|i|em|strong|center|font|br)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_XML_ROOT = re.compile(r"<(?:!DOCTYPE\s+)?([\w:.-]+)", re.IGNORECASE)
_XML_KINDS = {
    "rss": "an RSS feed",
    "feed": "an Atom feed",
    "rdf:rdf": "an RDF feed",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap index",
    "opml": "an OPML list of feeds",
    "svg": "an SVG picture",
}
#: Control characters that text may hold: tab, line ends, form feed, and the escape of
#: ISO-2022-JP. In random bytes every ninth is another one.
_CONTROLS = frozenset(range(32)) - set(b"\t\n\r\f\x1b") | {127}
#: A few stray controls happen in exported text; one in fifty does not.
_CONTROL_SHARE = 0.02


def sniff(head: bytes) -> Form | Unreadable | None:
    """The form of a file from its first `HEAD_BYTES`; None where it is empty so far."""
    if head.startswith(b"\x1f\x8b"):
        return Form.GZIP
    if head.startswith(b"WARC/"):
        return Form.WARC
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            return Unreadable(what=what, is_binary=True)
    text = _glance(head)
    if text is None:
        return Unreadable(what="bytes that are no text", is_binary=True)
    if not text.strip("\ufeff \t\r\n\f\x00"):
        return None
    return _form_of_text(text)


def wide_encoding(head: bytes) -> str | None:
    """`utf-16` or `utf-32` (with byte order) where the bytes begin or alternate that way."""
    for bom, encoding in _BOMS[1:]:
        if head.startswith(bom):
            return encoding
    sample = head[:4096]
    if len(sample) < 16:
        return None
    evens, odds = sample[0::2].count(0) / len(sample), sample[1::2].count(0) / len(sample)
    # Latin letters in UTF-16 have a NUL as every other byte: half of the sample
    if odds > 0.2 and evens < 0.02:
        return "utf-16-le"
    if evens > 0.2 and odds < 0.02:
        return "utf-16-be"
    return None


def _glance(head: bytes) -> str | None:
    """The beginning as text, good enough for its signs; None for binary."""
    wide = wide_encoding(head)
    if wide:
        return head[: len(head) // 4 * 4].decode(wide, errors="replace")
    controls = sum(map(head.count, _CONTROLS))
    if controls > max(1, len(head) * _CONTROL_SHARE):
        return None
    text = head.decode("utf-8", errors="replace")
    if "\x00" in text and not _HTML_START.match(_after_prologue(text)):
        return None
    return text


def _after_prologue(text: str) -> str:
    start, text = 0, text.lstrip("\ufeff")
    while found := _PROLOGUE.match(text, start):
        start = found.end()
    return text[start:]


def _form_of_text(text: str) -> Form | Unreadable:
    start = _after_prologue(text)
    if _HTML_START.match(start) or re.search(r"<html[\s>]", text, re.IGNORECASE):
        return Form.HTML
    if re.match(r'\{\s*"', start):
        # a pretty-printed object breaks its line right after the brace or a comma
        first_line = start.split("\n", 1)[0].rstrip()
        return Form.JSON if first_line.endswith(("{", ",", "[")) else Form.JSON_LINES
    if re.match(r'\[\s*\{\s*"', start):
        return Form.JSON
    root = _XML_ROOT.match(start)
    if root and (text.lstrip("\ufeff \r\n\t").startswith("<?xml") or root[1].lower() in _XML_KINDS):
        what = _XML_KINDS.get(root[1].lower(), f"XML ({root[1]})")
        return Unreadable(what=what, is_binary=False)
    return Form.TEXT
