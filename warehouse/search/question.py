"""What is asked of the index: words, phrases, fields and filters, made into tantivy's queries.

tantivy reads the grammar; what each word means in which field is decided here, since a word
has as many stems as there are languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tantivy import FieldType, Index, Occur, Query, Searcher, parse_query

from schemas.model import Frozen
from warehouse.search.fields import (
    ANALYSERS,
    PLAIN,
    analyser,
    analyser_of,
    day_number,
    schema,
)

#: Fields that a question can name.
FIELDS = ("title", "body", "author", "publisher", "source", "language")
#: A word in the headline counts as much more as one in the text.
_TITLE = 2.0
#: So many words are looked for at most where a question gives a beginning (`ferr*`).
_EXPANSIONS = 64
#: An apostrophe within a word is no quotation mark.
_INNER = re.compile(r"(?<=\w)'(?=\w)")
_OCCURS = {"must": Occur.Must, "should": Occur.Should, "must_not": Occur.MustNot}


class QuestionError(Exception):
    """The question cannot be understood; the message is one line that says why."""


class Filters(Frozen):
    """What an article must be beside matching: days are the publisher's own, both included."""

    since: date | None = None
    until: date | None = None
    publisher: str | None = None
    language: str | None = None


def build_query(index: Index, words: str, filters: Filters) -> Query:
    """The question as a query of this index. Raises QuestionError."""
    try:
        tree = parse_query(_INNER.sub("\u2019", words))
    except ValueError as error:
        raise QuestionError(f"cannot read {words!r}: {_fault(words)}") from error
    builder = _Builder(index.searcher(), filters.language)
    asked = builder.build(tree)
    if asked is None:
        raise QuestionError(f"there is no word to look for in {words!r}")
    return Query.boolean_query([(Occur.Must, asked), *_filtering(filters)])


def _fault(words: str) -> str:
    if words.count('"') % 2:
        return "a quotation mark is missing"
    if words.count("(") != words.count(")"):
        return "a parenthesis is missing"
    if re.search(r"\w+:(\s|$)", words):
        return "a field needs a word right after its colon"
    return "put words with signs in quotation marks; AND, OR and NOT stand between words"


def _filtering(filters: Filters) -> Iterable[tuple[Occur, Query]]:
    if filters.since or filters.until:
        first = day_number(filters.since or date.min)
        last = day_number(filters.until or date.max)
        yield (
            Occur.Must,
            _unscored(Query.range_query(schema(), "day", FieldType.Integer, first, last)),
        )
    if filters.language:
        yield Occur.Must, _unscored(_exact("language", filters.language))
    if filters.publisher:
        name = _words("publisher", PLAIN, filters.publisher, 0)
        if name is None:
            raise QuestionError(f"there is no word in the publisher {filters.publisher!r}")
        yield Occur.Must, _unscored(name)


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)


def _exact(field: str, value: str) -> Query:
    # the ids of sources and the index's languages are in small letters
    return Query.term_query(schema(), field, value.lower())


def _words(field: str, name: str, text: str, slop: int) -> Query | None:
    """A word, or several that stand together; None if there is none in the text."""
    words = analyser(name).analyze(text)
    if not words:
        return None
    if len(words) == 1:
        return Query.term_query(schema(), field, words[0])
    return Query.phrase_query(schema(), field, list(words), slop)


class _Builder:
    """Makes queries of the parts of a question; `language` narrows where words are sought."""

    def __init__(self, searcher: Searcher, language: str | None) -> None:
        self._searcher = searcher
        self._analysers = (analyser_of(language),) if language else ANALYSERS

    def build(self, node: Mapping[str, Any]) -> Query | None:
        """The query of a node of tantivy's syntax tree, None for punctuation alone."""
        match node["type"]:
            case "literal":
                return self._literal(node)
            case "bool":
                return self._clauses(node["clauses"])
            case "boost":
                inner = self.build(node["underlying"])
                return None if inner is None else Query.boost_query(inner, node["boost"])
            case "all":
                return Query.all_query()
            case "range":
                raise QuestionError("ranges are not understood; dates go to --since and --until")
            case kind:
                raise QuestionError(f"a {kind} is not understood; ask for words and phrases")

    def _clauses(self, clauses: Iterable[tuple[str | None, Mapping[str, Any]]]) -> Query | None:
        """All of them must match but for those with OR between them."""
        made = [
            (_OCCURS.get(occur or "must", Occur.Must), query)
            for occur, node in clauses
            if (query := self.build(node)) is not None
        ]
        if made and all(occur == Occur.MustNot for occur, _ in made):
            made.append((Occur.Must, Query.all_query()))
        return Query.boolean_query(made) if made else None

    def _literal(self, node: Mapping[str, Any]) -> Query | None:
        field, text, slop = node["field_name"], node["phrase"], node["slop"]
        begins = node["prefix"] or (node["delimiter"] == "none" and text.endswith("*"))
        if field is not None and field not in FIELDS:
            raise QuestionError(
                f"there is no field {field!r}, only {', '.join(FIELDS)}; a word with a colon "
                "in it needs quotation marks"
            )
        if field in {"source", "language"}:
            return _exact(field, text)
        found = []
        for name, place in self._places(field):
            text_query = self._beginning if begins else _words
            query = text_query(place, name, text, slop)
            if query is not None:
                weight = _TITLE if place.startswith("title_") else 1.0
                found.append(Query.boost_query(query, weight))
        return Query.boolean_query([(Occur.Should, one) for one in found]) if found else None

    def _places(self, field: str | None) -> Iterable[tuple[str, str]]:
        """The index's own fields that a question's field stands for, each with its analyser."""
        if field in {"author", "publisher"}:
            return [(PLAIN, field)]
        kinds = (field,) if field else ("title", "body")
        return [(name, f"{kind}_{name}") for name in self._analysers for kind in kinds]

    def _beginning(self, field: str, name: str, text: str, slop: int) -> Query | None:
        """Words that begin so, as far as there are any."""
        del slop
        words = text.rstrip("*").split()
        plain = analyser(PLAIN).analyze(words[0]) if len(words) == 1 else []
        if not plain:
            raise QuestionError(f"{text!r}: an asterisk goes to the end of one word")
        if len(plain) > 1:
            return _words(field, name, text, 0)
        found = self._searcher.terms_with_prefix(field, plain[0], limit=_EXPANSIONS)
        queries = [Query.term_query(schema(), field, word) for word, _ in found]
        return Query.boolean_query([(Occur.Should, one) for one in queries]) if queries else None
