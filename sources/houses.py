"""Whose a page is that no feed named: the configured source on whose host it lies. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from schemas.source import Source


def hosts_of(sources: Iterable[Source]) -> dict[str, Source]:
    """The source of each host that only one source is asked at, without `www.`."""
    owners: dict[str, list[Source]] = {}
    for source in sources:
        maps = () if isinstance(source.sitemaps, str) else source.sitemaps
        for host in {_host(url) for url in (*source.feeds, *maps, *source.pages, *source.archives)}:
            owners.setdefault(host, []).append(source)
    return {host: own[0] for host, own in owners.items() if host and len(own) == 1}


def source_at(url: str, hosts: Mapping[str, Source]) -> Source | None:
    """The source on whose host an address lies."""
    return hosts.get(_host(url))


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    return (parts.hostname or "").removeprefix("www.") + port
