from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

import flows.batch
from flows.batch import store_batch
from flows.outcome import Outcome
from flows.pool import Extraction
from schemas.rejection import Reason
from schemas.settings import Settings
from tests.examples import examples
from tests.invented import (
    NOW,
    ask,
    begin,
    clock,
    contents,
    copied,
    dump,
    extraction,
    known,
    rejection,
    settings_in,
    sound,
    store,
    unused_folder,
)

WRITES = [name for name in vars(flows.batch) if name.startswith(("write_", "touch_"))]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


FIRST: list[Outcome] = [
    extraction("a", captured=1),
    extraction("b", captured=2),
    extraction("c", "second", captured=1),
    rejection("d"),
    rejection("e", Reason.VANISHED),
]
SECOND: list[Outcome] = [
    known(extraction("c", "second", captured=1)),
    extraction("a", "edited", captured=5),
    extraction("f", "second", captured=0, published=1),
    extraction("g", "third"),
    rejection("d", Reason.LISTING),
]


def test_a_batch_is_stored_whole(settings: Settings) -> None:
    run = store(settings, FIRST)
    counts = run.counts
    assert counts.adds_up
    assert (counts.stored, counts.duplicates, counts.rejected, counts.failed) == (3, 1, 1, 1)
    assert run.reasons == {"no-article": 1, "vanished": 1}
    assert sound(settings)
    fates = ask(settings, "SELECT url, fate, reason FROM url_fate ORDER BY url")
    assert [(url[-1], fate, reason) for url, fate, reason in fates] == [
        ("a", "stored", None),
        ("b", "stored", None),
        ("c", "stored", None),
        ("d", "rejected", "no-article"),
        ("e", "failed", "vanished"),
    ]


def test_there_are_writes_to_fail() -> None:
    assert len(WRITES) == 5


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A warehouse with the first batch."""
    settings = settings_in(tmp_path_factory.mktemp("first"))
    store(settings, FIRST)
    return settings


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("after", [False, True])
def test_a_write_that_fails_leaves_the_warehouse_as_it_was(
    first: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: str, after: bool
) -> None:
    settings = copied(first, tmp_path)
    run = begin(settings)
    before = dump(settings)
    real = getattr(flows.batch, write)

    def fail(*arguments: Any) -> None:
        if after:
            real(*arguments)
        raise OSError("the disk is gone")

    monkeypatch.setattr(flows.batch, write, fail)
    with pytest.raises(OSError, match="the disk is gone"):
        store_batch(settings, run, SECOND, clock)
    assert dump(settings) == before
    assert sound(settings)
    monkeypatch.undo()
    store_batch(settings, run, SECOND, clock)
    assert dump(settings) != before
    assert sound(settings)


def test_the_same_batch_twice_stores_nothing_twice(settings: Settings) -> None:
    store(settings, FIRST)
    before = contents(settings)
    again = store(settings, FIRST)
    assert contents(settings) == before
    assert (again.counts.stored, again.counts.new_versions, again.counts.unchanged) == (0, 0, 3)
    assert again.counts.adds_up
    assert len(ask(settings, "FROM rejects")) == 2
    assert sound(settings)


@pytest.mark.parametrize("turned", [False, True])
def test_two_documents_of_one_article_in_one_batch(settings: Settings, turned: bool) -> None:
    batch = [extraction("a", captured=1), extraction("a", "edited", captured=4)]
    run = store(settings, batch[::-1] if turned else batch)
    assert (run.counts.stored, run.counts.new_versions) == (1, 1)
    found = ask(settings, "SELECT version, body LIKE '%edited%', version FROM articles")
    assert found == [(2, True, 2)]
    versions = "SELECT version, body LIKE '%edited%', change FROM article_versions ORDER BY version"
    assert ask(settings, versions) == [(1, False, None), (2, True, "update")]
    assert sound(settings)


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("size", [1, 2, 3])
def test_spellings_of_one_text_never_part_an_article_from_its_version(
    settings: Settings, order: Sequence[int], size: int
) -> None:
    line = [
        extraction("a", captured=1, shout=True),
        extraction("a", captured=3),
        extraction("a", captured=5, shout=True),
    ]
    turned = [line[place] for place in order]
    store(settings, *(turned[start : start + size] for start in range(0, 3, size)))
    assert sound(settings)
    assert ask(settings, "SELECT last_seen_at FROM articles")[0][0] == line[2].document.captured_at


@pytest.mark.parametrize("together", [False, True])
def test_a_text_between_two_captures_of_another_parts_them(
    settings: Settings, together: bool
) -> None:
    first, last = extraction("a", captured=1), extraction("a", captured=9)
    between = extraction("a", "edited", captured=5)
    store(settings, *([[first, last, between]] if together else [[first, last], [between]]))
    found = ask(
        settings,
        "SELECT version, body LIKE '%edited%', valid_from FROM article_versions ORDER BY version",
    )
    assert [row[:2] for row in found] == [(1, False), (2, True), (3, False)]
    article = "SELECT version, body LIKE '%edited%', last_seen_at FROM articles"
    assert ask(settings, article) == [(3, False, last.document.captured_at)]
    assert sound(settings)


def test_an_older_capture_that_comes_late_changes_the_past_only(settings: Settings) -> None:
    new, old = extraction("a", "edited", captured=9), extraction("a", captured=2)
    store(settings, [new])
    (before,) = ask(settings, "SELECT body, document_id, last_seen_at FROM articles")
    run = store(settings, [old])
    assert run.counts.new_versions == 1
    (after,) = ask(settings, "SELECT body, document_id, last_seen_at FROM articles")
    assert after == before
    assert ask(settings, "SELECT version, first_seen_at FROM articles") == [
        (2, old.document.captured_at)
    ]
    assert sound(settings)


def test_a_capture_that_dates_a_file_gives_the_article_its_last_text_back(
    settings: Settings,
) -> None:
    store(settings, [extraction("a", "kept", captured=3, title="One")])
    store(settings, [extraction("a", "of unknown age", title="Two")])
    assert ask(settings, "SELECT title, version FROM articles") == [("Two", 2)]
    other = extraction("b", "kept", captured=4, title="Three")
    store(settings, [other, extraction("a", "of unknown age", captured=1, title="Two")])
    assert ask(
        settings, "SELECT title, version, body LIKE '%kept%' FROM articles ORDER BY url"
    ) == [
        ("One", 2, True),
        ("Three", 1, True),
    ]
    assert len(ask(settings, "FROM duplicates")) == 1
    assert sound(settings)


def test_reading_a_capture_again_is_no_sighting(settings: Settings) -> None:
    capture, file = extraction("a", captured=3), extraction("b", "second")
    store(settings, [capture, file])
    store(settings, [known(capture), known(file)])
    seen = ask(settings, "SELECT last_seen_at FROM articles ORDER BY url")
    assert seen == [(capture.document.captured_at,), (NOW,)]


def test_an_edit_takes_an_article_out_of_its_group_and_another_brings_it_back(
    settings: Settings,
) -> None:
    group = [extraction(name, captured=1, published=day) for day, name in enumerate("abc", 1)]
    store(settings, group)
    assert repeats(settings) == {"b": "a", "c": "a"}
    store(settings, [extraction("a", "edited", captured=3, published=1)])
    assert repeats(settings) == {"c": "b"}
    assert sound(settings)
    store(settings, [extraction("d", "edited", captured=1, published=0)])
    assert repeats(settings) == {"c": "b", "a": "d"}
    store(settings, [extraction("a", captured=5, published=1)])
    assert repeats(settings) == {"b": "a", "c": "a"}
    assert sound(settings)


def test_an_earlier_copy_becomes_the_survivor(settings: Settings) -> None:
    store(settings, [extraction("b", captured=1, published=5), extraction("c", captured=1)])
    assert repeats(settings) == {"c": "b"}
    store(settings, [extraction("a", captured=1, published=2)])
    assert repeats(settings) == {"b": "a", "c": "a"}
    assert sound(settings)


def test_a_group_that_does_not_change_keeps_its_decisions(settings: Settings) -> None:
    store(settings, [extraction("a", captured=1, published=1), extraction("b", captured=1)])
    decided = ask(settings, "FROM duplicates")
    run = begin(settings)
    later = NOW.replace(year=2027)
    store_batch(settings, run, [extraction("c", captured=1)], lambda: later)
    found = ask(settings, "FROM duplicates ORDER BY decided_at")
    assert found[0] == decided[0]
    assert len(found) == 2


def repeats(settings: Settings) -> dict[str, str]:
    """Who repeats whom, by the last letter of the address; both tables agree."""
    sql = """SELECT right(copy.url, 1), right(original.url, 1) FROM {table}
        JOIN articles original ON original.article_id = {name}.duplicate_of"""
    by_column = ask(settings, sql.format(table="articles copy", name="copy"))
    joined = "duplicates d JOIN articles copy USING (article_id)"
    assert sorted(ask(settings, sql.format(table=joined, name="d"))) == sorted(by_column)
    return dict(by_column)


@pytest.mark.parametrize("turned", [False, True])
def test_a_fate_stays_since_it_was_decided(settings: Settings, turned: bool) -> None:
    run = begin(settings)
    store_batch(settings, run, [rejection("d"), extraction("a")], clock)
    later = NOW.replace(year=2027)
    batch = [rejection("d", Reason.LISTING), known(extraction("a"))]
    store_batch(settings, run, batch[::-1] if turned else batch, lambda: later)
    assert ask(settings, "SELECT fate, reason, since FROM url_fate ORDER BY fate") == [
        ("rejected", "listing-page", NOW),
        ("stored", None, NOW),
    ]
    store_batch(settings, run, [extraction("d", captured=1)], lambda: later)
    assert ask(settings, "SELECT fate, since FROM url_fate ORDER BY since") == [
        ("stored", NOW),
        ("stored", later),
    ]


def test_a_url_has_one_fate_whatever_is_said_of_it_in_one_batch(settings: Settings) -> None:
    batch = [rejection("a"), extraction("a", captured=1), rejection("a", Reason.LOGIN_WALL)]
    store(settings, batch)
    assert ask(settings, "SELECT url, fate, reason FROM url_fate") == [
        ("https://news.example/a", "rejected", "login-wall")
    ]
    assert len(ask(settings, "FROM rejects")) == 2
    assert sound(settings)


captures = st.builds(
    extraction,
    st.sampled_from("abcd"),
    st.sampled_from(["first", "second", "third"]),
    captured=st.integers(0, 6),
)


def _dated(one: Extraction) -> Extraction:
    """The same with a date that depends on its address: an article has one."""
    name = one.document.url[-1]
    published = {"a": 3, "b": 1, "c": None, "d": None}[name]
    text = next(t for t in ("first", "second", "third") if f"On {t} " in one.result.body)  # type: ignore[union-attr]
    assert one.document.captured_at
    hours = (one.document.captured_at - NOW).total_seconds() / 3600 + 90 * 24
    return extraction(name, text, captured=round(hours), published=published)


@tried(max_examples=examples(6), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    line=st.lists(captures.map(_dated), min_size=1, max_size=9),
    order=st.randoms(use_true_random=False),
    size=st.integers(1, 9),
)
def test_captures_amount_to_the_same_in_any_order_and_batch_size(
    tmp_path: Path, line: list[Extraction], order: Any, size: int
) -> None:
    folders = [unused_folder(tmp_path), unused_folder(tmp_path)]
    one, other = map(settings_in, folders)
    store(one, line)
    turned = order.sample(line, len(line))
    store(other, *(turned[start : start + size] for start in range(0, len(line), size)))
    assert contents(other) == contents(one)
    assert sound(one)
    assert sound(other)


files = st.builds(
    extraction,
    st.sampled_from("abc"),
    st.sampled_from(["first", "second", "third"]),
    captured=st.none() | st.integers(0, 4),
    published=st.none() | st.integers(0, 3),
    title=st.sampled_from(["One", "Two"]),
    shout=st.booleans(),
)


@tried(max_examples=examples(6), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(files, min_size=1, max_size=4), min_size=1, max_size=4))
def test_any_batches_leave_a_sound_warehouse(
    tmp_path: Path, batches: list[list[Extraction]]
) -> None:
    settings = settings_in(unused_folder(tmp_path))
    run = store(settings, *batches)
    assert run.counts.adds_up
    assert sound(settings)
    before = contents(settings)
    store(settings, *batches)
    assert contents(settings) == before
