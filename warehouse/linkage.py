"""Terms and links: by what articles, and stories, find those near them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from schemas.model import Frozen
from schemas.records import LinkRow
from warehouse.connect import Connection
from warehouse.rows import insert, listed

#: Others that are looked at closely for each: those with the most of these terms in common.
_LOOKED_AT = 100
#: Foremost terms that two have in common at least (see `dedup.stories.terms`).
_SHARED = 2

_IDS = "(SELECT unnest(?::JSON::UUID[]))"


class Level(Frozen):
    """What is grouped, and where: articles to stories, or stories to threads.

    Of the rows of `members` those that `counts` holds for are grouped, by `key`, and `group` is
    the column with the group that they are in. `order` is what they are ordered by.
    """

    kind: Literal["story", "thread"]
    members: str
    key: str
    group: str
    counts: str
    order: str
    terms: str
    links: str
    dated: bool


ARTICLES = Level(
    kind="story",
    members="articles",
    key="article_id",
    group="story_id",
    counts="duplicate_of IS NULL",
    order="published_on",
    terms="ops.article_terms",
    links="ops.article_links",
    dated=True,
)
STORIES = Level(
    kind="thread",
    members="stories",
    key="story_id",
    group="thread_id",
    counts="true",
    order="first_published_at",
    terms="ops.story_terms",
    links="ops.story_links",
    dated=False,
)


class Near(NamedTuple):
    """Two members that are linked, the lower id first."""

    one: UUID
    two: UUID
    similarity: float


class Region(NamedTuple):
    """Members that are grouped anew together.

    `groups` has the group of each member; `ranks` what it is ordered by; `partial` are the
    groups that have more members elsewhere, which keep what they have. `is_whole` says that
    nothing is linked with it that is not in it.
    """

    groups: dict[UUID, UUID | None]
    ranks: dict[UUID, str]
    links: tuple[Near, ...]
    partial: frozenset[UUID]
    is_whole: bool


def forget_terms(connection: Connection, level: Level, ids: Collection[UUID]) -> set[UUID]:
    """Deletes the terms and links of these; returns those that were linked with them."""
    both = connection.execute(
        f"SELECT one, two FROM {level.links} WHERE one IN {_IDS} OR two IN {_IDS}",
        [listed(ids)] * 2,
    ).fetchall()
    if both:
        connection.execute(
            f"DELETE FROM {level.links} WHERE one IN {_IDS} OR two IN {_IDS}", [listed(ids)] * 2
        )
    connection.execute(f"DELETE FROM {level.terms} WHERE {level.key} IN {_IDS}", [listed(ids)])
    return {one for row in both for one in row} - set(ids)


def candidates(
    connection: Connection, level: Level, ids: Collection[UUID], days: int
) -> list[tuple[UUID, UUID]]:
    """Pairs of one of these and another of the same language that may be near it.

    Articles are of one time: published within so many days or, where one has no date, first
    seen within so many.
    """
    near, parameters = _of_one_time(connection, ids, days) if level.dated else ("true", [])
    unnested = "unnest(foremost) AS term, unnest(weights[:len(foremost)]) AS weight"
    columns = "language, published_on, seen_on" if level.dated else "language"
    together = (
        f"""AND CASE WHEN fresh.published_on IS NULL OR there.published_on IS NULL
            THEN abs(fresh.seen_on - there.seen_on) <= {days}
            ELSE abs(fresh.published_on - there.published_on) <= {days} END"""
        if level.dated
        else ""
    )
    return connection.execute(
        f"""WITH fresh AS (
            SELECT {level.key} AS id, {columns}, {unnested} FROM {level.terms}
            WHERE {level.key} IN {_IDS}
        ), there AS (
            SELECT {level.key} AS id, {columns}, {unnested} FROM {level.terms}
            WHERE {near}
        )
        SELECT fresh.id, there.id FROM fresh JOIN there USING (term, language)
        WHERE fresh.id <> there.id {together}
        GROUP BY fresh.id, there.id QUALIFY row_number() OVER (PARTITION BY fresh.id
            ORDER BY sum(fresh.weight * there.weight) DESC, there.id) <= {_LOOKED_AT}""",
        [listed(ids), *parameters],
    ).fetchall()


def _of_one_time(
    connection: Connection, ids: Collection[UUID], days: int
) -> tuple[str, list[object]]:
    """Where in the table others of the time of these can be: it is kept in the order of time,
    so that most of it is not read.
    """
    span: tuple[date | None, date | None, date, date, int] | None = connection.execute(
        f"""SELECT min(published_on) - {days}, max(published_on) + {days}, min(seen_on) - {days},
            max(seen_on) + {days}, count(*) FILTER (published_on IS NULL)
        FROM ops.article_terms WHERE article_id IN {_IDS}""",
        [listed(ids)],
    ).fetchone()
    assert span is not None
    *times, undated = span
    condition = "published_on IS NULL AND seen_on BETWEEN ? AND ?"
    if undated:
        condition = "seen_on BETWEEN ? AND ?"
    return f"(published_on BETWEEN ? AND ?) OR ({condition})", list(times)


def read_terms(
    connection: Connection, level: Level, ids: Collection[UUID]
) -> dict[UUID, tuple[list[int], list[int]]]:
    """Terms and weights of these."""
    rows = connection.execute(
        f"SELECT {level.key}, terms, weights FROM {level.terms} WHERE {level.key} IN {_IDS}",
        [listed(ids)],
    ).fetchall()
    return {one: (terms, weights) for one, terms, weights in rows}


def write_links(connection: Connection, level: Level, links: Sequence[LinkRow]) -> None:
    """Enters links that are not there yet."""
    insert(connection, level.links, links)


def region(connection: Connection, level: Level, seeds: Collection[UUID], most: int) -> Region:
    """Everything that the seeds' groups depend on: what links lead to, with the whole groups of
    what they lead to, as far as that is no more than `most` members.

    What is nearest comes first where it is more.
    """
    inside: dict[UUID, UUID | None] = {}
    ranks: dict[UUID, str] = {}
    links: set[Near] = set()
    waiting: Mapping[UUID, float] = dict.fromkeys(seeds, 1.0)
    while waiting:
        room = most - len(inside)
        fresh = _with_their_groups(connection, level, waiting, room, is_first=not inside)
        fresh = [row for row in fresh if row[0] not in inside]
        if not fresh:
            break
        inside |= {one: group for one, group, _ in fresh}
        ranks |= {one: str(rank or "~") for one, _, rank in fresh}
        found = _links_of(connection, level, [one for one, _, _ in fresh])
        links.update(found)
        outside: defaultdict[UUID, float] = defaultdict(float)
        for link in found:
            for end in (link.one, link.two):
                if end not in inside:
                    outside[end] = max(outside[end], link.similarity)
        waiting = outside
    return Region(
        groups=inside,
        ranks=ranks,
        links=tuple(links),
        partial=_partial(connection, level, inside),
        is_whole=not waiting,
    )


_Row = tuple[UUID, UUID | None, object]


def _with_their_groups(
    connection: Connection,
    level: Level,
    waiting: Mapping[UUID, float],
    room: int,
    *,
    is_first: bool,
) -> list[_Row]:
    """The waiting members and all others of their groups, the nearest groups first, as far as
    there is room; the seeds come alone where their group is too large.
    """
    rows: list[_Row] = connection.execute(
        f"""WITH mine AS (SELECT DISTINCT {level.group} AS g FROM {level.members}
            WHERE {level.key} IN {_IDS} AND {level.counts} AND {level.group} IS NOT NULL)
        SELECT {level.key}, {level.group}, {level.order} FROM {level.members}
        WHERE {level.counts} AND ({level.key} IN {_IDS} OR {level.group} IN (SELECT g FROM mine))
        ORDER BY {level.order}, {level.key}""",
        [listed(waiting)] * 2,
    ).fetchall()
    if len(rows) <= room:
        return rows
    parts: defaultdict[UUID, list[_Row]] = defaultdict(list)
    for row in rows:
        parts[row[1] or row[0]].append(row)

    def nearness(part: UUID) -> tuple[float, UUID]:
        return (-max(waiting.get(one, 0) for one, _, _ in parts[part]), part)

    taken: list[_Row] = []
    for part in sorted(parts, key=nearness):
        if len(taken) + len(parts[part]) <= room:
            taken += parts[part]
        elif is_first:
            taken += [row for row in parts[part] if row[0] in waiting]
    return taken


def _links_of(connection: Connection, level: Level, ids: Iterable[UUID]) -> list[Near]:
    wanted = listed(ids)
    rows = connection.execute(
        f"SELECT one, two, similarity FROM {level.links} WHERE one IN {_IDS} OR two IN {_IDS}",
        [wanted, wanted],
    ).fetchall()
    return [Near(*row) for row in rows]


def _partial(
    connection: Connection, level: Level, inside: Mapping[UUID, UUID | None]
) -> frozenset[UUID]:
    groups = {group for group in inside.values() if group}
    rows = connection.execute(
        f"""SELECT {level.group}, count(*) FROM {level.members}
        WHERE {level.counts} AND {level.group} IN {_IDS} GROUP BY ALL""",
        [listed(groups)],
    ).fetchall()
    here = Counter(inside.values())
    return frozenset(group for group, count in rows if count > here[group])
