"""Boilerplate between the warehouse and its decisions: learned after a run, cut in a batch."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue

from dedup.boilerplate import LEAST_LENGTH, LEAST_MATTERS, learn, without_boilerplate
from dedup.fingerprint import fingerprint
from extractors.words import count_words
from warehouse.boilerplate import due_publishers, learned_paragraphs, repetitions, write_learned
from warehouse.connect import Connection
from warehouse.lookup import bodies
from warehouse.store import Kept


def learn_boilerplate(connection: Connection, run_id: UUID, now: datetime) -> None:
    """Counts the paragraphs of the run's publishers that have enough new articles."""
    if not (due := due_publishers(connection, run_id, LEAST_MATTERS)):
        return
    counted = repetitions(connection, list(due), LEAST_LENGTH, LEAST_MATTERS)
    write_learned(connection, learn(counted, now), due, now)


def cut_boilerplate(
    connection: Connection, kept: Sequence[Kept], *, anew: bool = False
) -> list[Kept]:
    """The articles without what was learned of their publishers until now.

    What an article's stored text has stays in its later versions, unless they are read `anew`:
    an edit is the publisher's work, not ours. The content hash stays that of the whole text: a
    page that did not change is no new version because something was learned meanwhile.
    Duplicates are told by what is left.
    """
    publishers = {item.article.publisher for item in kept if item.article.publisher}
    learned = learned_paragraphs(connection, publishers) if publishers else {}
    if not learned:
        return list(kept)
    known = {} if anew else bodies(connection, _ids(kept, learned))
    stored = {article_id: set(body.split("\n\n")) for article_id, body in known.items()}
    return [
        _cut(
            item,
            learned.get(item.article.publisher or "", frozenset())
            - stored.get(item.article.article_id, set()),
        )
        for item in kept
    ]


def _ids(kept: Sequence[Kept], learned: Collection[str]) -> set[UUID]:
    return {item.article.article_id for item in kept if item.article.publisher in learned}


def _cut(item: Kept, learned: Collection[str]) -> Kept:
    article = item.article
    body, removed = without_boilerplate(article.body, learned)
    if not removed:
        return _flagged(item) if any(one in learned for one in body.split("\n\n")) else item
    before = article.provenance.get("removed")
    told: list[JsonValue] = list(before) if isinstance(before, list) else []
    told += [{"rule": "boilerplate", "text": text} for text in removed]
    changes = {
        "body": body,
        "word_count": count_words(body),
        "provenance": {**article.provenance, "removed": told},
    }
    fetch = item.fetch.model_copy(update={"body_hash": fingerprint(article.title, body).body})
    return Kept(article=article.model_copy(update=changes), fetch=fetch)


def _flagged(item: Kept) -> Kept:
    """An article that is left whole, though it is mostly template."""
    flags = tuple(dict.fromkeys([*item.article.flags, "mostly-boilerplate"]))
    return Kept(article=item.article.model_copy(update={"flags": flags}), fetch=item.fetch)
