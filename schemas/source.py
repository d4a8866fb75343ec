"""A source: where articles come from, as the configuration describes it."""

from __future__ import annotations

import re
from datetime import timedelta
from string import Formatter
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, field_validator

from schemas.model import Frozen

SourceId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def parse_cadence(cadence: str) -> timedelta | None:
    """`15m`, `6h`, `1d` as a duration; None for `auto`. Raises ValueError on anything else."""
    if cadence == "auto":
        return None
    found = re.fullmatch(r"([1-9]\d{0,3})([mhd])", cadence)
    if not found:
        raise ValueError('must be "auto" or a number with m, h or d, such as "15m" or "6h"')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def parse_span(span: str) -> timedelta:
    """`90d` or `365d` as a duration. Raises ValueError on anything else."""
    found = re.fullmatch(r"([1-9]\d{0,5})d", span)
    if not found:
        raise ValueError('must be a number of days, such as "365d", or "" to keep everything')
    return timedelta(days=int(found[1]))


def is_address(text: str) -> bool:
    """Whether it is an address that can be asked for: http or https, and a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


class Source(Frozen):
    """One `[[sources]]` table of `newswell.toml`."""

    id: SourceId = Field(description="short name, used in SQL and on the command line")
    publisher: str | None = Field(default=None, description="the outlet's name")
    language: str | None = Field(default=None, description="BCP 47 hint, where pages do not say")
    feeds: tuple[str, ...] = Field(default=(), description="RSS, Atom, RDF or JSON feeds")
    sitemaps: tuple[str, ...] | str = Field(
        default=(), description='news sitemaps or indexes; "auto" reads them from robots.txt'
    )
    pages: tuple[str, ...] = Field(default=(), description="plain article addresses")
    archives: tuple[str, ...] = Field(
        default=(),
        description="its archive pages of a day, for backfills: "
        '"https://example.org/archive/{year}/{month:02}/{day:02}"',
    )
    cadence: str = Field(default="auto", description='how often to poll: "auto", "15m", "6h"')
    full_text_in_feed: bool = Field(
        default=False, description="take the article from the feed's own content"
    )

    reserved: Literal["keep", "skip"] = Field(
        default="keep",
        description="pages whose publisher reserves rights (noai, noindex, tdm-reservation): "
        '"keep" them with flags, or "skip" them',
    )

    retention: str = Field(
        default="",
        description='how long its articles are kept, such as "365d"; "" keeps them for good',
    )

    @property
    def is_polled(self) -> bool:
        """Whether it names anything that an ingest can ask: some are for files only."""
        # "auto" reads the robots.txt of the hosts that the others name
        return bool(self.feeds or self.pages or (self.sitemaps and self.sitemaps != "auto"))

    @field_validator("retention")
    @classmethod
    def _retention(cls, value: str) -> str:
        if value:
            parse_span(value)
        return value

    @field_validator("feeds", "sitemaps", "pages", "archives")
    @classmethod
    def _addresses(cls, value: tuple[str, ...] | str) -> tuple[str, ...] | str:
        for one in () if isinstance(value, str) else value:
            if not is_address(one):
                raise ValueError(
                    f"{one!r} is no address; write all of it, such as "
                    '"https://example.org/feed.xml"'
                )
        return value

    @field_validator("sitemaps")
    @classmethod
    def _sitemaps(cls, value: tuple[str, ...] | str) -> tuple[str, ...] | str:
        if isinstance(value, str) and value != "auto":
            raise ValueError('must be a list of addresses, or "auto"')
        return value

    @field_validator("archives")
    @classmethod
    def _archives(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for template in value:
            try:
                names = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
                good = "day" in names and names <= {"year", "month", "day"}
                good = good and template.format(year=2026, month=3, day=9) != template
            except (ValueError, KeyError, IndexError):
                good = False
            if not good:
                raise ValueError(
                    f"{template}: must have {{year}}, {{month}} and {{day}}, such as "
                    '"https://example.org/archive/{year}/{month:02}/{day:02}"'
                )
        return value

    @field_validator("cadence")
    @classmethod
    def _cadence(cls, value: str) -> str:
        parse_cadence(value)
        return value
