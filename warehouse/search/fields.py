"""What the index holds of an article, and how text becomes words: by the article's language.

Each language with a stemmer has a title and a body field of its own, so that word statistics
are those of the language; all others share a third pair without stemming. Nothing is stored:
texts are the published file's to show.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from tantivy import (
    Document,
    Filter,
    Index,
    Schema,
    SchemaBuilder,
    TextAnalyzer,
    TextAnalyzerBuilder,
    Tokenizer,
)

#: Changes with the fields and analysers: an index of another version is made anew.
VERSION = 1
#: Primary language subtag -> the Snowball stemmer of its language.
STEMMERS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
#: The analyser of every other language, and of names.
PLAIN = "plain"
ANALYSERS = (*sorted(set(STEMMERS.values())), PLAIN)
#: A longer "word" is an address or encoded bytes.
_LONGEST_WORD = 80
# In scripts without spaces each sign is a word, and a word of several signs a phrase: it is
# found wherever they stand together, whatever a dictionary would call a word.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\u{30fc}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = rf"[{_UNSPACED}]|[\p{{L}}\p{{M}}\p{{N}}--[{_UNSPACED}]]+"


def analyser_of(language: str | None) -> str:
    """The analyser of a language (BCP 47)."""
    return STEMMERS.get((language or "").partition("-")[0].lower(), PLAIN)


@cache
def analyser(name: str) -> TextAnalyzer:
    """Text to words: small letters, stems where the language has them, accents taken off last,
    since stems depend on them.
    """
    tokens = Tokenizer.regex(_WORD) if name == PLAIN else Tokenizer.simple()
    words = TextAnalyzerBuilder(tokens).filter(Filter.remove_long(_LONGEST_WORD))
    words = words.filter(Filter.lowercase())
    if name != PLAIN:
        words = words.filter(Filter.stemmer(name))
    return words.filter(Filter.ascii_fold()).build()


@cache
def schema() -> Schema:
    """The fields: `high` and `low` are the halves of the article's id, `mark` says which state
    of the article this is, `day` counts the days from 0001-01-01 on.
    """
    builder = SchemaBuilder()
    for name in ANALYSERS:
        builder.add_text_field(f"title_{name}", tokenizer_name=name)
        builder.add_text_field(f"body_{name}", tokenizer_name=name)
    builder.add_text_field("author", tokenizer_name=PLAIN)
    builder.add_text_field("publisher", tokenizer_name=PLAIN)
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", indexed=True, fast=True)
    builder.add_unsigned_field("high", fast=True)
    builder.add_unsigned_field("low", fast=True)
    builder.add_unsigned_field("mark", indexed=True, fast=True)
    return builder.build()


def with_analysers(index: Index) -> Index:
    """The index, knowing the analysers: they are not kept in its files."""
    for name in ANALYSERS:
        index.register_tokenizer(name, analyser(name))
    return index


def document(row: Mapping[str, Any]) -> Document:
    """An article of the published file as the index takes it."""
    name = analyser_of(row["language"])
    made = Document()
    if row["title"]:
        made.add_text(f"title_{name}", row["title"])
    for text in (row["description"], row["caption"], row["body"]):
        if text:
            made.add_text(f"body_{name}", text)
    for author in row["authors"]:
        made.add_text("author", author)
    if row["publisher"]:
        made.add_text("publisher", row["publisher"])
    made.add_text("source", row["source_id"])
    for language in languages(row["language"]):
        made.add_text("language", language)
    if row["published_on"]:
        made.add_integer("day", day_number(row["published_on"]))
    made.add_unsigned("high", row["article_id"].int >> 64)
    made.add_unsigned("low", row["article_id"].int & 0xFFFFFFFFFFFFFFFF)
    made.add_unsigned("mark", row["mark"])
    return made


def languages(tag: str | None) -> set[str]:
    """What a language can be asked for by: `pt-BR` by `pt` too."""
    whole = (tag or "").lower()
    return {whole, whole.partition("-")[0]} - {""}


def day_number(day: date) -> int:
    """A day as a number that ranges can be asked of."""
    return day.toordinal()
