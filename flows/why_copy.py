"""Why an article is a duplicate, and of what; and what repeats it."""

from __future__ import annotations

from flows.terminal import short
from flows.why_section import Section
from warehouse.connect import Connection
from warehouse.explanation import Copies, Repeated, Subject, find_copies, find_original

_KINDS = {
    "exact": "word for word",
    "near": "nearly",
    "declared": "by its publisher's own word",
}


def explain_copies(connection: Connection, subject: Subject) -> Section:
    """What an article repeats and what repeats it, each with the evidence."""
    original = find_original(connection, subject.article_id)
    copies = find_copies(connection, subject.article_id)
    return Section(
        name="duplicates",
        lines=_lines(original, copies),
        record={
            "repeats": original and original.model_dump(),
            "repeated_by": [one.model_dump() for one in copies.named],
            "copies": copies.count,
        },
    )


def _lines(original: Repeated | None, copies: Copies) -> tuple[str, ...]:
    if original:
        return (
            f"It is a duplicate, {_KINDS[original.kind]}, of:",
            f"  {_named(original)}",
            f"  because {original.evidence}",
        )
    if not copies.count:
        return ("It repeats no article that is stored, and none repeats it.",)
    many = "1 article repeats" if copies.count == 1 else f"{copies.count} articles repeat"
    lines = [f"{many} it; it stands for them, being the earliest published or the longest:"]
    for one in copies.named:
        lines += [f"  {_named(one)}", f"    {_KINDS[one.kind]}: {one.evidence}"]
    if copies.count > len(copies.named):
        lines.append(f"  and {copies.count - len(copies.named)} more")
    return tuple(lines)


def _named(one: Repeated) -> str:
    day = f"{one.published_at:%Y-%m-%d}" if one.published_at else None
    where = ", ".join(filter(None, [one.publisher, day, short(one.url)]))
    return f"{one.title or '(no title)'} ({where})"
