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


#: Prefect's database keeps runs, logs and artifacts this long: what they say of articles is in
#: the warehouse for good.
_KEPT_DAYS = 30
#: What may be set otherwise for a server of our own.
_PREFERRED = {
    # Prefect's own default clears away events only
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(_KEPT_DAYS * 86_400),
    # the page asks the server that it came from, by whatever name that is reached
    "PREFECT_UI_API_URL": "/api",
    # several runs write logs and states into one SQLite file
    "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
}


def server_environment(home: Path, api: str) -> dict[str, str]:
    """The environment of a Prefect server with its data in `home`, and of who talks to it."""
    settled = {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }
    # profiles are those of another home
    found = {key: value for key, value in os.environ.items() if "PREFECT_PROFILE" not in key}
    return {**_PREFERRED, **found, **settled}


def talk_to(home: Path, api: str) -> None:
    """Has Prefect, when it is first imported, talk to a server of our own."""
    for name in ("PREFECT_PROFILE", "PREFECT_PROFILES_PATH"):
        os.environ.pop(name, None)
    os.environ.update(server_environment(home, api))
