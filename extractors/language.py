"""Which language a text is in, by the naive Bayes model that ships with py3langid."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

#: Characters that are looked at: the answer does not change past a few paragraphs.
_SAMPLE = 6_000
#: Letters below which a text is too short to tell (a name, a label): one spaced-script
#: sentence has about 40; measured on cut-down news, 20 letters are right 9 times in 10.
_FEWEST_LETTERS = 20
#: Han, kana, hangul and the like carry a word in one or two signs.
_FEWEST_SIGNS = 6
#: Probability under which the best language is a guess. The model divides its scores by
#: the square root of the length, so lists of names stay below and plain sentences above.
_FLOOR = 0.35

#: Varieties the model tells apart on very little evidence, folded into the language that
#: news outlets print them as. A creole or a dialect of a few thousand pages in the training
#: data is far more often a mistaken French or Chinese headline than the real thing.
_FOLDED = {
    "nn": "no",
    "wuu": "zh",
    "arz": "ar",
    "ary": "ar",
    "uzs": "uz",
    "ext": "es",
    "gcf": "fr",
    "gcr": "fr",
    "pcm": "en",
    "vec": "it",
    "lij": "it",
    "ltg": "lv",
    "hbo": "he",
    "grc": "el",
    "gug": "gn",
    "kik": "ki",
}


def identify(text: str) -> str | None:
    """The BCP 47 primary tag of the text's language, or None where it cannot be told.

    None for text that is short, made of symbols, or ambiguous to the model. Norwegian
    (either form) is `no`, Chinese in either script `zh`, Cantonese `yue`.
    """
    sample = text[:_SAMPLE]
    if not _is_long_enough(sample):
        return None
    label, confidence = _identifier().classify(sample)
    language = _FOLDED.get(label, label)
    if confidence <= 0.5:  # else no other can have more, however its varieties add up
        language, confidence = rank(sample)[0]
    return language if confidence >= _FLOOR and language != "zxx" else None


def rank(text: str) -> list[tuple[str, float]]:
    """(language, probability) of the whole text given, best first, varieties folded."""
    folded: dict[str, float] = {}
    for label, probability in _identifier().rank(text):
        language = _FOLDED.get(label, label)
        folded[language] = folded.get(language, 0.0) + probability
    return sorted(folded.items(), key=lambda pair: -pair[1])


def _is_long_enough(text: str) -> bool:
    if sum(map(str.isalpha, text)) >= _FEWEST_LETTERS:
        return True
    return sum(ch >= "\u0e00" and ch.isalpha() for ch in text) >= _FEWEST_SIGNS


@cache  # loading takes over a second and 50 MB: once in a process, and only when asked
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
