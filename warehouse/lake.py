"""A warehouse in a DuckLake: writers on several machines take turns, readers wait for nobody."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import duckdb

from schemas.location import Lake, without_password
from schemas.settings import WarehouseSettings
from warehouse.extensions import load_extension
from warehouse.instances import borrowed
from warehouse.trouble import ConflictError, NothingThereError, WarehouseError, first_line, in_words

_CATALOG = "newswell"
_TURN = "turn"
#: The key of the lock in PostgreSQL that the writers of a lake hand on: eight bytes.
_KEY = int.from_bytes(b"newswell")
#: A machine that lost its power does not say goodbye: after so many seconds of silence it is
#: asked for, and a minute later its turn is over.
_SILENCE = 30

_CONFLICT = re.compile("transaction conflict|could not serialize", re.IGNORECASE)
_NO_TURN = "lock timeout"
_NO_LAKE = "creating a new DuckLake is explicitly disabled"
_OTHER_DATA = re.compile(r'existing data path in the catalog "(.+?)"')
_NO_SERVER = re.compile("connection to server|connection info string")


@contextmanager
def open_lake(lake: Lake, settings: WarehouseSettings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The lake for writing, by nobody else until the block ends; made if it is not there.

    DuckLake keeps no unique indexes and lets two writers append the same row, so writers take
    turns by a lock in the catalog's own database (PostgreSQL 13.3.5, advisory locks): it ends
    with the writer's connection, however that ends. Waits for it up to
    `settings.lock_timeout` seconds. Raises ConflictError where somebody wrote without it, and
    WarehouseError.
    """
    if lake.folder is not None:
        try:
            lake.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WarehouseError(f"cannot make {lake.folder}: {error.strerror}") from error
    with (
        in_words(lambda error: _explain(lake, error)),
        _connected(lake, _own(settings)) as connection,
    ):
        connection.execute(f"ATTACH {_quote(lake.catalog)} AS {_TURN} (TYPE postgres, READ_ONLY)")
        # in a session of its own, so that the lock outlives the work's own transactions
        with connection.cursor() as session:
            _take_turn(session, settings.lock_timeout)
            # only now: of two writers that make a lake at once the second would fail
            # Small changes are not kept in the catalog: DuckLake 1.0 loses rows of a transaction
            # that inserts a few, merges into the same table and updates it again.
            options = f"DATA_PATH {_quote(lake.data)}, DATA_INLINING_ROW_LIMIT 0"
            _attach(connection, lake, options)
            yield connection


@contextmanager
def read_lake(
    lake: Lake, settings: WarehouseSettings | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The lake for reading: what is committed, and nobody waits. Raises WarehouseError.

    Without `settings` it is for SQL that somebody typed, and DuckDB looks more closely at
    what it loads.
    """
    config = {} if settings is None else _own(settings)
    with in_words(lambda error: _explain(lake, error)), _connected(lake, config) as connection:
        _attach(connection, lake, "READ_ONLY")
        yield connection


def stored_bytes(connection: duckdb.DuckDBPyConnection) -> int:
    """The size of the lake's files; what is small enough lies in the catalog instead."""
    sql = f"""SELECT coalesce(sum(file_size_bytes + delete_file_size_bytes), 0)::BIGINT
        FROM ducklake_table_info('{_CATALOG}')"""
    (size,) = connection.execute(sql).fetchall()[0]
    return int(size)


def _own(settings: WarehouseSettings) -> dict[str, str]:
    """How DuckDB is set up for the SQL that is Newswell's own."""
    # The signatures of the extensions are not checked: that reads 80 MB and takes a tenth of
    # a second at each opening, and pip has checked the files when it put them there.
    return {
        "memory_limit": settings.memory_limit,
        "threads": str(settings.threads or 1),
        "allow_unsigned_extensions": "true",
    }


@contextmanager
def _connected(lake: Lake, config: Mapping[str, str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB that can reach the lake."""
    # what somebody types may change an instance as it likes
    setup = [*config.items(), lake.folder is None, lake.endpoint] if config else None
    with borrowed(setup, lambda: _made(lake, config), [_CATALOG, _TURN]) as connection:
        yield connection


def _made(lake: Lake, config: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    instance = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "temp_directory": tempfile.gettempdir(),
            **config,
        }
    )
    load_extension(instance, "ducklake")
    load_extension(instance, "postgres_scanner")
    if lake.folder is None:
        # takes the keys from AWS_ACCESS_KEY_ID and its like in the environment
        load_extension(instance, "httpfs")
    if lake.endpoint is not None:
        server = urlsplit(lake.endpoint)
        instance.execute("SET GLOBAL s3_endpoint = ?", [server.netloc])
        instance.execute("SET GLOBAL s3_use_ssl = ?", [server.scheme == "https"])
        # what servers other than Amazon's have in common
        instance.execute("SET GLOBAL s3_url_style = 'path'")
    return instance


def _take_turn(session: duckdb.DuckDBPyConnection, patience: float) -> None:
    """Holds the writers' lock until the session ends."""
    session.execute("BEGIN TRANSACTION")
    # a limit of 0 would be none
    limit = max(1, round(patience * 1000))
    sql = (
        f"SELECT set_config('lock_timeout', '{limit}ms', true) AS patience,"
        " set_config('idle_in_transaction_session_timeout', '0', true) AS idle,"
        f" set_config('tcp_keepalives_idle', '{_SILENCE}', false) AS silence,"
        f" pg_advisory_xact_lock({_KEY})::TEXT AS turn"
    )
    session.execute(f"FROM postgres_query('{_TURN}', ?)", [sql]).fetchall()


def _attach(connection: duckdb.DuckDBPyConnection, lake: Lake, options: str) -> None:
    try:
        catalog = _quote(f"ducklake:postgres:{lake.catalog}")
        connection.execute(f"ATTACH {catalog} AS {_CATALOG} ({options})")
    except duckdb.Error as error:
        # not all of what DuckLake says here is of a class that tells it from a bug
        raise _explain(lake, error) from error
    connection.execute(f"USE {_CATALOG}")
    connection.execute("SET TimeZone = 'UTC'")


def _quote(text: str) -> str:
    """The text as an SQL literal: ATTACH takes no bound parameters."""
    return "'" + text.replace("'", "''") + "'"


def _explain(lake: Lake, error: duckdb.Error) -> WarehouseError:
    said = str(error)
    if _NO_TURN in said:
        return WarehouseError(f"{lake}: others are writing to it; wait for them to end")
    if _CONFLICT.search(said):
        return ConflictError(f"{lake}: somebody else changed the same rows; run it again")
    if _NO_LAKE in said:
        return NothingThereError(
            f"{lake}: nothing is in it yet; `newswell ingest` or `newswell load` fills it"
        )
    if other := _OTHER_DATA.search(said):
        message = f"its data is kept in {other[1]}, and warehouse.data says {lake.data}"
    elif _NO_SERVER.search(said):
        told = said.rsplit('": ', maxsplit=1)[-1].splitlines()[0]
        message = f"PostgreSQL cannot be reached: {told}"
    else:
        message = first_line(error)
    return WarehouseError(f"{lake}: {without_password(message)}")
