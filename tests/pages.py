"""What the pages of the documentation show: commands, questions in SQL, links, files of ours."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "deploy" / "RUNBOOK.md",
    ROOT / "benchmarks" / "README.md",
)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
#: Lines that are code because they are indented, after an empty line.
_INDENTED = re.compile(r"(?<=\n\n)(?: {4,}\S.*\n)+", re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")
_PROGRAMS = ("newswell", "make", "python", "pip")
_ROOMS = "schemas|sources|extractors|dedup|warehouse|flows|tests|deploy|benchmarks|docs"


def fences(text: str, language: str) -> list[str]:
    """The blocks of code in a language; "" for those that name none."""
    return [block for kind, block in _FENCE.findall(text) if kind == language]


def command_lines(text: str) -> list[str]:
    """The commands that a page shows in blocks, without their comments, in order."""
    found = [*_FENCE.finditer(text), *_INDENTED.finditer(_without_fences(text))]
    blocks = [one[2] for one in found if one.re is _FENCE and one[1] == "sh"]
    blocks += [one[0] for one in found if one.re is _INDENTED and _begins_with(one[0], _PROGRAMS)]
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    words = [shlex.split(line, comments=True) for line in lines]
    return [shlex.join(one) for one in words if one]


def mentioned_commands(text: str) -> Iterator[str]:
    """The commands that a page names within its sentences and tables.

    What follows them in a table's cell and begins with -- belongs to them.
    """
    for cell in re.split(r"\n\n|\n(?=[-#])|\|", _without_fences(text)):
        command = ""
        for code in _INLINE.findall(cell):
            if code.split()[0] in _PROGRAMS:
                command = code
                yield command
            elif command and code.startswith(("--", "[--")):
                yield f"{' '.join(re.findall(r'^newswell(?: sources)? [a-z]+', command))} {code}"


def questions(text: str) -> list[str]:
    """The questions in SQL that a page shows in blocks."""
    blocks = [one.strip() for block in fences(text, "sql") for one in _statements(block)]
    indented = _INDENTED.findall(_without_fences(text))
    return blocks + [one for one in indented if _begins_with(one, ("SELECT", "FROM"))]


def named_files(text: str) -> set[tuple[str, str]]:
    """Files of ours that a page names in code, each with a name in it, or ""."""
    found = re.findall(rf"`((?:{_ROOMS})/[\w./-]+)(?:: (\w+))?`", text)
    return {(path, name) for path, name in found if "..." not in path and "NNNN" not in path}


def links(text: str) -> list[tuple[str, str]]:
    """The links to files of ours: path ("" for the page itself) and heading, or ""."""
    found = re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)", _without_fences(text))
    return [(path, heading) for path, heading in found]


def headings(page: Path) -> set[str]:
    """What the headings of a page are called in links to them."""
    lines = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in lines}


def _statements(block: str) -> list[str]:
    """The statements of a block; each may be followed by a comment."""
    bare = re.sub(r"\s*--.*", "", block)
    return [one for one in bare.split(";") if one.strip()]


def _without_fences(text: str) -> str:
    return _FENCE.sub("", text)


def _begins_with(block: str, words: tuple[str, ...]) -> bool:
    return block.split(maxsplit=1)[0] in words
