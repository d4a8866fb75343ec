"""Where the configuration file is."""

from __future__ import annotations

import os
from pathlib import Path

CONFIG_NAME = "newswell.toml"


def find_config(start: Path) -> Path | None:
    """The nearest `newswell.toml` in a folder or above it."""
    for folder in (start, *start.parents):
        # unlike Path's, this isfile says no where it may not look
        if os.path.isfile(folder / CONFIG_NAME):  # noqa: PTH113
            return folder / CONFIG_NAME
    return None
