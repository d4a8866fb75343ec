"""The index as a function of what is published: brought up to date by the difference.

Every indexed article carries the mark of its state (a hash of all that is indexed), so that
index and published file can be compared at any time, whatever was interrupted. The folder has
the index in a folder of its own, which `state.json` names: a new one takes the place of the
old in one step.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from pydantic import ValidationError
from tantivy import Index, IndexWriter, Query

from schemas.location import Location
from schemas.model import Frozen
from warehouse.connect import Connection, WarehouseError, open_published
from warehouse.publish import state_of
from warehouse.search.fields import VERSION, document, schema, with_analysers

#: The hash of everything about an article that is indexed. The text is in it by its content
#: hash, which is blind to case, punctuation and space, and so is the index.
MARK = """md5_number_lower(concat_ws(chr(31), article_id, content_hash, document_id, source_id,
    coalesce(publisher, ''), coalesce(language, ''), coalesce(published_on::VARCHAR, ''),
    authors::VARCHAR, coalesce(description, ''), coalesce(caption, '')))"""
_ARTICLES = "articles JOIN ops.fingerprints USING (article_id)"
_COLUMNS = "article_id, title, description, caption, body, authors, publisher, source_id, language"

#: tantivy's memory for what is not on disk yet; its least is 15 MB. One thread keeps pace
#: with a run's own articles, and leaves the other cores to extraction.
_HEAP = 64_000_000
#: Articles that are read from the published file at once, about 5 MB.
_ROWS = 1_000
_ASK_AGAIN = 0.05


class State(Frozen):
    """`state.json`: which folder has the index, and which published state it was made from."""

    version: int
    folder: str
    shows: str


class Caught(Frozen):
    """What bringing the index up to date changed; `anew`: it was made from nothing."""

    added: int = 0
    removed: int = 0
    anew: bool = False


def catch_up(published: Location, folder: Path, patience: float, *, anew: bool = False) -> Caught:
    """Makes the index agree with what is published, by the difference where that is possible.

    `anew` makes it from nothing, so that no byte of a removed article is left in its files.
    Waits up to `patience` seconds for another process that does the same. Raises
    WarehouseError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _held(folder, patience), open_published(published) as connection:
            shows = state_of(connection)
            before = read_state(folder)
            index = None if anew or before is None else open_index(folder, before)
            if index is None or before is None:
                return _make(connection, folder, before, shows)
            if before.shows == shows:
                return Caught()
            caught = _update(connection, index)
            _write_state(folder, before.model_copy(update={"shows": shows}))
            return caught
    except OSError as error:
        raise WarehouseError(f"cannot write the search index {folder}: {error}") from error
    except ValueError as error:  # tantivy's word for trouble of any kind
        raise WarehouseError(
            f"the search index {folder} cannot be written: {error}; "
            "`newswell doctor --repair` makes it anew"
        ) from error


def is_behind(published: Location, folder: Path) -> bool:
    """Whether the index was made from another state than is published. Raises WarehouseError."""
    state = read_state(folder)
    with open_published(published) as connection:
        return state is None or state.shows != state_of(connection)


def differences(published: Location, folder: Path) -> tuple[int, int]:
    """How many articles the index lacks, and how many it has that are published no more."""
    with open_published(published) as connection:
        wanted = _wanted(connection)
    state = read_state(folder)
    index = open_index(folder, state) if state else None
    there = set(marks(index)) if index else set()
    return len(wanted - there), len(there - wanted)


def read_state(folder: Path) -> State | None:
    """The state of an index that this program can use, None if there is none."""
    try:
        found = State.model_validate_json((folder / "state.json").read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    return found if found.version == VERSION else None


def open_index(folder: Path, state: State) -> Index | None:
    """The index that a state names; None if it is damaged or gone."""
    place = folder / state.folder
    try:
        return with_analysers(Index.open(str(place)))
    except (ValueError, OSError):
        return None if os.access(place, os.W_OK) else _open_by_links(place)


def _open_by_links(place: Path) -> Index | None:
    """The index in a folder that may not be written to, None if it is damaged.

    tantivy makes the file of a lock even to read, which is made in a folder of links here. Once
    it is open, its files are mapped into memory and the links are no more needed.
    """
    try:
        with TemporaryDirectory(prefix="newswell-") as links:
            for file in place.iterdir():
                if file.suffix != ".lock":
                    (Path(links) / file.name).symlink_to(file)
            return with_analysers(Index.open(links))
    except (ValueError, OSError):
        return None


def marks(index: Index) -> list[int]:
    """The mark of every article in the index."""
    searcher = index.searcher()
    if not searcher.num_docs:
        return []
    found = searcher.search(Query.all_query(), searcher.num_docs, count=False).hits
    values = searcher.fast_field_values("mark", [address for _, address in found])
    return [int(value) for value in values if value is not None]


def _make(connection: Connection, folder: Path, before: State | None, shows: str) -> Caught:
    """An index from nothing, which replaces the one before it when it is complete."""
    number = int(before.folder) + 1 if before and before.folder.isdigit() else 1
    while (folder / f"{number:06}").exists():
        number += 1
    place = folder / f"{number:06}"
    place.mkdir()
    index = with_analysers(Index(schema(), str(place), reuse=False))
    added = _write(connection, index, set(), None)
    _write_state(folder, State(version=VERSION, folder=place.name, shows=shows))
    for other in folder.iterdir():
        # what readers have open of the old one stays theirs until they close it
        if other.is_dir() and other != place:
            shutil.rmtree(other, ignore_errors=True)
    return Caught(added=added, anew=True)


def _update(connection: Connection, index: Index) -> Caught:
    there, wanted = set(marks(index)), _wanted(connection)
    gone, fresh = there - wanted, wanted - there
    if gone or fresh:
        _write(connection, index, gone, fresh)
    return Caught(added=len(fresh), removed=len(gone))


def _wanted(connection: Connection) -> set[int]:
    found = connection.execute(f"SELECT {MARK} AS mark FROM {_ARTICLES}").to_arrow_table()
    return set(found.column("mark").to_pylist())


def _write(connection: Connection, index: Index, gone: set[int], fresh: set[int] | None) -> int:
    """Takes the marks in `gone` out and puts those in `fresh` in (None: all articles)."""
    writer = index.writer(_HEAP, 1)
    for mark in gone:
        # by query: by term, tantivy 0.27 takes the number for a signed one and finds nothing
        writer.delete_documents_by_query(Query.term_query(schema(), "mark", mark))
    added = 0
    for row in _rows(connection, fresh):
        writer.add_document(document(row))
        added += 1
    _commit(writer)
    index.reload()
    return added


def _commit(writer: IndexWriter) -> None:
    writer.commit()
    # small segments are joined here: at the end of the process it would be broken off
    writer.wait_merging_threads()


def _rows(connection: Connection, fresh: set[int] | None) -> Iterator[dict[str, object]]:
    sql = f"SELECT {_COLUMNS}, published_on, {MARK} AS mark FROM {_ARTICLES}"
    if fresh is not None:
        connection.register("fresh", pa.table({"mark": pa.array(fresh, pa.uint64())}))
        sql = f"SELECT * FROM ({sql}) JOIN fresh USING (mark)"
    answer = connection.execute(sql)
    names = [column[0] for column in answer.description or ()]
    while rows := answer.fetchmany(_ROWS):
        for row in rows:
            yield dict(zip(names, row, strict=True))
    if fresh is not None:
        connection.unregister("fresh")


@contextmanager
def _held(folder: Path, patience: float) -> Iterator[None]:
    """One process at a time changes the index."""
    deadline = time.monotonic() + patience
    with (folder / ".lock").open("ab") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise WarehouseError(
                        f"{folder}: another process is changing the search index; wait for it "
                        "to end, then run `newswell publish`"
                    ) from None
                time.sleep(_ASK_AGAIN)
            else:
                break
        yield


def _write_state(folder: Path, state: State) -> None:
    draft = folder / "state.draft"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(state.model_dump(), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / "state.json")
