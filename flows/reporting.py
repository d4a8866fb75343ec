"""`newswell report`: the warehouse as one page to look at."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from flows.loading import utc_now
from flows.overview import render_page
from flows.terminal import USAGE, Context, Exit, short, warehouse_errors
from flows.whole import write_whole
from schemas.settings import Settings
from warehouse.connect import open_published
from warehouse.overview import read_overview

#: The time line of the report that the night's work leaves, days.
NIGHTLY_DAYS = 90


def write_report(settings: Settings, to: Path, now: datetime, days: int) -> None:
    """Writes the page, in one step: nobody opens half of one. Raises WarehouseError, OSError."""
    with open_published(settings.published_path) as connection:
        overview = read_overview(connection, now, days)
    published = settings.published_path
    named = published.name if isinstance(published, Path) else str(published)
    page = render_page(overview, now, named)
    to.parent.mkdir(parents=True, exist_ok=True)
    write_whole(to, page)


def renew_report(settings: Settings, now: datetime) -> None:
    """Writes the night's report anew, where there is one. Raises WarehouseError, OSError."""
    to = settings.resolve(settings.maintain.report)
    if settings.maintain.report and to.is_file():
        write_report(settings, to, now, NIGHTLY_DAYS)


def write_page(context: Context, to: Path, days: int) -> None:
    """`newswell report`."""
    settings = context.settings()
    with warehouse_errors():
        try:
            write_report(settings, to, utc_now(), days)
        except OSError as error:
            raise Exit(USAGE, f"--to {to}: {error.strerror}") from error
    if not context.finish({"report": str(to), "bytes": to.stat().st_size}):
        typer.echo(f"Wrote {short(to.absolute())}; open it in a browser.")
