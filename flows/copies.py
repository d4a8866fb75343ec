"""Duplicates between the warehouse and their decisions, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from dedup.clusters import cluster, component
from dedup.fingerprint import words
from dedup.groups import group_duplicates
from dedup.near import FAR, NEAR, Known, Neighbourhood, Text, hopeful
from dedup.shingles import Shingles, shingle
from warehouse.connect import Connection
from warehouse.holders import Asked, Memory, remembering
from warehouse.lookup import holding, read_holders
from warehouse.store import write_duplicates
from warehouse.texts import (
    StoredText,
    forget_all_texts,
    forget_texts,
    links_from,
    numbers_of,
    read_texts,
    remembered,
    write_links,
    write_texts,
)

#: Texts that are placed together when all are placed anew: as many as a batch has.
_TOGETHER = 500
#: Texts whose shingles are kept for the next batch of this process, since what is compared is
#: mostly new: about 10 kB each.
_RECENTLY = 2000
_RECENT: dict[UUID, Shingles] = {}


def regroup(
    connection: Connection,
    touched: Sequence[UUID],
    now: datetime,
    made: Mapping[UUID, Shingles] | None = None,
) -> set[UUID]:
    """Finds anew which articles repeat which, after the texts of some changed.

    `touched` are the body hashes that articles got or lost, in the order in which they came.
    `made` has the shingles of some of them. Returns the articles that repeat another, of all
    whose groups could have changed.
    """
    with remembering(connection) as memory:
        held, entered = holding(connection, touched), numbers_of(connection, touched)
        had = set(held.values())
        gone = {text: number for text, number in entered.items() if text not in had}
        left = forget_texts(connection, memory, gone)
        members = read_holders(connection, held)
        stored = read_texts(connection, [one for one in members if one.body_hash not in entered])
        order = [stored[text] for text in dict.fromkeys(touched) if text in stored]
        around = _place(connection, memory, order, {*touched, *left}, made or {})
    ids = component({*touched, *left}, around.links)
    members += read_holders(connection, holding(connection, ids - {*touched}))
    group = [one.member() for one in members]
    rows = group_duplicates(group, now, cluster(ids, around.links), around.links)
    write_duplicates(connection, members, rows)
    return {row.article_id for row in rows}


def regroup_all(connection: Connection, now: datetime) -> None:
    """Finds all duplicates anew, in the order in which their texts came."""
    with remembering(connection) as memory:
        order = forget_all_texts(connection, memory)
    for start in range(0, len(order), _TOGETHER):
        regroup(connection, order[start : start + _TOGETHER], now)


def _place(
    connection: Connection,
    memory: Memory,
    fresh: Sequence[StoredText],
    touched: Collection[UUID],
    made: Mapping[UUID, Shingles],
) -> Neighbourhood:
    """Enters fresh texts with their links; returns them among all that they and the touched are
    linked to.
    """
    texts = {one.text_id: _text(one, made.get(one.text_id)) for one in fresh}
    around = _neighbourhood(connection, memory, texts, touched)
    links = []
    kept = {}
    for stored in fresh:
        found, kept[stored.text_id] = around.place(texts[stored.text_id])
        links += found
    if fresh:
        sizes = {one: len(text.shingles.known) for one, text in texts.items()}
        write_texts(connection, memory, fresh, sizes, kept)
        write_links(connection, links)
    return around


def _neighbourhood(
    connection: Connection, memory: Memory, texts: dict[UUID, Text], touched: Collection[UUID]
) -> Neighbourhood:
    def read(text_id: UUID) -> Text | None:
        if text_id not in texts:
            texts.update(_read(connection, [text_id]))
        return texts.get(text_id)

    if not texts:
        return Neighbourhood({}, {}, {}, links_from(connection, touched), read)
    asked = [Asked(one.day, one.shingles.kept) for one in texts.values()]
    by_hash, days_of = memory.holders(connection, asked, NEAR, FAR)
    # by chance nearly every text shares a hash with some; what those are is not asked for
    hopes = hopeful([*texts.values()], by_hash)
    met = {
        one
        for text in hopes
        for each in text.shingles.kept.tolist()
        for one in by_hash.get(each, ())
    }
    found = remembered(connection, sorted(met))
    known = {number: Known(text_id, shingles) for number, text_id, shingles in found}
    links = links_from(connection, {*touched, *(one.text_id for one in known.values())})
    around = Neighbourhood(by_hash, days_of, known, links, read)
    # most of what will be compared, in one question; what a batch's own texts lead to is asked
    # for when its turn comes
    likely = {one for text in hopes for one in around.candidates(text)}
    texts.update(_read(connection, likely - set(texts)))
    return around


def _read(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Text]:
    holders = read_holders(connection, holding(connection, ids))
    return {one: _text(stored) for one, stored in read_texts(connection, holders).items()}


def _text(stored: StoredText, made: Shingles | None = None) -> Text:
    shingles = made or _RECENT.get(stored.text_id) or shingle(words(stored.body))
    _RECENT[stored.text_id] = shingles
    if len(_RECENT) > _RECENTLY:
        del _RECENT[next(iter(_RECENT))]
    return Text(
        text_id=stored.text_id,
        body=stored.body,
        publisher=stored.publisher,
        published_at=stored.published_at,
        day=stored.day,
        shingles=shingles,
        credits=frozenset(name.casefold() for name in stored.authors),
        originals=frozenset(stored.originals),
    )
