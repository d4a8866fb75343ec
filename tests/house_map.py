"""The map of the house: every room and file with what it is for, by its own first words.

    python -m tests.house_map

writes the part of `docs/architecture.md` below "The map of the house" anew.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "architecture.md"
TITLE = "## The map of the house"
ROOMS = (
    "schemas",
    "sources",
    "extractors",
    "dedup",
    "warehouse",
    "flows",
    "deploy",
    "benchmarks",
    "tests",
)
#: Folders without an `__init__.py` that could say it.
FOLDERS = {
    "schemas/migrations": "The tables, step by step: append-only, one transaction each.",
    "schemas/views": "The views, made anew at the beginning of each run.",
    "schemas/macros": "Views that take a parameter.",
    "deploy": "What runs Newswell elsewhere, and makes its releases.",
    "deploy/systemd": "Units for systemd.",
    "deploy/kubernetes": "An example for Kubernetes.",
    "benchmarks": "Each prints the figures it is cited for.",
    "tests": "They mirror the rooms: `tests/dedup/` tests `dedup/`. What several of them need:",
}
#: Folders that hold no program: they are named, and what is in them is not.
DATA = {
    "extractors/publishers/rules": "The publisher rules that come with Newswell.",
    "sources/newsroom/outlets": "The outlets' pages and texts.",
    "sources/newsroom/later": "What their editors changed afterwards.",
    "sources/newsroom/mishaps/pages": "Pages that hold no article.",
}
#: Files that cannot say it themselves, or not in one line.
FILES = {
    "benchmarks/README.md": "The figures, how they are had, and what did not help.",
    "deploy/RUNBOOK.md": "What to do, by symptom.",
    "flows/overview/page.html": "The report's page, a Jinja template.",
    "flows/overview/page.css": "Its style.",
    "flows/overview/page.js": "Its script.",
    "sources/newsroom/README.md": "The sample newsroom, file by file.",
}


def rewritten(text: str) -> str:
    """The page with its map as the files are. Raises ValueError for a file that says nothing."""
    lines = [line for room in ROOMS for line in _room(ROOT / room)]
    return f"{text.partition(TITLE)[0]}{TITLE}\n{_about_the_map()}" + "\n".join(lines)


def places() -> list[Path]:
    """Every file that has to be on the map, and every folder of data."""
    return [path for room in ROOMS for folder in _folders(ROOT / room) for path in _shown(folder)]


def first_words(path: Path) -> str:
    """What a file is for: the first paragraph of its docstring, or its first comment's sentence.

    Raises ValueError where it says nothing.
    """
    name = path.relative_to(ROOT).as_posix()
    if known := FILES.get(name) or DATA.get(name):
        return known
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        said = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0]
    else:
        said = _first_sentence(_comment(text))
    if not said:
        raise ValueError(f"{name}: does not say what it is for")
    return " ".join(said.split())


def _about_the_map() -> str:
    return (
        "Written from the files' own first words by `python -m tests.house_map`; a test fails "
        "when it is stale.\n\n"
    )


def _room(room: Path) -> Iterator[str]:
    for folder in _folders(room):
        name = folder.relative_to(ROOT).as_posix()
        yield f"{'#' * (3 if folder == room else 4)} `{name}/`"
        yield FOLDERS.get(name) or first_words(folder / "__init__.py")
        rows = [path for path in _shown(folder) if path.name != "__init__.py"]
        if rows:
            yield from ("", "| file | what it is for |", "| --- | --- |")
        for path in rows:
            shown = f"{path.name}/" if path.is_dir() else path.name
            yield f"| `{shown}` | {first_words(path).replace('|', chr(92) + '|')} |"
        yield ""


def _folders(room: Path) -> list[Path]:
    """A room and the folders in it that hold files of the program."""
    inner = [path for path in sorted(room.rglob("*")) if path.is_dir() and _is_kept(path)]
    # tests' own folders mirror the rooms
    return [room, *(path for path in inner if room.name != "tests" and not _data_of(path))]


def _shown(folder: Path) -> list[Path]:
    """What of a folder has a line of its own."""
    found = [path for path in sorted(folder.iterdir()) if _is_kept(path)]
    return [
        path
        for path in found
        if (path.is_dir() and path.relative_to(ROOT).as_posix() in DATA)
        or (path.is_file() and not path.name.startswith("test_"))
    ]


def _is_kept(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return not any(part.startswith(".") or part == "__pycache__" for part in parts)


def _data_of(path: Path) -> bool:
    name = f"{path.relative_to(ROOT).as_posix()}/"
    return any(name.startswith(f"{data}/") for data in DATA)


def _comment(text: str) -> str:
    """The first lines of a file that are comments of SQL, TOML, YAML or a shell."""
    lines = [line for line in text.splitlines() if not line.startswith("#!")]
    found = []
    for line in lines:
        sign = re.match(r"(?:--|#)(?:\s+(?=\S)|$)", line)
        if not sign or len(line) == sign.end():
            break
        found.append(line[sign.end() :])
    return " ".join(found)


def _first_sentence(said: str) -> str:
    found = re.match(r".*?(?:[.:](?=\s+[A-Z`])|$)", said)
    sentence = found[0] if found else ""
    return f"{sentence.rstrip(':.,')}." if sentence else ""


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
