"""`newswell demo`: the main job on a bundled sample, offline."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import typer

from flows.answers import show
from flows.commands import short
from flows.loading import run_load
from flows.report import summarise
from flows.terminal import USAGE, Context, Exit, progress, warehouse_errors
from schemas.run import RunReport
from schemas.settings import CONFIG_NAME, Settings, load_settings
from sources.newsroom import later_folder, outlets_folder
from warehouse.query import query

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
    "What was changed after publication?": """\
SELECT publisher, version, change, old_title, title FROM edits ORDER BY publisher, title""",
}


def run_demo(context: Context, folder: Path) -> None:
    """Loads both editions of the sample newsroom, says what it found, and asks three questions."""
    settings = load_settings(_config(folder))
    with warehouse_errors():
        first = _load(settings, outlets_folder(), "The first edition")
        second = _load(settings, later_folder(), "Two days later: updates")
        answers = [
            (why, sql, query(settings.published_path, sql)) for why, sql in _QUESTIONS.items()
        ]
    result = {
        "folder": str(folder.absolute()),
        "runs": [report.model_dump(mode="json") for report in (*first, *second)],
        "answers": [{"sql": sql, "rows": found.records()} for _, sql, found in answers],
    }
    if context.finish(result):
        return
    _tell("The first edition of the sample newsroom", first)
    _tell("Two days later", second)
    for why, sql, found in answers:
        typer.echo(f"\n{why}\n\n    {sql.replace(chr(10), chr(10) + '    ')}\n")
        show(found)
    typer.echo(
        f"\nThe warehouse is in {short(folder.absolute())}. Ask it more:\n"
        f'  newswell --config {short(folder / CONFIG_NAME)} query "FROM url_fate"'
    )


def _config(folder: Path) -> Path:
    """The demo's configuration, made if it is not there: the outlets as sources."""
    path = folder / CONFIG_NAME
    outlets = tomllib.loads(outlets_folder().with_name("outlets.toml").read_text(encoding="utf-8"))
    tables = "\n".join(_table(outlet) for outlet in outlets["outlets"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# Newswell's demo: the sample newsroom\n{tables}", encoding="utf-8")
    except OSError as error:
        raise Exit(USAGE, f"--dir {folder}: {error.strerror}") from error
    return path


def _table(outlet: dict[str, Any]) -> str:
    # the names are the package's own and hold no quotation marks
    return (
        f'[[sources]]\nid = "{outlet["id"]}"\npublisher = "{outlet["name"]}"\n'
        f'language = "{outlet["language"]}"\n'
    )


def _load(settings: Settings, edition: Path, what: str) -> list[RunReport]:
    folders = sorted(path for path in edition.iterdir() if path.is_dir())
    with progress(what, len(folders)) as watch:
        reports = []
        for folder in folders:
            reports.append(run_load(settings, [str(folder)], source_id=folder.name))
            watch(1)
    return reports


def _tell(what: str, reports: list[RunReport]) -> None:
    total, reasons = reports[0], Counter(reports[0].reasons)
    for report in reports[1:]:
        total = total.plus(report.counts)
        reasons += Counter(report.reasons)
    typer.echo(f"{what}: {total.counts.discovered} files and records: {summarise(total)}.")
    if reasons:
        told = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
        typer.echo(f"  Refused, each with its reason: {told}.")
