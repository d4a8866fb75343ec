"""`python -m sources.newsroom`: serves the sample newsroom, to be looked at in a browser."""

from __future__ import annotations

import argparse
import sys
import threading
from contextlib import suppress

from sources.newsroom.server import open_newsroom


def main() -> None:
    """Prints each outlet's address and serves until interrupted; Enter brings an edition out."""
    parser = argparse.ArgumentParser(prog="python -m sources.newsroom", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="first port; free ones if not given")
    parser.add_argument("--one-address", action="store_true", help="all on 127.0.0.1")
    options = parser.parse_args()
    with open_newsroom(port=options.port, spread=not options.one_address) as newsroom:
        for outlet in newsroom.outlets:
            sys.stdout.write(f"{outlet:14} {newsroom.url(outlet)}\n")
        sys.stdout.write("Enter brings out the next edition, Ctrl-C ends it.\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            for _ in sys.stdin:
                sys.stdout.write(f"edition {newsroom.advance()}\n")
                sys.stdout.flush()
            threading.Event().wait()  # standard input is closed: serve on


if __name__ == "__main__":
    main()
