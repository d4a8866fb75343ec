"""What a run reports: counts that add up, and reasons."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue, field_validator

from schemas.model import Frozen
from schemas.records import RunKind, RunRow, RunStatus
from schemas.storable import storable


class Counts(Frozen):
    """How many documents ended how.

    discovered = stored + new_versions + unchanged + rejected + failed + waiting;
    duplicates are stored too, and counted apart. `bytes` is what was read, decompressed.
    """

    discovered: int = 0
    stored: int = 0
    new_versions: int = 0
    duplicates: int = 0
    unchanged: int = 0
    rejected: int = 0
    failed: int = 0
    waiting: int = 0
    bytes: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(
            **{name: getattr(self, name) + getattr(other, name) for name in Counts.model_fields}
        )

    @property
    def adds_up(self) -> bool:
        """Whether every discovered thing has exactly one end."""
        ends = self.stored + self.new_versions + self.unchanged
        return self.discovered == ends + self.rejected + self.failed + self.waiting


class RunReport(Frozen):
    """One run, while it goes on and after; `seconds` is wall time."""

    run_id: UUID
    kind: RunKind
    status: RunStatus
    started_at: AwareDatetime
    finished_at: AwareDatetime | None = None
    counts: Counts = Counts()
    reasons: dict[str, int] = Field(default_factory=dict)
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    seconds: float = 0.0

    @field_validator("parameters", mode="after")
    @classmethod
    def _storable(cls, value: dict[str, JsonValue]) -> dict[str, JsonValue]:
        # paths as the shell gave them may hold bytes that are no text
        plain: dict[str, JsonValue] = json.loads(storable(json.dumps(value, ensure_ascii=False)))
        return plain

    def plus(self, counts: Counts, reasons: Iterable[str] = ()) -> RunReport:
        """This report after one more batch."""
        total: Mapping[str, int] = Counter(self.reasons) + Counter(reasons)
        return self.model_copy(update={"counts": self.counts + counts, "reasons": dict(total)})

    def row(self) -> RunRow:
        """The report as the row of `runs`."""
        plain = self.model_dump(exclude={"counts"})
        return RunRow(**plain, **self.counts.model_dump())
