"""Connections, opened only to addresses that may be connected to."""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from sources.fetch.addresses import PrivateAddressError, Resolve, may_connect

#: A dead address must not use up the time of the others of its name.
_ATTEMPT_SECONDS = 5.0


class ClosingStream(httpcore.AsyncNetworkStream):
    """A connection that is closed when its TLS handshake is interrupted.

    httpcore 1.0 closes it on errors, but not when the whole request runs out of time.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        # both are asked for with every request, and stay what they are
        self._known = {name: stream.get_extra_info(name) for name in ("socket", "server_addr")}

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except asyncio.CancelledError:
            await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return is_readable(self._known["socket"])
        return self._known[info] if info in self._known else self._stream.get_extra_info(info)


def is_readable(connection: socket.socket) -> bool:
    """Whether something came in, or the other side closed: an idle connection is then done for."""
    if connection.fileno() < 0:
        return True
    asked = select.poll()
    asked.register(connection, select.POLLIN)
    return bool(asked.poll(0))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to addresses that `may_connect` allows, and to no others."""

    def __init__(self, resolve: Resolve, *, allow_private: bool) -> None:
        self._resolve = resolve
        self._allow_private = allow_private
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, judge, connect. Raises PrivateAddressError, ResolutionError, ConnectError."""
        found = await self._resolve(host, port)
        allowed = [
            address for address in found if may_connect(address, allow_private=self._allow_private)
        ]
        if not allowed:
            raise PrivateAddressError(f"{host} leads to {', '.join(found) or 'no address'}")
        for address in allowed[:-1]:
            try:
                return ClosingStream(
                    await self._backend.connect_tcp(
                        address, port, _ATTEMPT_SECONDS, local_address, socket_options
                    )
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return ClosingStream(
            await self._backend.connect_tcp(
                allowed[-1], port, timeout, local_address, socket_options
            )
        )

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002 -- httpcore's signature
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 -- the same
    ) -> httpcore.AsyncNetworkStream:
        """Never: a URL has no business with a local socket."""
        raise PrivateAddressError(f"a local socket ({path}) is never fetched from")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
