"""Stories and threads between the warehouse and its decisions.

What waits to be placed is told from the warehouse itself, so that a run that was killed leaves
its articles to the next, and whatever changes a text, a date or a group of duplicates has it
placed anew.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from dedup.stories import (
    DAYS,
    FOREMOST,
    LEAST,
    LEAST_NAMES,
    OF_STORIES,
    OF_THREADS,
    SHARED_NAMES,
    Link,
    Node,
    Profile,
    Rule,
    Term,
    changes,
    group,
    id_of,
    link,
    names_of,
    near_ones,
    profile,
    weigh,
    weights_of,
)
from flows.batch import Clock
from flows.naming import Found, name_stories, name_threads
from schemas.records import ArticleTermsRow, LinkRow, StoryIdRow, StoryTermsRow
from schemas.settings import Settings
from warehouse.connect import Connection, look_at_warehouse, write
from warehouse.linkage import (
    ARTICLES,
    STORIES,
    Level,
    Region,
    candidates,
    forget_terms,
    read_terms,
    region,
    write_links,
)
from warehouse.rows import insert
from warehouse.stories import (
    Placed,
    article_terms,
    founders,
    groups_of,
    read_named,
    read_placed,
    taken_ids,
    waiting_articles,
    write_changes,
    write_groups,
)

#: Is told how many more are done, as that of `flows.waiting` is, which imports this file.
Watch = Callable[[int], None]

#: Articles that are placed in one transaction, at first and at most.
_AT_FIRST, _AT_MOST = 100, 500
#: Seconds that one is to take at least and at most: where many are alike, few are placed in them,
#: and what a kill undoes has to be done again.
_SHORT, _LONG = 1.0, 3.0
#: Articles, or stories, that are grouped anew together at most: their nearness is a table of so
#: many by so many, made in a twentieth of a second.
_REGION = 600
#: New ones that are grouped at once; where what they lead to does not fit in, fewer are.
_MANY, _FEW = 100, 50
#: The articles of a large story that give it its names: those that were seen first.
_NAMING = 50


def place_waiting(settings: Settings, clock: Clock, watch: Watch = lambda _count: None) -> int:
    """Places every article that waits for it; returns how many did. Raises WarehouseError.

    Some at a time are one transaction: a kill leaves the rest to the next run.
    """
    with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        waiting = waiting_articles(connection)
    done, size = 0, _AT_FIRST
    while done < len(waiting):
        some = waiting[done : done + size]

        def work(connection: Connection, ids: Sequence[UUID] = some) -> None:
            place(connection, ids, clock())

        began = time.monotonic()
        write(settings.warehouse_path, settings.warehouse, work)
        done += len(some)
        watch(len(some))
        took = time.monotonic() - began
        if took < _SHORT:
            size = min(2 * size, _AT_MOST)
        elif took > _LONG:
            size = max(size // 2, 1)
    return done


def place(
    connection: Connection,
    ids: Collection[UUID],
    now: datetime,
    stories: Collection[UUID] = (),
) -> None:
    """Places these articles in stories, and the stories in threads, inside the caller's
    transaction; what they leave, and what they change of others, is mended, and so are
    `stories`, which lost articles.
    """
    articles = read_placed(connection, ids)
    left = forget_terms(connection, ARTICLES, ids)
    standing = [one for one in articles if one.duplicate_of is None]
    texts = {one.article_id: weigh(one.title, one.body, one.language) for one in standing}
    rows = [_terms_row(one, texts[one.article_id]) for one in standing]
    insert(connection, "ops.article_terms", rows)
    link_up(connection, ARTICLES, texts.keys(), least=LEAST, shared=1)
    originals = {one.duplicate_of for one in articles if one.duplicate_of}
    found = regroup(connection, ARTICLES, {*texts, *left, *originals}, OF_STORIES, now)
    touched = found.touched | {one.story_id for one in articles if one.story_id} | set(stories)
    before = groups_of(connection, STORIES, touched)
    name_stories(connection, touched, found, texts)
    _place_stories(connection, touched, set(before.values()), now)


def _terms_row(article: Placed, terms: Sequence[Term]) -> ArticleTermsRow:
    made = profile(terms)
    return ArticleTermsRow(
        article_id=article.article_id,
        content_hash=article.content_hash,
        language=article.language,
        published_on=article.published_on,
        seen_on=article.seen_on,
        foremost=tuple(made.terms[:FOREMOST]),
        terms=tuple(made.terms),
        weights=tuple(made.weights),
        names=tuple(made.names),
    )


def link_up(
    connection: Connection, level: Level, ids: Collection[UUID], *, least: float, shared: int
) -> None:
    """Links new ones with all that are near them."""
    if not ids:
        return
    near: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for one, two in candidates(connection, level, ids, DAYS):
        near[one].add(two)
    wanted = {*near, *(two for some in near.values() for two in some)}
    profiles = {
        one: weights_of(Profile(terms, weights))
        for one, (terms, weights) in read_terms(connection, level, wanted).items()
    }
    links = {
        link(one, two, value)
        for one, some in near.items()
        for two, value in near_ones(
            profiles[one], {two: profiles[two] for two in some}, least=least, shared=shared
        ).items()
    }
    write_links(
        connection,
        level,
        [LinkRow(one=one, two=two, similarity=value) for one, two, value in sorted(links)],
    )


def regroup(
    connection: Connection, level: Level, seeds: Collection[UUID], rule: Rule, now: datetime
) -> Found:
    """Groups anew what the seeds' groups depend on, and writes what that changes."""
    found = Found(touched=set(), members={}, partial=frozenset(), links=())
    free = set(seeds)
    done: set[UUID] = set()
    waiting = _parts(sorted(seeds), _MANY)
    while waiting:
        some = set(waiting.pop(0)) - done
        if not some:
            continue
        here = region(connection, level, some, _REGION)
        if not here.is_whole and len(some) > _FEW:
            waiting = _parts(sorted(some), _FEW) + waiting
            continue
        links = tuple(Link(*one) for one in here.links)
        parts = group([Node(*one) for one in here.ranks.items()], links, rule)
        target = _targets(connection, level, here, parts, free)
        found = _plus(found, here, target, links, free)
        _write_regrouped(connection, level, here, target, free, now)
        if here.is_whole:
            done |= here.groups.keys()
    return found


def _parts(ids: Sequence[UUID], size: int) -> list[Sequence[UUID]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _plus(
    found: Found,
    here: Region,
    target: Mapping[UUID, UUID | None],
    links: tuple[Link, ...],
    seeds: Collection[UUID],
) -> Found:
    """What was found, and now this."""
    members: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for one in sorted(target, key=lambda one: (here.ranks[one], one)):
        if where := target[one]:
            members[where].append(one)
    touched = {
        where
        for one in target
        if one in seeds or here.groups[one] != target[one]
        for where in (here.groups[one], target[one])
        if where
    }
    return Found(
        touched=found.touched | touched,
        members={**found.members, **members},
        partial=(found.partial - members.keys()) | here.partial,
        links=tuple({*found.links, *links}),
    )


def _write_regrouped(
    connection: Connection,
    level: Level,
    here: Region,
    target: Mapping[UUID, UUID | None],
    seeds: Collection[UUID],
    now: datetime,
) -> None:
    """Puts everything where it belongs, and notes what became of the ids that there were."""
    changed = {one for one, where in target.items() if here.groups[one] != where}
    # of the seeds copies may have come that are not where they are
    moving = {one: where for one, where in target.items() if one in changed or one in seeds}
    write_groups(connection, level, moving)
    known = {one for one in here.groups.values() if one}
    before = {one: here.groups[one] for one in changed}
    moved = changes(before, target, known)
    rows = [StoryIdRow(kind=level.kind, changed_at=now, **one._asdict()) for one in moved]
    if rows:
        write_changes(connection, level, rows, known)


def _targets(
    connection: Connection,
    level: Level,
    here: Region,
    parts: Sequence[Sequence[UUID]],
    seeds: Collection[UUID],
) -> dict[UUID, UUID | None]:
    """The group of each member: that of its first article, whoever else joins.

    What belongs to a group with members elsewhere stays there, and new ones join it.
    """
    first = founders(connection, level, here.groups)
    target: dict[UUID, UUID | None] = {}
    for part in parts:
        held = {
            one: where
            for one in part
            if (where := here.groups[one]) in here.partial and where and one not in seeds
        }
        if held:
            counts = Counter(held.values())
            most = min(counts, key=lambda one: (-counts[one], one))
            target |= {one: held.get(one, most) for one in part}
        else:
            made = id_of(level.kind, min(first[one] for one in part)[1])
            target |= dict.fromkeys(part, made)
    wanted = {one for one in target.values() if one} - here.partial
    taken = taken_ids(connection, level, wanted, here.groups)
    again = {one: id_of(level.kind, one) for one in taken}
    return {one: again.get(where, where) if where else None for one, where in target.items()}


def _place_stories(
    connection: Connection, ids: Collection[UUID], before: set[UUID], now: datetime
) -> None:
    """Places stories in threads; `before` are the threads that they were in."""
    left = forget_terms(connection, STORIES, ids)
    named = read_named(connection, ids)
    own: defaultdict[UUID, list[Profile]] = defaultdict(list)
    languages: dict[UUID, str] = {}
    for story, language, terms, weights, names in article_terms(connection, ids, _NAMING):
        own[story].append(Profile(terms, weights, names))
        languages.setdefault(story, language)
    rows = [_story_terms_row(one, languages[one], own[one]) for one in sorted(own)]
    insert(connection, "ops.story_terms", rows)
    link_up(connection, STORIES, own.keys(), least=LEAST_NAMES, shared=SHARED_NAMES)
    found = regroup(connection, STORIES, {*named, *left}, OF_THREADS, now)
    name_threads(connection, found.touched | before, found)


def _story_terms_row(story: UUID, language: str, articles: Iterable[Profile]) -> StoryTermsRow:
    made = names_of(articles)
    return StoryTermsRow(
        story_id=story,
        language=language,
        foremost=tuple(made.terms[:FOREMOST]),
        terms=tuple(made.terms),
        weights=tuple(made.weights),
    )
