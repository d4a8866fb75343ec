"""What was taken down: looked up for everything that comes in, so that it does not come back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from schemas.address import canonical_url, identity
from schemas.model import Frozen
from warehouse.connect import Connection


class Origin(Frozen):
    """Where something comes from: every address that it goes by, and its source."""

    urls: tuple[str, ...]
    source_id: str


def taken_down(connection: Connection, origins: Sequence[Origin]) -> set[int]:
    """Those of the origins, by their number, of which an address, a domain or the source was
    taken down.
    """
    # most warehouses have none, and what an address goes by takes a while to say
    if not origins or not connection.execute("FROM ops.tombstones LIMIT 1").fetchall():
        return set()
    keys = [_keys(one) for one in origins]
    asked = sorted(set().union(*keys))
    found = connection.execute(
        """SELECT kind, value FROM ops.tombstones JOIN (
            SELECT unnest(?::JSON::STRUCT(kind VARCHAR, value VARCHAR)[], recursive := true)
        ) USING (kind, value)""",
        [json.dumps([{"kind": kind, "value": value} for kind, value in asked])],
    ).fetchall()
    known = set(found)
    return {number for number, mine in enumerate(keys) if mine & known} if known else set()


def host_of(url: str) -> str:
    """The host of an address, "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _keys(origin: Origin) -> set[tuple[str, str]]:
    keys = {("source", origin.source_id)}
    for url in origin.urls:
        canonical = canonical_url(url)
        keys.add(("url", identity(canonical)))
        for address in (url, canonical):
            keys |= {("domain", domain) for domain in _domains(host_of(address))}
    return keys


def _domains(host: str) -> Iterable[str]:
    """The host and every domain above it."""
    labels = host.split(".")
    return (".".join(labels[number:]) for number in range(len(labels)) if host)
