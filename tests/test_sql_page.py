"""The page of SQL examples shows what its queries answer."""

from __future__ import annotations

import pytest

from schemas.settings import Settings
from tests.sql_page import PAGE, examples, load_newsroom, shown
from warehouse.migrate import views
from warehouse.query import query

TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = examples(TEXT)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_newsroom(tmp_path_factory.mktemp("newsroom"))


def test_the_page_has_examples_of_every_question() -> None:
    assert len(EXAMPLES) == TEXT.count("```sql") >= 9
    for view in {*views()} - {"source_health", "story_timeline", "unique_articles"}:
        assert f"`{view}`" in TEXT


@pytest.mark.parametrize(("sql", "answer"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_a_query_answers_as_the_page_says(settings: Settings, sql: str, answer: str) -> None:
    found = query(settings.published_path, sql)
    assert found.rows
    assert shown(found) == answer, "`python -m tests.sql_page` writes the page's answers anew"
