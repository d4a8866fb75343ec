"""The one place that touches the HTTP client: httpx's addresses over a guarded pool.

An `httpx.AsyncClient` would add a cookie jar, redirects, proxies from the environment
and authentication from URLs. None of it is wanted, so requests go straight to the
transport below, and what httpcore raises is read by `sources.fetch.trouble`.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from functools import lru_cache

import httpcore
import httpx

from schemas.fetching import FetchSettings
from sources.fetch.addresses import Resolve
from sources.fetch.connection import GuardedBackend

#: Keeping a connection open costs the server; news hosts are asked again within seconds
#: in a run and not for minutes after it.
_KEEPALIVE_SECONDS = 15.0
#: Origins with connections kept open: with two each, far below the 1,024 files that a
#: process may commonly have open.
_POOLS = 128
#: An address that goes out as it is written, as most do: nothing in it has to be quoted, and
#: no part of the path leads upwards.
_PLAIN = re.compile(
    r"(https?://[a-z0-9.-]+(?::\d{1,5})?)((?=/)(?:/[\w~-][\w.~-]*)*/?(?:\?[\w.~=&-]+)?)", re.ASCII
)


@dataclass
class Pool:
    """The connections to one origin, and how many requests use them now."""

    connections: httpcore.AsyncConnectionPool
    users: int = 0


class Pools:
    """Connections, kept apart by origin; `aclose` ends them all.

    One pool for everybody would look through the connections of all hosts at each request
    and each answer, which grows with the square of their number. How many requests are in
    flight is decided by the lanes, so the pools themselves have no limit that could make
    one host wait for another.
    """

    def __init__(
        self, settings: FetchSettings, resolve: Resolve, ssl_context: ssl.SSLContext | None
    ) -> None:
        self._settings = settings
        self._ssl_context = ssl_context or httpx.create_ssl_context(trust_env=False)
        self._backend = GuardedBackend(resolve, allow_private=settings.allow_private_networks)
        #: by origin, the one used last at the end
        self._pools: dict[str, Pool] = {}

    def take(self, url: httpcore.URL) -> Pool:
        """The pool of a URL's origin with one user more; who is done takes it off again."""
        origin = str(url.origin)
        pool = self._pools.pop(origin, None) or Pool(self._open())
        self._pools[origin] = pool
        pool.users += 1
        return pool

    async def close_surplus(self) -> None:
        """Closes the pools that were not used for longest where they have become many."""
        surplus = len(self._pools) - _POOLS
        if surplus > 0:
            unused = [origin for origin, pool in self._pools.items() if not pool.users]
            for pool in [self._pools.pop(origin) for origin in unused[:surplus]]:
                await pool.connections.aclose()

    async def aclose(self) -> None:
        """Closes every connection."""
        for pool in self._pools.values():
            await pool.connections.aclose()

    def _open(self) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(
            ssl_context=self._ssl_context,
            max_connections=None,
            max_keepalive_connections=self._settings.per_host_concurrency,
            keepalive_expiry=_KEEPALIVE_SECONDS,
            http2=True,
            network_backend=self._backend,
        )


class Answer:
    """A response whose body has not been read yet; must be closed."""

    def __init__(self, response: httpcore.Response, pool: Pool) -> None:
        self.status = response.status
        self.raw_headers = response.headers
        version = response.extensions.get("http_version", b"HTTP/1.1")
        self.http_version = version.decode("ascii", "replace")
        self.phrase = bytes(response.extensions.get("reason_phrase") or b"")
        self.ip = _ip_of(response)
        self._response = response
        self._pool = pool

    def pieces(self) -> AsyncIterator[bytes]:
        """The body as it arrives, still compressed, without chunked coding."""
        return self._response.aiter_stream()

    async def close(self) -> None:
        """Give the connection back, or close it where the body was not read whole."""
        self._pool.users -= 1
        await self._response.aclose()


@dataclass(frozen=True)
class Request:
    """A GET request. An `httpx.Request` would hold the same, for a tenth of a fetch's time."""

    url: httpcore.URL
    headers: tuple[tuple[bytes, bytes], ...]


def request_for(url: str, headers: Iterable[tuple[str, str]]) -> Request:
    """A request, its Host first.

    Raises httpx.InvalidURL, UnicodeError or ValueError for what is no address.
    """
    plain = _PLAIN.fullmatch(url)
    asked = _origin(plain[1]) if plain else httpx.URL(url)
    if asked.scheme not in {"http", "https"} or not asked.host:
        raise httpx.InvalidURL("only http and https addresses are fetched")
    told = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers]
    address = httpcore.URL(
        scheme=asked.raw_scheme,
        host=asked.raw_host,
        port=asked.port,
        target=plain[2].encode() if plain else asked.raw_path,
    )
    return Request(address, ((b"Host", asked.netloc), *told))


@lru_cache(maxsize=256)  # taking an address apart costs as much as sending a request
def _origin(url: str) -> httpx.URL:
    return httpx.URL(url)


async def send(pools: Pools, request: Request) -> Answer:
    """Send a request and return once the head of the answer is there.

    Raises what httpcore raises. There are no timeouts here: the caller limits the whole.
    """
    asked = httpcore.Request(method="GET", url=request.url, headers=request.headers)
    pool = pools.take(request.url)
    try:
        await pools.close_surplus()
        return Answer(await pool.connections.handle_async_request(asked), pool)
    except BaseException:
        pool.users -= 1
        raise


def _ip_of(response: httpcore.Response) -> str | None:
    stream = response.extensions.get("network_stream")
    found = stream.get_extra_info("server_addr") if stream is not None else None
    return str(found[0]) if found else None
