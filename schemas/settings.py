"""Settings: `newswell.toml`, overridden by `NEWSWELL_SECTION__KEY` in the environment."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, PrivateAttr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as VariableError

from schemas.config_file import CONFIG_NAME, find_config
from schemas.fetching import FetchSettings
from schemas.location import Lake, Location, catalog_of, is_remote
from schemas.model import Frozen
from schemas.settings_error import describe_error, suggest
from schemas.source import Source
from schemas.upkeep import MaintainSettings, ScheduleSettings

_PREFIX = "NEWSWELL_"


class SettingsError(Exception):
    """The configuration is wrong; the message has a line a problem: where, and what to do."""


class WarehouseSettings(Frozen):
    """`[warehouse]`: where the articles are kept."""

    path: str = Field(
        default="data/newswell.duckdb",
        min_length=1,
        description='the pipeline\'s own file, or "ducklake:postgres:..." to share it',
    )
    published: str = Field(
        default="data/news.duckdb",
        min_length=1,
        description="what readers open; replaced atomically",
    )
    data: str = Field(
        default="data/lake",
        min_length=1,
        description='where a shared warehouse keeps its Parquet files: a folder, or "s3://..."',
    )
    s3_endpoint: str = Field(
        default="",
        pattern=r"^(https?://[^/\s]+/?)?$",
        description='the server behind "s3://..." when that is not Amazon\'s',
    )
    search: str = Field(
        default="data/search", description='folder of the search index; "" turns search off'
    )
    memory_limit: str = Field(
        default="1GB",
        pattern=r"^\d+(\.\d+)?\s*([KMGT]i?B)$",
        description="what DuckDB may use while it writes",
    )
    threads: int = Field(
        default=0,
        ge=0,
        description="cores that DuckDB may use while it writes; 0: one while the file is small "
        "(1 GB) and in a shared warehouse, where more mostly wait for each other, else all",
    )
    lock_timeout: float = Field(
        default=30.0,
        ge=0,
        allow_inf_nan=False,
        description="seconds to wait while another process writes",
    )

    @field_validator("path")
    @classmethod
    def _path(cls, value: str) -> str:
        catalog_of(value)
        return value

    @field_validator("data")
    @classmethod
    def _data(cls, value: str) -> str:
        if is_remote(value) and not value.startswith("s3://"):
            raise ValueError('must be a folder, or an address such as "s3://bucket/folder"')
        return value


class ArchiveSettings(Frozen):
    """`[archive]`: what came over the wire, as WARC files."""

    path: str = Field(default="data/archive", description='folder of WARC files; "" turns it off')


class ExtractSettings(Frozen):
    """`[extract]`: the stage that owns the cores."""

    workers: int = Field(default=0, ge=0, description="processes; 0 means one for each core")
    timeout: float = Field(
        default=20.0,
        gt=0,
        allow_inf_nan=False,
        description="seconds one page may take before it is given up",
    )
    # a transaction costs as much as storing 200 articles, and a few megabytes are no matter
    batch_size: int = Field(
        default=500, ge=1, le=5000, description="articles stored in one transaction"
    )
    rules: str = Field(default="", description="folder of your own publisher rules, *.toml")


class Settings(BaseSettings):
    """The whole configuration, frozen; relative paths are resolved by `resolve`."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    warehouse: WarehouseSettings = WarehouseSettings()
    archive: ArchiveSettings = ArchiveSettings()
    fetch: FetchSettings = FetchSettings()
    extract: ExtractSettings = ExtractSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    maintain: MaintainSettings = MaintainSettings()
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
        # unlike Path's, this expanduser leaves a user that it does not know as it is
        return (self._folder / os.path.expanduser(path)).absolute()  # noqa: PTH111

    @property
    def warehouse_path(self) -> Location:
        """The pipeline's own file, or the lake that it shares with others."""
        catalog = catalog_of(self.warehouse.path)
        if catalog is None:
            return self.resolve(self.warehouse.path)
        data = self.warehouse.data
        return Lake(
            catalog=catalog,
            data=data if is_remote(data) else str(self.resolve(data)),
            endpoint=self.warehouse.s3_endpoint or None,
        )

    @property
    def published_path(self) -> Location:
        """The file that readers open; a lake they open itself."""
        here = self.warehouse_path
        return here if isinstance(here, Lake) else self.resolve(self.warehouse.published)

    @property
    def search_path(self) -> Path | None:
        """The folder of the search index; None if search is turned off."""
        return self.resolve(self.warehouse.search) if self.warehouse.search else None

    @property
    def notes_path(self) -> Path:
        """How the names of small files begin in which this machine notes what it is about."""
        here = self.warehouse_path
        return self.resolve("data/lake") if isinstance(here, Lake) else here

    @property
    def own_paths(self) -> tuple[Path, ...]:
        """The files and folders that Newswell writes itself, and the configuration."""
        warehouse = self.warehouse_path
        held = (
            warehouse.folder if isinstance(warehouse, Lake) else warehouse,
            self.notes_path,
            self.published_path,
            self.search_path,
        )
        written = (self.archive.path, self.maintain.export, self.maintain.report)
        return (
            *(path for path in held if isinstance(path, Path)),
            *(self.resolve(path) for path in written if path),
            self._folder / CONFIG_NAME,
        )

    @property
    def rules_path(self) -> Path | None:
        """The folder of the user's own publisher rules, where one is configured."""
        return self.resolve(self.extract.rules) if self.extract.rules else None

    def source(self, source_id: str) -> Source | None:
        """The configured source of that id."""
        return next((one for one in self.sources if one.id == source_id), None)


def load_settings(config: Path | None = None, *, start: Path | None = None) -> Settings:
    """Settings from a file (or the one found from `start` upwards) and the environment.

    Without a file the defaults hold, relative to `start` (default: the current folder).
    Raises SettingsError.
    """
    try:
        start = (start or Path.cwd()).absolute()
    except FileNotFoundError as error:
        raise SettingsError("the current folder is gone; change to another one") from error
    found = config or find_config(start)
    values = _read_toml(found) if found else {}
    _check_variables()
    try:
        settings = Settings(**values)
    except ValidationError as error:
        message = describe_error(error, Settings, found, values, os.environ)
        raise SettingsError(message) from error
    except VariableError as error:
        raise SettingsError(_explain_variable(error)) from error
    settings._folder = found.absolute().parent if found else start
    here = settings.warehouse_path
    if isinstance(here, Path) and here == settings.published_path:
        where = f"{found}: " if found else ""
        raise SettingsError(
            f"{where}warehouse.published: must be another file than warehouse.path, "
            f"which it would replace (both are {here})"
        )
    return settings


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        # Windows' Notepad begins files with a mark that TOML does not know
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    except UnicodeDecodeError as error:
        message = f"{path}: not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8"
        raise SettingsError(message) from error
    except FileNotFoundError as error:
        raise SettingsError(f"{path}: no such file; `newswell init` writes one") from error
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}") from error


def _check_variables() -> None:
    """A variable whose section does not exist would be passed over in silence."""
    for name in os.environ:
        section, nested, _ = name.upper().removeprefix(_PREFIX).partition("__")
        known = Settings.model_fields
        if name.upper().startswith(_PREFIX) and nested and section.lower() not in known:
            raise SettingsError(f"{name}: unknown section; {suggest(section.lower(), known)}")


def _explain_variable(error: VariableError) -> str:
    named = re.search(r'field "(\w+)"', str(error))
    name = f"{_PREFIX}{named[1].upper()}" if named else f"a variable {_PREFIX}..."
    instead = "" if name.endswith("SOURCES") else f"; to set a single key, write {name}__KEY"
    return f"{name}: must be JSON{instead}"
