"""`[schedule]` and `[maintain]`: when `newswell serve` runs what, and what a night's work is."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from schemas.model import Frozen
from schemas.source import parse_cadence


class ScheduleSettings(Frozen):
    """`[schedule]`: when the deployments of `newswell serve` run."""

    # each source has a rhythm of its own, of 10 minutes at the least: five find it in time
    ingest: str = Field(default="5m", description="how often due sources are polled")
    maintain: str = Field(
        default="03:30",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="when the night's work begins",
    )
    timezone: str = Field(default="UTC", description='whose night, such as "Europe/Lisbon"')

    @field_validator("ingest")
    @classmethod
    def _ingest(cls, value: str) -> str:
        if parse_cadence(value) is None:
            raise ValueError('must be a number with m, h or d, such as "5m"')
        return value

    @field_validator("timezone")
    @classmethod
    def _timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError, KeyError) as error:
            raise ValueError('must be a time zone, such as "Europe/Lisbon"') from error
        return value

    @property
    def every(self) -> timedelta:
        """How often `ingest` runs."""
        found = parse_cadence(self.ingest)
        assert found is not None  # it is checked above
        return found

    @property
    def nightly(self) -> str:
        """When `maintain` runs, as a line of cron."""
        hour, minute = self.maintain.split(":")
        return f"{int(minute)} {int(hour)} * * *"


class MaintainSettings(Frozen):
    """`[maintain]`: what the night's work leaves behind."""

    report: str = Field(
        default="data/report.html", description='the page that is written; "" writes none'
    )
    export: str = Field(
        default="", description='folder of the export that is kept up to date; "" keeps none'
    )
    export_format: Literal["parquet", "jsonl"] = Field(
        default="parquet", description='"parquet", or "jsonl": schema.org\'s NewsArticle'
    )
