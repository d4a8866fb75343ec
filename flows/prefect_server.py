"""A Prefect server that ends with the process that began it, however that one ends.

    python -m flows.prefect_server HOST PORT

It ends when its standard input closes, which a killed parent's does too.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import uvicorn
from prefect.server.api.server import create_app

#: What it is given to close its connections and to write what it has, seconds.
_GRACE = 15


def _end_with_parent() -> None:
    # not sys.stdin, whose lock the end of the program would wait for
    while os.read(0, 1 << 10):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(1)


def main() -> None:
    """Serves until it is told to end."""
    host, port = sys.argv[1], int(sys.argv[2])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    uvicorn.run(
        create_app(final=True),
        host=host,
        port=port,
        log_level="warning",
        # the page keeps connections open: an end that waits for them would never come
        timeout_graceful_shutdown=_GRACE // 2,
    )


if __name__ == "__main__":
    main()
