"""Guessing the encoding of bytes that do not say: decode in every way, keep the most likely.

A wrong decoding betrays itself: it holds signs no language puts inside words, or reads as a
language that is never written in that encoding. Both are measured here, the second by the
language model; a general detector was worse on short Western and on Japanese news
(`tests/extractors/test_charset.py` measures on re-encoded pages).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from extractors import language
from schemas.model import Frozen

_WESTERN = "en de fr es it pt nl da sv no fi is ca gl eu af ga gd cy sq id ms tl sw lb oc br"
_CENTRAL = "pl cs sk hu ro hr sl bs sr sq de"
_CYRILLIC = "ru uk bg be mk sr mn kk ky tg tt ba"


class Candidate(Frozen):
    """An encoding worth trying: its WHATWG name, Python's codec, the languages written in it.

    `prior` breaks near-ties: how common the encoding is among legacy news pages and files.
    """

    name: str
    codec: str
    languages: frozenset[str]
    prior: float


def _candidate(name: str, codec: str, languages: str, prior: float) -> Candidate:
    return Candidate(name=name, codec=codec, languages=frozenset(languages.split()), prior=prior)


#: Priors are steps of a few hundredths, smaller than any real difference in the score: they
#: decide only where two encodings read the bytes alike.
CANDIDATES = (
    _candidate("windows-1252", "cp1252", _WESTERN, 0.06),
    _candidate("gb18030", "gb18030", "zh yue", 0.04),
    _candidate("big5", "big5hkscs", "zh yue", 0.03),
    _candidate("shift_jis", "cp932", "ja", 0.04),
    _candidate("euc-jp", "euc_jp", "ja", 0.03),
    _candidate("euc-kr", "cp949", "ko", 0.04),
    _candidate("windows-1251", "cp1251", _CYRILLIC, 0.04),
    _candidate("koi8-r", "koi8_r", "ru bg", 0.03),
    _candidate("koi8-u", "koi8_u", "uk be", 0.02),
    _candidate("iso-8859-5", "iso8859_5", _CYRILLIC, 0.01),
    _candidate("ibm866", "cp866", "ru uk be", 0.01),
    _candidate("windows-1253", "cp1253", "el", 0.03),
    _candidate("iso-8859-7", "iso8859_7", "el", 0.02),
    _candidate("windows-1250", "cp1250", _CENTRAL, 0.03),
    _candidate("iso-8859-2", "iso8859_2", _CENTRAL, 0.02),
    _candidate("windows-1254", "cp1254", "tr az", 0.03),
    _candidate("windows-1255", "cp1255", "he yi", 0.03),
    _candidate("windows-1256", "cp1256", "ar fa ur ps", 0.03),
    _candidate("windows-1257", "cp1257", "lt lv et", 0.02),
    _candidate("windows-1258", "cp1258", "vi", 0.01),
    _candidate("windows-874", "cp874", "th", 0.02),
)

#: Bytes looked at: enough for the language model, bounded for large files.
_SAMPLE = 8_000
#: Share of broken characters at which a decoding is wrong rather than damaged: a wrong
#: multibyte decoding breaks several in a hundred, a damaged text a few in a thousand.
_BROKEN = 0.02
#: What one sign out of place costs against the model's probability, as a multiple of its
#: share among the non-ASCII characters.
_ODDITY_WEIGHT = 2.0

_LETTERS = r"[^\W\d_]"
_LATIN = r"[A-Za-z\u00c0-\u024f]"
_OTHER_SCRIPT = r"[\u0370-\u03ff\u0400-\u052f\u0590-\u06ff]"
#: Places where a right decoding has hardly ever anything: a capital after a small letter,
#: two scripts inside a word, a sign inside a word, three accented letters in a row, controls,
#: boxes and half-width kana.
_ODD = re.compile(
    rf"[\u0080-\u009f\u2500-\u259f\ue000-\uf8ff\uff61-\uff9f\ufffd]"
    rf"|(?<={_LETTERS})[¡¨¬¯±¶¸¹¼-¿×÷ˇ˘-˝]"
    rf"|[±¶¹¼-¾˘˝](?={_LETTERS})"
    rf"|(?<={_LETTERS})[¢-§©«®°²³µ»‚-„†-•‰€](?={_LETTERS})"
    rf"|[\u00c0-\u024f]{{3}}"
    rf"|(?<={_LATIN}){_OTHER_SCRIPT}|(?<={_OTHER_SCRIPT}){_LATIN}"
)
#: What a misread GB text is strewn with and no Chinese text has: kana and bopomofo.
_NOT_CHINESE = re.compile(r"[\u3040-\u312f]")
#: Signs that make up a fifth or more of any Chinese news text, in both scripts, and a
#: hundredth of a misread one, where all signs are equally common.
_COMMON_CHINESE = re.compile(
    "[的一是在不了有和人中大上以到年月日会會为為这這个個国國出们們时時对對也发發说說后後地要来來"
    "生于於者与與市政公司区區第十二三新全美其可能他我就多部本表示工行方成等民家进進业業经經]"
)
_TAG = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def guess(content: bytes) -> Candidate | None:
    """The likeliest encoding of text or HTML that is not UTF-8; None if nothing fits."""
    sample = telling_part(content)
    scored = [
        (score, candidate)
        for candidate in CANDIDATES
        if (score := _plausibility(sample, candidate)) is not None
    ]
    return max(scored, key=lambda pair: pair[0])[1] if scored else None


def oddity(text: str) -> float:
    """Signs out of place as a share of the non-ASCII characters, 0 (none) and up."""
    foreign = sum(ch > "\x7f" for ch in text)
    odd = sum(1 for _ in _ODD.finditer(text)) + _swapped_case(text)
    return odd / foreign if foreign else 0.0


def _swapped_case(text: str) -> int:
    """Non-ASCII capitals that follow a small letter, as a koi8 text misread by cp1251 has."""
    return sum(
        1
        for before, after in pairwise(text)
        if after > "\x7f" and after.isupper() and before.islower()
    )


def telling_part(content: bytes) -> bytes:
    """The lines with non-ASCII bytes, without tags, up to the size of a sample.

    Cut at line ends: no multibyte encoding in use has a line feed inside a character.
    """
    plain = _TAG.sub(b" ", content[: 25 * _SAMPLE]) if b"<" in content[:_SAMPLE] else content
    kept, size = [], 0
    for line in plain.splitlines():
        if not line.isascii():
            kept.append(line.strip())
            size += len(line)
        if size > _SAMPLE:
            break
    return b"\n".join(kept)[: 4 * _SAMPLE]


def _plausibility(sample: bytes, candidate: Candidate) -> float | None:
    text = sample.decode(candidate.codec, "replace")
    foreign = sum(ch > "\x7f" for ch in text)
    broken = text.count("\ufffd")
    if not foreign or broken > 1 + _BROKEN * foreign:
        return None
    text = unicodedata.normalize("NFC", text)
    odd = oddity(text)
    if "zh" in candidate.languages:
        odd += len(_NOT_CHINESE.findall(text)) / foreign
        # one in twenty-five: between the two; a tenth outweighs any prior
        odd += 0.1 if 25 * len(_COMMON_CHINESE.findall(text)) < foreign else 0.0
    probability = sum(share for tag, share in language.rank(text) if tag in candidate.languages)
    return probability + candidate.prior - _ODDITY_WEIGHT * odd
