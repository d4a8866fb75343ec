"""The one place that touches the HTTP client: httpx requests over a guarded pool.

An `httpx.AsyncClient` would add a cookie jar, redirects, proxies from the environment
and authentication from URLs. None of it is wanted, so requests go straight to the
transport below, and what httpcore raises is read by `sources.fetch.trouble`.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import httpcore
import httpx

from schemas.fetching import FetchSettings
from sources.fetch.addresses import Resolve
from sources.fetch.connection import GuardedBackend

#: Keeping a connection open costs the server; news hosts are asked again within seconds
#: in a run and not for minutes after it.
_KEEPALIVE_SECONDS = 15.0


def open_pool(
    settings: FetchSettings, resolve: Resolve, ssl_context: ssl.SSLContext | None
) -> httpcore.AsyncConnectionPool:
    """A pool that speaks HTTP/1.1 and HTTP/2 and connects only where it may.

    How many requests are in flight is decided by the lanes, so the pool itself has no
    limit that could make one host wait for another.
    """
    return httpcore.AsyncConnectionPool(
        ssl_context=ssl_context or httpx.create_ssl_context(trust_env=False),
        max_connections=None,
        max_keepalive_connections=settings.concurrency,
        keepalive_expiry=_KEEPALIVE_SECONDS,
        http2=True,
        network_backend=GuardedBackend(resolve, allow_private=settings.allow_private_networks),
    )


class Answer:
    """A response whose body has not been read yet; must be closed."""

    def __init__(self, response: httpcore.Response) -> None:
        self.status = response.status
        self.raw_headers = response.headers
        version = response.extensions.get("http_version", b"HTTP/1.1")
        self.http_version = version.decode("ascii", "replace")
        self.phrase = bytes(response.extensions.get("reason_phrase") or b"")
        self.ip = _ip_of(response)
        self._response = response

    def pieces(self) -> AsyncIterator[bytes]:
        """The body as it arrives, still compressed, without chunked coding."""
        return self._response.aiter_stream()

    async def close(self) -> None:
        """Give the connection back, or close it where the body was not read whole."""
        await self._response.aclose()


def request_for(url: str, headers: list[tuple[str, str]]) -> httpx.Request:
    """A GET request. Raises httpx.InvalidURL, UnicodeError or ValueError for no address."""
    request = httpx.Request("GET", url, headers=headers)
    if request.url.scheme not in {"http", "https"} or not request.url.host:
        raise httpx.InvalidURL("only http and https addresses are fetched")
    return request


async def send(pool: httpcore.AsyncConnectionPool, request: httpx.Request) -> Answer:
    """Send a request and return once the head of the answer is there.

    Raises what httpcore raises. There are no timeouts here: the caller limits the whole.
    """
    return Answer(
        await pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
            )
        )
    )


def _ip_of(response: httpcore.Response) -> str | None:
    stream = response.extensions.get("network_stream")
    found = stream.get_extra_info("server_addr") if stream is not None else None
    return str(found[0]) if found else None
