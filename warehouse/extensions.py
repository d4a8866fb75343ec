"""DuckDB's extensions, from their packages: nothing is downloaded when a program runs."""

from __future__ import annotations

from importlib.resources import as_file, files

import duckdb

from warehouse.trouble import WarehouseError

_ADVICE = "in Newswell's folder, pip install '.[lake]'"


def load_extension(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Loads an extension that pip installed. Raises WarehouseError where it is not there.

    It is loaded from where it lies: `INSTALL` would put a copy into the user's home first,
    and two processes at once would get into each other's way.
    """
    version = f"v{duckdb.__version__}"
    try:
        package = files(f"duckdb_extension_{name}")
    except ModuleNotFoundError as error:
        raise WarehouseError(
            f"a shared warehouse needs DuckDB's extension {name}: {_ADVICE}"
        ) from error
    held = package / "extensions" / version / f"{name}.duckdb_extension"
    with as_file(held) as path:
        if not path.is_file():
            raise WarehouseError(
                f"DuckDB's extension {name} is not that of DuckDB {duckdb.__version__}: {_ADVICE}"
            )
        quoted = str(path).replace("'", "''")
        connection.execute(f"LOAD '{quoted}'")
