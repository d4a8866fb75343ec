"""After what change an article has the version that it has."""

from __future__ import annotations

from itertools import pairwise

from flows.difference import difference
from flows.why_section import Section
from warehouse.connect import Connection
from warehouse.explanation import Step, Subject, find_steps

_CHANGES = {
    "headline": "another headline over the same text",
    "correction": "a correction, which says so",
    "minor": "a few words, no number among them",
    "update": "an update of the text",
    "reextracted": "no edit: the same page, read anew",
}


def explain_versions(connection: Connection, subject: Subject) -> Section:
    """Each version of an article and the kind and the size of its change."""
    steps = find_steps(connection, subject.article_id)
    changes = [_change(before, after) for before, after in pairwise(steps)]
    lines = [_line(step, change) for step, change in zip(steps[1:], changes, strict=True)]
    if not lines:
        return Section(name="versions", lines=("Its text has not changed since.",), record=[])
    return Section(
        name="versions",
        lines=(f"It has {len(steps)} versions (`newswell edits` shows the words):", *lines),
        record=[
            {
                "version": step.version,
                "valid_from": step.valid_from,
                "change": step.change,
                "removed": removed,
                "added": added,
            }
            for step, (removed, added) in zip(steps[1:], changes, strict=True)
        ],
    )


def _change(before: Step, after: Step) -> tuple[int, int]:
    """Words removed and words added, in title and text."""
    parts = difference(before.title, before.body, after.title, after.body)
    removed = sum(len(part.text.split()) for part in parts if part.kind == "removed")
    added = sum(len(part.text.split()) for part in parts if part.kind == "added")
    return removed, added


def _line(step: Step, change: tuple[int, int]) -> str:
    what = _CHANGES.get(step.change or "", step.change)
    removed, added = change
    size = f"{removed} words out, {added} in"
    return f"  {step.version}, {step.valid_from:%Y-%m-%d %H:%M}: {what} ({size})"
