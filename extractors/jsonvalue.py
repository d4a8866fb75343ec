"""The values of a JSON text, made fit to be kept in a database."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from extractors import encoding
from schemas.storable import storable

#: An article's JSON nests five deep or so; what checks and stores it gives up at 250.
_DEEPEST = 100
#: Controls but for tab and line ends, and the two numbers that are no characters.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def read_object(text: str) -> dict[str, Any]:
    """The object in a JSON text; raises ValueError with a sentence where there is none.

    What other writers of JSON get wrong is mended: NaN and infinities are None, lone
    surrogates are replaced, control characters dropped.
    """
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return {_sound_text(name): _sound(item, 1) for name, item in value.items()}


def repair_strings(value: Any) -> Any:
    """The value with mojibake undone in every string of it."""
    if isinstance(value, str):
        return encoding.repair(value)[0]
    if isinstance(value, list):
        return [repair_strings(item) for item in value]
    if isinstance(value, dict):
        return {name: repair_strings(item) for name, item in value.items()}
    return value


def _sound(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        raise ValueError(f"nested more than {_DEEPEST} deep")
    if isinstance(value, str):
        return _sound_text(value)
    if isinstance(value, list):
        return [_sound(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_sound_text(name): _sound(item, depth + 1) for name, item in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _sound_text(text: str) -> str:
    return storable(_NO_TEXT.sub("", text))
