"""What an article is about, as weighted words and pairs of words."""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from dedup.stories.background import rarity

#: Words of the body that are looked at: news says first what it is about, and what follows is
#: background that articles of other events share.
WORDS = 600
#: A word of the headline counts as often as four in the text.
_TITLE = 4
#: Names tell events apart better than other words that are as rare.
_NAME = 1.25
#: In scripts without capitals a rare word counts as a name: one in 8,000 texts has it.
_RARE = 9.0
#: Both words of a pair tell something, so that "of the" is none.
_LEAST_OF_PAIR = 1.0
#: A pair tells as much as its words together, but no more than a word that nobody knows, and
#: less than they do, since they are counted already.
_MOST_OF_PAIR, _PAIR = 14.0, 0.6
#: Terms that are kept of an article, the heaviest: with 80 it begins to lose, 200 gain nothing.
KEPT = 150
#: Terms that others are found by: of the pairs that are near enough all but one in a thousand
#: share one of their 24 heaviest.
FOREMOST = 24

_NO_SPACES = "\u3041-\u30ff\u3400-\u9fff\u0e00-\u0eff"
_LETTER = f"[^\\W_{_NO_SPACES}]"
#: Words; in scripts without spaces, runs of signs. A name in katakana is a word. And what ends a
#: sentence, or begins one: a capital after it says nothing.
_TOKEN = re.compile(
    f"(?P<word>{_LETTER}+(?:['’]{_LETTER}+)*|[\u30a1-\u30ff]{{2,}})"
    "|(?P<run>[\u3400-\u9fff\u0e00-\u0eff]+)|[.!?:\n“”„«»\"]|``|''"
)


class Profile(NamedTuple):
    """Terms as numbers, the heaviest first, their weights in 255ths of the heaviest's, and
    which of them are names.
    """

    terms: Sequence[int]
    weights: Sequence[int]
    names: Sequence[int] = ()


class Term(NamedTuple):
    """A word, or two that stand together, in lower case and as it is written."""

    text: str
    written: str
    weight: float
    is_name: bool


def profile(terms: Sequence[Term]) -> Profile:
    """What articles are compared by. An article without words has an empty one."""
    weights: dict[int, float] = {}
    names = set()
    for term in terms:
        number = zlib.crc32(term.text.encode()) >> 1  # 31 bits: INTEGER in the warehouse
        weights[number] = max(term.weight, weights.get(number, 0))
        if term.is_name:
            names.add(number)
    return profile_of(weights, names)


def profile_of(weights: Mapping[int, float], names: Collection[int]) -> Profile:
    """The heaviest terms, with whole numbers for weights."""
    heaviest = max(weights.values(), default=1)
    kept = [(number, round(255 * one / heaviest)) for number, one in weights.items()]
    kept = sorted((one for one in kept if one[1]), key=lambda one: (-one[1], one[0]))[:KEPT]
    return Profile(
        terms=tuple(one for one, _ in kept),
        weights=tuple(one for _, one in kept),
        names=tuple(one for one, _ in kept if one in names),
    )


def weigh(title: str | None, body: str, language: str | None) -> list[Term]:
    """The heaviest terms of a text, the heaviest first; names and pairs of them as written."""
    tells = rarity((language or "").partition("-")[0].lower(), WORDS)
    often: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    seen: Counter[str] = Counter()
    capitals: list[tuple[str, str]] = []
    for text, times in ((title or "", _TITLE), (body, 1)):
        words, first = _words(text, WORDS)
        lower = [word.lower() for word in words]
        seen.update(lower)
        often.update(lower * times)
        together = zip(lower, lower[1:], first[1:], strict=False)
        pairs.update([(one, two) for one, two, is_first in together if not is_first] * times)
        # most words are small: the others alone are looked at
        capitals += [
            (one, word)
            for word, one, is_first in zip(words, lower, first, strict=True)
            if word != one and not is_first and word[0].isupper()
        ]
    told = dict(zip(often, map(tells, often), strict=True))
    large = Counter([one for one, _ in capitals])
    names = {word for word, count in large.items() if 2 * count >= seen[word]}
    names |= {
        one for one, rare in told.items() if rare >= _RARE and one.isalpha() and one.upper() == one
    }
    spelt = dict(reversed(capitals))  # as it comes first
    shown = {one: spelt.get(one, one) for one in names}
    weights = _weights(often, pairs, told, names)
    least = sorted(weights.values(), reverse=True)[KEPT - 1] if len(weights) > KEPT else 0.0
    terms = [
        Term(
            " ".join(parts),
            " ".join([shown.get(part, part) for part in parts]),
            weight,
            names.issuperset(parts),
        )
        for parts, weight in weights.items()
        if weight >= least
    ]
    return sorted(terms, key=lambda one: (-one.weight, one.text))[:KEPT]


def _weights(
    often: Mapping[str, int],
    pairs: Mapping[tuple[str, str], int],
    told: Mapping[str, float],
    names: Collection[str],
) -> dict[tuple[str, ...], float]:
    """What words and pairs of words weigh, by how often they come and how much they tell."""
    weights: dict[tuple[str, ...], float] = {}
    for word, times in often.items():
        weight = told[word] if times == 1 else (1 + math.log(times)) * told[word]
        weights[word,] = weight * _NAME if word in names else weight
    telling = {word: rare for word, rare in told.items() if rare >= _LEAST_OF_PAIR}
    for both, times in pairs.items():
        one, two = both
        if one in telling and two in telling:
            weight = min(_MOST_OF_PAIR, telling[one] + telling[two])
            weights[both] = (weight if times == 1 else (1 + math.log(times)) * weight) * _PAIR
    return weights


def _words(text: str, most: int) -> tuple[list[str], list[bool]]:
    """The first words, and whether each begins a sentence, so that its capital says nothing."""
    words: list[str] = []
    first: list[bool] = []
    is_first = True
    for found in _TOKEN.finditer(text):
        kind, word = found.lastgroup, found.group()
        if kind is None:
            is_first = True
            continue
        if kind == "run":
            # no spaces say where words end: each two signs that stand together
            pieces = [word[start : start + 2] for start in range(max(1, len(word) - 1))]
            words += pieces
            first += [is_first, *[False] * (len(pieces) - 1)]
        else:
            words.append(word[:-2] if word.endswith(("'s", "’s", "'S", "’S")) else word)
            first.append(is_first)
        is_first = False
        if len(words) >= most:
            break
    return words[:most], first[:most]
