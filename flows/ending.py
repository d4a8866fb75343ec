"""How a command ends that something else ends: Ctrl-C, SIGTERM, a reader that has seen enough."""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from flows.terminal import INTERRUPTED, TERMINATED, UNAVAILABLE, Exit

log = logging.getLogger(__name__)

_AGAIN = "run the same command again to go on"


@contextmanager
def ended_in_words() -> Iterator[None]:
    """Makes an Exit of what ends the block from outside, before typer makes less of it.

    SIGTERM, which services and machines are stopped by, ends it as Ctrl-C does: what a run has
    in hand is put down in order. Raises Exit.
    """
    asked: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt as error:
        if asked:
            raise Exit(TERMINATED, f"ended by SIGTERM; {_AGAIN}") from error
        raise Exit(INTERRUPTED, f"interrupted; {_AGAIN}") from error
    except OSError as error:
        if isinstance(error, BrokenPipeError) and _has_no_reader():
            raise Exit(0) from error
        log.debug("the trouble that ended the command", exc_info=error)
        where = f"{error.filename}: " if error.filename else ""
        raise Exit(UNAVAILABLE, f"{where}{error.strerror or error}") from error
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def said_to_the_end() -> Iterator[None]:
    """Has all that the block prints written when it ends, or says why that could not be.

    A reader that has seen enough (`| head`) is no trouble. Raises Exit.
    """
    if sys.stdout is None:
        # closed by who started us (`>&-`)
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for good
    try:
        yield
    finally:
        try:
            sys.stdout.flush()
        except BrokenPipeError as error:
            _give_up()
            raise Exit(0) from error
        except OSError as error:
            _give_up()
            raise Exit(UNAVAILABLE, f"standard output: {error.strerror}") from error


def _has_no_reader() -> bool:
    """Whether standard output is a pipe that nobody reads any more: others break too."""
    try:
        asked = select.poll()
        asked.register(sys.stdout.fileno(), 0)
        return bool(asked.poll(0))
    except (OSError, ValueError):
        return False


def _give_up() -> None:
    """Lets what is not written yet go nowhere: the interpreter would try again and complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
