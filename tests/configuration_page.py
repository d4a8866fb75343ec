"""The page of the configuration: every key of `newswell.toml`, as the settings' models have it.

    python -m tests.configuration_page

writes the tables of `docs/configuration.md` anew; what stands above them is written by hand.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schemas.settings import Settings
from schemas.source import Source

PAGE = Path(__file__).parent.parent / "docs" / "configuration.md"

_SOURCES = "`[[sources]]`: where articles come from; the table is repeated for each source."
_TYPES = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def rewritten(text: str) -> str:
    """The page with its tables as the models are."""
    sections = [text.partition("\n## ")[0].rstrip() + "\n"]
    for name, field in Settings.model_fields.items():
        model = Source if name == "sources" else type(field.default)
        sections.append(_section(model, _SOURCES if name == "sources" else model.__doc__ or ""))
    return "\n".join(sections)


def _section(model: type[BaseModel], about: str) -> str:
    title, _, sentence = " ".join(about.split()).partition(": ")
    rows = "".join(
        f"| {' | '.join(_escape(cell) for cell in _row(name, field))} |\n"
        for name, field in model.model_fields.items()
    )
    head = "| key | type | default | meaning |\n| --- | --- | --- | --- |\n"
    return f"## {title}\n{sentence[0].upper()}{sentence[1:]}\n\n{head}{rows}"


def _row(name: str, field: FieldInfo) -> tuple[str, str, str, str]:
    kind = ", ".join([_kind(field.annotation), *_bounds(field)])
    return f"`{name}`", kind, _default(field), field.description or ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "none" if field.default is None else f"`{_value(field.default)}`"


def _kind(annotation: Any) -> str:
    """A type in words, such as `list of texts`."""
    origin, members = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(f'`"{one}"`' for one in members)
    if origin in (Union, types.UnionType):
        return " or ".join(_kind(one) for one in members if one is not types.NoneType)
    if origin is tuple:
        return f"list of {_kind(members[0])}s"
    return _TYPES[annotation]


def _bounds(field: FieldInfo) -> Iterator[str]:
    for bound in field.metadata:
        match bound:
            case MinLen():
                yield "not empty"
            case Ge():
                yield f"at least {_value(bound.ge)}"
            case Gt():
                yield f"more than {_value(bound.gt)}"
            case Le():
                yield f"at most {_value(bound.le)}"


def _value(value: Any) -> str:
    """A value as TOML spells it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return f"{value:_}"


def _escape(cell: str) -> str:
    return cell.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
