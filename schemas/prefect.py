"""Whether a Prefect API is configured, told without importing Prefect (which takes seconds)."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path


def prefect_configured() -> bool:
    """True if `PREFECT_API_URL` is set, in the environment or in the active Prefect profile.

    Reads `$PREFECT_HOME/profiles.toml` (default `~/.prefect`), as Prefect itself does.
    """
    if os.environ.get("PREFECT_API_URL"):
        return True
    home = Path(os.environ.get("PREFECT_HOME") or Path.home() / ".prefect")
    file = Path(os.environ.get("PREFECT_PROFILES_PATH") or home / "profiles.toml")
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    name = os.environ.get("PREFECT_PROFILE") or content.get("active")
    profile = content.get("profiles", {}).get(name, {})
    return bool(profile.get("PREFECT_API_URL"))
