"""Stories and threads in the warehouse: whatever comes in whatever order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from dedup import fingerprint
from flows import grouping
from flows.batch import store_batch
from flows.forgetting import forget
from flows.grouping import place_waiting
from flows.loading import run_load
from flows.pool import Extraction
from flows.repair import repair
from schemas.article import Article
from schemas.settings import Settings
from tests.examples import examples
from tests.invented import (
    NOW,
    ask,
    begin,
    clock,
    extraction,
    settings_in,
    store,
    unused_folder,
)
from warehouse.affected import Target
from warehouse.checks import run_checks
from warehouse.connect import open_warehouse

#: Event -> headline and text of four articles, each in its own words.
EVENTS = {
    "bridge": (
        (
            "Cracks shut the Merrin bridge",
            (
                "The Merrin bridge was closed on Monday after engineers found cracks in two piers."
                " Mayor Ada Tollgate said the ferry to Saltmarsh would run every ten minutes."
            ),
        ),
        (
            "Saltmarsh waits for the ferry",
            (
                "Drivers queued for hours at the Saltmarsh quay, since nobody may cross the Merrin"
                " bridge while its piers are examined. Tollgate came to see the cracks herself."
            ),
        ),
        (
            "Pontifex warned of bridge piers",
            (
                "A report by Pontifex and Sons spoke of cracks in the piers of the Merrin bridge"
                " last autumn, and the office of Ada Tollgate read it, engineers told this paper."
            ),
        ),
        (
            "Merrin shops fear a long repair",
            (
                "Half a year without the bridge would ruin us, say shopkeepers in Merrin. Mayor"
                " Tollgate promised them a second ferry from Saltmarsh until the piers are mended."
            ),
        ),
    ),
    "rovers": (
        (
            "Kittiwake buys Fulmar Rovers",
            (
                "Vesna Kittiwake, rich through umbrellas, pays twelve million for Fulmar Rovers and"
                " their ground at Causeway Park, the football club announced."
            ),
        ),
        (
            "Supporters sing for Kittiwake",
            (
                "Until midnight they sang outside Causeway Park: Fulmar Rovers belong to Vesna"
                " Kittiwake, and the goalkeeper Bruno Petrel learned it from the radio."
            ),
        ),
        (
            "A roof for Causeway Park",
            (
                "Before the winter the stand at Causeway Park gets a roof, says Kittiwake. The new"
                " owner of Fulmar Rovers has made her umbrellas where it rains most."
            ),
        ),
        (
            "League to decide on Rovers",
            (
                "Nine of ten clubs must agree before Fulmar Rovers change hands. The umbrellas of"
                " Vesna Kittiwake worry some; Petrel, the goalkeeper, does not mind."
            ),
        ),
    ),
    "recount": (
        (
            "Court orders recount in Lower Wrack",
            (
                "Boxes from Lower Wrack were found unsealed, so a court has the votes of the"
                " Estuary election counted again. Senator Hesper Dulse was ahead by eleven."
            ),
        ),
        (
            "Dulse calls ruling an insult",
            (
                "An insult to Lower Wrack, said Hesper Dulse of the recount that Judge Linus"
                " Cordgrass ordered. The senator won the Estuary by eleven votes."
            ),
        ),
        (
            "Nine days for the boxes",
            (
                "Officers have nine days for the recount of the Estuary, Judge Cordgrass told them."
                " The boxes of Lower Wrack are guarded, and Dulse sleeps badly."
            ),
        ),
        (
            "Samphire embraces his lawyer",
            (
                "Piet Samphire, who lost the Estuary to Senator Dulse, embraced his lawyer when he"
                " heard of the recount. Observers will watch the unsealed boxes of Lower Wrack."
            ),
        ),
    ),
}


def article(
    event: str, number: int, *, day: int | None = 0, copy: str = "", hour: int = 0
) -> Extraction:
    """The event's article of this number; `copy` is another address for the same text, `hour`
    the one in which it is first seen.
    """
    title, body = EVENTS[event][number]
    made = extraction(f"{event}-{number}{copy}", f"{event} {number}{copy}")
    assert isinstance(made.result, Article)
    when = NOW + timedelta(days=day) if day is not None else None
    result = made.result.model_copy(
        update={
            "title": title,
            "body": body,
            "language": "en",
            "publisher": f"Paper {number}",
            "published_at": when,
            "published_on": when.date() if when else None,
        }
    )
    document = made.document.model_copy(update={"seen_at": NOW + timedelta(hours=hour)})
    mark = fingerprint(title, body)
    return made.model_copy(update={"document": document, "result": result, "fingerprint": mark})


ALL = [article(event, number) for event in EVENTS for number in range(4)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def stories(settings: Settings) -> set[frozenset[str]]:
    """The last parts of the addresses, by story."""
    rows = ask(settings, "SELECT list(split_part(url, '/', -1)) FROM articles GROUP BY story_id")
    return {frozenset(row[0]) for row in rows}


def story_of(settings: Settings, name: str) -> Any:
    ((found,),) = ask(settings, "SELECT story_id FROM articles WHERE ends_with(url, ?)", f"/{name}")
    return found


def sound(settings: Settings) -> bool:
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        return run_checks(connection) == []


def derived(settings: Settings) -> list[list[tuple[Any, ...]]]:
    return [
        sorted(ask(settings, f"SELECT * FROM {table}"), key=repr)
        for table in ("stories", "threads", "ops.article_terms", "ops.story_terms")
    ] + [
        ask(settings, "SELECT article_id, story_id FROM articles ORDER BY ALL"),
        ask(settings, "FROM ops.article_links ORDER BY ALL"),
        ask(settings, "FROM ops.story_links ORDER BY ALL"),
    ]


def of(events: Iterable[str], numbers: Sequence[int] = range(4)) -> set[frozenset[str]]:
    return {frozenset(f"{event}-{number}" for number in numbers) for event in events}


def test_articles_of_one_event_are_one_story(settings: Settings) -> None:
    store(settings, ALL)
    assert stories(settings) == of(EVENTS)
    rows = ask(settings, "SELECT label, keywords, article_count, publisher_count FROM stories")
    assert [row[2:] for row in rows] == [(4, 4)] * 3
    assert all(label and 3 <= len(words) <= 6 for label, words, *_ in rows)
    assert any("Kittiwake" in " ".join(words) for _, words, *_ in rows)
    assert sound(settings)


@tried(max_examples=examples(5), deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.permutations(ALL), size=st.integers(1, 12), data=st.data())
def test_order_and_size_of_batches_decide_nothing(
    tmp_path: Path, order: list[Extraction], size: int, data: st.DataObject
) -> None:
    one, other = (settings_in(unused_folder(tmp_path)) for _ in "ab")
    some = data.draw(st.sets(st.sampled_from(range(len(ALL))), min_size=3))
    kept = [ALL[number] for number in sorted(some)]
    store(one, kept)
    run = begin(other)
    mixed = [item for item in order if item in kept]
    for start in range(0, len(mixed), size):
        run = store_batch(other, run, mixed[start : start + size], clock)
        place_waiting(other, clock)
    assert derived(one) == derived(other)
    assert sound(other)


@pytest.mark.parametrize(
    ("short", "long", "first", "placed"),
    [(60.0, 90.0, 1, [1, 2, 3, 1]), (0.0, 0.0, 4, [4, 2, 1]), (0.0, 90.0, 2, [2, 2, 2, 1])],
)
def test_a_transaction_that_was_short_is_followed_by_a_larger_one_and_a_long_one_by_a_smaller(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    short: float,
    long: float,
    first: int,
    placed: list[int],
) -> None:
    limits = {"_SHORT": short, "_LONG": long, "_AT_FIRST": first, "_AT_MOST": 3}
    for name, value in limits.items():
        monkeypatch.setattr(grouping, name, value)
    store_batch(settings, begin(settings), ALL[:7], clock)
    told: list[int] = []
    assert place_waiting(settings, clock, told.append) == 7
    assert told == placed
    assert sound(settings)


def test_a_copy_counts_once_and_is_in_the_story(settings: Settings) -> None:
    copies = [article("bridge", 0, copy=f"-copy{number}", day=number) for number in range(1, 5)]
    store(settings, [*ALL[:4], *copies])
    assert len(stories(settings)) == 1
    assert ask(settings, "SELECT article_count FROM stories") == [(8,)]
    assert ask(settings, "SELECT count(*) FROM ops.article_terms") == [(4,)]


def test_years_apart_it_is_another_story_of_the_same_thread(settings: Settings) -> None:
    early = [article("bridge", number, day=-400) for number in (0, 1)]
    store(settings, [*early, article("bridge", 2), article("bridge", 3), *ALL[4:]])
    assert of(["bridge"], (0, 1)) | of(["bridge"], (2, 3)) <= stories(settings)
    threads = ask(settings, "SELECT story_count, article_count FROM threads ORDER BY ALL")
    assert threads == [(1, 4), (1, 4), (2, 4)]
    line = ask(
        settings,
        """SELECT split_part(url, '/', -1) FROM thread_timeline WHERE thread_id =
        (SELECT thread_id FROM threads WHERE story_count = 2) ORDER BY published_at, url""",
    )
    assert [name for (name,) in line] == [f"bridge-{number}" for number in range(4)]


def test_the_id_stays_when_others_join_and_of_two_that_become_one_the_older_stays(
    settings: Settings,
) -> None:
    store(settings, [article("bridge", 0, day=-80, hour=0)])
    first = story_of(settings, "bridge-0")
    store(settings, [article("bridge", 1, day=80, hour=1)])
    second = story_of(settings, "bridge-1")
    assert first != second  # too far apart
    store(settings, [article("bridge", number, day=0, hour=2) for number in (2, 3)])
    assert stories(settings) == of(["bridge"])
    assert story_of(settings, "bridge-3") == first
    former = "SELECT former_id, current_id, change FROM story_ids WHERE kind = 'story'"
    assert ask(settings, former) == [(second, first, "merged")]
    assert sound(settings)


def test_a_takedown_leaves_what_would_be_there_without_it(settings: Settings) -> None:
    other = settings_in(unused_folder(settings.resolve(".")))
    store(settings, [*ALL, article("bridge", 0, copy="-copy", day=1)])
    target = Target(kind="url", value="https://news.example/rovers-1")
    forget(settings, [target], clock)
    store(
        other, [one for one in ALL if one != ALL[5]] + [article("bridge", 0, copy="-copy", day=1)]
    )
    assert derived(settings) == derived(other)
    assert sound(settings)
    forget(settings, [Target(kind="domain", value="news.example")], clock)
    assert derived(settings) == [[]] * 7
    assert ask(settings, "FROM story_ids") == []
    assert sound(settings)


def test_what_a_killed_run_left_is_placed_by_the_next(settings: Settings) -> None:
    store_batch(settings, begin(settings), ALL[:6], clock)
    assert ask(settings, "SELECT count(story_id) FROM articles") == [(0,)]
    assert sound(settings)
    store(settings, ALL[6:])
    assert stories(settings) == of(EVENTS)


def test_an_article_that_changes_goes_where_it_belongs(settings: Settings) -> None:
    store(settings, ALL)
    made, old = article("bridge", 0), article("rovers", 0)
    assert isinstance(made.result, Article)
    assert isinstance(old.result, Article)
    body = f"{made.result.body} More follows."
    kept = {"article_id": old.result.article_id, "url": old.result.url, "body": body}
    seen = made.document.model_copy(
        update={"seen_at": NOW + timedelta(days=1), "document_id": uuid4()}
    )
    result = made.result.model_copy(update={**kept, "document_id": seen.document_id})
    mark = fingerprint(result.title, body)
    moved = made.model_copy(update={"document": seen, "result": result, "fingerprint": mark})
    store(settings, [moved])
    assert story_of(settings, "rovers-0") == story_of(settings, "bridge-1")
    assert of(["rovers"], (1, 2, 3)) <= stories(settings)
    assert sound(settings)


def test_repair_makes_the_same_from_the_articles(settings: Settings) -> None:
    early = [article("recount", number, day=-300) for number in (0, 1)]
    store(settings, ALL[:8])
    store(settings, early)
    before = derived(settings)
    for table in ("stories", "threads", "ops.story_terms", "ops.story_links", "ops.article_terms"):
        ask(settings, f"DELETE FROM {table}")
    ask(settings, "DELETE FROM ops.article_links")
    ask(settings, "UPDATE articles SET story_id = NULL")
    assert any("stories" in told for told in repair(settings, clock))
    assert derived(settings) == before
    assert not any("stories" in told for told in repair(settings, clock))


def test_repair_mends_what_is_not_sound(settings: Settings) -> None:
    store(settings, ALL)
    before = derived(settings)
    ask(settings, "UPDATE stories SET article_count = 99")
    ask(settings, "INSERT INTO ops.article_links SELECT uuid(), uuid(), 0.5")
    ask(settings, "INSERT INTO threads SELECT uuid(), 'nothing', [], NULL, NULL, 1, 1")
    assert not sound(settings)
    repair(settings, clock)
    assert derived(settings) == before
    assert sound(settings)


@pytest.mark.long
def test_the_five_texts_are_one_thread_that_no_other_page_joins(
    tmp_path: Path, seeds: Path, bench: Path
) -> None:
    settings = settings_in(tmp_path)
    run_load(settings, [str(seeds)])
    run_load(settings, [str(bench / "extraction" / "aeb" / "pages")])
    rows = ask(
        settings,
        """SELECT contains(url, 'seeds'), count(*), count(DISTINCT thread_id) FROM thread_timeline
        WHERE thread_id IN (SELECT thread_id FROM thread_timeline WHERE contains(url, 'seeds'))
        GROUP BY ALL""",
    )
    assert rows == [(True, 5, 1)]
    dated = ask(
        settings,
        "SELECT published_on FROM thread_timeline WHERE contains(url, 'seeds')"
        " AND published_on IS NOT NULL",
    )
    assert dated == sorted(dated)
    assert len(dated) >= 2
    assert sound(settings)
