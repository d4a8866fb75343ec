"""`newswell why`: what is known about an address, and how it is known, in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from flows.terminal import USAGE, Context, Exit, short, warehouse_errors
from flows.why_copy import explain_copies
from flows.why_section import Section
from flows.why_story import explain_story
from flows.why_version import explain_versions
from warehouse.connect import Connection, open_published
from warehouse.explanation import Fate, Subject, find_fate, find_subject

#: What is told of an article, in this order; each section stands in a file of its own.
SECTIONS: tuple[Callable[[Connection, Subject], Section], ...] = (
    explain_copies,
    explain_story,
    explain_versions,
)


def show_reasons(context: Context, url: str) -> None:
    """Explains the article, or the fate, that an address or the path of a file leads to."""
    settings = context.settings()
    asked = [url] if "://" in url else [url, f"file:{Path(url).absolute()}"]
    with warehouse_errors(), open_published(settings.published_path) as connection:
        for one in asked:
            if subject := find_subject(connection, one):
                sections = [explain(connection, subject) for explain in SECTIONS]
                break
        else:
            fates = [fate for one in asked if (fate := find_fate(connection, one))]
            if not fates:
                raise Exit(USAGE, f"{url}: nothing is known of this address")
            _tell_fate(context, fates[0])
            return
    record = subject.model_dump(exclude={"story_id"})
    record |= {section.name: section.record for section in sections}
    if not context.finish(record):
        _tell(subject, sections)


def _tell(subject: Subject, sections: list[Section]) -> None:
    typer.echo(subject.title or "(no title)")
    typer.echo(f"  {', '.join(filter(None, [subject.publisher, short(subject.url)]))}")
    published = f"published {subject.published_at:%Y-%m-%d %H:%M}, " if subject.published_at else ""
    seen = f"first seen {subject.first_seen_at:%Y-%m-%d %H:%M} in the source {subject.source_id}"
    typer.echo(f"  {published}{seen}")
    if subject.status == "gone":
        typer.echo("  The publisher has taken its page away.")
    for section in sections:
        typer.echo("")
        for line in section.lines:
            typer.echo(line)


def _tell_fate(context: Context, fate: Fate) -> None:
    record: dict[str, Any] = fate.model_dump()
    if context.finish(record):
        return
    why = ": ".join(filter(None, [fate.reason, fate.detail]))
    typer.echo(short(fate.url))
    typer.echo(f"  {fate.fate} since {fate.since:%Y-%m-%d %H:%M} in the source {fate.source_id}")
    if why:
        typer.echo(f"  {why}")
