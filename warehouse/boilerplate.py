"""Paragraphs that publishers repeat: counted, kept, and looked up for a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from uuid import UUID

from schemas.records import BoilerplateRow, LearningRow
from schemas.repetition import Repetition
from warehouse.connect import Connection
from warehouse.rows import listed, merge

#: A publisher's latest articles that are looked at: a template changes, and the bodies of so
#: many are read in a tenth of a second.
_WINDOW = 300
#: Publishers whose articles are counted at once: some 15,000 bodies, 50 MB.
_AT_ONCE = 50

_COUNT = """
WITH recent AS (
    SELECT article_id FROM articles WHERE publisher IN (SELECT unnest(?::JSON::VARCHAR[]))
    QUALIFY row_number() OVER (PARTITION BY publisher ORDER BY first_seen_at DESC, article_id) <= ?
), told AS (
    SELECT a.publisher, a.body, a.first_seen_at, a.last_seen_at,
        coalesce(a.published_on, a.first_seen_at::DATE) AS day,
        coalesce(s.thread_id, a.story_id, a.duplicate_of, a.article_id) AS matter
    FROM articles a JOIN recent USING (article_id) LEFT JOIN stories s USING (story_id)
), sizes AS (
    SELECT publisher, count(DISTINCT matter) AS of FROM told GROUP BY publisher
), lines AS (
    SELECT DISTINCT publisher, matter, day, first_seen_at, last_seen_at,
        unnest(string_split(body, chr(10) || chr(10))) AS line
    FROM told
)
SELECT publisher, trim(line, ' ' || chr(9) || chr(10) || chr(13)) AS paragraph,
    count(DISTINCT matter) AS matters, any_value(of), count(DISTINCT day),
    min(first_seen_at), max(last_seen_at)
FROM lines JOIN sizes USING (publisher)
WHERE length(line) >= ?
GROUP BY publisher, paragraph
HAVING matters >= ?
ORDER BY publisher, paragraph"""


def due_publishers(connection: Connection, run_id: UUID, least: int) -> dict[str, int]:
    """The run's publishers with so many more articles than when they were counted last, a tenth
    or `least`, and how many they have."""
    rows = connection.execute(
        """SELECT publisher, count(*) AS n, any_value(l.articles) AS before
        FROM articles LEFT JOIN ops.learning l USING (publisher)
        WHERE publisher IN (
            SELECT DISTINCT a.publisher FROM fetches f JOIN articles a USING (article_id)
            WHERE f.run_id = ?
        )
        GROUP BY publisher
        HAVING n >= coalesce(before, 0) + greatest(?, coalesce(before, 0) // 10)
        ORDER BY publisher""",
        [str(run_id), least],
    ).fetchall()
    return {publisher: count for publisher, count, _ in rows}


def repetitions(
    connection: Connection, publishers: Sequence[str], least_length: int, least_matters: int
) -> list[Repetition]:
    """The paragraphs that stand under so many of the publishers' latest articles."""
    found: list[Repetition] = []
    for start in range(0, len(publishers), _AT_ONCE):
        asked = listed(publishers[start : start + _AT_ONCE])
        rows = connection.execute(_COUNT, [asked, _WINDOW, least_length, least_matters]).fetchall()
        found += [
            Repetition(
                publisher=publisher,
                paragraph=paragraph,
                matters=matters,
                of=of,
                days=days,
                first_seen_at=first.astimezone(UTC),
                last_seen_at=last.astimezone(UTC),
            )
            for publisher, paragraph, matters, of, days, first, last in rows
        ]
    return found


def write_learned(
    connection: Connection,
    rows: Sequence[BoilerplateRow],
    counted: dict[str, int],
    now: datetime,
) -> None:
    """What was learned, and of how many articles; what is known already stays as it was learned."""
    keep = ["first_seen_at", "learned_at"]
    merge(connection, "boilerplate", rows, on=["publisher", "paragraph"], keep=keep)
    told = [
        LearningRow(publisher=publisher, articles=count, learned_at=now)
        for publisher, count in counted.items()
    ]
    merge(connection, "ops.learning", told, on=["publisher"])


def learned_paragraphs(
    connection: Connection, publishers: Collection[str]
) -> dict[str, frozenset[str]]:
    """The boilerplate of these publishers."""
    rows = connection.execute(
        """SELECT publisher, paragraph FROM boilerplate
        WHERE publisher IN (SELECT unnest(?::JSON::VARCHAR[]))""",
        [listed(publishers)],
    ).fetchall()
    found: dict[str, set[str]] = defaultdict(set)
    for publisher, paragraph in rows:
        found[publisher].add(paragraph)
    return {publisher: frozenset(lines) for publisher, lines in found.items()}
