"""Learned boilerplate: which repeated paragraphs are a template's, and bodies without them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from schemas.records import BoilerplateRow
from schemas.repetition import Repetition

#: Unrelated articles that a paragraph must stand under: a recurring column or the background of
#: a long case rarely has as many that no story and no duplicate ties together.
LEAST_MATTERS = 10
#: Their share of what the publisher brings out: a template is under all of a kind, one in
#: twenty being the smallest section worth the name.
_LEAST_SHARE = 0.05
#: Days it must spread over: what ten articles of one day repeat is that day's news.
_LEAST_DAYS = 3
#: Characters (a sign of a script without spaces says as much as two letters): shorter lines are
#: subheadings, which articles have in common and need.
LEAST_LENGTH = 20
#: Share of a body that must be left: what is mostly template (a weather report) is left whole.
_LEFT = 0.5


def learn(repetitions: Iterable[Repetition], now: datetime) -> list[BoilerplateRow]:
    """The paragraphs that are boilerplate from now on; `now` is when that was decided."""
    return [
        BoilerplateRow(
            publisher=one.publisher,
            paragraph=one.paragraph,
            articles=one.matters,
            first_seen_at=one.first_seen_at,
            last_seen_at=one.last_seen_at,
            learned_at=now,
        )
        for one in repetitions
        if one.matters >= LEAST_MATTERS
        and one.matters >= _LEAST_SHARE * one.of
        and one.days >= _LEAST_DAYS
        and len(one.paragraph) >= LEAST_LENGTH
    ]


def without_boilerplate(body: str, learned: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """A body without its publisher's boilerplate, and the paragraphs cut, in their order.

    The whole body where less than half of it would be left; then nothing is cut.
    """
    paragraphs = body.split("\n\n")
    cut = tuple(one for one in paragraphs if one.strip() in learned)
    if not cut:
        return body, ()
    kept = [one for one in paragraphs if one.strip() not in learned]
    if sum(map(len, kept)) < _LEFT * sum(map(len, paragraphs)):
        return body, ()
    return "\n\n".join(kept), cut
