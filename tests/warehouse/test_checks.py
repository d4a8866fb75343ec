from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.invented import extraction, rejection, settings_in, store
from warehouse.checks import CHECKS, run_checks
from warehouse.connect import Connection, open_warehouse

# What breaks each check, in a warehouse of two articles with one text, one that was edited,
# one story and one rejection. `double` repeats a row of a table.
DOUBLED = (
    "articles",
    "article_versions",
    "duplicates",
    "stories",
    "threads",
    "sources",
    "runs",
    "fetches",
    "rejects",
    "boilerplate",
    "story_ids",
    "ops.article_terms",
    "ops.article_links",
    "ops.story_terms",
    "ops.story_links",
    "ops.candidates",
    "ops.fingerprints",
    "ops.links",
    "ops.texts",
)
NOWHERE = "'00000000-0000-0000-0000-000000000001'"
DANGLING = (
    "articles.document_id",
    "articles.duplicate_of",
    "articles.source_id",
    "articles.article_id",
    "articles.story_id",
    "stories.thread_id",
    "ops.article_terms.article_id",
    "ops.article_links.one",
    "ops.article_links.two",
    "ops.story_terms.story_id",
    "ops.story_links.one",
    "ops.story_links.two",
    "article_versions.article_id",
    "article_versions.document_id",
    "fetches.article_id",
    "fetches.run_id",
    "rejects.run_id",
    "ops.fingerprints.article_id",
    "ops.candidates.article_id",
    "ops.links.smaller",
    "ops.links.larger",
    "ops.rereadings.document_id",
    "ops.rereadings.run_id",
)
BROKEN = {
    "a duplicate refers to an article that is none itself": (
        "UPDATE articles SET duplicate_of = article_id WHERE duplicate_of IS NOT NULL"
    ),
    "articles and duplicates agree": "DELETE FROM duplicates",
    "an article's text is that of its last version": (
        "UPDATE article_versions SET title = NULL WHERE valid_to IS NULL"
    ),
    "versions count from 1 without a gap, and each begins where the last one ended": (
        "UPDATE article_versions SET valid_to = valid_to + INTERVAL 1 SECOND"
    ),
    "an article's fingerprint is that of its last version": (
        "UPDATE ops.fingerprints SET content_hash = uuid()"
    ),
    "an exact duplicate has the words of the article that it repeats": (
        "UPDATE ops.fingerprints SET body_hash = uuid()"
    ),
    "equal bodies are one group": "UPDATE articles SET duplicate_of = NULL",
    "every stored address has its article, every other one its reason": (
        "UPDATE ops.candidates SET reason = NULL"
    ),
    "every rejected or failed address says why in rejects": "DELETE FROM rejects",
    "every ops.candidates.url is found by its hash": "UPDATE ops.candidates SET url_hash = NULL",
    "every fetches.url is found by its hash": "UPDATE fetches SET url_hash = 1",
    "every fetches.requested_url is found by its hash": "UPDATE fetches SET requested_url = ''",
    "nothing that was forgotten is there": (
        "UPDATE ops.candidates SET fate = 'forgotten', reason = 'taken-down' WHERE fate = 'stored'"
    ),
    "nothing repeats what is itself a repetition": (
        "UPDATE duplicates SET duplicate_of = article_id"
    ),
    "every body is entered among the texts, and no other text is": (
        "UPDATE ops.texts SET text_id = uuid()"
    ),
    "no two texts have one number": "UPDATE ops.texts SET number = 1",
    "no shingle waits for a text of its number": "DELETE FROM ops.texts",
    "a near-duplicate is tied to the group that it is in": "DELETE FROM ops.links",
    "a story has the articles that it counts": "UPDATE stories SET article_count = 9",
    "a thread has the stories that it counts": "UPDATE threads SET story_count = 9",
    "a duplicate is in the story of what it repeats": (
        "UPDATE articles SET story_id = uuid() WHERE duplicate_of IS NOT NULL"
    ),
    "every former id of a story or thread leads to one that is there": (
        "UPDATE story_ids SET current_id = uuid()"
    ),
    "the sums of every run agree": "UPDATE runs SET stored = stored + 1",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    settings = settings_in(folder)
    pages = [extraction(name, captured=1, published=1) for name in "ab"]
    more = "The captain of the tug went home."
    pages.append(extraction("e", captured=1, published=5, more=more))
    store(settings, [*pages, extraction("c", "other", captured=1), rejection("d")])
    store(settings, [extraction("c", "edited", captured=5)])
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        for table in ("stories", "threads", "ops.story_terms", "ops.article_links"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute(f"INSERT INTO threads VALUES ({NOWHERE}, 'Ferry', [], NULL, NULL, 1, 4)")
        connection.execute(
            f"INSERT INTO stories VALUES ({NOWHERE}, {NOWHERE}, 'Ferry', [], NULL, NULL, 4, 1)"
        )
        connection.execute(f"UPDATE articles SET story_id = {NOWHERE}")
        connection.execute(f"INSERT INTO ops.story_terms VALUES ({NOWHERE}, 'en', [1], [1], [255])")
        connection.execute(f"INSERT INTO ops.story_links VALUES ({NOWHERE}, {NOWHERE}, 0.5)")
        connection.execute(
            """INSERT INTO ops.article_links SELECT min(article_id), max(article_id), 0.5
            FROM ops.article_terms"""
        )
        connection.execute(
            f"INSERT INTO story_ids VALUES ('story', uuid(), {NOWHERE}, 'merged', now())"
        )
        connection.execute("INSERT INTO boilerplate VALUES ('A', 'b', 10, now(), now(), now())")
        connection.execute("CHECKPOINT")
    return folder


@pytest.fixture
def connection(folder: Path) -> Iterator[Connection]:
    settings = settings_in(folder)
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


def broken(connection: Connection) -> dict[str, int]:
    return {finding.name: finding.count for finding in run_checks(connection)}


def test_a_sound_warehouse_has_nothing_to_find(connection: Connection) -> None:
    assert broken(connection) == {}


@pytest.mark.parametrize("table", DOUBLED)
def test_a_row_that_is_there_twice_is_found(connection: Connection, table: str) -> None:
    connection.execute(f"INSERT INTO {table} FROM {table} LIMIT 1")
    found = [name for name in broken(connection) if name.startswith(f"{table} has one row a ")]
    assert len(found) == 1


@pytest.mark.parametrize("place", DANGLING)
def test_a_reference_to_nothing_is_found(connection: Connection, place: str) -> None:
    table, column = place.rsplit(".", 1)
    connection.execute(
        """INSERT INTO ops.rereadings SELECT document_id, article_id, seen_at, content_hash,
            body_hash, NULL, '', run_id FROM fetches"""
    )
    key = f"(SELECT min({column}) FROM {table})"
    other = NOWHERE.replace("1'", "2'")
    connection.execute(f"UPDATE {table} SET {column} = {other} WHERE {column} = {key}")
    found = {
        name: count
        for name, count in broken(connection).items()
        if name.startswith(f"every {place} is found in ")
    }
    assert list(found.values()) == [
        connection.execute(f"SELECT count(*) FROM {table} WHERE {column} = {other}").fetchone()[0]  # type: ignore[index]
    ]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_promise_is_found(connection: Connection, name: str) -> None:
    connection.execute(BROKEN[name])
    assert name in broken(connection)


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        (
            "a version is missing",
            "DELETE FROM article_versions WHERE version = 1 AND valid_to IS NOT NULL",
        ),
        ("a version is missing", "DELETE FROM article_versions WHERE valid_to IS NULL"),
        ("an article is missing", "DELETE FROM articles WHERE duplicate_of IS NULL"),
        ("a fingerprint is missing", "DELETE FROM ops.fingerprints"),
        ("a source is missing", "DELETE FROM sources"),
        ("a run is missing", "DELETE FROM runs"),
        (
            "a duplicate of nothing",
            f"INSERT INTO duplicates VALUES ({NOWHERE}, {NOWHERE}, 'exact', 1, '', now())",
        ),
        ("a stored address without its article", "UPDATE ops.candidates SET article_id = NULL"),
        ("a stored address with a reason", "UPDATE ops.candidates SET reason = 'why'"),
        ("another reason than in rejects", "UPDATE rejects SET reason = 'other'"),
    ],
)
def test_other_damage_is_found(connection: Connection, name: str, sql: str) -> None:
    del name
    connection.execute(sql)
    assert broken(connection)


def test_each_check_has_a_test_that_breaks_it() -> None:
    proven = {*BROKEN}
    for check in CHECKS:
        table = check.name.split(" has one row a ")[0]
        place = check.name.removeprefix("every ").split(" is found in ")[0]
        assert check.name in proven or table in DOUBLED or place in DANGLING


def test_a_finding_shows_an_example_and_what_to_do(connection: Connection) -> None:
    connection.execute(BROKEN["the sums of every run agree"])
    (finding,) = run_checks(connection)
    assert finding.count == 2
    assert len(finding.example) == 36
    assert finding.advice
