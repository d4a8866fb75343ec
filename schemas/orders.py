"""What people order by hand: a backfill, a re-extraction. Validated, and shown as a form."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from schemas.model import Frozen
from schemas.source import SourceId


class BackfillOrder(Frozen):
    """One of three: the days of a source, a list of addresses, or WARC files."""

    source: SourceId | None = Field(
        default=None, description="the source; with addresses or WARC files: whose they are"
    )
    since: date | None = Field(default=None, description="the first day that is wanted")
    until: date | None = Field(default=None, description="the last day; by default today")
    urls: str | None = Field(default=None, description="a file with an address a line")
    warc: tuple[str, ...] = Field(
        default=(), description="WARC files, folders of them, or globs, on the worker's machine"
    )
    again: bool = Field(
        default=False, description="ask for lists and read files that were done before"
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [self.since is not None, self.urls is not None, bool(self.warc)]
        if sum(kinds) != 1:
            raise ValueError("name one of three: source and since, urls, or warc")
        if self.since is not None and self.source is None:
            raise ValueError("since needs source")
        if self.until is not None and self.since is None:
            raise ValueError("until needs since")
        if self.since is not None and self.until is not None and self.until < self.since:
            raise ValueError("until lies before since")
        return self


class ReextractOrder(Frozen):
    """Which part of the archive is read again."""

    source: SourceId | None = Field(default=None, description="one source; by default all")
    since: date | None = Field(default=None, description="pages captured on this day or later")
    until: date | None = Field(default=None, description="pages captured on this day or before")
    dry_run: bool = Field(default=False, description="only report what would change")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since is not None and self.until is not None and self.until < self.since:
            raise ValueError("until lies before since")
        return self
