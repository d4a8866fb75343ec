"""The account of a run beside its sums: which sources were slow, which fail, which drift."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flows.drift import Figure, explain_drift, find_drifts
from schemas.model import Frozen
from schemas.settings import Settings
from warehouse.accounts import drift_figures, failing_sources, last_ingest, slowest_sources
from warehouse.connect import Connection, is_there, look_at_warehouse

#: As many as are read.
_SLOWEST = 5


class Account(Frozen):
    """Rows by column, and the drifts; `slowest` of one run, the rest as it is now."""

    slowest: tuple[dict[str, Any], ...] = ()
    failing: tuple[dict[str, Any], ...] = ()
    drifts: tuple[Figure, ...] = ()

    def drift_records(self) -> list[dict[str, Any]]:
        """The drifts with what they mean."""
        return [{**one.model_dump(), "says": explain_drift(one)} for one in self.drifts]


def read_account(connection: Connection, run_id: UUID | None = None) -> Account:
    """The account of a run, by default of the last poll."""
    run_id = run_id or last_ingest(connection)
    slowest = slowest_sources(connection, run_id, _SLOWEST) if run_id else []
    return Account(
        slowest=tuple(slowest),
        failing=tuple(failing_sources(connection)),
        drifts=tuple(drifts_in(connection)),
    )


def drifts_in(connection: Connection) -> list[Figure]:
    """What drifts now."""
    return find_drifts(Figure.model_validate(row) for row in drift_figures(connection))


def drifts_now(settings: Settings) -> list[Figure]:
    """What drifts now; nothing where there is no warehouse yet. Raises WarehouseError."""
    if not is_there(settings.warehouse_path):
        return []
    with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        return drifts_in(connection)


def new_drifts(before: list[Figure], after: list[Figure]) -> list[Figure]:
    """Those that an alarm was not given for yet. Pure."""
    known = {(one.source_id, one.measure) for one in before}
    return [one for one in after if (one.source_id, one.measure) not in known]
