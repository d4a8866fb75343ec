"""`newswell demo`: the main job on the sample newsroom, offline."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import typer

from flows.answers import show
from flows.ingesting import run_ingest
from flows.report import summarise
from flows.roster import table
from flows.terminal import USAGE, Context, Exit, progress, short, warehouse_errors
from schemas.config_file import CONFIG_NAME
from schemas.run import RunReport
from schemas.settings import load_settings
from sources.newsroom.roster import read_roster
from sources.newsroom.server import Newsroom, open_newsroom
from warehouse.query import query

_HEAD = """\
# Newswell's demo: the sample newsroom, served on this machine while the demo runs.
[fetch]
allow_private_networks = true  # the outlets are on loopback
per_host_delay = 0.0           # and in no need of rest
"""
_QUESTIONS = {
    "What is there? Articles by outlet, and how many of them repeat another one.": """\
SELECT publisher, language, count(*) AS articles, count(duplicate_of) AS duplicates,
    min(published_on) AS first, max(published_on) AS last
FROM articles GROUP BY ALL ORDER BY articles DESC, publisher""",
    "Who repeats whom?": """\
SELECT copy.publisher AS copied_by, original.publisher AS original,
    original.title AS title, kind, similarity
FROM duplicates JOIN articles copy USING (article_id)
JOIN articles original ON original.article_id = duplicates.duplicate_of
ORDER BY copied_by""",
    "What do several papers tell of?": """\
SELECT label, keywords[:4] AS keywords, article_count AS articles, publisher_count AS publishers
FROM stories WHERE publisher_count > 1 ORDER BY articles DESC, label""",
    "What was changed after publication?": """\
SELECT publisher, version, change, old_title, title FROM edits ORDER BY publisher, title""",
}


#: A port of its own, so that the addresses, and with them the articles, are the same when
#: the demo is run again; any other if it is taken.
_PORT = 8723


def run_demo(context: Context, folder: Path) -> None:
    """Ingests both editions of the sample newsroom, says what it found, asks three questions."""
    with warehouse_errors(), _newsroom() as newsroom, progress("Ingesting", None) as watch:
        settings = load_settings(_config(folder, newsroom))
        first = run_ingest(settings, everything=True, watch=watch)
        newsroom.advance()
        second = run_ingest(settings, everything=True, watch=watch)
        answers = [
            (why, sql, query(settings.published_path, sql)) for why, sql in _QUESTIONS.items()
        ]
        asked = len(newsroom.requests)
    result = {
        "folder": str(folder.absolute()),
        "runs": [first.model_dump(mode="json"), second.model_dump(mode="json")],
        "answers": [{"sql": sql, "rows": found.records()} for _, sql, found in answers],
    }
    if context.finish(result):
        return
    typer.echo(f"Eight invented outlets were served on this machine and asked {asked} times.")
    _tell("First edition", first)
    _tell("Two days later", second)
    for why, sql, found in answers:
        typer.echo(f"\n{why}\n\n    {sql.replace(chr(10), chr(10) + '    ')}\n")
        show(found)
    typer.echo(
        f"\nThe warehouse is in {short(folder.absolute())}. Ask it more:\n"
        f'  newswell --config {short(folder / CONFIG_NAME)} query "FROM url_fate"'
    )


@contextmanager
def _newsroom() -> Iterator[Newsroom]:
    """The outlets on the air, but for the one that misbehaves."""
    outlets = [outlet.id for outlet in read_roster()]
    with ExitStack() as held:
        try:
            newsroom = held.enter_context(open_newsroom(outlets=outlets, port=_PORT))
        except OSError:
            newsroom = held.enter_context(open_newsroom(outlets=outlets))
        yield newsroom


def _config(folder: Path, newsroom: Newsroom) -> Path:
    """The demo's configuration, written anew: the outlets as sources."""
    path = folder / CONFIG_NAME
    tables = [table(newsroom.source(outlet)) for outlet in newsroom.outlets]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([_HEAD, *tables]), encoding="utf-8")
    except OSError as error:
        raise Exit(USAGE, f"--dir {folder}: {error.strerror}") from error
    return path


def _tell(what: str, report: RunReport) -> None:
    typer.echo(f"{what}: {summarise(report)}.")
    if report.reasons:
        told = ", ".join(f"{reason} {count}" for reason, count in sorted(report.reasons.items()))
        typer.echo(f"  Refused, each with its reason: {told}.")
