"""`newswell sources`: the list of sources, shown, imported, exported and added to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer

from flows.answers import show
from flows.terminal import SOME_FAILED, USAGE, Context, Exit, short, warehouse_errors
from schemas.config_file import CONFIG_NAME, find_config
from schemas.source import Source
from sources.opml import read_opml, sources_of, unusable_feeds, write_opml
from warehouse.connect import is_there, look_at_warehouse
from warehouse.query import Answer, read


def show_sources(context: Context) -> None:
    """`newswell sources list`."""
    settings = context.settings()
    known: dict[str, dict[str, Any]] = {}
    sql = "SELECT source_id, articles, due_at, failing_since FROM source_health"
    with warehouse_errors():
        if is_there(settings.warehouse_path):
            with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
                known = {row["source_id"]: row for row in read(connection, sql).records()}
    names = ("source", "publisher", "feeds", "sitemaps", "pages", "articles", "due", "failing")
    rows = [_listed(source, known.get(source.id, {})) for source in settings.sources]
    found = Answer(columns=names, rows=tuple(rows))
    if context.finish({"sources": found.records()}):
        return
    if rows:
        show(found)
    else:
        typer.echo("No sources are configured yet; `newswell sources add URL` adds one.")


def _listed(source: Source, health: dict[str, Any]) -> tuple[Any, ...]:
    maps = source.sitemaps if isinstance(source.sitemaps, str) else len(source.sitemaps)
    return (
        source.id,
        source.publisher,
        len(source.feeds),
        maps,
        len(source.pages),
        health.get("articles", 0),
        health.get("due_at"),
        health.get("failing_since"),
    )


def import_opml(context: Context, file: Path) -> None:
    """`newswell sources import`."""
    settings = context.settings()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Exit(USAGE, f"{file}: {error.strerror}") from error
    outlines, unusable = read_opml(content), unusable_feeds(content)
    if outlines is None:
        raise Exit(USAGE, f"{file}: this is not an OPML file")
    feeds = {feed for source in settings.sources for feed in source.feeds}
    fresh = [outline for outline in outlines if outline.feed_url not in feeds]
    added = sources_of(fresh, [source.id for source in settings.sources])
    path = append(context, added) if added else None
    known = len(outlines) - len(fresh)
    result = {"added": [source.id for source in added], "known": known, "unusable": unusable}
    if not context.finish(result):
        where = f" to {short(path)}" if path else ""
        typer.echo(f"Added {len(added)} sources{where}; {known} were there already.")
        for one in unusable:
            typer.echo(f"  left out: {one}: no http(s) address")
    if unusable:
        raise Exit(SOME_FAILED)


def export_opml(context: Context, file: Path) -> None:
    """`newswell sources export`."""
    settings = context.settings()
    content = write_opml(settings.sources, "Newswell")
    if str(file) == "-":
        typer.echo(content.decode(), nl=False)
        return
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Exit(USAGE, f"{file}: {error.strerror}") from error
    if not context.finish({"sources": len(settings.sources), "file": str(file)}):
        typer.echo(f"Wrote {len(settings.sources)} sources to {short(file.absolute())}.")


def append(context: Context, added: Iterable[Source]) -> Path:
    """Adds sources to the end of the configuration file: what people wrote in it stays."""
    path = context.config or find_config(Path.cwd()) or Path.cwd() / CONFIG_NAME
    text = "".join(f"\n{table(source)}" for source in added)
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise Exit(USAGE, f"{path}: {error.strerror}") from error
    return path


def table(source: Source) -> str:
    """A source as a table of `newswell.toml`, defaults left out."""
    values = source.model_dump(mode="json", exclude_defaults=True)
    # JSON's spelling of strings, numbers, booleans and lists is TOML's too
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    return "\n".join(["[[sources]]", *lines]) + "\n"
