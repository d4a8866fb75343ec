"""The folders that were exported to from here: what is taken down goes out of them too."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from flows.whole import write_whole
from schemas.settings import Settings
from warehouse.export import export, read_manifest


def remember_export(settings: Settings, folder: Path) -> None:
    """Notes that the folder holds an export. Raises OSError."""
    known = known_exports(settings)
    here = folder.absolute()
    if here not in known:
        _write(settings, [*known, here])


def known_exports(settings: Settings) -> list[Path]:
    """The folders that were exported to, with that of the configuration."""
    try:
        noted = [Path(one) for one in json.loads(_list(settings).read_text(encoding="utf-8"))]
    except (FileNotFoundError, ValueError):
        noted = []
    kept = settings.maintain.export
    return list(dict.fromkeys([*noted, *([settings.resolve(kept)] if kept else [])]))


def renew_exports(settings: Settings) -> list[Path]:
    """Brings every known export up to date, in the format that it has; says which.

    A folder without a manifest is none any more. Raises WarehouseError.
    """
    renewed = []
    for folder in known_exports(settings):
        manifest = read_manifest(folder)
        if manifest is not None:
            export(settings.published_path, folder, manifest.format, lambda _count: None)
            renewed.append(folder)
    return renewed


def _write(settings: Settings, folders: Sequence[Path]) -> None:
    place = _list(settings)
    place.parent.mkdir(parents=True, exist_ok=True)
    write_whole(place, json.dumps([str(one) for one in folders]))


def _list(settings: Settings) -> Path:
    beside = settings.notes_path
    return beside.with_name(f"{beside.name}.exports")
