"""What well-known outlets are called, by their domain; the facts are in `outlets.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit


def outlet_name(address: str) -> str | None:
    """The name of the outlet at a page's address, or None where it is not listed."""
    names = _names()
    return next((names[domain] for domain in domains(address) if domain in names), None)


def domains(address: str) -> Iterator[str]:
    """The host of an address and the domains above it, the longest first; no bare suffix."""
    try:
        host = (urlsplit(address).hostname or "") if address.startswith("http") else ""
    except ValueError:
        return
    while "." in host:
        yield host
        host = host.partition(".")[2]


@cache
def _names() -> dict[str, str]:
    return tomllib.loads(files(__package__).joinpath("outlets.toml").read_text("utf-8"))
