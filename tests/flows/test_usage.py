"""What the command line says of itself: help, and completion in the shell."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.invocation import Newswell

ROOT = Path(__file__).parent.parent.parent
CONFIG = '[[sources]]\nid = "gazette"\n[[sources]]\nid = "courier"\n'


def commands(shown: str) -> list[str]:
    """The names under "Commands:"."""
    _, _, listed = shown.partition("Commands:\n")
    listed, _, _ = listed.partition("\n\n")
    return re.findall(r"^  (\w+) ", listed, flags=re.MULTILINE)


def test_help_is_whole_at_every_level(newswell: Newswell) -> None:
    top = newswell("--help").out
    assert {"init", "sources"} < {*commands(top)}
    levels = [[], ["sources"], *([one] for one in commands(top))]
    levels += [["sources", one] for one in commands(newswell("sources", "--help").out)]
    for level in levels:
        told = newswell(*level, "--help")
        assert told.code == 0
        # no line is cut off, and nothing is called by its type in Python
        _, _, said = told.out.partition("\n")
        assert "..." not in said, said
        assert not re.search(r"<\w|\{\w|\[\[", told.out), told.out


def test_usage_is_as_people_write_it(newswell: Newswell) -> None:
    assert "Usage: newswell load [OPTIONS] PATH...\n" in newswell("load", "--help").out
    assert "Usage: newswell ingest [OPTIONS] [SOURCE]...\n" in newswell("ingest", "--help").out
    assert "Usage: newswell query [OPTIONS] SQL\n" in newswell("query", "--help").out
    assert "Missing argument 'PATH'" in newswell("load").err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_offered_commands_and_sources(
    newswell: Newswell, tmp_path: Path, shell: str
) -> None:
    (tmp_path / "newswell.toml").write_text(CONFIG)
    below = tmp_path / "below"
    below.mkdir()

    def offered(line: str) -> str:
        return newswell(
            cwd=below,
            _NEWSWELL_COMPLETE=f"complete_{shell}",
            COMP_WORDS=line,
            COMP_CWORD=str(len(line.split(" ")) - 1),
            _TYPER_COMPLETE_ARGS=line,
            _TYPER_COMPLETE_FISH_ACTION="get-args",
        ).out

    assert "reextract" in offered("newswell re")
    assert "check" in offered("newswell sources ")
    for line in ("ingest ", "load --source ", "sources check ", "forget --json --source "):
        assert "gazette" in offered(f"newswell {line}")
    assert "courier" not in offered("newswell ingest gaz")
    elsewhere = tmp_path / "other.toml"
    elsewhere.write_text(CONFIG.replace("gazette", "herald"))
    assert "herald" in offered(f"newswell --config {elsewhere} ingest ")
    (tmp_path / "newswell.toml").write_text("[[sources]")
    assert "gazette" not in offered("newswell ingest ")


def test_the_script_for_bash_completes(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not here")
    program = tmp_path / "newswell"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from flows.cli import main\nmain()\n"
    )
    program.chmod(0o755)
    asked = """PATH="$PWD:$PATH"
        script=$(newswell --show-completion)
        eval "$script"
        COMP_WORDS=(newswell sources ch) COMP_CWORD=2
        _newswell_completion newswell
        echo "${COMPREPLY[@]}"
    """
    done = subprocess.run(
        [bash, "--norc", "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "check\n"
