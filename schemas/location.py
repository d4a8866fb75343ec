"""Where a warehouse is: a DuckDB file of this machine, or a lake that several machines share."""

from __future__ import annotations

import re
from pathlib import Path

from schemas.model import Frozen

#: How `warehouse.path` begins when it names a lake: its catalog is kept by PostgreSQL.
LAKE = "ducklake:"
_POSTGRES = "ducklake:postgres:"

#: A password in a connection string or address of PostgreSQL's (libpq, 32.1.1).
_PASSWORD = re.compile(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'|\S+)|(://[^:/@\s]*:)([^@/\s]*)(?=@)")


class Lake(Frozen):
    """A DuckLake: tables as Parquet files, with PostgreSQL keeping the list of them.

    `catalog` is PostgreSQL's connection string, `data` a folder or an address such as
    `s3://bucket/prefix`, `endpoint` the server behind it when that is not Amazon's. Shown as
    text it does not tell the password.
    """

    catalog: str
    data: str
    endpoint: str | None = None

    def __str__(self) -> str:
        return _POSTGRES + without_password(self.catalog)

    @property
    def folder(self) -> Path | None:
        """The folder of the Parquet files; None when they are not on a disk of this machine."""
        return None if is_remote(self.data) else Path(self.data)


#: A file, or a lake.
Location = Path | Lake


def is_remote(data: str) -> bool:
    """Whether Parquet files are kept behind an address, not in a folder."""
    return "://" in data


def catalog_of(path: str) -> str | None:
    """The connection string in a `warehouse.path` that names a lake; None if it names a file.

    Raises ValueError for a lake whose catalog is not PostgreSQL's.
    """
    if not path.startswith(LAKE):
        return None
    if not path.startswith(_POSTGRES) or path == _POSTGRES:
        raise ValueError(
            'a lake needs PostgreSQL for its catalog: write "ducklake:postgres:" and a connection '
            'string, such as "ducklake:postgres:dbname=newswell host=db.example.org"'
        )
    return path.removeprefix(_POSTGRES)


def without_password(text: str) -> str:
    """The text with the passwords of the connection strings in it taken out."""
    return _PASSWORD.sub(lambda found: f"{found[1] or found[3]}***", text)
