"""Values as readers see them: entities resolved, tags dropped, white space squeezed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import unescape

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_NOT_A_WORD = re.compile(r"[\W_]+")
#: The same among the ASCII characters, for `str.translate`.
_ASCII_BUT_WORDS = {code: None for code in range(128) if not chr(code).isalnum()}


def squeeze(text: str | None) -> str:
    """One line, single spaces, nothing invisible."""
    if not text:
        return ""
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def plain(value: object) -> str:
    """A value of an attribute or of JSON as one line of text; "" unless it is a string.

    Entities are resolved twice, since sites escape what their templates escape again.
    """
    if not isinstance(value, str):
        return ""
    if "&" in value:
        value = unescape(unescape(value))
    if "<" in value:
        value = _TAG.sub(" ", value)
    value = squeeze(value)
    return value if value.isascii() else unicodedata.normalize("NFC", value)


@lru_cache(maxsize=1024)  # a page's names and headlines, each compared with all the others
def bare(text: str) -> str:
    """Letters and digits only, caseless: two spellings of one phrase are equal."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _letters(text.casefold())


@lru_cache(maxsize=1024)  # a page's lines, which two extractors find and several steps compare
def letters(text: str) -> str:
    """Letters and digits only, as they are: a cheap key for lines of one page."""
    return _letters(text)


def _letters(text: str) -> str:
    if text.isascii():
        return text.translate(_ASCII_BUT_WORDS)  # a fifth of the work
    return _NOT_A_WORD.sub("", text.replace(" ", ""))
