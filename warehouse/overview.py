"""What a reader of a report wants to see of a warehouse, asked in one go."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from schemas.model import Frozen
from warehouse.connect import Connection
from warehouse.query import read
from warehouse.rows import listed

#: A row as JSON has it: column -> value.
Record = dict[str, Any]

#: The latest of each, as many as a page that is read can hold.
_MOST_STORIES, _MOST_THREADS, _MOST_EDITS, _MOST_RUNS = 15, 10, 20, 10
#: An outlet east of us, or a clock that is off, dates an article into tomorrow; what lies
#: further ahead is a wrong date and would stretch the time line.
_TOMORROW = timedelta(days=1)

_TOTALS = """SELECT count(*) AS articles,
    count(*) FILTER (duplicate_of IS NULL) AS unique_articles,
    count(DISTINCT publisher) AS publishers,
    count(*) FILTER (published_on IS NULL) AS undated,
    (SELECT count(*) FROM stories WHERE article_count > 1) AS stories,
    (SELECT count(*) FROM threads WHERE story_count > 1) AS threads,
    (SELECT count(*) FROM edits) AS edits,
    (SELECT count(*) FROM rejects) AS rejects FROM articles"""
_LAST_DAY = "SELECT max(day) FROM daily_coverage WHERE day <= ?::DATE"
_COVERAGE = """SELECT day, source_id, sum(articles)::BIGINT AS articles FROM daily_coverage
    WHERE day BETWEEN ?::DATE AND ?::DATE GROUP BY ALL ORDER BY day, source_id"""
_HEALTH = """SELECT source_id, publisher, articles, duplicates, undated, rejected, failed, waiting,
    last_published_at, last_new_at, failing_since, failing_reason, failing_detail
    FROM source_health ORDER BY failing_since NULLS LAST, articles DESC, source_id"""
_STORIES = """SELECT story_id, label, keywords, article_count, publisher_count,
    first_published_at, last_published_at FROM stories WHERE article_count > 1
    ORDER BY last_published_at DESC NULLS LAST, article_count DESC, story_id LIMIT ?"""
_ARTICLES = """SELECT story_id, title, url, publisher, source_id, duplicate_of,
    coalesce(published_at, published_on::TIMESTAMPTZ) AS published_at
    FROM articles WHERE story_id IN (SELECT unnest(?::JSON::UUID[]))
    ORDER BY coalesce(published_at, published_on::TIMESTAMPTZ) NULLS LAST, article_id"""
_THREADS = """SELECT thread_id, label, keywords, story_count, article_count,
    first_published_at, last_published_at FROM threads WHERE story_count > 1
    ORDER BY last_published_at DESC NULLS LAST, thread_id LIMIT ?"""
_THREAD_STORIES = """SELECT thread_id, label, article_count, publisher_count, first_published_at
    FROM stories WHERE thread_id IN (SELECT unnest(?::JSON::UUID[]))
    ORDER BY first_published_at NULLS LAST, story_id"""
_EDITS = """SELECT url, publisher, version, changed_at, change, old_title, title, old_body, body
    FROM edits ORDER BY changed_at DESC, article_id, version LIMIT ?"""
_REJECTS = """SELECT reason, stage, count(*) AS rejects, count(DISTINCT source_id) AS sources,
    arg_max(url, rejected_at) AS example, arg_max(detail, rejected_at) AS detail
    FROM rejects GROUP BY ALL ORDER BY rejects DESC, reason, stage"""
_RUNS = """SELECT started_at, kind, status, round(seconds, 1) AS seconds, discovered, stored,
    new_versions, unchanged, rejected, failed, waiting FROM runs
    ORDER BY started_at DESC LIMIT ?"""


class Overview(Frozen):
    """A warehouse at a glance; each list holds rows as `Answer.records` gives them.

    `since` and `until` are the first and last day of `coverage` (the publishers' own days);
    None where no article has a date.
    """

    since: date | None
    until: date | None
    totals: Record
    coverage: list[Record]
    health: list[Record]
    stories: list[Record]
    story_articles: list[Record]
    threads: list[Record]
    thread_stories: list[Record]
    edits: list[Record]
    rejects: list[Record]
    runs: list[Record]


def read_overview(connection: Connection, now: datetime, days: int) -> Overview:
    """The overview, with the coverage of the last `days` days that have articles."""

    def rows(sql: str, *parameters: object) -> list[Record]:
        return read(connection, sql, parameters).records()

    last = connection.execute(_LAST_DAY, [(now + _TOMORROW).date()]).fetchone()
    until: date | None = last[0] if last else None
    since = until - timedelta(days=days - 1) if until else None
    stories, threads = rows(_STORIES, _MOST_STORIES), rows(_THREADS, _MOST_THREADS)
    return Overview(
        since=since,
        until=until,
        totals=rows(_TOTALS)[0],
        coverage=rows(_COVERAGE, since, until),
        health=rows(_HEALTH),
        stories=stories,
        story_articles=rows(_ARTICLES, listed(one["story_id"] for one in stories)),
        threads=threads,
        thread_stories=rows(_THREAD_STORIES, listed(one["thread_id"] for one in threads)),
        edits=rows(_EDITS, _MOST_EDITS),
        rejects=rows(_REJECTS),
        runs=rows(_RUNS, _MOST_RUNS),
    )
