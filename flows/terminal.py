"""What the commands print: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from flows.gauge import UNSEEN, Gauge

if TYPE_CHECKING:
    from rich.console import Console

    from flows.waiting import Watch
    from schemas.location import Location
    from schemas.settings import Settings

#: Exit codes of DESIGN's contract.
SOME_FAILED, USAGE, UNAVAILABLE = 1, 2, 3
#: What shells report of a program that SIGINT or SIGTERM ended.
INTERRUPTED, TERMINATED = 130, 143


class Exit(Exception):  # noqa: N818 - an end, not always an error
    """The end of a command with an exit code, and a line that says why."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Context:
    """The global options."""

    config: Path | None = None
    as_json: bool = False

    def settings(self) -> Settings:
        """The configuration; ends the command if it is wrong."""
        from schemas.settings import SettingsError, load_settings

        try:
            settings = load_settings(self.config)
        except SettingsError as error:
            *others, last = str(error).splitlines()
            for line in others:
                say_error(line)
            raise Exit(USAGE, last) from error
        if settings.rules_path:
            _check_rules(settings.rules_path)
        return settings

    def finish(self, result: Mapping[str, Any]) -> bool:
        """Prints the result if `--json` asks for it; False if a person is to be told."""
        if self.as_json:
            print(json.dumps(result, ensure_ascii=False, default=str))  # noqa: T201 - the result
        return self.as_json


def _check_rules(folder: Path) -> None:
    """Ends the command if a publisher rule is wrong: no worker should be the first to see it."""
    from extractors.publishers.book import RuleError, read_rules

    try:
        read_rules(folder)
    except RuleError as error:
        raise Exit(USAGE, str(error)) from error


@contextmanager
def warehouse_errors() -> Iterator[None]:
    """Turns an unavailable warehouse into its exit code and one line."""
    from warehouse.connect import WarehouseError

    try:
        yield
    except WarehouseError as error:
        raise Exit(UNAVAILABLE, str(error)) from error


def stdout() -> Console:
    """The console for results: as wide as they want where nobody looks on."""
    from rich.console import Console

    class Screen(Console):
        """A console that leaves it to the command line what a closed pipe means."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Screen(
        highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else 200, emoji=False
    )


def short(address: Location | str) -> str:
    """A lake, or a path or `file:` address, relative to the current folder if it lies below it."""
    text = str(address).removeprefix("file:")
    return text.removeprefix(f"{Path.cwd()}/")


def say_error(message: str) -> None:
    """One line on stderr."""
    print(f"newswell: {' '.join(message.split())}", file=sys.stderr)  # noqa: T201 - for a person


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Watch]:
    """A progress bar on stderr while the block lasts; nothing where that is no terminal.

    Without a `total` it moves and counts: nobody knows what sources will list.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _count: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        bar = bars.add_task(what, total=total)

        def advance(count: int) -> None:
            done = bars.tasks[bar].completed + count
            # a file may hold more than one document
            bars.update(bar, completed=done, total=total if total is None else max(total, done))

        yield advance


@contextmanager
def gauge(what: str, unit: Literal["bytes", "pages"]) -> Iterator[Gauge]:
    """A bar with rate and rest on stderr while the block lasts, where that is a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """How many are done in a second."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.1f}/s")

    console = Console(stderr=True)
    if not console.is_terminal:
        yield UNSEEN
        return
    many = [DownloadColumn(), TransferSpeedColumn()] if unit == "bytes" else None
    columns = many or [MofNCompleteColumn(), Rate()]
    shown = (TextColumn("{task.description}"), BarColumn(), *columns, TimeRemainingColumn())
    with Progress(*shown, console=console, transient=True) as bars:
        bar = bars.add_task(what, total=None)

        class Shown:
            """The bar as a gauge."""

            def expect(self, more: int, /) -> None:
                bars.update(bar, total=(bars.tasks[bar].total or 0) + more)

            def advance(self, done: int, /) -> None:
                bars.advance(bar, done)

        yield Shown()
