from __future__ import annotations

from pathlib import Path

import pytest

from flows.whole import write_whole


def test_a_file_takes_the_place_of_another_and_a_link_stays_one(tmp_path: Path) -> None:
    kept, link = tmp_path / "kept.txt", tmp_path / "link.txt"
    kept.write_text("before")
    link.symlink_to(kept)
    write_whole(link, "after ü")
    assert (kept.read_text(encoding="utf-8"), link.is_symlink()) == ("after ü", True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.txt", "link.txt"]


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("before")
    with pytest.raises(UnicodeEncodeError):
        write_whole(kept, "half \udc80")
    assert kept.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path, "text")


def test_a_pipe_is_written_to_as_it_is() -> None:
    write_whole(Path("/dev/null"), "text")
    assert Path("/dev/null").is_char_device()
