"""What `newswell doctor --repair` rebuilds: everything that follows from something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flows.batch import Clock
from flows.copies import regroup_all
from flows.forgetting import complete
from flows.grouping import place_waiting
from flows.run import bring_up_to_date
from schemas.location import Location
from schemas.settings import Settings
from warehouse.checks import PLACE, REGROUP, run_checks
from warehouse.connect import Connection, is_there, look_at_warehouse, open_warehouse, write
from warehouse.readers import refresh
from warehouse.search import catch_up, differences
from warehouse.stories import forget_places

#: A step does what is to be done and says what it did, None if there was nothing.
Step = Callable[[Settings, Clock], str | None]


def repair(settings: Settings, clock: Clock) -> list[str]:
    """Takes every step; says what was done. Raises WarehouseError, OSError."""
    told = [step(settings, clock) for step in STEPS]
    return [one for one in told if one is not None]


def bring_forward(settings: Settings, clock: Clock) -> str | None:
    """Tables and views as this program has them."""
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        steps = bring_up_to_date(connection, clock())
    return f"brought the warehouse forward to schema {steps[-1].version}" if steps else None


def find_duplicates(settings: Settings, clock: Clock) -> str | None:
    """Which articles repeat which, where a check found fault with that."""
    path = settings.warehouse_path
    with look_at_warehouse(path, settings.warehouse) as connection:
        if all(one.advice != REGROUP for one in run_checks(connection)):
            return None

    def change(connection: Connection) -> None:
        regroup_all(connection, clock())

    write(path, settings.warehouse, change)
    return "found the duplicates anew"


def complete_takedown(settings: Settings, clock: Clock) -> str | None:
    """A takedown that was broken off."""
    gone = complete(settings, clock)
    return None if gone is None else "completed a takedown that was broken off"


def place_articles(settings: Settings, clock: Clock) -> str | None:
    """Stories and threads: what waits is placed; where they are not sound, all are made anew."""
    with look_at_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        unsound = any(one.advice == PLACE for one in run_checks(connection))
    if unsound:
        write(settings.warehouse_path, settings.warehouse, forget_places)
    placed = place_waiting(settings, clock)
    if unsound:
        return "made stories and threads anew"
    return f"placed {placed:,} articles in stories and threads" if placed else None


def show_readers(settings: Settings, clock: Clock) -> str | None:
    """The published file, and the search index of it: made anew where they do not agree."""
    del clock
    published, folder = settings.published_path, settings.search_path
    behind = _differ(published, folder)
    changed = refresh(settings)
    if folder is not None and _differ(published, folder):
        made = catch_up(published, folder, settings.warehouse.lock_timeout, anew=True)
        return f"made the search index of {made.added:,} articles anew"
    if behind:
        return "brought published file and search index up to date"
    return "published what the warehouse holds" if changed else None


def _differ(published: Location, folder: Path | None) -> bool:
    return folder is not None and is_there(published) and differences(published, folder) != (0, 0)


#: In the order in which one follows from the other.
STEPS: tuple[Step, ...] = (
    bring_forward,
    complete_takedown,
    find_duplicates,
    place_articles,
    show_readers,
)
