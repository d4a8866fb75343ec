"""Answers of the index, held against the published file: it has the last word.

A hit whose article is published no more, or in another state than was indexed, is left out,
so that an index that is behind never shows what was taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from textwrap import shorten
from typing import Any
from uuid import UUID

import pyarrow as pa
from tantivy import Document, Index, Query, Searcher, SnippetGenerator

from schemas.location import Location
from schemas.model import Frozen
from warehouse.connect import Connection, WarehouseError, open_published
from warehouse.publish import state_of
from warehouse.query import read
from warehouse.search.fields import analyser_of, schema
from warehouse.search.index import MARK, State, open_index, read_state
from warehouse.search.question import Filters, build_query

#: A screen's two lines.
_SNIPPET = 180
#: What stands around a word that was found.
_HIGHLIGHT = "**"


class Hit(Frozen):
    """An article that was found; in its snippet the words stand between `**`."""

    article_id: UUID
    score: float
    title: str | None
    url: str
    publisher: str | None
    published_on: date | None
    language: str | None
    duplicate_of: UUID | None
    snippet: str


class Found(Frozen):
    """The best hits, how many articles match in all, and whether the index is behind."""

    total: int
    hits: tuple[Hit, ...]
    behind: bool


class _Answer(Frozen):
    article_id: UUID
    score: float
    mark: int


def find(published: Location, folder: Path, words: str, filters: Filters, limit: int) -> Found:
    """The best hits for words. Raises QuestionError and WarehouseError."""
    with open_published(published) as connection:
        return find_in(connection, folder, words, filters, limit)


def find_in(
    connection: Connection, folder: Path, words: str, filters: Filters, limit: int
) -> Found:
    """The same on an open published file."""
    state, index = _open(folder)
    query = build_query(index, words, filters)
    searcher = index.searcher()
    result = searcher.search(query, limit)
    addresses = [address for _, address in result.hits]
    fast = [searcher.fast_field_values(name, addresses) for name in ("high", "low", "mark")]
    answers = [
        _Answer(article_id=UUID(int=(int(high or 0) << 64) + int(low or 0)), score=score, mark=mark)
        for (score, _), high, low, mark in zip(result.hits, *fast, strict=True)
    ]
    hits = _confirmed(connection, answers, _Snippets(searcher, query))
    behind = state.shows != state_of(connection)
    total: int = result.count  # type: ignore[attr-defined]  # tantivy's stub forgets it
    return Found(total=total, hits=tuple(hits), behind=behind)


def hits_table(hits: Sequence[Hit]) -> pa.Table:
    """The relation `hits(article_id, score, snippet)`, the ids as text."""
    return pa.table(
        {
            "article_id": pa.array([str(one.article_id) for one in hits], pa.string()),
            "score": pa.array([one.score for one in hits], pa.float64()),
            "snippet": pa.array([one.snippet for one in hits], pa.string()),
        }
    )


def _open(folder: Path) -> tuple[State, Index]:
    # a new index may take the place of this one just between the two steps
    for _ in range(2):
        state = read_state(folder)
        index = open_index(folder, state) if state else None
        if state and index:
            return state, index
    raise WarehouseError(
        f"{folder}: there is no search index that can be used; `newswell publish` makes it"
    )


def _confirmed(
    connection: Connection, answers: Sequence[_Answer], snippets: _Snippets
) -> list[Hit]:
    """The answers whose article is published in the state that was indexed, in their order."""
    ids = pa.array([str(one.article_id) for one in answers], pa.string())
    connection.register("answers", pa.table({"id": ids}))
    try:
        # by row numbers, DuckDB unpacks the texts that are wanted and not all of them
        rows = read(
            connection,
            f"""SELECT article_id, title, url, publisher, published_on, language, duplicate_of,
                description, caption, body, {MARK} AS mark
            FROM (FROM articles WHERE rowid IN (SELECT there.rowid
                FROM articles AS there JOIN answers ON there.article_id = id::UUID))
            JOIN (FROM ops.fingerprints WHERE article_id IN (SELECT id::UUID FROM answers))
                USING (article_id)""",
        )
    finally:
        connection.unregister("answers")
    there = {row[0]: dict(zip(rows.columns, row, strict=True)) for row in rows.rows}
    return [
        _hit(one, there[one.article_id], snippets)
        for one in answers
        if one.article_id in there and there[one.article_id]["mark"] == one.mark
    ]


def _hit(answer: _Answer, row: Mapping[str, Any], snippets: _Snippets) -> Hit:
    texts = [row[name] for name in ("body", "description", "caption", "title")]
    shown = {name: value for name, value in row.items() if name in Hit.model_fields}
    return Hit(**shown, score=answer.score, snippet=snippets.show(row["language"], texts))


class _Snippets:
    """Finds the place of a text that shows best why it was found."""

    def __init__(self, searcher: Searcher, query: Query) -> None:
        self._searcher = searcher
        self._query = query
        self._generators: dict[str, SnippetGenerator] = {}

    def show(self, language: str | None, texts: Sequence[str | None]) -> str:
        """A passage of the first of the texts that has the words, else its beginning."""
        field = f"body_{analyser_of(language)}"
        generator = self._generators.get(field)
        if generator is None:
            generator = SnippetGenerator.create(self._searcher, self._query, schema(), field)
            generator.set_max_num_chars(_SNIPPET)
            self._generators[field] = generator
        written = [text for text in texts if text]
        for text in written:
            made = Document()
            made.add_text(field, text)
            snippet = generator.snippet_from_doc(made)
            places = [(one.start, one.end) for one in snippet.highlighted()]
            if places:
                return _highlight(snippet.fragment(), places)
        return shorten(written[0], _SNIPPET, placeholder=" …") if written else ""


def _highlight(fragment: str, places: Sequence[tuple[int, int]]) -> str:
    """The fragment with marks around the places, which count bytes of UTF-8."""
    content = fragment.encode()
    parts, done = [], 0
    for start, end in places:
        if start >= done:
            parts += [content[done:start], _HIGHLIGHT.encode(), content[start:end]]
            parts.append(_HIGHLIGHT.encode())
            done = end
    return " ".join(b"".join([*parts, content[done:]]).decode().split())
