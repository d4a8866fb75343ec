"""`newswell forget`: shows what would go, asks, and says what went."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from flows.exports import known_exports
from flows.forgetting import Forgotten, forget, preview
from flows.health import require
from flows.loading import utc_now
from flows.terminal import UNAVAILABLE, USAGE, Context, Exit, progress, short, warehouse_errors
from schemas.settings import Settings
from sources.archive import ArchiveBusyError
from sources.archive.erase import count_files
from warehouse.affected import Doomed, Target
from warehouse.export import read_manifest

_STAYING = "What repeats it under other addresses stays:"
#: Articles that are named one by one.
_SHOWN = 10


def take_down(context: Context, target: Target, *, is_sure: bool, is_dry: bool) -> None:
    """Forgets the target, after showing what that takes unless `is_sure`."""
    settings = context.settings()
    if not is_sure and not is_dry and not sys.stdin.isatty():
        raise Exit(USAGE, "nobody can be asked here: --yes forgets without, --dry-run only shows")
    try:
        with warehouse_errors():
            require(settings)
            if is_dry or not is_sure:
                with progress("Looking", _files(settings)) as watch:
                    found = preview(settings, [target], watch)
                if is_dry:
                    _tell(context, target, found, is_dry=True)
                    return
                _show(found)
                if not typer.confirm("Forget all of this, for good?", err=True):
                    raise Exit(USAGE, "nothing was forgotten")
            with progress("Forgetting", _files(settings)) as watch:
                gone = forget(settings, [target], utc_now, watch)
    except ArchiveBusyError as error:
        raise Exit(UNAVAILABLE, f"{error}; wait for it to end") from error
    except OSError as error:
        raise Exit(UNAVAILABLE, f"{error.filename}: {error.strerror or error}") from error
    _tell(context, target, gone, is_dry=False)


def target_of(url: str | None, domain: str | None, source: str | None) -> Target:
    """The one thing that is named; ends the command if it is none, or more than one."""
    named = [
        (kind, value)
        for kind, value in (("url", url), ("domain", domain), ("source", source))
        if value
    ]
    if len(named) != 1:
        raise Exit(USAGE, "name one thing to forget: URL, --domain DOMAIN or --source ID")
    kind, value = named[0]
    if kind == "domain" and ("/" in value or "." not in value):
        raise Exit(USAGE, f"--domain {value}: write a domain, such as example.org")
    if kind == "url" and "://" not in value and not value.startswith("file:"):
        value = f"file:{Path(value).absolute()}"
    return Target.model_validate({"kind": kind, "value": value.strip()})


def _files(settings: Settings) -> int:
    folder = settings.resolve(settings.archive.path)
    return count_files(folder) if settings.archive.path and folder.is_dir() else 0


def _tell(context: Context, target: Target, found: Forgotten, *, is_dry: bool) -> None:
    result = {"dry_run": is_dry, "kind": target.kind, "value": target.value}
    counts = {
        "articles": len(found.articles),
        "versions": found.versions,
        "addresses": len(found.addresses),
        "records": found.records,
    }
    copies = [one.model_dump(mode="json") for one in found.copies]
    if context.finish({**result, **counts, "copies": copies}):
        return
    if is_dry:
        _show(found)
        typer.echo("Nothing was changed. Without --dry-run this is forgotten for good.")
        return
    if not found.addresses and not found.articles and not found.records:
        named = short(target.value) if target.kind == "url" else f"{target.kind} {target.value}"
        typer.echo(f"Nothing was taken out: nothing is kept of {named}.")
        typer.echo("A tombstone refuses it from now on.")
        return
    typer.echo(f"Forgotten: {_counted(found)}. It will not come back: a tombstone refuses it.")
    if found.copies:
        _list(_STAYING, found.copies)
    for folder in known_exports(context.settings()):
        if read_manifest(folder) is not None:
            typer.echo(f"The export in {short(folder)} is without it too; copies of it are not.")


def _show(found: Forgotten) -> None:
    _list(f"This would go: {_counted(found)}.", found.articles)
    if found.copies:
        _list(_STAYING, found.copies)


def _counted(found: Forgotten) -> str:
    parts = [
        (len(found.articles), "article"),
        (found.versions, "version"),
        (len(found.addresses), "address"),
        (found.records, "archive record"),
    ]
    plural = {"address": "addresses"}
    return ", ".join(
        f"{number:,} {what if number == 1 else plural.get(what, what + 's')}"
        for number, what in parts
    )


def _list(head: str, articles: Sequence[Doomed]) -> None:
    typer.echo(head)
    for one in articles[:_SHOWN]:
        typer.echo(f"  {one.title or '(no title)'}: {short(one.url)}")
    if len(articles) > _SHOWN:
        typer.echo(f"  and {len(articles) - _SHOWN:,} more")
