"""What every shape has in common: it is frozen, and an unknown field is an error."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: equal by content, never changed after it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")
