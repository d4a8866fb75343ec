"""A release by one command, in a clone of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytest.importorskip("hatchling", reason="hatchling, which builds releases, is not here")
if not shutil.which("git") or not (ROOT / ".git").exists():
    pytest.skip("this is no git clone", allow_module_level=True)

NEWS = "# Changelog\n\n## [Unreleased]\n\n### Added\n- A well.\n\n## [0.0.1] - 2026-01-02\n- Dug.\n"


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    who = ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL")
    names = {f"GIT_{one}": "well" for one in who}
    environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def git(folder: Path, *arguments: str) -> str:
    done = run(folder, "git", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def release(folder: Path, *version: str) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, "deploy/release.py", *version)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of what is in the working tree, with a changelog of its own."""
    origin = tmp_path / "origin"
    listed = run(ROOT, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (origin / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, origin / name)
    (origin / "CHANGELOG.md").write_text(NEWS, encoding="utf-8")
    git(origin, "init", "--quiet")
    git(origin, "add", "--all")
    git(origin, "commit", "--quiet", "-m", "All")
    git(tmp_path, "clone", "--quiet", str(origin), "clone")
    return tmp_path / "clone"


def test_a_release_is_a_commit_a_tag_a_wheel_and_an_sdist(clone: Path) -> None:
    done = release(clone, "9.8.7")
    assert done.returncode == 0, done.stderr
    assert "git push --follow-tags" in done.stdout
    assert 'version = "9.8.7"\n' in (clone / "pyproject.toml").read_text(encoding="utf-8")
    told = (clone / "CHANGELOG.md").read_text(encoding="utf-8")
    day = r"\d{4}-\d\d-\d\d"
    expected = re.escape(NEWS).replace(
        re.escape("## [Unreleased]\n"), rf"\#\#\ \[Unreleased\]\n\n\#\#\ \[9\.8\.7\] - {day}\n"
    )
    assert re.fullmatch(expected, told), told
    assert git(clone, "log", "-1", "--format=%s") == "Release 9.8.7"
    assert git(clone, "rev-parse", "v9.8.7^{commit}") == git(clone, "rev-parse", "HEAD")
    assert git(clone, "cat-file", "-t", "v9.8.7") == "tag"
    assert git(clone, "status", "--porcelain") == ""
    with zipfile.ZipFile(clone / "dist" / "newswell-9.8.7-py3-none-any.whl") as wheel:
        assert b"\nVersion: 9.8.7\n" in wheel.read("newswell-9.8.7.dist-info/METADATA")
        assert "flows/cli.py" in wheel.namelist()
    with tarfile.open(clone / "dist" / "newswell-9.8.7.tar.gz") as sdist:
        held = {name.partition("/")[2] for name in sdist.getnames()}
    tracked = {*git(clone, "ls-files").splitlines()}
    assert tracked - held <= {".ci/run"}

    again = release(clone, "9.8.7")
    assert (again.returncode, "released already" in again.stderr) == (2, True)
    before = release(clone, "9.8.6")
    assert (before.returncode, "comes before 9.8.7" in before.stderr) == (2, True)
    nothing = release(clone, "9.9.0")
    assert (nothing.returncode, "nothing stands under" in nothing.stderr) == (2, True)
    assert git(clone, "status", "--porcelain") == ""


def test_what_cannot_be_released_leaves_nothing_behind(clone: Path) -> None:
    start = git(clone, "rev-parse", "HEAD")
    for version in ("1.2", "v1.2.3", "1.2.3rc1", ""):
        refused = release(clone, version)
        assert (refused.returncode, "three numbers" in refused.stderr) == (2, True)
    (clone / "new.txt").write_text("new", encoding="utf-8")
    refused = release(clone, "9.8.7")
    assert (refused.returncode, "new.txt" in refused.stderr) == (2, True)
    (clone / "new.txt").unlink()

    project = clone / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace('readme = "README.md"', 'readme = "NONE.md"'), "utf-8")
    git(clone, "commit", "--quiet", "-am", "Lose the readme")
    refused = release(clone, "9.8.7")
    assert (refused.returncode, "cannot be built" in refused.stderr) == (2, True)
    assert "NONE.md" in refused.stderr

    git(clone, "checkout", "--quiet", "--detach", start)
    refused = release(clone, "9.8.7")
    assert (refused.returncode, "no branch" in refused.stderr) == (2, True)
    assert git(clone, "status", "--porcelain") == ""
    assert git(clone, "tag") == ""
