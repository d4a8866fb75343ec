"""The page of SQL examples: its queries, and the answers that it shows.

    python -m tests.sql_page

writes the answers anew, from the sample newsroom as it is loaded here.
"""

from __future__ import annotations

import re
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.loading import run_load
from schemas.settings import Settings
from sources.newsroom import later_folder, outlets_folder
from tests.invented import settings_in
from warehouse.query import Answer, query, spell

PAGE = Path(__file__).parent.parent / "docs" / "sql.md"
#: When the outlets' files are loaded, and how much later what the editors changed.
COLLECTED = datetime(2026, 5, 2, 12, tzinfo=UTC)
LATER = timedelta(days=40)

_EXAMPLE = re.compile(r"```sql\n(?P<sql>.*?)\n```\n(?:\n(?P<shown>\|.*?\|\n)(?!\|))?", re.DOTALL)


def load_newsroom(folder: Path) -> Settings:
    """The sample newsroom in both editions, each outlet as a source, at fixed times."""
    settings = settings_in(folder)
    for number, edition in enumerate((outlets_folder(), later_folder())):
        for outlet in sorted(path for path in edition.iterdir() if path.is_dir()):
            moment = COLLECTED + number * LATER
            run_load(settings, [str(outlet)], source_id=outlet.name, clock=lambda at=moment: at)
    return settings


def examples(text: str) -> list[tuple[str, str]]:
    """Each query of the page and the answer that it shows."""
    return [(found["sql"], found["shown"] or "") for found in _EXAMPLE.finditer(text)]


def shown(answer: Answer) -> str:
    """An answer as the page shows it."""
    cells = [[_cell(value) for value in row] for row in answer.rows]
    lines = [list(answer.columns), ["---"] * len(answer.columns), *cells]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def rewritten(text: str, settings: Settings) -> str:
    """The page with its answers as they are."""

    def example(found: re.Match[str]) -> str:
        answer = query(settings.published_path, found["sql"])
        return f"```sql\n{found['sql']}\n```\n\n{shown(answer)}"

    return _EXAMPLE.sub(example, text)


def _cell(value: object) -> str:
    return " ".join(spell(value).replace("|", "\\|").split())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        page = rewritten(PAGE.read_text(encoding="utf-8"), load_newsroom(Path(place)))
    PAGE.write_text(page, encoding="utf-8")
