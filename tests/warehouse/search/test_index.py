from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from flows.pool import Extraction
from schemas.settings import Settings
from tests.examples import examples
from tests.invented import ask, copied, extraction, settings_in, store, unused_folder
from warehouse.connect import WarehouseError, open_warehouse
from warehouse.publish import publish
from warehouse.readers import refresh
from warehouse.search import Caught, Filters, catch_up, find, is_behind
from warehouse.search.index import differences, marks, open_index, read_state


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_in(tmp_path_factory.mktemp("made"))
    store(settings, [extraction("a", "rivers", captured=1), extraction("b", "lakes", captured=1)])
    refresh(settings)
    return settings


@pytest.fixture
def settings(made: Settings, tmp_path: Path) -> Settings:
    return copied(made, tmp_path)


def folder_of(settings: Settings) -> Path:
    assert settings.search_path is not None
    return settings.search_path


def urls(settings: Settings, words: str) -> list[str]:
    found = find(settings.published_path, folder_of(settings), words, Filters(), 100)
    return sorted(hit.url.rpartition("/")[2] for hit in found.hits)


def publish_only(settings: Settings) -> None:
    """What a kill between publishing and indexing leaves."""
    assert publish(settings.warehouse_path, settings.published_path, settings.warehouse)


def index_only(settings: Settings, **how: bool) -> Caught:
    return catch_up(settings.published_path, folder_of(settings), 5, **how)


def remove(settings: Settings, name: str) -> None:
    """Takes an article out of the warehouse, as a takedown does."""
    with open_warehouse(settings.warehouse_path, settings.warehouse) as connection:
        connection.execute("DELETE FROM articles WHERE url LIKE ?", [f"%/{name}"])


def test_the_index_follows_what_is_published(settings: Settings) -> None:
    assert urls(settings, "rivers") == ["a"]
    store(settings, [extraction("a", "bridges", captured=2), extraction("c", "rivers")])
    refresh(settings)
    assert urls(settings, "rivers") == ["c"]
    assert urls(settings, "bridges") == ["a"]
    remove(settings, "c")
    refresh(settings)
    assert urls(settings, "rivers") == []
    assert differences(settings.published_path, folder_of(settings)) == (0, 0)


def test_only_the_difference_is_written(settings: Settings) -> None:
    assert index_only(settings) == Caught()
    store(settings, [extraction("a", "bridges", captured=2), extraction("c", "seas")])
    publish_only(settings)
    assert index_only(settings) == Caught(added=2, removed=1)
    assert index_only(settings, anew=True) == Caught(added=3, anew=True)


def test_an_index_that_is_behind_shows_nothing_that_is_published_no_more(
    settings: Settings,
) -> None:
    remove(settings, "a")
    store(settings, [extraction("b", "bridges", captured=2), extraction("c", "lakes")])
    publish_only(settings)
    found = find(settings.published_path, folder_of(settings), "rivers OR lakes", Filters(), 10)
    assert found.behind
    assert found.hits == ()
    assert is_behind(settings.published_path, folder_of(settings))
    assert differences(settings.published_path, folder_of(settings)) == (2, 2)
    # the next run has nothing to publish, and catches up all the same
    assert not refresh(settings)
    assert urls(settings, "lakes") == ["c"]
    assert not is_behind(settings.published_path, folder_of(settings))


def test_a_kill_between_the_commit_and_its_state_leaves_nothing_behind(settings: Settings) -> None:
    state = folder_of(settings) / "state.json"
    before = state.read_bytes()
    store(settings, [extraction("c", "seas")])
    refresh(settings)
    state.write_bytes(before)
    remove(settings, "c")
    refresh(settings)
    assert urls(settings, "seas") == []
    assert differences(settings.published_path, folder_of(settings)) == (0, 0)


def test_a_half_made_index_is_never_used(settings: Settings) -> None:
    half = folder_of(settings) / "000002"
    half.mkdir()
    (half / "meta.json").write_text("{")
    assert urls(settings, "rivers") == ["a"]
    assert index_only(settings, anew=True).anew
    assert [one.name for one in folder_of(settings).iterdir() if one.is_dir()] == ["000003"]


@pytest.mark.parametrize("damage", ["gone", "torn", "of another version"])
def test_an_index_that_cannot_be_used_is_made_anew(settings: Settings, damage: str) -> None:
    folder = folder_of(settings)
    state = read_state(folder)
    assert state is not None
    if damage == "gone":
        shutil.rmtree(folder / state.folder)
    elif damage == "torn":
        (folder / state.folder / "meta.json").write_text("{")
    else:
        told = json.loads((folder / "state.json").read_text())
        (folder / "state.json").write_text(json.dumps({**told, "version": 0}))
    with pytest.raises(WarehouseError, match="newswell publish"):
        urls(settings, "rivers")
    refresh(settings)
    assert urls(settings, "rivers") == ["a"]


def test_removed_words_are_gone_from_the_files_of_an_index_made_anew(settings: Settings) -> None:
    def has_word(word: str) -> bool:
        folder = folder_of(settings)
        state = read_state(folder)
        index = open_index(folder, state) if state else None
        assert index is not None
        return bool(index.searcher().terms_with_prefix("body_plain", word))

    remove(settings, "a")
    publish_only(settings)
    index_only(settings)
    # a removed article's words stay in the files of the index until these are written anew
    assert has_word("rivers")
    index_only(settings, anew=True)
    assert not has_word("rivers")
    assert has_word("lakes")


def test_search_can_be_turned_off(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    off = settings.warehouse.model_copy(update={"search": ""})
    settings = settings.model_copy(update={"warehouse": off})
    store(settings, [extraction("a")])
    assert refresh(settings)
    assert settings.search_path is None
    assert sorted(one.name for one in (tmp_path / "data").iterdir()) == [
        "news.duckdb",
        "newswell.duckdb",
    ]


PAGES = st.builds(
    extraction,
    st.sampled_from("abc"),
    st.sampled_from(["rivers", "lakes", "seas"]),
    captured=st.integers(1, 4),
    title=st.sampled_from(["Ferries", "Bridges"]),
)


@hypothesis_settings(max_examples=examples(3), deadline=None)
@given(batches=st.lists(st.lists(PAGES, min_size=1, max_size=3), min_size=1, max_size=3))
def test_steps_end_where_one_leap_does(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[Extraction]]
) -> None:
    settings = settings_in(unused_folder(tmp_path_factory.getbasetemp()))
    for batch in batches:
        store(settings, batch)
        refresh(settings)
    folder = folder_of(settings)
    state = read_state(folder)
    assert state is not None
    index = open_index(folder, state)
    assert index is not None
    by_steps = sorted(marks(index))
    index_only(settings, anew=True)
    state = read_state(folder)
    assert state is not None
    anew = open_index(folder, state)
    assert anew is not None
    assert by_steps == sorted(marks(anew))
    assert len(by_steps) == ask(settings, "SELECT count(*) FROM articles")[0][0]
