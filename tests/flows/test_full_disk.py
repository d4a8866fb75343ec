"""Disks that are full or may not be written to: one line, nothing half stored, and it goes on."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schemas.settings import load_settings
from sources.newsroom.server import open_newsroom
from tests.ingested import ask, assert_sound, configure
from tests.invented import body
from tests.invocation import Newswell

Mount = Callable[[str], Path]
PAGES = 60


def mount(*options: str | Path) -> bool:
    """Whether that could be mounted."""
    try:
        done = subprocess.run(["mount", *options], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own in memory; `mount -o remount` makes it larger."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mount("-t", "tmpfs", "-o", "size=1m", "newswell-test", folder):
        pytest.skip("nothing can be mounted here: it takes root, and its rights")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(PAGES):
        text = "\n\n".join(body(f"quay {number}, part {part}") for part in range(12))
        (folder / f"{number}.txt").write_text(f"Quay {number}\n\n{text}\n")
    return folder


@pytest.mark.parametrize("size", ["400k", "2m", "4m"])
def test_a_disk_that_fills_ends_a_load_which_goes_on_when_there_is_room(
    disk: Path, newswell: Newswell, pages: Path, size: str
) -> None:
    assert mount("-o", f"remount,size={size}", disk)
    few = {"NEWSWELL_EXTRACT__BATCH_SIZE": "10", "NEWSWELL_EXTRACT__WORKERS": "1"}
    full = newswell("load", pages, cwd=disk, **few)
    assert (full.code, full.out) == (3, "")
    assert full.err.count("\n") == 1
    assert "disk is full" in full.err or "No space left on device" in full.err
    assert mount("-o", "remount,size=100m", disk)
    assert newswell("load", pages, cwd=disk, **few).code == 0
    settings = load_settings(start=disk)
    assert ask(settings, "SELECT sum(stored) AS stored FROM runs") == [{"stored": PAGES}]
    assert_sound(settings)
    shown = newswell("query", "SELECT count(*) AS n FROM articles", "--json", cwd=disk)
    assert shown.json == [{"n": PAGES}]


def test_a_temporary_folder_that_is_full_is_told_and_costs_no_page(
    disk: Path, tmp_path: Path, newswell_process: Newswell, pages: Path
) -> None:
    assert mount("-o", "remount,size=64k", disk)
    # the name of a socket may have no more than a hundred characters
    with tempfile.TemporaryDirectory() as short:
        link = Path(short, "disk")
        link.symlink_to(disk)
        full = newswell_process("load", pages, TMPDIR=str(link))
    assert (full.code, full.out) == (3, "")
    first, second = full.err.splitlines()
    assert first.endswith("No space left on device")
    assert second.startswith("newswell: no process can be started to extract pages")
    assert newswell_process("load", pages).code == 0
    settings = load_settings(start=tmp_path)
    assert ask(settings, "SELECT sum(stored) AS stored FROM runs") == [{"stored": PAGES}]


def test_an_archive_whose_disk_fills_ends_an_ingest_which_goes_on(
    disk: Path, tmp_path: Path, newswell: Newswell
) -> None:
    assert mount("-o", "remount,size=16k", disk)
    with open_newsroom(outlets=["gazette", "wire"]) as newsroom:
        sources = [newsroom.source(outlet) for outlet in newsroom.outlets]
        settings = configure(tmp_path, sources, archive=str(disk / "archive"))
        full = newswell("ingest")
        assert (full.code, full.out) == (3, "")
        assert full.err == f"newswell: {disk / 'archive'}: No space left on device\n"
        assert mount("-o", "remount,size=10m", disk)
        again = newswell("ingest", "--all")
        assert again.code == 0
    statuses = [row["status"] for row in ask(settings, "FROM runs ORDER BY started_at")]
    assert statuses == ["interrupted", "done"]
    assert not ask(settings, "FROM url_fate WHERE fate IN ('waiting', 'failed')")
    assert_sound(settings)
    # each page that is stored is in the archive, as a whole
    assert "is sound" in newswell("doctor", "--all").out


def test_files_for_people_say_that_there_is_no_room_and_put_no_half_in_place(
    disk: Path, tmp_path: Path, newswell: Newswell, pages: Path
) -> None:
    newswell("load", pages)
    assert mount("-o", "remount,size=64k", disk)
    for command, code in (
        (["report", "--to", disk / "page.html"], 2),
        (["export", "--to", disk / "parquet"], 3),
        (["export", "--to", disk / "lines", "--format", "jsonl"], 3),
        (["query", "FROM articles", "--format", "json", "--output", disk / "all.json"], 2),
        (["backup", "--to", disk / "copy"], 3),
    ):
        full = newswell(*command)
        assert (full.code, full.out) == (code, "")
        assert full.err.count("\n") == 1
        assert str(disk) in full.err
        assert "No space left on device" in full.err
        left = [path for path in disk.rglob("*") if path.is_file()]
        # what is not whole has no name that anybody would take for it
        assert {path.suffix for path in left} <= {".partial"}
        for path in left:
            path.unlink()


def test_a_disk_that_may_not_be_written_to_is_named(
    disk: Path, newswell: Newswell, pages: Path
) -> None:
    assert mount("-o", "remount,size=100m", disk)
    assert newswell("load", pages / "0.txt", cwd=disk).code == 0
    assert mount("-o", "remount,ro", disk)
    for command in (
        ["status"],
        ["load", pages],
        ["publish"],
        ["export", "--to", "out"],
        ["forget", "--yes", "x"],
    ):
        refused = newswell(*command, cwd=disk)
        assert (refused.code, refused.out) == (3, "")
        assert refused.err.count("\n") == 1
        assert str(disk) in refused.err
        assert "Read-only file system" in refused.err or "read-only" in refused.err
    assert newswell("init", cwd=disk).code == 2
    # whoever reads needs no right to write
    for command in (["query", "SELECT 1"], ["search", "quay"], ["why", pages / "0.txt"]):
        assert newswell(*command, cwd=disk).code == 0
