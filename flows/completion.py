"""What the shell offers for the Tab key, beyond commands, options and files."""

from __future__ import annotations

import tomllib
from pathlib import Path

import typer

from schemas.config_file import find_config


def source_ids(context: typer.Context, incomplete: str) -> list[str]:
    """The ids of configured sources that begin so; none where no configuration can be read.

    It is read as it stands: to check it takes longer than anybody waits for a key.
    """
    try:
        config = context.find_root().params.get("config") or find_config(Path.cwd())
        text = Path(config).read_text(encoding="utf-8-sig") if config else ""
        ids = [str(source["id"]) for source in tomllib.loads(text)["sources"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [one for one in ids if one.startswith(incomplete)]
