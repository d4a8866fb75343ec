"""The page of the configuration says what the settings' models say."""

from __future__ import annotations

import tomllib

from pydantic import BaseModel

from schemas.settings import Settings
from schemas.source import Source
from tests.configuration_page import PAGE, rewritten

PAGE_TEXT = PAGE.read_text(encoding="utf-8")
ROWS = [line.split(" | ") for line in PAGE_TEXT.splitlines() if line.startswith("| `")]
MODELS: list[type[BaseModel]] = [
    *(type(one.default) for one in Settings.model_fields.values() if one.default != ()),
    Source,
]
FIELDS = [row for model in MODELS for row in model.model_fields.items()]


def test_the_page_is_what_the_models_say() -> None:
    written = rewritten(PAGE_TEXT)
    assert written == PAGE_TEXT, "`python -m tests.configuration_page` writes the page anew"


def test_every_key_has_a_line_with_its_meaning() -> None:
    assert [row[0].strip("| `") for row in ROWS] == [name for name, _ in FIELDS]
    assert all(len(row) == 4 and len(row[3]) > 5 for row in ROWS)


def test_defaults_are_spelled_as_toml_reads_them() -> None:
    read = [tomllib.loads(f"x = {row[2].strip('`')}")["x"] for row in ROWS if row[2][0] == "`"]
    defaults = [field.default for _, field in FIELDS if not field.is_required()]
    given = [list(one) if isinstance(one, tuple) else one for one in defaults if one is not None]
    assert read == given
