"""How often a source is asked, as it was learned."""

from __future__ import annotations

from datetime import timedelta

from pydantic import AwareDatetime, Field

from schemas.model import Frozen


class Rhythm(Frozen):
    """The state of one polled address between two polls.

    `successes` are polls in a row that went well. `failure_weight` is the weighed sum of
    failures in a row, `failing_since` the first of them, `reason` the last; all three are
    empty while it works. `last_new_at` is when something new was last found.
    """

    interval: timedelta
    due_at: AwareDatetime
    polled_at: AwareDatetime | None = None
    succeeded_at: AwareDatetime | None = None
    last_new_at: AwareDatetime | None = None
    successes: int = Field(default=0, ge=0)
    failures: int = Field(default=0, ge=0)
    failure_weight: float = Field(default=0.0, ge=0)
    failing_since: AwareDatetime | None = None
    reason: str | None = None


class Poll(Frozen):
    """What one good poll brought: entries found, how many of them new, the publisher's floor."""

    at: AwareDatetime
    found: int = Field(ge=0)
    new: int = Field(ge=0)
    floor: timedelta | None = None
