"""A Prefect server of our own on loopback, for machines on which none is configured."""

from __future__ import annotations

import fcntl
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from schemas.prefect import server_environment

HOST = "127.0.0.1"
EVERYBODY = "0.0.0.0"  # noqa: S104 - only where it is asked for
#: Prefect's own, where people look for it.
PORT = 4200
#: A small machine takes 15 to 45 s; one that is busy at the same time several times that.
_PATIENCE = 300.0
#: Asking costs nothing, and the wait is long already.
_ASK_AGAIN = 0.25
#: What the server is given to write what it has and to end.
_GRACE = 20.0


class HostingError(Exception):
    """The server cannot be started; one line that says why."""


@contextmanager
def prefect_server(home: Path, port: int | None = None, host: str = HOST) -> Iterator[str]:
    """A server with its data in `home`; yields the address of its page, healthy by then.

    `port` is 4200 by default, or any other if that is taken. It is stopped when the block
    ends, and also if this process is killed. `host` is who may reach it: this machine alone,
    or 0.0.0.0 where a container or proxy stands in front. Raises HostingError.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("ab") as lock, (home / "server.log").open("wb") as log:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HostingError(
                f"another `newswell serve` runs for this warehouse ({home})"
            ) from error
        chosen = _free_port(host, port)
        address = f"http://{HOST if host == EVERYBODY else host}:{chosen}"
        command = [sys.executable, "-m", "flows.prefect_server", host, str(chosen)]
        with subprocess.Popen(  # noqa: S603 - the command is our own
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=server_environment(home, f"{address}/api"),
            # Ctrl-C is for us: runs that are going on still need the server then
            start_new_session=True,
        ) as server:
            try:
                _await_health(server, f"{address}/api/health", home / "server.log")
                yield address
            finally:
                _stop(server)


def _free_port(host: str, wanted: int | None) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, PORT if wanted is None else wanted))
        except OSError as error:
            if wanted is not None:
                raise HostingError(f"port {wanted} is taken; choose another with --port") from error
            probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _await_health(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    with httpx.Client(timeout=10, trust_env=False) as client:
        while True:
            try:
                if client.get(address).is_success:
                    return
            except httpx.TransportError:
                pass  # it does not listen yet
            code = server.poll()
            if code is not None:
                lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
                last = f": {lines[-1]}" if lines else ""
                raise HostingError(f"the Prefect server ended with code {code}{last} (see {log})")
            if time.monotonic() > deadline:
                raise HostingError(
                    f"the Prefect server is not there after {_PATIENCE:.0f} s; see {log}"
                )
            time.sleep(_ASK_AGAIN)


def _stop(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    server.stdin.close()  # which it takes for our end
    try:
        server.wait(_GRACE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
