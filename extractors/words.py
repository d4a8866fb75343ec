"""Counting words, also where none are set apart by spaces."""

from __future__ import annotations

import re

#: One sign of a script written without spaces between words: Thai, Lao, Myanmar, Khmer
#: consonants and vowels that stand alone, kana, bopomofo, Han with its extensions. Marks
#: that hang on a sign are not counted, nor is Hangul, which is written with spaces.
_SIGN = (
    r"[\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46"
    r"\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd\u0ec0-\u0ec6\u0edc-\u0edf"
    r"\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3"
    r"\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f"
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U000323af]"
)
#: Marks that sit on a letter and belong to its word: combining accents, Hebrew and Arabic
#: points, the vowels of the Indic scripts, and the invisible joiners inside a word.
_MARK = (
    r"\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u0900-\u0963\u0966-\u0dff\u0f71-\u0f84\u00ad\u200c\u200d"
)
_LETTER = f"(?!{_SIGN})[^\\W_]"
#: A run of letters and digits, with the signs that hold a word together inside it.
_WORD = f"{_LETTER}(?:{_LETTER}|[_{_MARK}])*(?:['’.\\-]{_LETTER}(?:{_LETTER}|[_{_MARK}])*)*"
_UNIT = re.compile(f"{_SIGN}|{_WORD}")


#: What stands in texts of alphabets alone, without a sign or a mark of another kind.
_PLAIN_WORD = re.compile(r"[^\W_][\w\u00ad]*(?:['’.\-][^\W_][\w\u00ad]*)*")
_OTHER = re.compile(r"[\u0300-\u036f\u0591-\u1fff\u200c\u200d\u2c00-\U0010ffff]")


def _part(sign: str) -> str:
    """What a sign of Western European text is to a word: `a` letter or digit that may begin it,
    `'` that joins two of them, `_` that goes on with it, or white space."""
    if sign.isalnum():
        return "a"
    return "'" if sign in "'’.-" else "_" if sign in "_\u00ad" else " "


_PARTS = "".join(map(_part, bytes(range(256)).decode("cp1252", "replace"))).encode()
#: The first letter of a word, with what stands before it.
_BEGINNINGS = (b" a", b" 'a", b"''a")


def count_words(text: str) -> int:
    """Words in the text; every sign of Han, kana, Thai, Lao, Khmer and Myanmar counts one.

    `don't`, `well-known` and `3.5` are one word each; punctuation is none.
    """
    try:
        parts = f" {text}".encode("cp1252").translate(_PARTS)
    except UnicodeEncodeError:
        parts = b"_"
    if b"_" not in parts:
        return sum(map(parts.count, _BEGINNINGS))  # the same again, in a tenth of the time
    pattern = _UNIT if _OTHER.search(text) else _PLAIN_WORD  # the same, in half the time
    return len(pattern.findall(text))
