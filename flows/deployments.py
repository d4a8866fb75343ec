"""The deployments: what `newswell serve` registers, and `deploy/prefect.yaml` has in writing."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from schemas.model import Frozen
from schemas.upkeep import ScheduleSettings

#: The work pool that `deploy/prefect.yaml` names.
POOL = "newswell"


class Deployment(Frozen):
    """A flow that Prefect starts; without `every` and `cron` only when it is asked to.

    Never more than one of a kind runs: a poll that would overlap is left out, since the next
    picks up what is due then; a manual one waits for its turn.
    """

    name: str
    entrypoint: str
    description: str
    collision: Literal["CANCEL_NEW", "ENQUEUE"]
    every: timedelta | None = None
    cron: str | None = None
    timezone: str = "UTC"
    tags: tuple[str, ...] = ("newswell",)


def list_deployments(schedule: ScheduleSettings) -> tuple[Deployment, ...]:
    """All of them, at the times that the configuration names."""
    return (
        Deployment(
            name="ingest",
            entrypoint="flows.ingest.ingest",
            description="Polls the sources that are due and stores what is new.",
            collision="CANCEL_NEW",
            every=schedule.every,
        ),
        Deployment(
            name="maintain",
            entrypoint="flows.maintain.maintain",
            description="The night's work: retention, compaction, archive, search, export, report.",
            collision="CANCEL_NEW",
            cron=schedule.nightly,
            timezone=schedule.timezone,
        ),
        Deployment(
            name="backfill",
            entrypoint="flows.backfill.backfill",
            description="Stores what lies behind: days of a source, addresses, WARC files.",
            collision="ENQUEUE",
        ),
        Deployment(
            name="reextract",
            entrypoint="flows.reextract.reextract",
            description="Reads the archive again by today's rules, or shows what would change.",
            collision="ENQUEUE",
        ),
    )
