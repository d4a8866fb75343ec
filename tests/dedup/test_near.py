from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from dedup.clusters import cluster
from dedup.fingerprint import words
from dedup.near import FAR, NEAR, Known, Neighbourhood, Text, hopeful
from dedup.shingles import shingle
from schemas.link import Link
from tests.invented import body

SPACE = UUID(int=10)
DAY = datetime(2026, 4, 1, tzinfo=UTC)


def text(
    name: str,
    said: str,
    *,
    day: float = 0,
    publisher: str | None = None,
    authors: tuple[str, ...] = (),
    originals: tuple[str, ...] = (),
) -> Text:
    return Text(
        text_id=uuid5(SPACE, name),
        body=said,
        publisher=publisher or name,
        published_at=DAY + timedelta(days=day),
        day=20_000 + int(day),
        shingles=shingle(words(said)),
        credits=frozenset(authors),
        originals=frozenset(uuid5(SPACE, one) for one in originals),
    )


def around(texts: list[Text]) -> Neighbourhood:
    known = {one.text_id: one for one in texts}
    return Neighbourhood({}, {}, {}, [], known.get)


def links_of(*texts: Text) -> list[Link]:
    near = around([*texts])
    return [link for one in texts for link in near.place(one)[0]]


STORY = f"{body('the ferry')}\n\n{body('the quay')}"


def test_an_abridged_copy_is_linked_and_shows_the_passage() -> None:
    (link,) = links_of(text("a", STORY), text("b", body("the ferry")))
    assert (link.smaller, link.larger) == (uuid5(SPACE, "b"), uuid5(SPACE, "a"))
    assert link.covered == 1.0
    assert link.passage.startswith("On the ferry the first speaker said")
    assert len(link.passage) <= 202


def test_what_few_groups_share_counts_and_what_many_share_does_not() -> None:
    common = " ".join(body(f"guideline {n}") for n in range(4))
    matters = [" ".join(body(f"matter {n} {part}") for part in range(4)) for n in range(8)]
    long = [text(str(n), f"{common} {matter}") for n, matter in enumerate(matters)]
    short = [text(f"short {n}", f"{common} Subscribe to page {n}.") for n in range(3)]
    assert links_of(*long[:2], *short)
    assert links_of(*long, *short) == []


def test_an_agency_copy_may_share_less_with_what_it_credits() -> None:
    wire = text("w", f"{body('the strike')} {body('first')}", publisher="Tolvan News Agency")
    own = f"{body('the strike')} {body('second')}"
    assert links_of(wire, text("b", own)) == []
    assert links_of(wire, text("b", own, authors=("tolvan news agency",)))


def test_a_declared_copy_is_linked_as_that() -> None:
    original = text("a", f"{body('the strike')} {body('first')}")
    copy = text("b", f"{body('the strike')} {body('second')}", originals=("a",))
    (link,) = links_of(original, copy)
    assert link.kind == "declared"


def test_a_declaration_of_another_text_is_not_believed() -> None:
    assert links_of(text("a", body("one")), text("b", body("two"), originals=("a",))) == []


def test_what_was_published_long_before_is_not_looked_for() -> None:
    assert links_of(text("a", STORY), text("b", f"{STORY} It rained.", day=FAR))
    assert links_of(text("a", STORY), text("b", f"{STORY} It rained.", day=FAR + 1)) == []


def test_a_part_is_looked_for_by_all_hashes_for_a_fortnight_and_then_by_landmarks() -> None:
    whole = text("a", " ".join([STORY, *(body(f"matter {n}") for n in range(6))]))
    part = " ".join(STORY.split()[:40])
    assert links_of(whole, text("b", part, day=NEAR))
    assert links_of(whole, text("b", part, day=NEAR + 1)) == []
    assert links_of(whole, text("b", f"{whole.body} It rained.", day=NEAR + 1))


def test_a_frame_that_is_seen_once_a_month_is_known_to_be_common() -> None:
    frame = " ".join(body(f"guideline {n}") for n in range(4))

    def framed(name: str, parts: int, day: int) -> Text:
        matter = " ".join(body(f"matter {name} {part}") for part in range(parts))
        return text(name, f"{frame} {matter}", day=day)

    months = [framed(f"month {n}", 6, 30 * n) for n in range(8)]
    one, two = framed("one", 1, 300), framed("two", 1, 301)
    assert links_of(one, two)
    assert links_of(*months, one, two) == []


def test_of_many_copies_each_finds_one() -> None:
    copies = [text(str(n), f"{STORY} Read on page {n}.") for n in range(60)]
    near = around(copies)
    for one in copies:
        near.place(one)
    assert len(set(cluster({one.text_id for one in copies}, near.links).values())) == 1


def variants(chance: Random, number: int) -> list[Text]:
    """A story, and what outlets make of it."""
    story = f"{body(f'the ferry {number}')}\n\n{body(f'the quay {number}')}"
    words = story.split(" ")
    return [
        text(f"{number}-0", story, day=number),
        text(f"{number}-1", " ".join(words[: len(words) * 2 // 3]), day=number + 0.2),
        text(f"{number}-2", " ".join(w for w in words if chance.random() > 0.05), day=number + 0.4),
        text(f"{number}-3", f"{story} It rained all day.", day=number + 0.5),
    ]


TEXTS = [one for number in range(5) for one in variants(Random(number), number)]


def groups(texts: list[Text], size: int) -> set[frozenset[UUID]]:
    """The groups after batches of this size, each reading what the ones before remembered."""
    known = {one.text_id: one for one in texts}
    holders: dict[int, list[int]] = {}
    remembered: dict[int, Known] = {}
    days: dict[int, int] = {}
    links: list[Link] = []
    near = around(texts)
    for start in range(0, len(texts), size):
        batch = texts[start : start + size]
        # as from the warehouse: what is remembered is known only where there is hope
        met = {
            number
            for one in hopeful(batch, holders)
            for each in one.shingles.kept.tolist()
            for number in holders.get(each, ())
        }
        there = {number: remembered[number] for number in met}
        near = Neighbourhood(holders, days, there, links, known.get)
        for number, one in enumerate(batch, start + 1):
            found, kept = near.place(one)
            links += found
            remembered[number] = Known(one.text_id, len(one.shingles.known))
            days[number] = one.day
            for each in kept:
                holders.setdefault(each, []).append(number)
    found_groups: dict[UUID, set[UUID]] = {}
    for one, name in cluster(set(known), near.links).items():
        found_groups.setdefault(name, set()).add(one)
    return {frozenset(members) for members in found_groups.values()}


@given(st.permutations(TEXTS), st.integers(1, 25))
def test_neither_order_nor_batches_decide(order: list[Text], size: int) -> None:
    expected = {
        frozenset(one.text_id for one in TEXTS[start : start + 4])
        for start in range(0, len(TEXTS), 4)
    }
    assert groups(order, size) == expected


def test_hope_needs_more_than_one_hash_of_the_same_text() -> None:
    story, other = text("a", STORY), text("b", body("the tug"))
    holders = {one: [number] for number, one in enumerate(story.shingles.kept.tolist(), 1)}
    assert hopeful([story, other], holders) == []
    first, second, *_ = story.shingles.kept.tolist()
    assert hopeful([story, other], {first: [1], second: [1]}) == [story]
    # one of the same batch gives hope to both
    copy = text("c", f"{STORY} It rained all day.")
    assert hopeful([story, other, copy], {}) == [story, copy]
