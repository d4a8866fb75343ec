"""What was published on which day, as lists say, and what of it is still to be fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from schemas.records import CandidateRow, ListingRow, SurveyRow
from warehouse.connect import Connection
from warehouse.rows import listed, merge, read_rows

#: What was never asked, or failed: a refusal stands, and a server that asked for time gets it.
_OPEN = "(fate = 'failed' OR (fate = 'waiting' AND (next_at IS NULL OR next_at <= ?)))"


def surveyed_days(connection: Connection, source_id: str) -> dict[date, datetime]:
    """The days whose lists were read without trouble, and when."""
    found = connection.execute(
        "SELECT day, asked_at FROM ops.surveys WHERE source_id = ? AND reason IS NULL", [source_id]
    ).fetchall()
    return dict(found)


def write_survey(
    connection: Connection, days: Sequence[SurveyRow], listings: Sequence[ListingRow]
) -> None:
    """The days whose lists were read, and what these name; what they named before stays."""
    merge(connection, "ops.surveys", days, on=["source_id", "day"])
    # an address has one day of a source: the one that was said last
    merge(connection, "ops.listings", listings, on=["source_id", "canonical_url"])


def open_listings(
    connection: Connection, days: tuple[str, date, date], after: str, now: datetime, most: int
) -> list[CandidateRow]:
    """What is to be fetched of a source's days, in the order of the addresses after one."""
    source_id, first, last = days
    sql = f"""SELECT candidates.* FROM ops.candidates WHERE canonical_url IN (
            SELECT canonical_url FROM ops.listings
            WHERE source_id = ? AND day BETWEEN ? AND ?)
        AND url > ? AND {_OPEN} ORDER BY url LIMIT ?"""
    return read_rows(CandidateRow, connection, sql, [source_id, first, last, after, now, most])


def count_open(connection: Connection, days: tuple[str, date, date], now: datetime) -> int:
    """How much is to be fetched of a source's days."""
    source_id, first, last = days
    row = connection.execute(
        f"""SELECT count(*) FROM ops.candidates WHERE canonical_url IN (
            SELECT canonical_url FROM ops.listings
            WHERE source_id = ? AND day BETWEEN ? AND ?) AND {_OPEN}""",
        [source_id, first, last, now],
    ).fetchone()
    return int(row[0]) if row else 0


def open_addresses(
    connection: Connection, addresses: Sequence[str], now: datetime
) -> list[CandidateRow]:
    """Which of these canonical addresses are to be fetched; hosts come mixed."""
    sql = f"""SELECT * FROM ops.candidates
        WHERE canonical_url IN (SELECT unnest(?::JSON::VARCHAR[])) AND {_OPEN}
        ORDER BY md5(url)"""
    return read_rows(CandidateRow, connection, sql, [listed(addresses), now])
