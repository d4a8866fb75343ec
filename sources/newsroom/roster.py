"""The editors' list: which outlet shows what, and where, in which edition."""

from __future__ import annotations

import gzip
import json
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from schemas.model import Frozen
from sources.newsroom import later_folder, outlets_folder

FeedKind = Literal["rss", "rss091", "rss092", "rdf", "atom", "json", "full"]


class Update(Frozen):
    """What the second edition changes of an article; None leaves it as it was."""

    file: str
    modified: AwareDatetime
    title: str | None = None
    summary: str | None = None


class Listing(Frozen):
    """One article as `outlets.toml` lists it; `record` is the line of a JSON-lines file.

    `listed` False keeps it out of feeds and sitemaps; `rejected` names the reason for
    which a careful reader refuses the page.
    """

    path: str
    file: str
    title: str
    published: AwareDatetime
    summary: str
    record: int | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    listed: bool = True
    rejected: str | None = None
    first_edition: int = 1
    gone_edition: int | None = None
    later: Update | None = None


class Outlet(Frozen):
    """One invented outlet: `origin` stands in its pages wherever its own address does.

    `feed` is the kind that its home page advertises, `feed_query` what its feed adds to
    each link, `headers` what it sends with every page.
    """

    id: str
    name: str
    origin: str
    language: str
    feed: FeedKind
    feed_query: str = ""
    feed_encoding: str = "utf-8"
    crawl_delay: float | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    articles: tuple[Listing, ...] = ()


class Entry(Frozen):
    """An article as one edition has it; `file` is where its bytes lie."""

    path: str
    file: Path
    title: str
    published: AwareDatetime
    modified: AwareDatetime
    summary: str
    record: int | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    listed: bool = True


def read_roster() -> tuple[Outlet, ...]:
    """All outlets of `outlets.toml`, in its order."""
    text = (outlets_folder().parent / "outlets.toml").read_text("utf-8")
    return tuple(Outlet.model_validate(table) for table in tomllib.loads(text)["outlets"])


def entries_of(outlet: Outlet, edition: int) -> tuple[Entry, ...]:
    """What the outlet shows in this edition, newest first."""
    there = [
        _entry(listing, edition)
        for listing in outlet.articles
        if listing.first_edition <= edition and not _is_gone(listing, edition)
    ]
    return tuple(sorted(there, key=lambda entry: entry.published, reverse=True))


def gone_paths(outlet: Outlet, edition: int) -> frozenset[str]:
    """Where the outlet answers 410 in this edition."""
    return frozenset(listing.path for listing in outlet.articles if _is_gone(listing, edition))


def read_entry(entry: Entry) -> bytes:
    """The bytes of an article's file, decompressed; the whole file if it has records."""
    content = entry.file.read_bytes()
    return gzip.decompress(content) if entry.file.suffix == ".gz" else content


def read_record(entry: Entry) -> dict[str, Any]:
    """The JSON object on the entry's line; raises ValueError if the entry has no line."""
    if entry.record is None:
        raise ValueError(f"{entry.file} has no records")
    line = read_entry(entry).decode("utf-8").splitlines()[entry.record - 1]
    record: dict[str, Any] = json.loads(line)
    return record


def _is_gone(listing: Listing, edition: int) -> bool:
    return listing.gone_edition is not None and edition >= listing.gone_edition


def _entry(listing: Listing, edition: int) -> Entry:
    update = listing.later if edition > 1 else None
    new = listing.first_edition > 1 or update is not None
    folder = later_folder() if new else outlets_folder()
    return Entry(
        path=listing.path,
        file=folder / (update.file if update else listing.file),
        title=(update and update.title) or listing.title,
        published=listing.published,
        modified=update.modified if update else listing.published,
        summary=(update and update.summary) or listing.summary,
        record=listing.record,
        authors=listing.authors,
        section=listing.section,
        listed=listing.listed,
    )
