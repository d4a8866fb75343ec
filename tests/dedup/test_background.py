"""Words are as rare as wordfreq says, whose lists are read without its program."""

from __future__ import annotations

import math

import pytest
import wordfreq

from dedup.stories.background import rarity

WORDS = 600


def told(frequency: float) -> float:
    return -math.log(-math.expm1(-frequency * WORDS))


@pytest.mark.parametrize("language", ["en", "ru", "ja", "fil"])
def test_words_are_as_rare_as_their_list_says(language: str) -> None:
    rare = rarity(language, WORDS)
    listed = wordfreq.get_frequency_dict(language, "small")
    assert len(listed) > 10_000
    for word, frequency in listed.items():
        assert rare(word) == pytest.approx(told(frequency), rel=1e-9)


@pytest.mark.parametrize(("language", "kept"), [("no", "nb"), ("hr", "sh"), ("tl", "fil")])
def test_a_language_under_anothers_name_has_its_list(language: str, kept: str) -> None:
    word = wordfreq.top_n_list(kept, 500, "small")[-1]
    assert (
        rarity(language, WORDS)(word) == rarity(kept, WORDS)(word) < rarity("xx", WORDS)("z" * 30)
    )


@pytest.mark.parametrize("language", ["", "xx", "../small_en", "e*"])
def test_without_a_list_short_words_are_common(language: str) -> None:
    rare = rarity(language, WORDS)
    assert rare("of") < rare("ferry") < rare("embankment")
    assert rare("ferry") == rarity("xx", WORDS)("ferry")
