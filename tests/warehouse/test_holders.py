"""What a process holds of the hashes: always what SQL finds, whoever wrote in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

import warehouse.holders
from schemas.records import LANDMARK, TextRow
from schemas.settings import Settings
from tests.invented import NOW, settings_in
from warehouse.connect import Connection, open_warehouse, transaction
from warehouse.holders import Asked, Memory, _mark, purge, remembering
from warehouse.migrate import migrate
from warehouse.rows import insert

NEAR, FAR = 14, 400
# few, so that texts share them; a landmark is below LANDMARK
HASHES = [1, 2, 3, LANDMARK - 1, LANDMARK, LANDMARK + 1, LANDMARK + 2, 2**32 - 1]
DAYS = [0, 14, 28, 29, 400, 430, 900]

kept_hashes = st.sets(st.sampled_from(HASHES), max_size=5)
texts = st.lists(st.tuples(st.sampled_from(DAYS), kept_hashes), min_size=1, max_size=4)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("enter"), texts),
        st.tuples(st.just("enter in another process"), texts),
        st.tuples(st.just("fail to enter"), texts),
        st.tuples(st.just("forget"), st.integers(0, 30)),
        st.tuples(st.just("forget the last"), st.just(0)),
        st.tuples(st.just("forget all"), st.just(0)),
    ),
    max_size=12,
)
questions = st.lists(st.tuples(st.sampled_from(DAYS), kept_hashes), min_size=1, max_size=4)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    warehouse.holders._left.clear()
    yield
    warehouse.holders._left.clear()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = settings_in(tmp_path_factory.mktemp("holders"))
    with open_warehouse(made.warehouse_path, made.warehouse) as connection:
        migrate(connection, NOW)
    return made


def fresh_memory(connection: Connection) -> Memory:
    """That of a process that begins."""
    return Memory(_mark(connection))


@contextmanager
def emptied(settings: Settings) -> Iterator[tuple[Connection, Memory]]:
    """A transaction in a warehouse without texts."""
    with (
        open_warehouse(settings.warehouse_path, settings.warehouse) as connection,
        transaction(connection),
        remembering(connection) as memory,
    ):
        memory.forget_all(connection)
        connection.execute("DELETE FROM ops.texts")
        yield connection, memory


def numbers(connection: Connection) -> list[int]:
    return [row[0] for row in connection.execute("SELECT number FROM ops.texts").fetchall()]


def enter(connection: Connection, memory: Memory, some: list[tuple[int, set[int]]]) -> None:
    first = max(numbers(connection), default=0) + 1
    rows = [
        TextRow(text_id=uuid4(), number=number, shingles=9, day=day)
        for number, (day, _) in enumerate(some, first)
    ]
    insert(connection, "ops.texts", rows)
    memory.enter(
        connection,
        [(row.number, row.day, sorted(mine)) for row, (_, mine) in zip(rows, some, strict=True)],
    )


def forget(connection: Connection, memory: Memory, gone: list[int]) -> None:
    memory.forget(connection, gone)
    connection.execute("DELETE FROM ops.texts WHERE number IN (SELECT unnest(?))", [gone])


def asked(some: list[tuple[int, set[int]]]) -> list[Asked]:
    return [Asked(day, np.array(sorted(mine), dtype=np.uint32)) for day, mine in some]


def near_ones(
    found: tuple[dict[int, list[int]], dict[int, int]], question: list[tuple[int, set[int]]]
) -> list[dict[int, list[int]]]:
    """What is near enough to each text: of others the rest may come along."""
    by_hash, days = found
    return [
        {
            one: [
                number
                for number in by_hash.get(one, [])
                if abs(days[number] - day) <= (FAR if one < LANDMARK else NEAR)
            ]
            for one in mine
        }
        for day, mine in question
    ]


class OtherError(Exception):
    """What ends a transaction."""


def do(connection: Connection, step: str, value: Any) -> None:
    """One transaction, by this process or by another one."""
    if step == "enter in another process":
        enter(connection, fresh_memory(connection), value)
        return
    with remembering(connection) as memory:
        # as a batch does, which loads what is worth loading
        memory.holders(connection, asked([(28, set(HASHES))]), NEAR, FAR)
        there = numbers(connection)
        if step == "forget":
            forget(connection, memory, [one for one in there if one % 7 == value % 7])
        elif step == "forget the last":
            forget(connection, memory, sorted(there)[-1:])
        elif step == "forget all":
            memory.forget_all(connection)
            connection.execute("DELETE FROM ops.texts")
        else:
            enter(connection, memory, value)
        if step == "fail to enter":
            raise OtherError


@example_settings(max_examples=40)
@given(steps=steps, question=questions)
def test_it_is_what_sql_finds_whoever_wrote_in_between(
    settings: Settings, steps: list[tuple[str, Any]], question: list[tuple[int, set[int]]]
) -> None:
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        for table in ("ops.texts", *warehouse.holders.TABLES):
            connection.execute(f"DELETE FROM {table}")
        for step, value in steps:
            try:
                with transaction(connection):
                    do(connection, step, value)
            except OtherError:
                assert step == "fail to enter"
            with remembering(connection) as memory:
                found = memory.holders(connection, asked(question), NEAR, FAR)
            wanted = fresh_memory(connection).holders(connection, asked(question), NEAR, FAR)
            assert near_ones(found, question) == near_ones(wanted, question)


def test_it_finds_what_is_near_by_all_hashes_and_what_is_far_by_landmarks(
    settings: Settings,
) -> None:
    with emptied(settings) as (connection, memory):
        enter(connection, memory, [(day, {7, LANDMARK + 7}) for day in (100, 114, 115, 501)])
        found = memory.holders(connection, asked([(100, {7, LANDMARK + 7})]), NEAR, FAR)
    assert found == ({7: [1, 2, 3], LANDMARK + 7: [1, 2]}, {1: 100, 2: 114, 3: 115})


@pytest.mark.parametrize(("most", "found"), [(100, [1, 2]), (1, [])])
def test_a_second_batch_looks_in_memory_unless_that_were_too_much(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, most: int, found: list[int]
) -> None:
    monkeypatch.setattr(warehouse.holders, "_MOST", most)
    question = asked([(3, {LANDMARK + 7})])

    def inside(work: Callable[[Connection, Memory], Any]) -> Any:
        with (
            open_warehouse(settings.warehouse_path, settings.warehouse) as connection,
            transaction(connection),
            remembering(connection) as memory,
        ):
            return work(connection, memory)

    inside(lambda connection, memory: memory.forget_all(connection))
    inside(lambda connection, _: connection.execute("DELETE FROM ops.texts"))
    inside(lambda connection, memory: enter(connection, memory, [(3, {LANDMARK + 7})]))
    inside(lambda connection, memory: memory.holders(connection, question, NEAR, FAR))
    inside(lambda connection, memory: enter(connection, memory, [(4, {LANDMARK + 7})]))
    # nobody but a test does that: what is found now is what is held
    inside(lambda connection, _: connection.execute("DELETE FROM ops.shingles"))
    by_hash, _ = inside(lambda connection, memory: memory.holders(connection, question, NEAR, FAR))
    assert by_hash.get(LANDMARK + 7, []) == found


@pytest.mark.parametrize(("most", "since"), [(12, 3), (11, 30)])
def test_what_all_ask_for_is_held_or_else_what_most_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, most: int, since: int
) -> None:
    monkeypatch.setattr(warehouse.holders, "_MOST", most)
    question = asked([(20, {LANDMARK + 7}), *[(47, {LANDMARK + 7})] * 10])
    with emptied(settings) as (connection, memory):
        enter(connection, memory, [(day, {LANDMARK + 7}) for day in (6, 30, *[33] * 10)])
    with (
        open_warehouse(settings.warehouse_path, settings.warehouse) as connection,
        transaction(connection),
        remembering(connection) as memory,
    ):
        by_hash, _ = memory.holders(connection, question, NEAR, FAR)
        assert memory._held[warehouse.holders._NEAR].since == since
    # what is not held is asked in SQL
    assert by_hash == {LANDMARK + 7: [*range(1, 13)]}


def test_rows_of_what_is_gone_stay_until_they_are_purged_or_their_number_is_given_again(
    settings: Settings,
) -> None:
    def remembered() -> list[int]:
        sql = "SELECT number FROM ops.shingles ORDER BY number"
        return [number for (number,) in connection.execute(sql).fetchall()]

    three = [(day, {LANDMARK + 7}) for day in (3, 4, 5)]
    question = asked([(3, {LANDMARK + 7})])
    with emptied(settings) as (connection, memory):
        enter(connection, memory, three)
        forget(connection, memory, [2])
        assert remembered() == [1, 2, 3]
        found, _ = fresh_memory(connection).holders(connection, question, NEAR, FAR)
        assert found == {LANDMARK + 7: [1, 3]}
        forget(connection, memory, [3])
        assert remembered() == [1]
        enter(connection, memory, three)
        forget(connection, memory, [2, 3])
        purge(connection)
        assert remembered() == [1, 4]


def test_one_old_text_in_a_batch_has_what_lies_between_skipped() -> None:
    spans = list(
        warehouse.holders._spans(asked([(9_000, {1}), (9_020, {2}), (20, {3}), (9_049, {4})]), NEAR)
    )
    assert [(first, last, hashes.tolist()) for first, last, hashes in spans] == [
        (6, 34, [3]),
        (8_986, 9_034, [1, 2]),
        (9_035, 9_063, [4]),
    ]
