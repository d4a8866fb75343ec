"""Makes a release: sets the version, dates the changelog, builds, commits and tags.

    python deploy/release.py 1.2.3

Wheel and sdist go to `dist/`. They are built before anything is committed, so that a release that
cannot be built leaves nothing behind. Nothing is pushed.
"""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT, CHANGELOG = "pyproject.toml", "CHANGELOG.md"
_VERSION = re.compile(r'^version = "(.*)"$', re.MULTILINE)
_UNRELEASED = "## [Unreleased]\n"


class ReleaseError(Exception):
    """Why there can be no release, in a line for the person who asked for it."""


def release(version: str, today: str) -> list[Path]:
    """Releases the commit that is checked out; returns the files built. Raises ReleaseError."""
    check(version)
    project, changelog = ROOT / PROJECT, ROOT / CHANGELOG
    told = dated(changelog.read_text(encoding="utf-8"), version, today)
    try:
        project.write_text(
            _VERSION.sub(f'version = "{version}"', project.read_text(encoding="utf-8")),
            encoding="utf-8",
        )
        changelog.write_text(told, encoding="utf-8")
        built = build(version)
        git("commit", "--quiet", "-m", f"Release {version}", PROJECT, CHANGELOG)
    except BaseException:
        # Ctrl-C too: a release that was broken off is none
        git("checkout", "--quiet", "HEAD", "--", PROJECT, CHANGELOG)
        raise
    git("tag", "-a", f"v{version}", "-m", f"Newswell {version}")
    return built


def check(version: str) -> None:
    """Raises ReleaseError where this version cannot be released from here as it is."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ReleaseError("write the version as three numbers: make release VERSION=1.2.3")
    if changed := git("status", "--porcelain"):
        raise ReleaseError(f"commit or put away what is changed first:\n{changed}")
    if not git("branch", "--show-current"):
        raise ReleaseError("no branch is checked out, so that the commit would be lost")
    versions = _VERSION.findall((ROOT / PROJECT).read_text(encoding="utf-8"))
    if len(versions) != 1:
        raise ReleaseError(f"{PROJECT}: has {len(versions)} lines version = ..., not one")
    tagged = [tag.removeprefix("v") for tag in git("tag", "--list", "v*.*.*").split()]
    if version in tagged:
        raise ReleaseError(f"{version} was released already: there is a tag v{version}")
    for other in [*tagged, *versions]:
        if number(version) < number(other):
            raise ReleaseError(f"{version} comes before {other}, which is there already")


def number(version: str) -> tuple[int, ...]:
    """A version to compare by."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def dated(changelog: str, version: str, today: str) -> str:
    """The changelog with what was unreleased under its version. Raises ReleaseError."""
    before, mark, after = changelog.partition(_UNRELEASED)
    news = re.split(r"^## ", after, maxsplit=1, flags=re.MULTILINE)[0]
    if not mark or not re.search(r"^- ", news, re.MULTILINE):
        raise ReleaseError(f"{CHANGELOG}: nothing stands under {_UNRELEASED.strip()}")
    return f"{before}{mark}\n## [{version}] - {today}\n{after}"


def build(version: str) -> list[Path]:
    """Wheel and sdist of the working tree, in `dist/`. Raises ReleaseError."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(ROOT / "dist")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    built = sorted((ROOT / "dist").glob(f"newswell-{version}[.-]*"))
    if done.returncode or len(built) != 2:
        raise ReleaseError(f"it cannot be built:\n{done.stderr or done.stdout}")
    return built


def git(*arguments: str) -> str:
    """What git says. Raises ReleaseError."""
    done = subprocess.run(  # noqa: S603
        ["git", *arguments],  # noqa: S607 - whichever git is there
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ReleaseError(f"git {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip()


def main() -> None:
    """The command. Exit codes: 0 done, 2 nothing was released."""
    version = sys.argv[1] if len(sys.argv) == 2 else ""
    try:
        built = release(version, f"{datetime.now(UTC):%Y-%m-%d}")
    except ReleaseError as error:
        sys.stderr.write(f"release: {error}\n")
        sys.exit(2)
    names = "\n".join(f"  {path.relative_to(ROOT)}" for path in built)
    sys.stdout.write(f"Released {version}:\n{names}\nNext: git push --follow-tags\n")


if __name__ == "__main__":
    main()
