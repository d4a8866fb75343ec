"""`newswell serve` and `newswell maintain`."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import typer

from flows.deployments import list_deployments
from flows.health import require
from flows.hosting import HostingError, prefect_server
from flows.maintaining import STEPS, Maintained, run_maintain
from flows.terminal import SOME_FAILED, UNAVAILABLE, Context, Exit, progress, warehouse_errors
from schemas.config_file import find_config
from schemas.location import Lake
from schemas.prefect import prefect_configured, prepare_prefect, talk_to
from schemas.settings import Settings


def serve_schedule(context: Context, host: str, port: int | None) -> None:
    """Serves the deployments until it is interrupted, with a server if there is none yet."""
    settings = context.settings()
    config = context.config or find_config(Path.cwd())
    config = config.absolute() if config else None
    if prefect_configured():
        prepare_prefect()
        _serve(settings, config)
        return
    home = prefect_home(settings)
    _say("Starting a Prefect server for this warehouse; on a small machine that takes a minute.")
    try:
        with _ending_softly(), prefect_server(home, port, host) as address:
            talk_to(home, f"{address}/api")
            from flows.serving import mark_left_runs

            left = mark_left_runs()
            if left:
                _say(f"{left} runs were left by the last one, and are marked as crashed.")
            _say(f"Prefect's page: {address}")
            _serve(settings, config)
            mark_left_runs()
    except HostingError as error:
        raise Exit(UNAVAILABLE, str(error)) from error
    _say("Stopped.")


def prefect_home(settings: Settings) -> Path:
    """Where a server of our own keeps its data: beside the warehouse."""
    here = settings.warehouse_path
    folder = settings.resolve("data") if isinstance(here, Lake) else here.parent
    return folder / "prefect"


def _serve(settings: Settings, config: Path | None) -> None:
    from flows.serving import serve_deployments

    deployments = list_deployments(settings.schedule)

    def tell() -> None:
        for one in deployments:
            when = f"every {settings.schedule.ingest}" if one.every else "when asked to"
            when = f"at {settings.schedule.maintain} {one.timezone}" if one.cron else when
            _say(f"  {one.name}: {when}")
        _say("Serving; Ctrl-C ends it.")

    serve_deployments(deployments, config, tell)


@contextmanager
def _ending_softly() -> Iterator[None]:
    """SIGTERM, which services are stopped by, ends the block as Ctrl-C does."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _say(line: str) -> None:
    typer.echo(line, err=True)


def maintain_now(context: Context) -> None:
    """Does the night's work now; exit code 1 if a step failed."""
    settings = context.settings()
    with warehouse_errors():
        require(settings)
        with progress("Maintaining", len(STEPS)) as watch:
            done = run_maintain(settings, watch=watch)
    if not context.finish(done.model_dump(mode="json")):
        _tell(done)
    if done.failed:
        raise Exit(SOME_FAILED)


def _tell(done: Maintained) -> None:
    for one in done.steps:
        typer.echo(f"{'✗' if one.failed else '✓'} {one.step}: {one.told}")
