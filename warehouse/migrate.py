"""Bringing a warehouse file forward to the tables and views of this program."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from importlib.resources import files

from schemas.model import Frozen
from warehouse.connect import Connection, WarehouseError, transaction

#: The view that carries a mark of all of them, as its comment: making it anew takes that away.
_MARKED = "url_fate"


class Migration(Frozen):
    """One step: its number, its name, its SQL."""

    version: int
    name: str
    sql: str


def migrations() -> list[Migration]:
    """All steps in order, from `schemas/migrations/NNNN_name.sql`."""
    found = []
    for file in files("schemas").joinpath("migrations").iterdir():
        named = re.fullmatch(r"(\d{4})_(\w+)\.sql", file.name)
        if named:
            text = file.read_text(encoding="utf-8")
            found.append(Migration(version=int(named[1]), name=named[2], sql=text))
    return sorted(found, key=lambda step: step.version)


def views() -> dict[str, str]:
    """The SQL of each view by name, in an order in which they can be made."""
    return _statements("views")


def macros() -> dict[str, str]:
    """The SQL of each table macro by name: a view that takes a parameter."""
    return _statements("macros")


def _statements(folder: str) -> dict[str, str]:
    found = sorted(
        (file.name.removesuffix(".sql"), file.read_text(encoding="utf-8"))
        for file in files("schemas").joinpath(folder).iterdir()
        if file.name.endswith(".sql")
    )
    return dict(found)


def schema_version(connection: Connection) -> int:
    """The number of the last migration applied to the file; 0 for an empty one."""
    known = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'ops'"
        " AND table_name = 'migrations' AND database_name = current_database()"
    ).fetchone()
    if not known or not known[0]:
        return 0
    row = connection.execute("SELECT coalesce(max(version), 0) FROM ops.migrations").fetchone()
    return int(row[0]) if row else 0


def refuse_newer(connection: Connection) -> int:
    """The file's schema version. Raises WarehouseError if a newer program made it."""
    current, newest = schema_version(connection), migrations()[-1].version
    if current > newest:
        raise WarehouseError(
            f"the warehouse has schema version {current}, this program knows up to {newest}; "
            "use the Newswell that wrote it, or a newer one"
        )
    return current


def migrate(connection: Connection, now: datetime, *, upto: int | None = None) -> list[Migration]:
    """Applies what is missing, each step in a transaction of its own, then makes the views anew
    where they are not those of this program.

    Returns the steps applied. Raises WarehouseError for a file that a newer program made.
    """
    steps = migrations()
    newest = steps[-1].version
    current = refuse_newer(connection)
    last = newest if upto is None else upto
    missing = [step for step in steps if current < step.version <= last]
    for step in missing:
        with transaction(connection):
            connection.execute("CREATE SCHEMA IF NOT EXISTS ops")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS ops.migrations (version INTEGER NOT NULL,"
                " name VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL)"
            )
            connection.execute(step.sql)
            connection.execute(
                "INSERT INTO ops.migrations VALUES (?, ?, ?)", [step.version, step.name, now]
            )
    if last == newest:
        # even where nothing was missing: a kill may have come before them, and a program may
        # have other views than the one before it
        _make_views(connection, anew=bool(missing))
    return missing


def _make_views(connection: Connection, *, anew: bool) -> None:
    named = views()
    statements = [*named.values(), *macros().values()]
    mark = _mark(statements)
    if not anew and _are_there(connection, named, mark):
        return
    with transaction(connection):
        for sql in statements:
            connection.execute(sql)
        connection.execute(f"COMMENT ON VIEW {_MARKED} IS '{mark}'")


def _mark(statements: Iterable[str]) -> str:
    return sha256("\0".join(statements).encode()).hexdigest()


def _are_there(connection: Connection, names: Iterable[str], mark: str) -> bool:
    """Whether the warehouse has views of all these names, made by these statements."""
    found = connection.execute(
        "SELECT view_name, comment FROM duckdb_views() WHERE database_name = current_database()"
    ).fetchall()
    there = dict(found)
    return there.keys() >= set(names) and there[_MARKED] == mark
