"""A takedown on its way, noted beside the warehouse until it is complete."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter

from warehouse.affected import Target

_TARGETS = TypeAdapter(tuple[Target, ...])


def read_pending(warehouse: Path) -> tuple[Target, ...]:
    """What is being forgotten, or was when that was broken off."""
    try:
        return _TARGETS.validate_json(_note(warehouse).read_bytes())
    except FileNotFoundError:
        return ()


def write_pending(warehouse: Path, targets: Sequence[Target]) -> None:
    """Notes what is being forgotten, safe on disk. Raises OSError."""
    note = _note(warehouse)
    draft = note.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(_TARGETS.dump_json(tuple(targets)))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(note)


def remove_pending(warehouse: Path) -> None:
    """Notes that it is complete."""
    _note(warehouse).unlink(missing_ok=True)


def _note(warehouse: Path) -> Path:
    return warehouse.with_name(f"{warehouse.name}.forgetting")
