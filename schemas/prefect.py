"""What is settled about Prefect before it is imported, which takes seconds."""

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
    # unlike Path's, this expanduser does without a home (an unknown user in a container)
    home = Path(os.path.expanduser(os.environ.get("PREFECT_HOME") or "~/.prefect"))  # noqa: PTH111
    file = Path(os.environ.get("PREFECT_PROFILES_PATH") or home / "profiles.toml")
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    name = os.environ.get("PREFECT_PROFILE") or content.get("active")
    match content.get("profiles"):
        case dict(profiles) if isinstance(profile := profiles.get(str(name)), dict):
            return bool(profile.get("PREFECT_API_URL"))
    return False


def prepare_prefect() -> None:
    """Sets what Prefect reads from the environment when it is first imported, if nobody did.

    No analytics are sent. A temporary server may take its time: on a small machine it
    needs up to 45 s for its first start, more than Prefect's default of 20 s.
    """
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
