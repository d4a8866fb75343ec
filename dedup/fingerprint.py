"""Hashes of a text that are blind to case, punctuation and white space."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache
from itertools import islice
from uuid import UUID

from schemas.verdict import Fingerprint

# Scripts written without spaces (Thai, Lao, Myanmar, Khmer, kana, Han), their punctuation
# left out: there a space is layout, so each character stands alone.
_UNSPACED = (
    "\u0e01-\u0e4e\u0e50-\u0e59\u0e80-\u0eff\u1000-\u1049\u1050-\u109f\u1780-\u17d3\u17d7"
    "\u17dc-\u17e9\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\U00020000-\U000323af"
)
# Marks that hang on a letter and make another word of it: accents that have no composed
# form, Hebrew and Arabic points, the vowels of the Indic scripts (but not their full stop).
_MARK = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0900-\u0963"
    "\u0966-\u096f\u0971-\u0dff\u0f71-\u0f84"
)
# Currency signs are no punctuation: a correction from dollars to pounds changes the text.
_CURRENCY = "$\u00a2-\u00a5\u20a0-\u20cf"
_LETTERS = rf"[^\W_{_UNSPACED}]"
_WORD = re.compile(rf"{_LETTERS}+(?:[{_MARK}]+{_LETTERS}*)*|[{_UNSPACED}{_CURRENCY}]")
#: The same where all is ASCII, in a third of the time.
_ASCII_WORD = re.compile(r"[0-9A-Za-z]+|\$")
_SIGN = re.compile(rf"[{_UNSPACED}]")
_MONEY = re.compile(f"[{_CURRENCY}]")
#: What most texts of alphabets fit into: Western and Central European, Cyrillic, Greek, Turkish.
_CODE_PAGES = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254")
# Soft hyphens, joiners and marks of direction: nobody sees them, some copies have them.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
#: Shorter bodies ("Watch the video.") are no evidence alone: their title counts as well.
#: Thirty words is about two sentences, less than any wire report.
SHORT = 30
#: Signs of a script without spaces that count as one word: a Chinese word has about two of
#: them, a Thai one four or five.
_SIGNS_A_WORD = 3


def words(text: str) -> list[str]:
    """The words of a text for comparison: compatibility forms folded, case folded, no signs."""
    if text.isascii():
        return _apart(text.lower().encode(), "cp1252")
    # the small form of the Turkish capital I with a dot is i with a second dot
    folded = _seen(text).casefold().replace("i\u0307", "i")
    for page in _CODE_PAGES:
        try:
            return _apart(folded.encode(page), page)
        except UnicodeEncodeError:
            continue
    return _WORD.findall(folded)


def _apart(signs: bytes, page: str) -> list[str]:
    """What `_WORD` finds in a text in a code page, in half the time."""
    table, money = _table(page)
    for sign in money:
        if sign in signs:
            signs = signs.replace(sign, b" " + sign + b" ")
    return signs.translate(table).decode(page).split()


@cache
def _table(page: str) -> tuple[bytes, tuple[bytes, ...]]:
    """A code page with spaces where nothing of a word is, and its signs of currencies."""
    every = [(bytes([code]), bytes([code]).decode(page, "replace")) for code in range(256)]
    table = b"".join(sign if _WORD.fullmatch(shown) else b" " for sign, shown in every)
    return table, tuple(sign for sign, shown in every if _MONEY.match(shown))


def passage(text: str, start: int, length: int, most: int) -> str:
    """The words of a text from one on, as they are written there, up to so many characters."""
    seen = _seen(text)
    each = _ASCII_WORD if seen.isascii() else _WORD
    # each word has a sign at least: no more of them can be shown
    found = islice(each.finditer(seen), start, start + min(length, most + 1))
    last = next(found, None)
    if last is None:
        return ""
    begin, reach = last.start(), most
    for last in found:
        if last.end() - begin > reach:
            # mostly enough, unless white space is most of it
            if len(" ".join(seen[begin : last.end()].split())) > most:
                break
            reach *= 2
    shown = " ".join(seen[begin : last.end()].split())
    return shown if len(shown) <= most else shown[:most].rsplit(" ", 1)[0] + " …"


def _seen(text: str) -> str:
    """What a reader sees of a text, compatibility forms folded."""
    if text.isascii():
        return text
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def fingerprint(title: str | None, body: str) -> Fingerprint:
    """The hashes of an article; equal bodies of different titles share `body` alone."""
    return fingerprint_of(words(title or ""), words(body))


def fingerprint_of(in_title: list[str], in_body: list[str]) -> Fingerprint:
    """The same, of their words."""
    content = _hash([*in_title, "\n", *in_body])
    return Fingerprint(content=content, body=content if _is_short(in_body) else _hash(in_body))


def count_signs(tokens: list[str]) -> int:
    """How many of the words are one sign of a script that is written without spaces."""
    # hardly a word is one letter, and the first of these signs is behind all others
    short = [one for one in tokens if len(one) == 1 and one > "\u0e00"]
    return sum(_SIGN.match(one) is not None for one in short)


def _is_short(tokens: list[str]) -> bool:
    if len(tokens) >= SHORT * _SIGNS_A_WORD:  # enough of them, whatever they are
        return False
    signs = count_signs(tokens)
    return len(tokens) - signs + signs / _SIGNS_A_WORD < SHORT


def _hash(tokens: list[str]) -> UUID:
    """BLAKE2b in 128 bits (RFC 7693): a UUID is the type of that size in DuckDB."""
    return UUID(bytes=hashlib.blake2b(" ".join(tokens).encode(), digest_size=16).digest())
