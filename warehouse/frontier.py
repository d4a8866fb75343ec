"""The frontier: which addresses are known, which are due, and what is kept of their servers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from schemas.address import canonical_url
from schemas.candidate import Candidate
from schemas.fetching import RobotsFile
from schemas.records import CandidateRow, FeedRow, PollRow, RobotsRow
from schemas.rejection import Reason
from warehouse.connect import Connection
from warehouse.rows import listed, merge, read_rows
from warehouse.tombstones import Origin, taken_down

#: Pages of one source in one run: more is a backfill, and the rest is due next time.
MOST_DUE = 2_000

#: What a candidate changes of the row of its address, if anything.
Retell = Callable[[CandidateRow, Candidate], CandidateRow | None]


def enter(
    connection: Connection,
    candidates: Sequence[Candidate],
    now: datetime,
    retell: Retell = lambda _row, _candidate: None,
    *,
    is_due: bool = True,
) -> Counter[str]:
    """Enters the candidates whose address is not known yet as waiting and due; says how many
    of each source those were.

    Addresses with one canonical form are one: the first spelling is the one that is asked.
    Rows of addresses that are known become what `retell` makes of them, candidate by candidate.
    Unless `is_due`, no poll asks for them: a backfill does, and news need not wait behind it.
    """
    said: dict[str, list[Candidate]] = {}
    for one in candidates:
        said.setdefault(canonical_url(one.url), []).append(one)
    sql = """SELECT * FROM ops.candidates
        WHERE canonical_url IN (SELECT unnest(?::JSON::VARCHAR[]))"""
    known = read_rows(CandidateRow, connection, sql, [listed(said)])
    told = [
        (row, _retell(row, said[str(row.canonical_url)], retell))
        for row in known
        if row.fate != "forgotten"
    ]
    merge(connection, "ops.candidates", [new for old, new in told if new != old], on=["url"])
    fresh = {address: first for address, (first, *_) in said.items()}
    for row in known:
        fresh.pop(str(row.canonical_url), None)
    rows = [
        CandidateRow(
            url=one.url,
            source_id=one.source_id,
            fate="waiting",
            reason=Reason.DISCOVERED,
            article_id=None,
            document_id=None,
            discovered_at=one.discovered_at,
            since=now,
            canonical_url=address,
            hints=one.hints,
            attempts=0,
            looks=0,
            next_at=now if is_due else None,
        )
        for address, one in fresh.items()
    ]
    rows = _without_taken_down(connection, rows)
    # an address that a web archive brought is known by its spelling alone, and it has a fate
    merge(connection, "ops.candidates", rows, on=["url"], keep=_KEPT_OF_LOADED)
    return Counter(row.source_id for row in rows)


def _retell(row: CandidateRow, said: Iterable[Candidate], retell: Retell) -> CandidateRow:
    for one in said:
        row = retell(row, one) or row
    return row


def _without_taken_down(connection: Connection, rows: Sequence[CandidateRow]) -> list[CandidateRow]:
    """The rows, of which those that were taken down are never asked for."""
    origins = [Origin(urls=(row.url,), source_id=row.source_id) for row in rows]
    gone = taken_down(connection, origins)
    changes = {"fate": "forgotten", "reason": Reason.TAKEN_DOWN, "hints": None, "next_at": None}
    return [
        row.model_copy(update=changes) if number in gone else row for number, row in enumerate(rows)
    ]


_KEPT_OF_LOADED = ("article_id", "document_id", "discovered_at", "fate", "reason", "since")


def due(
    connection: Connection, source_ids: Iterable[str], now: datetime
) -> dict[str, list[CandidateRow]]:
    """The addresses of each source whose time has come, the longest waiting first."""
    sql = """SELECT * FROM ops.candidates
        WHERE source_id IN (SELECT unnest(?::JSON::VARCHAR[])) AND next_at <= ?
            AND fate <> 'forgotten'
        QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY looks, next_at, url) <= ?
        ORDER BY looks, next_at, url"""
    found: dict[str, list[CandidateRow]] = {one: [] for one in source_ids}
    for row in read_rows(CandidateRow, connection, sql, [listed(found), now, MOST_DUE]):
        found[row.source_id].append(row)
    return found


def plan(
    connection: Connection, source_ids: Sequence[str], now: datetime, *, everything: bool
) -> dict[str, dict[str, FeedRow] | None]:
    """The sources that have something to do, with what is kept of their feeds.

    None instead of feeds: it is not their time, but addresses of theirs are due.
    """
    known = polls(connection)
    left = {
        source_id
        for (source_id,) in connection.execute(
            "SELECT DISTINCT source_id FROM ops.candidates WHERE next_at <= ?", [now]
        ).fetchall()
    }
    plans: dict[str, dict[str, FeedRow] | None] = {}
    for source_id in source_ids:
        poll = known.get(source_id)
        if everything or poll is None or poll.next_at <= now:
            plans[source_id] = feeds(connection, source_id)
        elif source_id in left:
            plans[source_id] = None
    return plans


def feeds(connection: Connection, source_id: str) -> dict[str, FeedRow]:
    """What is kept of a source's feeds and sitemaps, by address."""
    rows = read_rows(
        FeedRow, connection, "SELECT * FROM ops.feeds WHERE source_id = ?", [source_id]
    )
    return {row.url: row for row in rows}


def polls(connection: Connection) -> dict[str, PollRow]:
    """When each source was asked and is due, by source."""
    return {row.source_id: row for row in read_rows(PollRow, connection, "SELECT * FROM ops.polls")}


def robots(connection: Connection, now: datetime) -> list[RobotsFile]:
    """The robots.txt files that are still fresh."""
    rows = read_rows(RobotsRow, connection, "SELECT * FROM ops.robots WHERE expires_at > ?", [now])
    return [row.file for row in rows]


def write_feeds(connection: Connection, rows: Sequence[FeedRow]) -> None:
    """Feeds and sitemaps as they were answered last."""
    merge(connection, "ops.feeds", rows, on=["url", "source_id"])


def write_polls(connection: Connection, rows: Sequence[PollRow]) -> None:
    """Sources' rhythms after a poll."""
    merge(connection, "ops.polls", rows, on=["source_id"])


def write_robots(connection: Connection, found: Iterable[RobotsFile]) -> None:
    """The robots.txt files that were asked for."""
    rows = [RobotsRow(origin=one.origin, file=one, expires_at=one.expires_at) for one in found]
    merge(connection, "ops.robots", rows, on=["origin"])


def mark_gone(connection: Connection, urls: Sequence[str], now: datetime) -> None:
    """Notes that the articles behind these addresses were taken away by their publisher."""
    if urls:
        connection.execute(
            """UPDATE articles SET status = 'gone', last_seen_at = greatest(last_seen_at, ?)
            WHERE article_id IN (SELECT article_id FROM ops.candidates
                WHERE url IN (SELECT unnest(?::JSON::VARCHAR[])))""",
            [now, listed(urls)],
        )
