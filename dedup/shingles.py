"""A text as the hashes of its word sequences: what near-duplicates are found and compared by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from dedup.fingerprint import count_signs

Hashes = NDArray[np.uint64]
_Number = TypeVar("_Number", np.uint32, np.uint64)

#: Words of a shingle: two are common phrases, five are lost to every edited word.
_WORDS = 3
#: Signs of a script without spaces that say as much as three words.
_SIGNS = 6
#: One shingle in eight is kept for looking up, by its hash (FracMinHash: Irber et al. 2022,
#: doi:10.1101/2022.01.11.475838), so that whichever text holds it keeps it too.
_ONE_IN = 8
_KEPT = np.uint64(2**64 // _ONE_IN)
#: A short text keeps at least so many: fewer would leave its likeness to chance.
_LEAST_KEPT = 32
# splitmix64 (Steele, Lea, Flood 2014): the same hashes on every machine and in every run
_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True, eq=False)
class Shingles:
    """The shingles of a text.

    `line` has their hashes in the order of the text, `known` each of them once, sorted, `kept`
    (uint32, sorted) those that are looked up. `numbers` are the places of the numbers in it,
    `size` is how many words (or signs) make one shingle.
    """

    line: Hashes
    known: Hashes
    kept: NDArray[np.uint32]
    numbers: NDArray[np.intp]
    size: int


def shingle(tokens: list[str]) -> Shingles:
    """The shingles of a body's words (see `dedup.fingerprint.words`)."""
    size = _SIGNS if 2 * count_signs(tokens) > len(tokens) else _WORDS
    line = _hashes(tokens, size)
    known = _once(line)
    return Shingles(
        line=line,
        known=known,
        kept=_keep(known),
        numbers=np.array([at for at, one in enumerate(tokens) if one[0].isdigit()], dtype=np.intp),
        size=size,
    )


def kept_of(known: int) -> float:
    """The share of its different shingles that a text with so many of them keeps."""
    return min(1.0, max(1 / _ONE_IN, _LEAST_KEPT / known))


def _hashes(tokens: list[str], size: int) -> Hashes:
    """One hash for each `size` words in a row; a text of fewer words has none."""
    each = np.fromiter(map(crc32, map(str.encode, tokens)), dtype=np.uint64, count=len(tokens))
    count = len(tokens) - size + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    line = each[:count]
    for step in range(1, size):
        line = _mix(line * _GAMMA + each[step : count + step])
    return line


def _mix(value: Hashes) -> Hashes:
    value = (value ^ (value >> np.uint64(30))) * _FIRST
    value = (value ^ (value >> np.uint64(27))) * _SECOND
    return value ^ (value >> np.uint64(31))


def _keep(known: Hashes) -> NDArray[np.uint32]:
    kept = known[: max(int(np.searchsorted(known, _KEPT)), _LEAST_KEPT)]
    # the low half is as good as new: it was sampled by the high one
    return _once(kept.astype(np.uint32))


def _once(values: NDArray[_Number]) -> NDArray[_Number]:
    """What `np.unique` gives; so few numbers are sorted in a tenth of the time."""
    values = np.sort(values)
    first = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return values[first]
