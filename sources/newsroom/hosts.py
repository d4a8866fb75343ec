"""Many listening addresses on one thread."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from sources.newsroom.connection import Connection

T = TypeVar("T")
Converse = Callable[[str, Connection], Awaitable[None]]
#: Opening and closing are local and short; longer than this means that something hangs.
_PATIENCE = 10.0


class Hosts:
    """Servers by name, each on its own address, in one event loop on one thread.

    A thousand dripping connections cost next to nothing this way, and `close` leaves no
    thread, socket or task behind. `converse` is called with the server's name for every
    connection, which is closed when it returns.
    """

    def __init__(self, converse: Converse) -> None:
        self._converse = converse
        self._servers: dict[str, asyncio.Server] = {}
        self._tasks: dict[asyncio.Task[Any], str] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="newsroom", daemon=True)
        self._thread.start()

    def listen(self, name: str, address: str, port: int) -> str:
        """Opens a server and returns `http://address:port`; raises OSError if it cannot."""
        return self._call(self._listen(name, address, port))

    def shut(self, name: str) -> None:
        """Closes one server and its connections; its port refuses from now on."""
        self._call(self._shut(name))

    def close(self) -> None:
        """Closes all servers and connections, and ends the thread; again does nothing."""
        if self._loop.is_closed():
            return
        for name in list(self._servers):
            self.shut(name)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)

    def _run(self) -> None:
        self._loop.run_forever()
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    async def _listen(self, name: str, address: str, port: int) -> str:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(name, Connection(reader, writer))

        server = await asyncio.start_server(connected, address, port)
        self._servers[name] = server
        return "http://{}:{}".format(*server.sockets[0].getsockname())

    async def _serve(self, name: str, connection: Connection) -> None:
        task = asyncio.current_task()
        assert task is not None  # a coroutine that runs is in a task
        self._tasks[task] = name
        try:
            # The client left, which is its good right, or the server is being shut.
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await self._converse(name, connection)
        finally:
            await connection.close()
            del self._tasks[task]

    async def _shut(self, name: str) -> None:
        server = self._servers.pop(name, None)
        if server:
            server.close()
        tasks = [task for task, owner in self._tasks.items() if owner == name]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
