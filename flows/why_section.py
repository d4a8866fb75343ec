"""A part of what `newswell why` tells of an article."""

from __future__ import annotations

from typing import Any

from schemas.model import Frozen


class Section(Frozen):
    """What is told to a person, line by line, and to a program (under `name`, with `--json`)."""

    name: str
    lines: tuple[str, ...]
    record: Any
