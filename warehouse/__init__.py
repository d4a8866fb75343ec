"""The DuckDB warehouse: connect, migrate, look up, store, publish, check."""
