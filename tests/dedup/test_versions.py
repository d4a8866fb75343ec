from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from dedup import Extracted, decide
from dedup.versions import timeline
from schemas.verdict import Rereading, Sighting, Verdict

SPACE = UUID(int=7)
START = datetime(2026, 3, 1, tzinfo=UTC)
ARTICLE = uuid5(SPACE, "article")


def see(content: str, hour: float, *, captured: bool = True, copy: int = 0) -> Sighting:
    """A sighting of a text; the letter of `content` is its body, what follows its title."""
    name = f"{content} {hour} {captured} {copy}"
    return Sighting(
        at=START + timedelta(hours=hour),
        captured=captured,
        document_id=uuid5(SPACE, name),
        content_hash=uuid5(SPACE, content),
        body_hash=uuid5(SPACE, content[0]),
    )


def contents(*sightings: Sighting) -> list[UUID]:
    return [version.content_hash for version in timeline(sightings)]


def named(letters: str) -> list[UUID]:
    return [uuid5(SPACE, letter) for letter in letters]


captures = st.builds(see, st.sampled_from(["A", "A2", "B", "C"]), st.integers(0, 12))
files = st.builds(
    see, st.sampled_from(["A", "B", "D"]), st.integers(0, 12), captured=st.just(False)
)


@given(
    st.lists(captures, max_size=10).flatmap(
        lambda line: st.tuples(st.just(line), st.permutations(line))
    )
)
def test_captures_make_the_same_versions_in_any_order(
    orders: tuple[list[Sighting], list[Sighting]],
) -> None:
    assert timeline(orders[0]) == timeline(orders[1])


@given(st.lists(captures | files, max_size=12))
def test_versions_follow_each_other_without_gap_or_repetition(line: list[Sighting]) -> None:
    versions = timeline(line)
    assert [one.version for one in versions] == list(range(1, len(versions) + 1))
    assert bool(versions) == bool(line)
    for before, after in pairwise(versions):
        assert before.valid_to == after.valid_from
        assert before.valid_from <= after.valid_from
        assert before.content_hash != after.content_hash
        assert after.change == ("headline" if before.body_hash == after.body_hash else "update")
    if versions:
        assert versions[0].change is None
        assert versions[-1].valid_to is None
    assert {one.document_id for one in versions} <= {one.document_id for one in line}


@given(st.lists(captures | files, max_size=8), st.lists(files, max_size=5))
def test_copies_of_unknown_age_bring_no_text_back(
    line: list[Sighting], copies: list[Sighting]
) -> None:
    known = {one.content_hash for one in line}
    again = [one for one in copies if one.content_hash in known]
    later = [one.model_copy(update={"at": one.at + timedelta(days=9)}) for one in again]
    assert timeline([*line, *later]) == timeline(line)


@given(st.lists(files, max_size=8))
def test_files_alone_never_show_a_text_twice(line: list[Sighting]) -> None:
    shown = contents(*line)
    assert len(shown) == len(set(shown))


def test_a_capture_of_an_old_text_after_a_new_one_is_a_version() -> None:
    assert contents(see("A", 1), see("B", 2), see("A", 3)) == named("ABA")


def test_a_file_with_an_old_text_is_none() -> None:
    assert contents(see("A", 1), see("B", 2), see("A", 3, captured=False)) == named("AB")
    loaded = [see("A", 1, captured=False), see("B", 2, captured=False)]
    assert contents(*loaded, see("A", 3, captured=False)) == named("AB")


def test_a_capture_tells_when_a_file_is_from() -> None:
    assert contents(see("B", 2), see("A", 5, captured=False)) == named("BA")
    assert contents(see("B", 2), see("A", 5, captured=False), see("A", 1)) == named("AB")


def test_a_late_capture_makes_a_version_in_the_past() -> None:
    verdicts = run([[see("A", 1)], [see("A", 9)], [see("B", 5)]])
    assert [one.outcome for one in verdicts] == ["new", "unchanged", "new_version"]
    assert [one.content_hash for one in verdicts[-1].versions] == named("ABA")


def run(batches: list[list[Sighting]]) -> list[Verdict]:
    """The verdicts on batches of one article, each knowing what came before it."""
    known: dict[UUID, tuple[Sighting, ...]] = {}
    verdicts = []
    for batch in batches:
        verdicts += decide([Extracted(article_id=ARTICLE, seen=one) for one in batch], known)
        before = known.get(ARTICLE, ())
        fresh = {one.document_id: one for one in batch} | {one.document_id: one for one in before}
        known[ARTICLE] = tuple(fresh.values())
    return verdicts


@given(st.lists(captures | files, min_size=1, max_size=8), st.integers(1, 8))
def test_batches_of_any_size_decide_the_same(line: list[Sighting], size: int) -> None:
    cut = [line[start : start + size] for start in range(0, len(line), size)]
    assert run(cut) == run([line])
    assert run(cut)[-1].versions == timeline({one.document_id: one for one in line}.values())


@given(st.lists(captures | files, min_size=1, max_size=8))
def test_the_same_again_changes_nothing(line: list[Sighting]) -> None:
    again = run([line, line])[len(line) :]
    assert {one.outcome for one in again} == {"unchanged"}
    assert not any(one.moved for one in again)
    assert {one.versions for one in again} == {run([line])[-1].versions}


@given(st.lists(captures | files, min_size=1, max_size=8))
def test_moved_says_whether_the_line_changed(line: list[Sighting]) -> None:
    before: object = ()
    for verdict in run([[one] for one in line]):
        assert verdict.moved == (verdict.versions != before)
        before = verdict.versions


def test_articles_of_one_batch_are_apart() -> None:
    other = uuid5(SPACE, "other")
    one, two = see("A", 1), see("B", 1)
    batch = [Extracted(article_id=ARTICLE, seen=one), Extracted(article_id=other, seen=two)]
    verdicts = decide(batch, {})
    assert [verdict.article_id for verdict in verdicts] == [ARTICLE, other]
    assert [verdict.outcome for verdict in verdicts] == ["new", "new"]


minutes = st.builds(
    lambda content, minute, captured: see(content, minute / 60, captured=captured),
    st.sampled_from(["A", "A2", "B", "C", "D"]),
    st.integers(0, 90),
    st.booleans(),
)


def test_a_page_that_changes_every_minute_has_few_versions() -> None:
    line = [see(f"{minute}", minute / 60) for minute in range(8 * 60)]
    versions = timeline(line)
    assert len(versions) == 1 + 8 * 2
    assert versions[0].content_hash == line[0].content_hash
    assert versions[-1].content_hash == line[-1].content_hash


def test_two_changes_within_half_an_hour_are_one() -> None:
    assert contents(see("A", 0), see("B", 1.1), see("C", 1.2), see("D", 1.6)) == named("ACD")
    assert contents(see("A", 1.0), see("B", 1.1), see("A", 1.2)) == named("A")


@given(st.lists(minutes, min_size=1, max_size=12))
def test_what_is_shown_was_shown_before_or_came_now(line: list[Sighting]) -> None:
    """Of a text that no version has, nothing is kept: it must not be asked for later."""
    kept: set[UUID] = set()
    seen: list[Sighting] = []
    for one in line:
        seen.append(one)
        shown = {version.content_hash for version in timeline(seen)}
        assert shown <= kept | {one.content_hash}
        kept = shown


@given(st.lists(minutes, min_size=1, max_size=12))
def test_the_latest_text_is_always_shown(line: list[Sighting]) -> None:
    captured = [one for one in line if one.captured]
    if captured and len(captured) == len(line):
        latest = max(line, key=lambda one: (one.at, one.content_hash, one.document_id))
        assert timeline(line)[-1].content_hash == latest.content_hash


def reread(seen: Sighting, content: str, hour: int) -> Sighting:
    """The sighting with a later extraction of its document into another text."""
    again = Rereading(
        at=START + timedelta(hours=hour),
        content_hash=uuid5(SPACE, content),
        body_hash=uuid5(SPACE, content[0]),
    )
    return seen.model_copy(update={"rereadings": (*seen.rereadings, again)})


def changes(*sightings: Sighting) -> list[str | None]:
    return [version.change for version in timeline(sightings)]


def test_a_rereading_is_a_version_from_its_own_moment_on() -> None:
    line = timeline([reread(see("A", 1), "B", 50)])
    assert [one.content_hash for one in line] == named("AB")
    assert [one.change for one in line] == [None, "reextracted"]
    assert line[1].valid_from == START + timedelta(hours=50)
    assert line[0].document_id == line[1].document_id


def test_each_rereading_that_differs_is_a_version() -> None:
    seen = reread(reread(reread(see("A", 1), "B", 50), "B", 60), "A", 70)
    assert contents(seen) == named("ABA")
    assert changes(seen) == [None, "reextracted", "reextracted"]


def test_only_the_document_that_stands_for_the_text_changes_it() -> None:
    old, new = reread(see("A", 1), "C", 50), reread(see("B", 2), "D", 51)
    assert contents(old, new) == named("ABD")
    assert changes(old, new) == [None, "update", "reextracted"]


def test_a_later_capture_is_compared_with_the_latest_reading() -> None:
    seen = reread(see("A", 1), "B", 50)
    assert changes(seen, see("B", 60)) == [None, "reextracted"]
    assert changes(seen, see("C", 60)) == [None, "reextracted", "update"]
    assert changes(seen, see("B2", 60)) == [None, "reextracted", "headline"]


def test_a_capture_from_before_the_rereading_is_no_edit_if_only_the_rules_differ() -> None:
    # both were extracted by today's rules when they came, the one between them by older ones
    assert changes(see("B", 0), reread(see("A", 1), "B", 50)) == [
        None,
        "reextracted",
        "reextracted",
    ]
    assert changes(reread(see("A", 1), "B", 50), see("B", 2)) == [None, "reextracted"]
    assert changes(reread(see("A", 1), "B", 50), see("C", 2)) == [None, "update"]


reread_captures = st.builds(
    lambda seen, letters: [seen := reread(seen, letter, 20 + hour) for hour, letter in letters][-1],
    captures,
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from("ABD")), min_size=1, max_size=3),
)


@given(
    st.lists(captures | reread_captures, max_size=8, unique_by=lambda one: one.document_id).flatmap(
        lambda line: st.tuples(st.just(line), st.permutations(line))
    )
)
def test_rereadings_make_the_same_versions_in_any_order(
    orders: tuple[list[Sighting], list[Sighting]],
) -> None:
    line = timeline(orders[0])
    assert line == timeline(orders[1])
    for before, after in pairwise(line):
        assert before.valid_to == after.valid_from >= before.valid_from
        same = (before.content_hash, before.body_hash) == (after.content_hash, after.body_hash)
        assert not same
        assert after.change in {"update", "headline", "reextracted"}


@given(st.lists(captures | files, max_size=10))
def test_without_rereadings_nothing_is_reextracted(line: list[Sighting]) -> None:
    assert "reextracted" not in changes(*line)
