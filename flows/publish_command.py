"""`newswell publish`: what it does and what it says."""

from __future__ import annotations

import typer

from flows.terminal import Context, short, warehouse_errors
from schemas.location import Lake
from warehouse.readers import refresh


def publish_now(context: Context) -> None:
    """`newswell publish`."""
    settings = context.settings()
    with warehouse_errors():
        published = settings.published_path
        changed = refresh(settings)
    if context.finish({"published": str(published), "changed": changed}):
        return
    if isinstance(published, Lake):
        typer.echo(f"Nothing to publish: readers open {published} itself.")
    else:
        what = "Published" if changed else "Nothing changed since"
        typer.echo(f"{what} {short(published)}.")
