"""Which texts are remembered for a hash: looked up in memory, or in SQL.

A join goes through all hashes of the days in question, millions where a day has thousands of
articles. A process that stores batch after batch keeps them sorted from one to the next instead,
and finds in them what a batch asks for in a tenth of the time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.records import LANDMARK
from warehouse.connect import Connection
from warehouse.rows import listed

#: Hashes that are looked for far and near: those below `LANDMARK`, and the others.
_FAR, _NEAR = "ops.landmarks", "ops.shingles"
TABLES = (_FAR, _NEAR)
#: One text in so many may be older than what is held, where all would be too much: its early days
#: are asked in SQL.
_FEW = 10
#: Days that are loaded besides those that are asked for: articles are looked at again for so long,
#: and the next batch may have an older one.
_EARLIER = 3
#: Later than any day.
_NEVER = 10**9
#: Rows that a process holds at most, of 12 bytes each: those of a fortnight's 70,000 texts, and the
#: landmarks of a million.
_MOST = 16_000_000
#: A run that is not so many times as long as the next one is joined with it: few are searched
#: then, and few times a row is moved.
_TIMES = 8


class Asked(NamedTuple):
    """The hashes of a text, and the day it is of, since 1970."""

    day: int
    hashes: NDArray[np.uint32]


class Rows(NamedTuple):
    """Rows of a table, as columns of one length."""

    hashes: NDArray[np.uint32]
    numbers: NDArray[np.int32]
    days: NDArray[np.int32]

    def at(self, places: NDArray[np.intp]) -> Rows:
        """The rows at these places."""
        return Rows(self.hashes[places], self.numbers[places], self.days[places])


class Mark(NamedTuple):
    """What tells one state of the texts from every other: how many, and a hash of all."""

    texts: int
    hashes: int

    def plus(self, other: Mark, sign: int) -> Mark:
        """With these texts, or without them."""
        return Mark(self.texts + sign * other.texts, self.hashes ^ other.hashes)


class Held(NamedTuple):
    """All rows of a table that are of a day or later, in runs that are sorted by hash."""

    since: int
    runs: list[Rows]


class Memory:
    """What a process holds of the hashes, inside of `remembering`.

    `is_kept` says whether an earlier transaction left it: rows that are asked for once are not
    worth loading.
    """

    def __init__(self, mark: Mark) -> None:
        self.mark = mark
        self.is_kept = False
        self._held: dict[str, Held] = {}
        self._gone: set[int] = set()
        self._refused: dict[str, int] = {}

    def holders(
        self, connection: Connection, asked: Sequence[Asked], near: int, far: int
    ) -> tuple[dict[int, list[int]], dict[int, int]]:
        """The numbers of the texts that are remembered for the hashes, in the order in which they
        came; and the day of each.

        They are at most `near` days before or after a text that has the hash or, where that is a
        landmark, `far` days.
        """
        found = []
        for table, days in ((_FAR, far), (_NEAR, near)):
            since = self._since(connection, table, asked, days)
            for first, last, hashes in _spans(asked, days):
                if last >= since:
                    some = _part(hashes, table)
                    span = max(first, since), last
                    found += [_search(run, some, *span) for run in self._held[table].runs]
            early = [one for one in asked if one.day - days < since]
            for first, last, hashes in _spans(early, days):
                span = first, min(last, since - 1)
                found.append(_ask(connection, table, _part(hashes, table), *span))
        met = _joined(found)
        if self._gone:
            met = met.at(np.flatnonzero(~np.isin(met.numbers, [*self._gone])))
        met = met.at(np.argsort(met.numbers, kind="stable"))
        by_hash: dict[int, list[int]] = defaultdict(list)
        numbers = met.numbers.tolist()
        for one, number in zip(met.hashes.tolist(), numbers, strict=True):
            by_hash[one].append(number)
        return by_hash, dict(zip(numbers, met.days.tolist(), strict=True))

    def enter(self, connection: Connection, kept: Iterable[tuple[int, int, Sequence[int]]]) -> None:
        """Remembers texts that were entered: number, day and hashes of each."""
        kept = list(kept)
        self.mark = self.mark.plus(_mark(connection, [number for number, _, _ in kept]), 1)
        counts = [len(hashes) for _, _, hashes in kept]
        rows = Rows(
            np.array([one for _, _, hashes in kept for one in hashes], dtype=np.uint32),
            np.repeat(np.array([number for number, _, _ in kept], dtype=np.int32), counts),
            np.repeat(np.array([day for _, day, _ in kept], dtype=np.int32), counts),
        )
        # sorted, neighbours differ little, and a third fewer bytes are written
        places = np.argsort(rows.hashes, kind="stable")
        landmarks = np.count_nonzero(rows.hashes < LANDMARK)
        if not self._gone.isdisjoint(number for number, _, _ in kept):
            self._held, self._gone = {}, set()  # a number is given to another text
        for table in TABLES:
            part = rows.at(places[:landmarks] if table == _FAR else places[landmarks:])
            _insert(connection, table, part)
            if table in self._held:
                _add(self._held[table].runs, part)
        if self._count() > _MOST:
            self._held = {}

    def forget(self, connection: Connection, numbers: Collection[int]) -> None:
        """Forgets the texts with these numbers, which are still there.

        Their rows stay, and are passed over until `purge` takes them out: each edit has a text
        forgotten, whose hashes lie all over the last days, and for each block that has a row
        deleted, in whatever table, DuckDB 1.5 reads and writes 16 kB at every checkpoint. Only
        numbers that are given again must have none.
        """
        self.mark = self.mark.plus(_mark(connection, numbers), -1)
        ((last, left),) = connection.execute(
            """SELECT coalesce(max(number), 0), coalesce(max(number) FILTER (
                number NOT IN (SELECT unnest(?::JSON::INTEGER[]))), 0) FROM ops.texts""",
            [listed(numbers)],
        ).fetchall()
        if left < last:
            for table in TABLES:
                connection.execute(f"DELETE FROM {table} WHERE number > ?", [left])
        if self._held:
            self._gone.update(numbers)

    def forget_all(self, connection: Connection) -> None:
        """Forgets every text."""
        for table in TABLES:
            connection.execute(f"DELETE FROM {table}")
        self._held, self._gone, self.mark = {}, set(), Mark(0, 0)

    def _since(self, connection: Connection, table: str, asked: Sequence[Asked], days: int) -> int:
        """The day from which on the rows of a table are held.

        Loads those that all of the texts ask for or else most of them, where that is worth it and
        not too much.
        """
        of = sorted(one.day for one in asked)
        for first in (of[0] - days, of[len(of) // _FEW] - days):
            held = self._held.get(table)
            if held and held.since <= first:
                return held.since
            if self.is_kept and first > self._refused.get(table, -_NEVER):
                self._load(connection, table, first)
        held = self._held.get(table)
        return held.since if held else _NEVER

    def _load(self, connection: Connection, table: str, first: int) -> None:
        """Holds the rows of this day and later, and some more, unless they are too many."""
        held = self._held.get(table)
        others = self._count() - (_count(held.runs) if held else 0)
        ((count,),) = connection.execute(
            f"SELECT count(*) FROM {table} WHERE day >= ?", [first - _EARLIER]
        ).fetchall()
        if count + others <= _MOST:
            self._held[table] = _read(connection, table, first - _EARLIER)
        else:
            self._refused[table] = first

    def _count(self) -> int:
        return sum(_count(held.runs) for held in self._held.values())


#: What the last transaction of this process left.
_left: list[Memory] = []


@contextmanager
def remembering(connection: Connection) -> Iterator[Memory]:
    """What this process holds of the hashes, inside the caller's transaction.

    It is what an earlier transaction left, if the warehouse has the same texts with the same
    numbers as it had then: whatever others did in between, and if that transaction failed.
    """
    memory, mark = (_left.pop() if _left else None), _mark(connection)
    if memory is None or memory.mark != mark:
        memory = Memory(mark)
    yield memory
    memory.is_kept = True
    _left[:] = [memory]


def purge(connection: Connection) -> None:
    """Takes out the rows of texts that are gone."""
    for table in TABLES:
        connection.execute(
            f"DELETE FROM {table} WHERE number NOT IN (SELECT number FROM ops.texts)"
        )


def _count(runs: Iterable[Rows]) -> int:
    return sum(len(run.hashes) for run in runs)


def _read(connection: Connection, table: str, since: int) -> Held:
    found = connection.execute(
        f"SELECT hash::UINTEGER AS hash, number, day FROM {table} WHERE day >= ?", [since]
    ).fetchnumpy()
    rows = _there(connection, Rows(found["hash"], found["number"], found["day"]))
    held = Held(since, [])
    _add(held.runs, rows.at(np.argsort(rows.hashes)))
    return held


def _mark(connection: Connection, numbers: Collection[int] | None = None) -> Mark:
    """That of all texts, or of those with these numbers."""
    sql = "SELECT count(*), coalesce(bit_xor(hash(text_id, number)), 0) FROM ops.texts"
    if numbers is None:
        row = connection.execute(sql).fetchone()
    else:
        sql += " WHERE number IN (SELECT unnest(?::JSON::INTEGER[]))"
        row = connection.execute(sql, [listed(numbers)]).fetchone()
    return Mark(*row) if row else Mark(0, 0)


def _part(hashes: NDArray[np.uint32], table: str) -> NDArray[np.uint32]:
    """Those of the sorted hashes that are in the table."""
    landmarks = int(np.searchsorted(hashes, LANDMARK))
    return hashes[:landmarks] if table == _FAR else hashes[landmarks:]


def _spans(asked: Sequence[Asked], days: int) -> Iterator[tuple[int, int, NDArray[np.uint32]]]:
    """First and last day to look through, and for which hashes; no two spans have a day in common.

    One old text in a batch has what lies in between skipped.
    """
    some: list[Asked] = []
    for one in sorted(asked, key=lambda one: one.day):
        if some and one.day - some[-1].day > 2 * days:
            yield _span(some, days)
            some = []
        some.append(one)
    if some:
        yield _span(some, days)


def _span(asked: Sequence[Asked], days: int) -> tuple[int, int, NDArray[np.uint32]]:
    hashes = np.sort(np.concatenate([one.hashes for one in asked]))
    # each once, as by np.unique, which takes 30 times as long in NumPy 2.3
    hashes = hashes[np.diff(hashes, prepend=~hashes[:1]) != 0]
    return asked[0].day - days, asked[-1].day + days, hashes


def _ask(
    connection: Connection, table: str, hashes: NDArray[np.uint32], first: int, last: int
) -> Rows:
    connection.register("asked", pa.table({"hash": hashes.astype(np.int64)}))
    try:
        found = connection.execute(
            f"""SELECT hash::UINTEGER AS hash, number, day FROM {table} JOIN asked USING (hash)
            WHERE day BETWEEN ? AND ?""",
            [first, last],
        ).fetchnumpy()
    finally:
        connection.unregister("asked")
    return _there(connection, Rows(found["hash"], found["number"], found["day"]))


def _there(connection: Connection, rows: Rows) -> Rows:
    """Those of texts that are not forgotten."""
    if not len(rows.numbers):
        return rows
    numbers = connection.execute("SELECT number FROM ops.texts").fetchnumpy()["number"]
    is_there = np.zeros(max(rows.numbers.max(), numbers.max(initial=0)) + 1, dtype=np.bool_)
    is_there[numbers] = True
    return rows.at(np.flatnonzero(is_there[rows.numbers]))


def _search(run: Rows, hashes: NDArray[np.uint32], first: int, last: int) -> Rows:
    """The rows of a run that have one of the sorted hashes, and a day of those."""
    left = np.searchsorted(run.hashes, hashes, "left")
    there = np.flatnonzero(run.hashes[np.minimum(left, len(run.hashes) - 1)] == hashes)
    left = left[there]
    counts = np.searchsorted(run.hashes, hashes[there], "right") - left
    # each place from the first that has the hash to the last
    places = np.repeat(left - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
    found = run.at(places)
    return found.at(np.flatnonzero((found.days >= first) & (found.days <= last)))


def _insert(connection: Connection, table: str, rows: Rows) -> None:
    columns = {"hash": rows.hashes.astype(np.int64), "number": rows.numbers, "day": rows.days}
    connection.register("staged", pa.table(columns))
    try:
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM staged")
    finally:
        connection.unregister("staged")


def _add(runs: list[Rows], rows: Rows) -> None:
    """Puts sorted rows to the runs, of which each stays longer than all that come after it."""
    while runs and len(runs[-1].hashes) < _TIMES * len(rows.hashes):
        rows = _sorted(_joined([runs.pop(), rows]))
    if len(rows.hashes):
        runs.append(rows)


def _joined(some: Sequence[Rows]) -> Rows:
    return Rows(
        np.concatenate([np.empty(0, dtype=np.uint32), *(one.hashes for one in some)]),
        np.concatenate([np.empty(0, dtype=np.int32), *(one.numbers for one in some)]),
        np.concatenate([np.empty(0, dtype=np.int32), *(one.days for one in some)]),
    )


def _sorted(rows: Rows) -> Rows:
    """The rows in the order of their hashes, those of one hash as they were.

    Of what is sorted in parts, as two runs are, each part is taken as it is.
    """
    return rows.at(np.argsort(rows.hashes, kind="stable"))
