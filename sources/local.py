"""Local files: found by path, folder or glob, and read into documents."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from schemas.document import Document, Kind
from schemas.model import Frozen
from schemas.rejection import Reason, Rejection
from sources.content import Stream, StreamError, Unzipped, peek_gzip, read_whole
from sources.jsonlines import read_json, read_json_lines
from sources.reading import Reading
from sources.sniff import HEAD_BYTES, Form, Unreadable, sniff
from sources.warc import read_warc


class Found(Frozen):
    """A file to be read; `url` is `file:` + its absolute path."""

    path: Path
    url: str


def find_files(paths: Iterable[str], reading: Reading) -> Iterator[Found | Rejection]:
    """The files that paths, folders and globs name, each once, folders in order of name.

    In folders, names that begin with a dot are passed over. A link that leads back to a
    folder above it, a path that names nothing and a glob without a match are rejections.
    """
    given: set[Path] = set()
    for name in paths:
        matches = [name]
        if glob.has_magic(name) and not os.path.lexists(name):
            # Path.glob takes no absolute patterns
            matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207
            if not matches:
                detail = "no file matches this pattern"
                yield reading.refuse(_file_url(Path(name)), Reason.NO_MATCH, detail)
        for match in matches:
            path = Path(os.path.abspath(match))  # noqa: PTH100 - resolve() would follow links
            if path not in given:
                given.add(path)
                yield from _walk(path, (), set(), reading)


def _file_url(path: Path) -> str:
    return f"file:{os.path.abspath(path)}"  # noqa: PTH100 - resolve() would follow links


def _walk(
    path: Path, above: tuple[str, ...], visited: set[str], reading: Reading
) -> Iterator[Found | Rejection]:
    if not path.is_dir():
        yield Found(path=path, url=_file_url(path))
        return
    real = os.path.realpath(path)
    if real in above:
        detail = f"a link back to {real}, which it lies in"
        yield reading.refuse(_file_url(path), Reason.LINK_LOOP, detail)
    if real in visited:
        return
    visited.add(real)
    try:
        entries = sorted(path.iterdir())
    except OSError as error:
        yield reading.refuse(_file_url(path), Reason.UNREADABLE, error.strerror or str(error))
        return
    for entry in entries:
        if not entry.name.startswith("."):
            yield from _walk(entry, (*above, real), visited, reading)


def read_file(found: Found, reading: Reading) -> Iterator[Document | Rejection]:
    """What one file holds: a document, many of them, or the reason why not."""
    try:
        status = found.path.stat()
        if not stat.S_ISREG(status.st_mode):
            detail = "neither a file nor a folder"
            yield reading.refuse(found.url, Reason.UNSUPPORTED, detail)
        elif not status.st_mode & 0o444:
            # root could read it, but then a run would depend on who started it
            detail = "its permissions let nobody read it"
            yield reading.refuse(found.url, Reason.UNREADABLE, detail)
        else:
            with found.path.open("rb") as raw:
                yield from _read_stream(raw, raw, found, reading)
    except FileNotFoundError:
        linked = found.path.is_symlink()
        detail = "a link to a file that is gone" if linked else "no such file when it was read"
        yield reading.refuse(found.url, Reason.VANISHED, detail)
    except StreamError as error:
        yield reading.refuse(found.url, error.reason, error.detail)
    except OSError as error:
        yield reading.refuse(found.url, Reason.UNREADABLE, error.strerror or str(error))


def _read_stream(
    raw: BinaryIO, stream: Stream, found: Found, reading: Reading
) -> Iterator[Document | Rejection]:
    head = stream.read(HEAD_BYTES)
    form = sniff(head)
    if form is None:
        head = read_whole(stream, reading.max_bytes, head)
        if not head.strip():
            yield reading.refuse(found.url, Reason.EMPTY, "an empty file")
            return
        form = Form.TEXT
    if isinstance(form, Unreadable):
        reason = Reason.BINARY if form.is_binary else Reason.UNSUPPORTED
        yield reading.refuse(found.url, reason, f"holds {form.what}")
    elif form is Form.GZIP and stream is not raw:
        yield reading.refuse(found.url, Reason.UNSUPPORTED, "gzip'd twice over")
    elif form is Form.GZIP and sniff(peek_gzip(head)) is Form.WARC:
        yield from read_warc(raw, found.path, found.url, reading)
    elif form is Form.GZIP:
        raw.seek(0)
        yield from _read_stream(raw, Unzipped(raw), found, reading)
    elif form is Form.WARC:
        yield from read_warc(raw, found.path, found.url, reading)
    elif form is Form.JSON_LINES:
        yield from read_json_lines(stream, head, found.url, reading)
    elif form is Form.JSON:
        yield from read_json(stream, head, found.url, reading)
    else:
        content = read_whole(stream, reading.max_bytes, head)
        kind = Kind.HTML if form is Form.HTML else Kind.TEXT
        yield reading.document(found.url, kind, content)
