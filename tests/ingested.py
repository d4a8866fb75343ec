"""An ingest as the tests run it: a clock that can be moved, and a configuration in a folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

from schemas.settings import Settings, load_settings
from schemas.source import Source
from sources.newsroom.exchange import Page
from tests.invented import body
from warehouse.checks import run_checks
from warehouse.connect import open_warehouse

#: The newsroom's editors had gone home by then.
MAY = datetime(2026, 5, 9, 12, tzinfo=UTC)

#: A guest who is at home: nothing is waited for that a test does not ask for.
FETCH: Mapping[str, Any] = {
    "allow_private_networks": True,
    "per_host_delay": 0.0,
    "timeout": 5.0,
    "retries": 0,
    "patience": 0.0,
}


class MovedClock:
    """The machine's own time from another moment on; `move` turns it forward."""

    def __init__(self, at: datetime = MAY) -> None:
        self._ahead = at - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    @property
    def ahead(self) -> float:
        """By how many seconds it is ahead of the machine's."""
        return self._ahead.total_seconds()

    def move(self, **by: float) -> None:
        """Turns the clock forward, by `hours=1` and so on."""
        self._ahead += timedelta(**by)


def configure(
    folder: Path,
    sources: Iterable[Source],
    *,
    fetch: Mapping[str, Any] | None = None,
    batch_size: int = 200,
    archive: str = "archive",
) -> Settings:
    """Settings of these sources, from a newswell.toml that is written into the folder."""
    lines = ["[fetch]", *(_setting(*one) for one in {**FETCH, **(fetch or {})}.items())]
    lines += ["[extract]", "workers = 1", f"batch_size = {batch_size}"]
    lines += ["[archive]", _setting("path", archive)]
    for source in sources:
        told = source.model_dump(mode="json", exclude_defaults=True)
        lines += ["[[sources]]", *(_setting(*one) for one in told.items())]
    (folder / "newswell.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_settings(folder / "newswell.toml")


def _setting(name: str, value: Any) -> str:
    # JSON's strings, numbers, booleans and lists are TOML's too
    return f"{name} = {json.dumps(value)}"


def ask(settings: Settings, sql: str, *parameters: object) -> list[dict[str, Any]]:
    """The rows of a query on the warehouse, by column."""
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        found = connection.execute(sql, list(parameters))
        names = [one[0] for one in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def fates(settings: Settings) -> dict[str, tuple[str, str | None]]:
    """Every address and its fate and reason."""
    rows = ask(settings, "FROM url_fate")
    assert len({row["url"] for row in rows}) == len(rows)
    return {row["url"]: (row["fate"], row["reason"]) for row in rows}


def assert_sound(settings: Settings) -> None:
    """No invariant of the warehouse is broken."""
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        assert run_checks(connection) == []


def article_page(
    label: str, *, text: str = "", head: str = "", headers: Mapping[str, str] | None = None
) -> Page:
    """A page with an article of its own for each label; `text` makes another edition of it."""
    said = "".join(f"<p>{escape(part)}</p>" for part in body(text or label).split("\n\n"))
    title = f"Council puts off its decision on {label}"
    return Page(
        body=(
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
            f'<meta property="og:type" content="article">{head}</head>'
            f"<body><article><h1>{title}</h1>{said}</article></body></html>"
        ).encode(),
        content_type="text/html; charset=utf-8",
        modified=MAY - timedelta(days=1),
        max_age=60,
        headers=tuple((headers or {}).items()),
    )


def rss(
    items: Mapping[str, str],
    *,
    dated: datetime | None = None,
    content: Mapping[str, str] | None = None,
) -> Page:
    """A feed of these addresses and titles; `content` has whole texts by address."""
    date = f"<pubDate>{dated:%a, %d %b %Y %H:%M:%S} +0000</pubDate>" if dated else ""
    rows = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(url)}</link>{date}"
        f"<content:encoded>{escape((content or {}).get(url, ''))}</content:encoded></item>"
        for url, title in items.items()
    )
    return feed_page(
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>The Gazette</title>{rows}</channel></rss>"
    )


def atom(items: Mapping[str, tuple[str, datetime, datetime]]) -> Page:
    """An Atom feed: title, date of publication and of the last edit by address."""
    rows = "".join(
        f'<entry><title>{escape(title)}</title><id>{escape(url)}</id><link href="{escape(url)}"/>'
        f"<published>{published.isoformat()}</published><updated>{edited.isoformat()}</updated>"
        "</entry>"
        for url, (title, published, edited) in items.items()
    )
    return feed_page(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>The Gazette</title>{rows}</feed>'
    )


def feed_page(text: str) -> Page:
    """Some XML as a server would send it."""
    return Page(
        body=f'<?xml version="1.0" encoding="utf-8"?>\n{text}'.encode(),
        content_type="application/xml",
        modified=MAY - timedelta(days=1),
        max_age=0,
    )
