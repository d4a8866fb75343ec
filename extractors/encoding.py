"""Bytes to text: which encoding they are in, by what they say and by what they are.

The labels are those of the WHATWG Encoding Standard (`iso-8859-1` means windows-1252,
`gb2312` means gb18030), because pages and files are written for browsers.
"""

from __future__ import annotations

import codecs
import re

import ftfy
import webencodings

from extractors import charset
from schemas.model import Frozen

UNDECODABLE_BYTES = "undecodable-bytes"
CHARSET_GUESSED = "charset-guessed"


class Decoded(Frozen):
    """Text, the WHATWG name of its encoding, and flags for what is doubtful about it.

    Flags: `undecodable-bytes` where U+FFFD stands for bytes that are no text in the
    encoding, `charset-guessed` where only the look of the bytes decided.
    """

    text: str
    encoding: str
    flags: tuple[str, ...] = ()


_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32le", "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32be", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16be", "utf-16-be"),
)
#: Python's gbk and shift_jis lack signs that the encodings of these names have on the web.
_WIDER = {"gbk": ("gb18030", "gb18030")}
#: Where HTML names its encoding; the standard looks at 1 KB, real heads hold scripts first.
_HEAD = 4096
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_META = re.compile(rb"""<meta\b[^>]{0,500}?\bcharset\s*=\s*["']?\s*([\w:.\-]+)""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w:.\-]+)["']""")
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
#: A character of two or more bytes in UTF-8.
_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
#: Share of the non-ASCII bytes that must lie in such characters for damaged UTF-8. Legacy
#: single-byte text reaches a few in a hundred, GBK and Shift_JIS text up to a half.
_MOSTLY = 0.8
#: Share of characters that a declared encoding may fail on and still be believed.
_DAMAGED = 0.005
#: Oddity (see `charset`) from which a declared single-byte encoding is not believed: right
#: decodings stay below 0.02, wrong ones have every third sign out of place.
_IMPLAUSIBLE = 0.2

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c]")


def decode(content: bytes, declared: str | None = None, html: bool = False) -> Decoded:
    """The text of the bytes; never raises, whatever they are.

    Tried in turn: byte order mark, UTF-16 without one, ISO-2022-JP escapes, UTF-8, UTF-8
    with some damage, the `declared` label, what HTML itself declares (if `html`), and the
    likeliest of the legacy encodings. A declaration that its bytes contradict is passed
    over: servers call everything iso-8859-1. Line ends become `\\n`; other control
    characters but the tab are dropped.
    """
    if found := _by_mark(content) or _as_utf16(content):
        return _tidy(found)
    content = content.replace(b"\x00", b"")  # strays: no other encoding has a use for zeros
    for attempt in (_by_escapes, _as_utf8, _as_damaged_utf8):
        if found := attempt(content):
            return _tidy(found)
    for label in (declared, _own_label(content) if html else None):
        if label and (found := _as_declared(content, label)):
            return _tidy(found)
    return _tidy(_by_guess(content))


def repair(text: str) -> tuple[str, bool]:
    """The text with mojibake undone, and whether there was any.

    Only text that was decoded wrongly once more is changed: quotes, ligatures, widths,
    entities and normal forms stay as the publisher set them.
    """
    if text.isascii():
        return text, False
    repaired = "".join(map(_repair_line, text.splitlines(keepends=True)))
    return repaired, repaired != text


_MOJIBAKE_ONLY = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_encoding=True,
    # a lone space may be taken for a lost no-break space only with it; needed for "Ã "
    restore_byte_a0=True,
    replace_lossy_sequences=True,
    decode_inconsistent_utf8=True,
    fix_c1_controls=True,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
    explain=False,
)


def _repair_line(line: str) -> str:
    # by line: a page may quote one broken passage among sound ones
    return line if line.isascii() else ftfy.fix_encoding(line, _MOJIBAKE_ONLY)


def _tidy(found: Decoded) -> Decoded:
    text = _CONTROLS.sub("", _NEWLINES.sub("\n", found.text)).lstrip("\ufeff")
    return found if text == found.text else found.model_copy(update={"text": text})


def _by_mark(content: bytes) -> Decoded | None:
    for mark, name, codec in _BOMS:
        if content.startswith(mark):
            return _replacing(content[len(mark) :], name, codec)
    return None


def _by_escapes(content: bytes) -> Decoded | None:
    # its bytes are ASCII, so that it would pass for UTF-8
    if not _ISO_2022_JP.search(content) or not content.isascii():
        return None
    return _replacing(content, "iso-2022-jp", "iso2022_jp_ext")


def _as_utf8(content: bytes) -> Decoded | None:
    try:
        return Decoded(text=content.decode("utf-8"), encoding="utf-8")
    except UnicodeDecodeError:
        return None


def _as_damaged_utf8(content: bytes) -> Decoded | None:
    foreign = sum(map(len, re.findall(rb"[\x80-\xff]+", content)))
    whole = sum(len(found) for found in _SEQUENCE.findall(content))
    # three bytes: a text that is cut in the middle of its only such character
    if whole < _MOSTLY * (foreign - 3) or not whole:
        return None
    return _replacing(content, "utf-8", "utf-8")


def _own_label(content: bytes) -> str | None:
    head = _COMMENT.sub(b"", content[:_HEAD])
    found = _XML.search(head) or _META.search(head)
    return found[1].decode("ascii", "ignore") if found else None


def _as_declared(content: bytes, label: str) -> Decoded | None:
    encoding = webencodings.lookup(label.strip().strip("\"'"))
    if encoding is None or encoding.name in {"utf-8", "replacement", "x-user-defined"}:
        return None
    name, codec = _WIDER.get(encoding.name, (encoding.name, encoding.codec_info.name))
    decoded = _replacing(content, name, codec)
    damage = decoded.text.count("\ufffd")
    sample = charset.telling_part(content).decode(codec, "replace")
    if damage > 1 + _DAMAGED * len(decoded.text) or charset.oddity(sample) > _IMPLAUSIBLE:
        return None
    return decoded


def _as_utf16(content: bytes) -> Decoded | None:
    even, odd = content[::2].count(0), content[1::2].count(0)
    # ASCII letters, or at least the spaces and line ends of other scripts, have a zero on
    # one side only: one character in a hundred at the least, and twenty to one for damage
    if max(even, odd) < 2 + len(content) // 200 or 20 * min(even, odd) > max(even, odd):
        return None
    order = "be" if even > odd else "le"
    decoded = _replacing(content, f"utf-16{order}", f"utf-16-{order}")
    flags = (*decoded.flags, CHARSET_GUESSED)
    return decoded.model_copy(update={"flags": flags})


def _by_guess(content: bytes) -> Decoded:
    likeliest = charset.guess(content)
    if likeliest is None:
        decoded = _replacing(content, "windows-1252", "cp1252")
    else:
        decoded = _replacing(content, likeliest.name, likeliest.codec)
    return decoded.model_copy(update={"flags": (*decoded.flags, CHARSET_GUESSED)})


def _replacing(content: bytes, name: str, codec: str) -> Decoded:
    try:
        return Decoded(text=content.decode(codec), encoding=name)
    except UnicodeDecodeError:
        text = content.decode(codec, "replace")
        return Decoded(text=text, encoding=name, flags=(UNDECODABLE_BYTES,))
