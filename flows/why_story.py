"""Why an article is in its story, and the story in its thread: by which words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from dedup.stories import Term, weigh
from flows.terminal import short
from flows.why_section import Section
from warehouse.connect import Connection
from warehouse.explanation import Subject
from warehouse.membership import Related, Tale, Told, find_related, find_tale, find_told

#: Articles and stories that are named, and words that each has in common with what is explained.
_NAMED, _WORDS = 3, 6


def explain_story(connection: Connection, subject: Subject) -> Section:
    """The story with what the nearest articles have in common, and the thread with its names."""
    tale = find_tale(connection, subject.story_id) if subject.story_id else None
    if tale is None:
        line = "It is in no story yet: the next run places it."
        return Section(name="story", lines=(line,), record=None)
    standing, near = find_told(connection, subject.article_id, _NAMED)
    shared = [(one, _shared(standing, one)) for one in near] if standing else []
    related = find_related(connection, tale, _NAMED)
    return Section(
        name="story",
        lines=(*_story_lines(tale, shared), *_thread_lines(tale, related)),
        record={
            **tale.model_dump(),
            "nearest": [
                {**one.model_dump(exclude={"body"}), "words": list(words)} for one, words in shared
            ],
            "related": [one.model_dump() for one in related],
        },
    )


def _shared(one: Told, two: Told) -> tuple[str, ...]:
    """The words that tell most of both, each pair of words instead of its parts."""
    theirs = {term.text: term.weight for term in weigh(two.title, two.body, two.language)}
    common = [term for term in weigh(one.title, one.body, one.language) if term.text in theirs]
    common.sort(key=lambda term: (-term.weight * theirs[term.text], term.text))
    return tuple(_distinct(common))[:_WORDS]


def _distinct(terms: Sequence[Term]) -> Iterable[str]:
    pairs = {part for term in terms[: 2 * _WORDS] if " " in term.text for part in term.text.split()}
    return (term.written for term in terms if term.text not in pairs)


def _story_lines(tale: Tale, shared: Sequence[tuple[Told, tuple[str, ...]]]) -> list[str]:
    if tale.article_count == 1:
        return ["No other article tells of the same event: it is a story of its own."]
    others = _number(tale.article_count - 1, "other article")
    outlets = _number(tale.publisher_count, "publisher") if tale.publisher_count else ""
    about = ", ".join(filter(None, [others, outlets, _span(tale)]))
    lines = [
        f"It is in the story “{tale.label}” ({about}), which is about: {_listed(tale.keywords)}"
    ]
    if shared:
        lines.append("  because of what it has in common with the nearest:")
    for one, words in shared:
        day = f"{one.published_at:%Y-%m-%d}" if one.published_at else None
        where = ", ".join(filter(None, [one.publisher, day, short(one.url)]))
        lines.append(f"  {one.title or '(no title)'} ({where})")
        lines.append(f"    nearness {one.similarity:.2f}: {_listed(words)}")
    return lines


def _thread_lines(tale: Tale, related: Sequence[Related]) -> list[str]:
    if not related:
        return []
    others = _number(tale.story_count - 1, "other story", "other stories")
    names = _listed(tale.thread_keywords)
    where = f"The story is in the thread “{tale.thread}” with {others}"
    lines = [f"{where}, by names that they share: {names}"]
    for one in related:
        day = f"{one.first_published_at:%Y-%m-%d}, " if one.first_published_at else ""
        near = f", nearness of names {one.similarity:.2f}" if one.similarity else ""
        lines.append(f"  {one.label} ({day}{_number(one.article_count, 'article')}{near})")
    return lines


def _span(tale: Tale) -> str:
    first, last = _day(tale.first_published_at), _day(tale.last_published_at)
    return f"{first} to {last}" if first != last else first


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "-"


def _number(count: int, what: str, many: str = "") -> str:
    return f"{count:,} {what if count == 1 else many or what + 's'}"
