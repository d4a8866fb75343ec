"""Local files as paths, folders and patterns name them."""

from __future__ import annotations

import errno
import glob
import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from schemas.model import Frozen
from schemas.rejection import Reason, Rejection
from schemas.storable import storable
from sources.reading import Reading

#: A folder whatever path leads to it: its device and its inode.
_Identity = tuple[int, int]
#: A file or folder whatever path leads to the folder that it is in.
_Place = tuple[_Identity | None, str]
#: The names in folders that are Newswell's own.
_Own = dict[_Identity, set[str]]


class Found(Frozen):
    """A file to be read; `url` is `file:` + its absolute path."""

    path: Path
    url: str


def find_files(paths: Iterable[str], reading: Reading) -> Iterator[Found | Rejection]:
    """The files that paths, folders and patterns name, each once, folders in order of name.

    In folders, names that begin with a dot are passed over, and so is what is Newswell's own
    (`reading.own`), with what lies beside it by its name (`news.duckdb.wal`). A link that
    leads back to a folder above it, a folder that cannot be read and a pattern without a match
    are rejections; so is, when it is read, a path that names nothing.
    """
    given: set[_Place] = set()
    covered: set[_Identity] = set()
    own = _own(reading.own)
    for name in paths:
        if not name or "\0" in name:
            yield reading.refuse(f"file:{name}".replace("\0", "%00"), Reason.NO_MATCH, "no path")
            continue
        matches: Iterable[Found | Rejection] = [_found(name)]
        if glob.has_magic(name) and not os.path.lexists(name):
            matches = list(_expand(name, reading))
            if not matches:
                detail = "no file matches this pattern"
                yield reading.refuse(file_url(name), Reason.NO_MATCH, detail)
        for match in matches:
            if isinstance(match, Rejection):
                yield match
                continue
            place = _place(match.path)
            above, last = place
            # a folder that was walked through gave all its names but the hidden ones
            if place not in given and (above not in covered or last.startswith(".")):
                given.add(place)
                yield from _walk(str(match.path), given, covered, reading, own)


def file_url(path: str | Path) -> str:
    """`file:` + the absolute path; bytes of a name that are no UTF-8 as `%E9`."""
    return storable(f"file:{os.path.abspath(path)}")  # noqa: PTH100 - resolve() follows links


def refuse_path(path: str | Path, error: OSError, reading: Reading) -> Rejection:
    """Why a path could not be opened."""
    url = file_url(path)
    if isinstance(error, FileNotFoundError):
        is_link = os.path.islink(path)  # noqa: PTH114 - never raises, unlike Path's
        detail = "a link to a file that is gone" if is_link else "no such file when it was read"
        return reading.refuse(url, Reason.VANISHED, detail)
    if error.errno == errno.ELOOP:
        return reading.refuse(url, Reason.LINK_LOOP, "a link that leads back to itself")
    return reading.refuse(url, Reason.UNREADABLE, error.strerror or str(error))


def _found(path: str) -> Found:
    absolute = os.path.abspath(path)  # noqa: PTH100 - resolve() follows links
    return Found(path=Path(absolute), url=file_url(absolute))


def _place(path: Path) -> _Place:
    try:
        status = path.parent.stat()
    except OSError:
        return None, str(path)
    return (status.st_dev, status.st_ino), path.name


def _expand(pattern: str, reading: Reading) -> Iterator[Found | Rejection]:
    """What a pattern with `*`, `?`, `[...]` or `**` (any folders) matches."""
    parts = pattern.split("/")
    if "**" not in parts:
        # Path.glob takes no absolute patterns
        yield from map(_found, sorted(glob.glob(pattern)))  # noqa: PTH207
        return
    # glob follows links into `**`, and two that lead back would keep it busy for ever
    cut = parts.index("**")
    roots = "/".join(parts[:cut]) or ("/" if pattern.startswith("/") else ".")
    for root in map(_found, sorted(glob.glob(roots))):  # noqa: PTH207
        for item in _walk(str(root.path), set(), set(), reading, _own(reading.own)):
            if isinstance(item, Rejection) or _fits(
                item.path.relative_to(root.path).parts, tuple(parts[cut:])
            ):
                yield item


def _fits(names: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Whether a pattern matches a file, or a folder that it is in."""
    if not pattern:
        return True
    if pattern[0] == "**":
        rest = pattern[1:]
        return any(_fits(names[start:], rest) for start in range(len(names) + 1))
    return bool(names) and fnmatchcase(names[0], pattern[0]) and _fits(names[1:], pattern[1:])


def _own(paths: Iterable[Path]) -> _Own:
    own: _Own = {}
    for path in paths:
        folder, name = _place(path)
        if folder is not None:
            own.setdefault(folder, set()).add(name)
    return own


def _is_own(own: _Own, folder: _Identity, name: str) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in own.get(folder, ()))


def _walk(
    top: str,
    given: set[_Place],
    covered: set[_Identity],
    reading: Reading,
    own: _Own,
) -> Iterator[Found | Rejection]:
    """A file, or the files of a folder; folders may lie deeper than calls can nest."""
    pending: list[tuple[str, tuple[_Identity, ...]]] = [(top, ())]
    while pending:
        path, above = pending.pop()
        if not os.path.isdir(path):  # noqa: PTH112 - never raises, unlike Path's
            yield Found(path=Path(path), url=file_url(path))
            continue
        try:
            status = os.stat(path)  # noqa: PTH116 - one Path less for each folder
            here = (status.st_dev, status.st_ino)
            if here in above:
                real = storable(os.path.realpath(path))
                detail = f"a link back to {real}, which it lies in"
                yield reading.refuse(file_url(path), Reason.LINK_LOOP, detail)
                continue
            names = [] if here in covered else sorted(_names(path, status.st_mode))
        except OSError as error:
            yield refuse_path(path, error, reading)
            continue
        covered.add(here)
        pending += [
            (os.path.join(path, name), (*above, here))  # noqa: PTH118 - as above
            for name in reversed(names)
            if not name.startswith(".")
            and (here, name) not in given
            and not _is_own(own, here, name)
        ]


def _names(folder: str, mode: int) -> list[str]:
    """The names in a folder. Raises OSError."""
    if not mode & 0o444:
        # root could list it, but then a run would depend on who started it
        raise PermissionError(errno.EACCES, "its permissions let nobody read it")
    return os.listdir(folder)  # noqa: PTH208 - names only
