"""Settings: `newswell.toml`, overridden by `NEWSWELL_SECTION__KEY` in the environment."""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, PrivateAttr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from schemas.fetching import FetchSettings
from schemas.model import Frozen
from schemas.source import Source

CONFIG_NAME = "newswell.toml"


class SettingsError(Exception):
    """The configuration is wrong; the message is one line that says where and what to do."""


class WarehouseSettings(Frozen):
    """`[warehouse]`: where the articles are kept."""

    path: str = Field(default="data/newswell.duckdb", description="the pipeline's own file")
    published: str = Field(
        default="data/news.duckdb", description="what readers open; replaced atomically"
    )
    memory_limit: str = Field(
        default="1GB",
        pattern=r"^\d+(\.\d+)?\s*([KMGT]i?B)$",
        description="what DuckDB may use while it writes",
    )
    lock_timeout: float = Field(
        default=30.0, ge=0, description="seconds to wait while another process writes"
    )


class ArchiveSettings(Frozen):
    """`[archive]`: what came over the wire, as WARC files."""

    path: str = Field(default="data/archive", description='folder of WARC files; "" turns it off')


class ExtractSettings(Frozen):
    """`[extract]`: the stage that owns the cores."""

    workers: int = Field(default=0, ge=0, description="processes; 0 means one for each core")
    timeout: float = Field(
        default=20.0, gt=0, description="seconds one page may take before it is given up"
    )
    batch_size: int = Field(
        default=200, ge=1, le=5000, description="articles stored in one transaction"
    )


class Settings(BaseSettings):
    """The whole configuration, frozen; relative paths are resolved by `resolve`."""

    model_config = SettingsConfigDict(
        env_prefix="NEWSWELL_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    warehouse: WarehouseSettings = WarehouseSettings()
    archive: ArchiveSettings = ArchiveSettings()
    fetch: FetchSettings = FetchSettings()
    extract: ExtractSettings = ExtractSettings()
    sources: tuple[Source, ...] = ()
    #: what relative paths start from: the configuration file's folder, or the current one
    _folder: Path = PrivateAttr(default=Path())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which arrives as init arguments."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings

    @field_validator("sources")
    @classmethod
    def _unique(cls, value: tuple[Source, ...]) -> tuple[Source, ...]:
        ids = [source.id for source in value]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"the id {twice[0]!r} is used by more than one source")
        return value

    def resolve(self, path: str) -> Path:
        """A configured path as an absolute one."""
        return (self._folder / Path(path).expanduser()).absolute()

    @property
    def warehouse_path(self) -> Path:
        """The pipeline's own file."""
        return self.resolve(self.warehouse.path)

    @property
    def published_path(self) -> Path:
        """The file that readers open."""
        return self.resolve(self.warehouse.published)

    def source(self, source_id: str) -> Source | None:
        """The configured source of that id."""
        return next((one for one in self.sources if one.id == source_id), None)


def find_config(start: Path) -> Path | None:
    """The nearest `newswell.toml` in a folder or above it."""
    for folder in (start, *start.parents):
        if (folder / CONFIG_NAME).is_file():
            return folder / CONFIG_NAME
    return None


def load_settings(config: Path | None = None, *, start: Path | None = None) -> Settings:
    """Settings from a file (or the one found from `start` upwards) and the environment.

    Without a file the defaults hold, relative to `start` (default: the current folder).
    Raises SettingsError.
    """
    start = (start or Path.cwd()).absolute()
    found = config or find_config(start)
    values: dict[str, Any] = {}
    folder = start
    if found:
        values, folder = _read_toml(found), found.absolute().parent
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise SettingsError(_explain(error, found)) from error
    settings._folder = folder
    return settings


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}") from error


def _explain(error: ValidationError, path: Path | None) -> str:
    """The first problem as one line: where, what, and what was probably meant."""
    problem = error.errors(include_url=False, include_context=False)[0]
    place = problem["loc"]
    variable = "NEWSWELL_" + "__".join(str(part).upper() for part in place)
    where = variable if variable in os.environ else f"{path}: {'.'.join(map(str, place))}"
    if problem["type"] == "extra_forbidden":
        known = _known_keys(place[:-1])
        near = difflib.get_close_matches(str(place[-1]), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}"
        return f"{where}: unknown key; {hint}"
    message = problem["msg"].removeprefix("Value error, ")
    got = problem["input"]
    shown = "" if isinstance(got, (dict, list, tuple)) else f" (got {got!r})"
    return f"{where}: {message}{shown}"


def _known_keys(place: tuple[int | str, ...]) -> list[str]:
    model: Any = Settings
    for part in place:
        if isinstance(part, str):
            model = Source if part == "sources" else model.model_fields[part].annotation
    return sorted(model.model_fields)
