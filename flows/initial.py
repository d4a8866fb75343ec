"""`newswell init`: a configuration file in which every line is explained."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from flows.terminal import USAGE, Exit
from schemas.config_file import CONFIG_NAME
from schemas.settings import Settings
from schemas.source import Source

_HEAD = """\
# Newswell's configuration. Every value here is the default: delete what you do not change.
# Relative paths start from this file's folder. The environment overrides any value:
# NEWSWELL_FETCH__TIMEOUT=30 stands for timeout in [fetch].
"""
_EXAMPLE = {
    "id": "gazette",
    "publisher": "The Gazette",
    "language": "en",
    "feeds": ["https://example.org/feed.xml"],
}


def write_config(folder: Path) -> Path:
    """Writes a commented `newswell.toml` into a folder; never over one that is there."""
    path = folder / CONFIG_NAME
    if path.exists():
        raise Exit(USAGE, f"{path} is there already; edit it, or delete it first")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(render_config(), encoding="utf-8")
    except OSError as error:
        raise Exit(USAGE, f"{path}: {error.strerror}") from error
    return path


def render_config() -> str:
    """The defaults of the settings models as TOML, each with its description."""
    sections = [_HEAD]
    for name, field in Settings.model_fields.items():
        if name != "sources":
            sections.append(f"[{name}]\n" + "".join(_lines(field.default, "")))
    source = Source.model_validate(_EXAMPLE)
    sections.append(
        "# A source; repeat the table for each. Take the # off to use it.\n"
        "# [[sources]]\n" + "".join(_lines(source, "# "))
    )
    return "\n".join(sections)


def _lines(model: BaseModel, prefix: str) -> list[str]:
    lines = []
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        # JSON's spelling of strings, numbers, booleans and lists is TOML's too
        shown = json.dumps("" if value is None else value, ensure_ascii=False)
        lines.append(f"{prefix}{name} = {shown}  # {field.description}\n")
    return lines
