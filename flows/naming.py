"""What stories and threads are called, and how much is in them."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from dedup.stories import Link, Term, central, keywords, weigh
from schemas.records import StoryRow, ThreadRow
from warehouse.connect import Connection
from warehouse.stories import (
    Size,
    read_named,
    read_placed,
    story_sizes,
    thread_sizes,
    write_stories,
    write_threads,
)

#: The most central articles that give a story its keywords.
_CENTRAL = 3
#: Of these central articles the first that has a headline gives it to the story.
_HEADLINES = 8
#: Characters of a text that has no headline.
_LABEL = 80


class Found(NamedTuple):
    """What grouping anew did: the groups that may have changed, and their members, in the order
    of their level; of groups that are `partial` there are more.
    """

    touched: set[UUID]
    members: dict[UUID, list[UUID]]
    partial: frozenset[UUID]
    links: tuple[Link, ...]


def name_stories(
    connection: Connection,
    ids: Collection[UUID],
    found: Found,
    texts: Mapping[UUID, Sequence[Term]],
) -> None:
    """Counts the stories and gives them labels and keywords; those without articles go."""
    sizes = story_sizes(connection, ids)
    centre = {
        size.id: central(found.members[size.id], found.links)[:_HEADLINES]
        for size in sizes
        # a large one, of which not all are here, keeps its name
        if size.id in found.members and not (size.label and size.id in found.partial)
    }
    wanted = {one for some in centre.values() for one in some}
    read = {one.article_id: one for one in read_placed(connection, wanted)}
    weighed = {
        one: texts[one]
        if one in texts
        else weigh(read[one].title, read[one].body, read[one].language)
        for some in centre.values()
        for one in some[:_CENTRAL]
        if one in read
    }
    rows = []
    for size in sizes:
        members = [read[one] for one in centre.get(size.id, ()) if one in read]
        label = next((one.title for one in members if one.title), None)
        if members and label is None:
            label = textwrap.shorten(members[0].body, _LABEL, placeholder="…")
        words = keywords(weighed[one.article_id] for one in members[:_CENTRAL])
        rows.append(
            StoryRow(
                story_id=size.id,
                thread_id=size.thread_id,
                label=label if label is not None else size.label or "",
                keywords=words if members else size.keywords,
                first_published_at=size.first,
                last_published_at=size.last,
                article_count=size.articles,
                publisher_count=size.publishers,
            )
        )
    write_stories(connection, rows, ids)


def name_threads(connection: Connection, ids: Collection[UUID], found: Found) -> None:
    """Counts the threads and gives them labels and keywords; those without stories go."""
    sizes = thread_sizes(connection, ids)
    stories = read_named(connection, {one for some in found.members.values() for one in some})
    rows = []
    for size in sizes:
        keeps = size.label and size.id in found.partial
        members = [] if keeps else found.members.get(size.id, [])
        centre = [stories[one] for one in central(members, found.links) if one in stories]
        counted = Counter(word for one in centre for word in one.keywords)
        words = tuple(word for word, _ in counted.most_common(6))
        rows.append(_thread_row(size, centre[0].label if centre else size.label or "", words))
    write_threads(connection, rows, ids)


def _thread_row(size: Size, label: str, words: tuple[str, ...]) -> ThreadRow:
    return ThreadRow(
        thread_id=size.id,
        label=label,
        keywords=words or size.keywords,
        first_published_at=size.first,
        last_published_at=size.last,
        story_count=size.stories,
        article_count=size.articles,
    )
