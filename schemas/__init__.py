"""The shapes: frozen models that travel between the rooms, settings, table definitions.

Nothing here does any I/O but reading its own package data and the configuration.
"""
