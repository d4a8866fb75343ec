"""How common a word is in its language, known before the first article is there."""

from __future__ import annotations

import gzip
import math
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from itertools import repeat
from pathlib import Path

import msgpack

#: Of a word that is not among the thirty to sixty thousand that are counted. (Lists of all that
#: wordfreq knows, ten times as long, score .001 better.)
_RAREST = 1e-7
#: In scripts without spaces two signs that are no word mostly stand across the border of two.
_NO_WORD = 1e-6
_WITHOUT_SPACES = frozenset({"zh", "ja"})
#: Languages that wordfreq keeps under another's name: Norwegian under Bokmål, those of Serbia,
#: Croatia and Bosnia under one, Tagalog under Filipino.
_KEPT_UNDER = {"no": "nb", "nn": "nb", "sr": "sh", "hr": "sh", "bs": "sh", "tl": "fil"}


@cache
def rarity(language: str, words: int) -> Callable[[str], float]:
    """A function from a word in lower case to how much it tells: the natural logarithm of one
    over the share of texts of so many words that have it.

    Frequencies are those of wordfreq (https://github.com/rspeer/wordfreq); in a language that
    it lacks, they are guessed from the word's length.
    """
    kept = _KEPT_UNDER.get(language, language)
    path = _lists() / f"small_{kept}.msgpack.gz"
    if not (kept.isalpha() and path.is_file()):
        return lambda word: _told(_by_length(word), words)
    counted: dict[str, float] = {}
    # a heading, then words by how common they are, in steps of a hundredth of a magnitude
    for step, some in enumerate(msgpack.unpackb(gzip.decompress(path.read_bytes()))[1:]):
        counted.update(zip(some, repeat(_told(10 ** (-step / 100), words)), strict=False))
    rarest, no_word = _told(_RAREST, words), _told(_NO_WORD, words)
    if kept in _WITHOUT_SPACES:
        return lambda word: counted.get(word, no_word if len(word) <= 2 else rarest)
    return lambda word: counted.get(word, rarest)


@cache
def _lists() -> Path:
    """wordfreq's own data, read without its program, whose tokenizers take a third of a second
    to load and are not used here.
    """
    spec = find_spec("wordfreq")
    if spec is None or spec.origin is None:
        raise ImportError("wordfreq is not there")
    return Path(spec.origin).parent / "data"


def _told(frequency: float, words: int) -> float:
    """Occurrences of a word in a text taken as a Poisson process."""
    return -math.log(-math.expm1(-frequency * words))


def _by_length(word: str) -> float:
    """Common words are short in every language (Zipf): a tenth for each two letters more. Of
    scripts without spaces there are only pairs of signs, which say nothing by their length.
    """
    if len(word) <= 2 and word.upper() == word.lower():
        return _NO_WORD
    return max(_RAREST, 10 ** (-1 - len(word) / 2))
