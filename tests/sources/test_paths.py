from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from schemas.rejection import Reason, Rejection
from sources.paths import Found, find_files
from tests.reading import READING, outcomes

#: Names that have broken one program or another.
NAMES = [
    "with space.txt",
    " leading.txt",
    "trailing ",
    "hash#1.txt",
    "per%20cent.txt",
    "quote'.txt",
    'double".txt',
    "new\nline.txt",
    "tab\t.txt",
    "question?.txt",
    "star*.txt",
    "brackets[1].txt",
    "back\\slash.txt",
    "-rf",
    "日本.txt",
    "é.txt",
    "e\u0301.txt",
    "x" * 255,
]


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def find(*paths: str | Path) -> list[Found | Rejection]:
    return list(find_files(map(str, paths), READING))


def names(found: Iterable[Found | Rejection], folder: Path) -> list[str]:
    """Paths relative to the folder; rejections as their reason and path."""
    return [
        str(one.path.relative_to(folder))
        if isinstance(one, Found)
        else f"{one.reason} {one.url.removeprefix(f'file:{folder}/')}"
        for one in found
    ]


def test_a_folder_gives_its_files_in_order_of_name(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a/z.txt", "a/y/x.txt", "c/d.txt", "B.txt")
    (tmp_path / "empty").mkdir()
    expected = ["B.txt", "a/y/x.txt", "a/z.txt", "b.txt", "c/d.txt"]
    assert names(find(tmp_path), tmp_path) == expected
    assert names(find(f"{tmp_path}/./a/.."), tmp_path) == expected


def test_hidden_names_are_passed_over_unless_they_are_given(tmp_path: Path) -> None:
    make(tmp_path, ".hidden.txt", ".git/config", "a.txt", "sub/.x/y.txt")
    assert names(find(tmp_path), tmp_path) == ["a.txt"]
    given = find(tmp_path, tmp_path / ".hidden.txt", tmp_path / ".git")
    assert names(given, tmp_path) == ["a.txt", ".hidden.txt", ".git/config"]


def test_paths_that_overlap_give_each_file_once(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "sub/b.txt", "sub/c.txt")
    a, sub = tmp_path / "a.txt", tmp_path / "sub"
    everything = ["a.txt", "sub/b.txt", "sub/c.txt"]
    for given in (
        [tmp_path, tmp_path],
        [tmp_path, sub, a],
        [a, a, f"{sub}/", sub, tmp_path],
        [f"{tmp_path}/*.txt", f"{tmp_path}/**/*.txt", tmp_path],
        [f"{sub}/../a.txt", tmp_path],
    ):
        assert sorted(names(find(*given), tmp_path)) == everything, given


def test_the_same_folder_by_another_path_gives_nothing_more(tmp_path: Path) -> None:
    make(tmp_path, "real/a.txt")
    (tmp_path / "link").symlink_to("real")
    assert names(find(tmp_path), tmp_path) == ["link/a.txt"]
    given = find(tmp_path / "link" / "a.txt", tmp_path / "real" / "a.txt", tmp_path)
    assert names(given, tmp_path) == ["link/a.txt"]


def test_a_folder_that_loops_through_a_link_is_named_and_left(tmp_path: Path) -> None:
    make(tmp_path, "a/b/c.txt", "z.txt")
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path / "a")
    (tmp_path / "self").symlink_to(".")
    found = find(tmp_path)
    assert names(found, tmp_path) == ["a/b/c.txt", "link-loop a/b/up", "link-loop self", "z.txt"]
    assert isinstance(found[1], Rejection)
    assert found[1].detail == f"a link back to {tmp_path}/a, which it lies in"


def test_patterns_name_files(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.html", "sub/c.txt", "sub/deep/d.txt", "sub/.e.txt", "x[1].txt")
    cases = {
        "*.txt": ["a.txt", "x[1].txt"],
        "[ab].*": ["a.txt", "b.html"],
        "s*": ["sub/c.txt", "sub/deep/d.txt"],
        "**/*.txt": ["a.txt", "sub/c.txt", "sub/deep/d.txt", "x[1].txt"],
        "sub/**": ["sub/c.txt", "sub/deep/d.txt"],
        "*/**/d.*": ["sub/deep/d.txt"],
        "**/deep": ["sub/deep/d.txt"],
        "x[1].txt": ["x[1].txt"],
        "*.pdf": ["no-match *.pdf"],
        "**/*.pdf": ["no-match **/*.pdf"],
        "no/**/*.pdf": ["no-match no/**/*.pdf"],
    }
    for pattern, expected in cases.items():
        assert names(find(f"{tmp_path}/{pattern}"), tmp_path) == expected, pattern


def test_patterns_are_relative_to_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "a.txt", "sub/b.txt")
    monkeypatch.chdir(tmp_path)
    for given in ("*.txt", "./a.txt"):
        assert names(find(given), tmp_path) == ["a.txt"]
    assert names(find("**/*.txt"), tmp_path) == ["a.txt", "sub/b.txt"]
    assert [one.url for one in find("a.txt")] == [f"file:{tmp_path}/a.txt"]


def test_a_pattern_over_folders_that_loop_comes_to_an_end(tmp_path: Path) -> None:
    # followed by name, these links make a tree of 2 to the power of 40 folders
    make(tmp_path, "a/x.txt")
    (tmp_path / "a" / "one").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "two").symlink_to(tmp_path / "a")
    found = names(find(f"{tmp_path}/**/*.txt"), tmp_path)
    assert found == ["link-loop a/one", "link-loop a/two", "a/x.txt"]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_found_by_itself_and_in_its_folder(tmp_path: Path, name: str) -> None:
    make(tmp_path, name)
    expected = [Found(path=tmp_path / name, url=f"file:{tmp_path}/{name}")]
    assert find(tmp_path / name) == expected
    assert find(tmp_path) == expected


def test_names_that_are_no_utf8_have_addresses_that_are(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path)
    for name in (b"caf\xe9.txt", b"caf\xe8.txt", b"sub\xff/a.txt"):
        path = Path(os.fsdecode(raw + b"/" + name))
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    (tmp_path / os.fsdecode(b"sub\xff") / "up").symlink_to(tmp_path)
    found = find(tmp_path)
    addresses = [one.url.removeprefix(f"file:{tmp_path}/") for one in found]
    assert addresses == ["caf%E8.txt", "caf%E9.txt", "sub%FF/a.txt", "sub%FF/up"]
    for one in found:
        one.url.encode()
        if isinstance(one, Found):
            assert one.path.read_text() == "x"
        else:
            one.model_dump_json()


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_what_is_no_path_is_refused(name: str) -> None:
    [refused] = find_files([name], READING)
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.NO_MATCH


def test_a_name_that_is_too_long_is_found_and_fails_later() -> None:
    [found] = find("/tmp/" + "x" * 300)
    assert isinstance(found, Found)


def test_a_folder_that_nobody_may_read_is_refused_even_to_root(tmp_path: Path) -> None:
    make(tmp_path, "shut/a.txt", "z.txt")
    (tmp_path / "shut").chmod(0)
    try:
        assert names(find(tmp_path), tmp_path) == ["unreadable shut", "z.txt"]
    finally:
        (tmp_path / "shut").chmod(0o700)


def test_very_deep_folders_are_walked(tmp_path: Path) -> None:
    # deeper than calls can nest, and in the end than a path may be long
    at = os.open(tmp_path, os.O_RDONLY)
    try:
        for depth in range(2200):
            if depth == 1200:
                os.close(os.open("a.txt", os.O_CREAT, dir_fd=at))
            os.mkdir("d", dir_fd=at)
            at, above = os.open("d", os.O_RDONLY, dir_fd=at), at
            os.close(above)
        found = find(tmp_path)
        ends = [end for one in found if isinstance(one, Found) for end in outcomes(one.path)]
        assert [(end.url[-7:], type(end)) for end in ends] == [
            ("d/a.txt", Rejection),
            ("d/d/d/d", Rejection),
        ]
        details = [end.detail for end in ends if isinstance(end, Rejection)]
        assert details == ["an empty file", "File name too long"]
    finally:
        os.close(at)
        # rmtree nests calls
        subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)


def test_a_folder_of_ten_thousand_files_is_listed(tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / f"{number:05}").touch()
    found = find(tmp_path, *[tmp_path / f"{number:05}" for number in range(0, 10_000, 100)])
    assert [one.url[-5:] for one in found] == [f"{number:05}" for number in range(10_000)]
