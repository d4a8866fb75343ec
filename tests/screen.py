"""The picture in README: what `newswell demo` shows in a terminal, as an SVG.

    python -m tests.screen

runs it and writes `docs/demo.svg` anew. The picture needs no font of its own and no address.
"""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import tempfile
from html import unescape
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.conftest import ROOT

PICTURE = ROOT / "docs" / "demo.svg"
#: Characters a line: what a page shows without making them too small to read.
_WIDTH = 100
#: The question that is on the screen no more: what fits shows two of the four.
_CUT = "\nWhat do several papers tell of?"
_PAPER, _INK = (250, 250, 247), (40, 42, 46)
# the commands print in bold, and in no other colour
_THEME = TerminalTheme(_PAPER, _INK, [_INK] * 8)
_WIDE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff00-\uff60]+")
_LENGTH = re.compile(r'textLength="([\d.]+)"([^>]*)>([^<]+)<')
_FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width;
}}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def demo_screen(folder: Path) -> str:
    """What `newswell demo` writes to a terminal, up to the end of the second answer."""
    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSWELL_")}
    with subprocess.Popen(
        [sys.executable, "-c", "from flows.cli import main; main()", "demo"],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "COLUMNS": str(_WIDTH), "TERM": "xterm-256color"},
        stdout=theirs,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(theirs)
        written = _read_all(ours)
        os.close(ours)
        told = process.communicate()[1].decode()
    if process.returncode:
        raise RuntimeError(f"newswell demo: exit code {process.returncode}: {told}")
    shown = written.decode().replace("\r\n", "\n").partition(_CUT)[0]
    return f"$ newswell demo\n{shown}"


def picture(shown: str) -> str:
    """A terminal that shows this, as an SVG."""
    console = Console(
        record=True,
        width=_WIDTH,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
    )
    text = Text.from_ansi(shown)
    # signs of double width stand apart, so that what follows them keeps its column
    text.highlight_regex(_WIDE, "not italic")
    console.print(text)
    drawn = console.export_svg(
        title="newswell", theme=_THEME, code_format=_FORMAT, unique_id="screen"
    )
    stretched = _LENGTH.sub(_stretch, drawn)
    return "\n".join(line.rstrip() for line in stretched.splitlines()) + "\n"


def words(drawn: str) -> list[str]:
    """The lines of a picture, without the spaces that only align them."""
    lines: dict[str, list[str]] = {}
    for height, text in re.findall(r'<text [^>]*? y="([\d.]+)"[^>]*>(.*?)</text>', drawn):
        lines.setdefault(height, []).append(unescape(text))
    return [" ".join("".join(parts).split()) for parts in lines.values()]


def _stretch(found: re.Match[str]) -> str:
    """A piece of text as wide as a terminal shows it: rich counts signs, not columns."""
    length, rest, text = found.groups()
    plain = unescape(text)
    wide = float(length) * cell_len(plain) / len(plain)
    return f'textLength="{wide:g}"{rest}>{text}<'


def _read_all(terminal: int) -> bytes:
    """Everything until the last process that writes to the terminal has ended."""
    read = b""
    try:
        while piece := os.read(terminal, 65_536):
            read += piece
    except OSError:
        pass  # Linux's way of saying that nobody is on the other side any more
    return read


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        PICTURE.write_text(picture(demo_screen(Path(place))), encoding="utf-8")
