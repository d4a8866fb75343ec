"""The pages of the documentation: their commands run, their queries answer, their links lead on."""

from __future__ import annotations

import gzip
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from extractors.publishers.rule import PublisherRule
from flows.cli import _global_first, app
from flows.ingesting import run_ingest
from schemas.settings import Settings, load_settings
from sources.newsroom import outlets_folder
from sources.newsroom.roster import read_roster
from sources.newsroom.server import Newsroom, open_newsroom
from sources.opml import write_opml
from tests.conftest import ROOT
from tests.ingested import configure
from tests.invocation import Newswell
from tests.pages import (
    PAGES,
    command_lines,
    fences,
    headings,
    links,
    mentioned_commands,
    named_files,
    questions,
)
from warehouse.query import query

#: What cannot be run as it stands, and what is run for it; {home} is an outlet's home page,
#: {page} one of its articles. Before && stands the folder to be in.
INSTEAD = {
    "newswell init": "newswell init fresh",  # the folder has a newswell.toml
    "newswell sources add https://www.example.org": "newswell sources add {home}",
    "newswell backup --to /backup/newswell": "newswell backup --to kept",
    "newswell restore /backup/newswell": "../empty && newswell restore ../here/kept",
    "newswell forget https://example.org/article --dry-run": "newswell forget {page} --dry-run",
    # it asks, and nobody is there to answer
    "newswell forget --domain example.org": "newswell forget --domain 127.0.0.13 --yes",
    "newswell load sources/newsroom/outlets/courier --source courier": (
        "newswell load {root}/sources/newsroom/outlets/courier --source courier"
    ),
    "newswell load sources/newsroom/later/courier --source courier": (
        "newswell load {root}/sources/newsroom/later/courier --source courier"
    ),
}
#: What is only read: servers, and a shell's own words.
ONLY_READ = {"newswell serve", "alias 'newswell=$PWD/.venv/bin/newswell'", "cd newswell-demo"}
#: Commands that find something that they cannot take, and say so.
FINDS_FAULT = {
    # holds a page that answered with 404
    "newswell load '~/articles' 'dumps/*.jsonl.gz' crawl.warc.gz",
    "newswell load sources/newsroom/outlets/courier --source courier",  # a login wall
}
SHOWN = {page: command_lines(page.read_text(encoding="utf-8")) for page in PAGES}
#: The page that a line is run for: the first that shows it.
FIRST = {line: page for page in reversed(PAGES) for line in SHOWN[page]}
RUN = {
    page: [one for one in SHOWN[page] if FIRST[one] == page and one.startswith("newswell ")]
    for page in PAGES
}
#: The outlet that the configuration does not have yet.
ADDED = "salines"


def name(page: Path) -> str:
    """What a page is called in the names of tests."""
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    """The sample newsroom on the air, in its second edition once it was ingested."""
    with open_newsroom(outlets=[outlet.id for outlet in read_roster()]) as opened:
        yield opened


@pytest.fixture(scope="module")
def ingested(newsroom: Newsroom, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A warehouse of both editions, as the demo leaves it, beside files to be loaded."""
    folder = tmp_path_factory.mktemp("ingested")
    sources = [newsroom.source(one) for one in newsroom.outlets if one != ADDED]
    asked = [one.model_copy(update={"sitemaps": "auto"}) for one in sources]
    settings = configure(folder, asked, archive="data/archive")
    run_ingest(settings, everything=True)
    newsroom.advance()
    run_ingest(settings, everything=True)
    boletin = outlets_folder() / "boletin"
    for inner in ("articles", "notes"):
        (folder / inner).mkdir()
        shutil.copy(outlets_folder() / "wire" / "quays.txt", folder / inner)
    (folder / "dumps").mkdir()
    packed = gzip.compress((boletin / "records.jsonl").read_bytes())
    (folder / "dumps" / "a.jsonl.gz").write_bytes(packed)
    for archive in ("crawl.warc.gz", "CC-NEWS-20260501.warc.gz"):
        shutil.copy(boletin / "captures.warc.gz", folder / archive)
    (folder / "addresses.txt").write_text(f"# one\n{newsroom.url('gazette')}\n", encoding="utf-8")
    (folder / "feeds.opml").write_bytes(write_opml(sources[:2], "Newswell"))
    return settings


@pytest.fixture
def folder(ingested: Settings, tmp_path: Path) -> Path:
    """A copy of that warehouse's folder, for one page, beside an empty one."""
    (tmp_path / "empty").mkdir()
    return Path(shutil.copytree(ingested.resolve("."), tmp_path / "here"))


@pytest.mark.long
@pytest.mark.parametrize("page", [page for page, lines in RUN.items() if lines], ids=name)
def test_the_commands_of_a_page_do_what_they_say(
    page: Path, folder: Path, newsroom: Newsroom, newswell: Newswell
) -> None:
    places = {
        "home": newsroom.url(ADDED),
        "page": newsroom.url("gazette", "/2026/03/10/merrin-bridge-closed/"),
        "root": ROOT,
    }
    for line in [one for one in RUN[page] if one not in ONLY_READ]:
        where, _, command = INSTEAD.get(line, line).format(**places).rpartition(" && ")
        words = [one.replace("~/", f"{folder}/") for one in shlex.split(command)[1:]]
        done = newswell(*words, cwd=folder / where, HOME=str(folder), NEWSWELL_EXTRACT__WORKERS="1")
        assert done.code == int(line in FINDS_FAULT), f"{line}\n{done.out}\n{done.err}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_what_is_only_read_is_there_too(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for line in SHOWN[page]:
        if line not in ONLY_READ - {"newswell serve"}:
            check_command(line)
            if line.startswith("newswell "):
                parse(shlex.split(line)[1:])
    for line in mentioned_commands(text):
        check_command(line)


def test_the_tables_of_exceptions_name_nothing_that_is_gone() -> None:
    shown = {line for lines in SHOWN.values() for line in lines}
    assert {*INSTEAD, *ONLY_READ, *FINDS_FAULT} <= shown


@pytest.mark.parametrize(
    "line", ["newswell ingst", "newswell load --sauce x", "make tset", "python benchmarks/no.py"]
)
def test_the_check_finds_what_is_not_there(line: str) -> None:
    with pytest.raises(AssertionError):
        check_command(line)


def test_every_query_answers(ingested: Settings) -> None:
    asked = [one for page in PAGES for one in questions(page.read_text(encoding="utf-8"))]
    assert len(asked) > 20
    for sql in asked:
        assert query(ingested.published_path, sql).columns


def test_the_first_query_answers_as_readme_says(folder: Path, newswell: Newswell) -> None:
    readme = ROOT / "README.md"
    (asked,) = [one for one in SHOWN[readme] if one.startswith("newswell query ")]
    (shown,) = fences(readme.read_text(encoding="utf-8"), "")
    answered = newswell(*shlex.split(asked)[1:], cwd=folder).out
    assert [line.rstrip() for line in answered.splitlines()] == shown.splitlines()


def test_every_key_that_is_shown_is_one(tmp_path: Path) -> None:
    blocks = [one for page in PAGES for one in fences(page.read_text(encoding="utf-8"), "toml")]
    assert len(blocks) >= 3
    for block in blocks:
        if "domains" in (values := tomllib.loads(block)):
            PublisherRule.model_validate({"id": "shown", **values})
        else:
            (tmp_path / "newswell.toml").write_text(block, encoding="utf-8")
            load_settings(tmp_path / "newswell.toml")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_and_names_lead_to_something(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for path, heading in links(text):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert not heading or heading in headings(target), f"{path}#{heading}"
    for path, inside in named_files(text):
        assert (ROOT / path).exists(), path
        assert not inside or f"{inside}(" in (ROOT / path).read_text(encoding="utf-8"), inside


def test_readme_links_to_every_page() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = {(ROOT / path).resolve() for path, _ in links(text)}
    assert {*PAGES, ROOT / "CHANGELOG.md"} - {ROOT / "README.md"} <= linked


def test_readme_compares_by_figures_that_benchmarks_show() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    compared = text.partition("## How it compares")[2].partition("\n## ")[0]
    shown = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    figures = set(re.findall(r"(?<![\w.])[\d.,]*\d(?![\w.]*\w)", compared))
    assert len(figures) > 40
    told = {one for one in figures if re.search(rf"(?<![\w.,]){re.escape(one)}(?!\d)", shown)}
    assert figures == told


@cache
def command_line() -> Any:
    """`newswell` as typer reads its arguments."""
    return get_command(app)


def check_command(line: str) -> None:
    """Asserts that a command, or a description of one, names only what there is."""
    bare = re.sub(r"^([A-Z_]+=\S+ )+", "", line)  # without the variables that are set for it
    program, *words = [one.strip("[]") for one in bare.split()]
    options = {one.partition("=")[0] for one in words if one.startswith("--")}
    if program == "newswell":
        command = command_line()
        known = {name for option in command.params for name in option.opts}
        for word in words:
            if not hasattr(command, "commands") or word.startswith("-"):
                break
            assert word in command.commands, line
            command = command.commands[word]
            known |= {name for option in command.params for name in option.opts}
        assert options <= known, line
    elif program == "make":
        targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
        assert {one for one in words if "=" not in one} <= {*targets}, line
    elif program == "python" and words[0] != "-m":
        assert (ROOT / words[0]).is_file(), line
        text = (ROOT / words[0]).read_text(encoding="utf-8")
        assert all(f'"{one}"' in text for one in options), line
    elif program == "python":
        module = words[1].replace(".", "/")
        ours = (ROOT / f"{module}.py", ROOT / module / "__main__.py")
        assert words[1] == "pytest" or any(one.is_file() for one in ours), line
    elif program == "pip":
        told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        extras = re.findall(r"\.\[([\w,]+)", line)
        known = {*told["project"]["optional-dependencies"]}
        assert all({*one.split(",")} <= known for one in extras), line
    else:
        raise AssertionError(f"{line}: nobody knows how to check it")


def parse(words: list[str]) -> None:
    """Parses the words of a command as the command line does, and runs nothing."""
    group = command_line()
    words = _global_first(words)
    context = group.make_context("newswell", words)
    while hasattr(group, "commands"):
        rest = [*context._protected_args, *context.args]
        called, group, words = group.resolve_command(context, rest)
        context = group.make_context(called, words, parent=context)
