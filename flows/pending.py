"""A takedown on its way, noted beside the warehouse until it is complete; of a lake, by each
machine for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter

from flows.whole import write_whole
from schemas.settings import Settings
from warehouse.affected import Target

_TARGETS = TypeAdapter(tuple[Target, ...])


def read_pending(settings: Settings) -> tuple[Target, ...]:
    """What is being forgotten, or was when that was broken off."""
    try:
        return _TARGETS.validate_json(_note(settings).read_bytes())
    except FileNotFoundError:
        return ()


def write_pending(settings: Settings, targets: Sequence[Target]) -> None:
    """Notes what is being forgotten, safe on disk. Raises OSError."""
    note = _note(settings)
    note.parent.mkdir(parents=True, exist_ok=True)
    write_whole(note, _TARGETS.dump_json(tuple(targets)).decode())


def remove_pending(settings: Settings) -> None:
    """Notes that it is complete."""
    _note(settings).unlink(missing_ok=True)


def _note(settings: Settings) -> Path:
    beside = settings.notes_path
    return beside.with_name(f"{beside.name}.forgetting")
