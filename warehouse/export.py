"""The published articles as files: a folder a month, of which only those that changed are written.

`manifest.json` says what each file holds. A month whose articles are as the manifest says is left
alone; each file takes the place of the one before it in one step, the manifest comes last.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args

import duckdb
from pydantic import Field, ValidationError

from schemas.location import Location
from schemas.model import Frozen
from warehouse.connect import Connection, WarehouseError, open_published
from warehouse.newsarticle import news_article
from warehouse.trouble import first_line, is_damage

Format = Literal["parquet", "jsonl"]
FORMATS: tuple[str, ...] = get_args(Format)
#: The folder of articles whose day of publication nobody knows.
UNDATED = "unknown"
MANIFEST = "manifest.json"

_MONTH = f"coalesce(strftime(published_on, '%Y-%m'), '{UNDATED}')"
#: When an article was met last changes with every look at it, and would write all files anew.
_COLUMNS = "articles.* EXCLUDE (last_seen_at)"
_ROWS = 1_000


class FormatError(Exception):
    """The folder holds an export of the other format."""


class Part(Frozen):
    """A month's file; `content` is a hash of its articles, `sha256` of its bytes."""

    file: str
    articles: int
    content: str
    bytes: int
    sha256: str


class Manifest(Frozen):
    """What an export holds, by month."""

    format: Format
    months: dict[str, Part] = Field(default_factory=dict)


class Exported(Frozen):
    """What an export did: months written, left alone, and removed."""

    written: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]
    articles: int


def export(
    published: Location, folder: Path, form: Format, watch: Callable[[int], None]
) -> Exported:
    """Brings an export up to date with the published articles. `watch` is told of each month.

    Raises WarehouseError, and FormatError for a folder that holds the other format.
    """
    try:
        with open_published(published) as connection:
            return _export(connection, folder, form, watch)
    except OSError as error:
        raise WarehouseError(f"cannot write to {folder}: {error.strerror or error}") from error


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder, None if there is none that can be read."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _export(
    connection: Connection, folder: Path, form: Format, watch: Callable[[int], None]
) -> Exported:
    before = read_manifest(folder) or Manifest(format=form)
    if before.format != form:
        raise FormatError(
            f"{folder} holds an export as {before.format}; name another folder for {form}"
        )
    months = _contents(connection)
    parts, written = {}, []
    for month, (articles, content) in months.items():
        known = before.months.get(month)
        if known and known.content == content and _is_whole(folder, known):
            parts[month] = known
        else:
            path = folder / "articles" / f"month={month}" / f"articles.{form}"
            digest = _write_part(connection, path, month, form)
            parts[month] = Part(
                file=str(path.relative_to(folder)),
                articles=articles,
                content=content,
                bytes=path.stat().st_size,
                sha256=digest,
            )
            written.append(month)
        watch(1)
    removed = sorted(set(before.months) - set(months))
    for month in removed:
        (folder / before.months[month].file).unlink(missing_ok=True)
    if written or removed or not (folder / MANIFEST).exists():
        _write_manifest(folder, Manifest(format=form, months=parts))
    return Exported(
        written=tuple(written),
        kept=tuple(sorted(set(parts) - set(written))),
        removed=tuple(removed),
        articles=sum(part.articles for part in parts.values()),
    )


def _contents(connection: Connection) -> dict[str, tuple[int, str]]:
    """For each month how many articles it has, and a hash of them."""
    rows = connection.execute(
        f"""SELECT month, count(*), md5(string_agg(mark, '' ORDER BY mark)) FROM (
            SELECT {_MONTH} AS month, md5(row::VARCHAR) AS mark
            FROM (SELECT published_on, {_COLUMNS} FROM articles) AS row
        ) GROUP BY month ORDER BY month"""
    ).fetchall()
    return {month: (count, content) for month, count, content in rows}


def _is_whole(folder: Path, part: Part) -> bool:
    """Whether the file is as the manifest says, as far as its size tells."""
    try:
        return (folder / part.file).stat().st_size == part.bytes
    except OSError:
        return False


def _write_part(connection: Connection, path: Path, month: str, form: Format) -> str:
    """Writes a month's file and returns the hash of its bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.partial")
    sql = f"""SELECT {_COLUMNS} FROM articles WHERE {_MONTH} = ?
        ORDER BY published_at NULLS LAST, article_id"""
    if form == "parquet":
        try:
            connection.execute(
                f"COPY ({sql}) TO {_quote(draft)} (FORMAT parquet, COMPRESSION zstd)", [month]
            )
        except duckdb.IOException as error:
            if is_damage(error):  # of the file that is read
                raise
            raise WarehouseError(f"cannot write {draft}: {first_line(error)}") from error
    else:
        with draft.open("w", encoding="utf-8") as file:
            for row in _rows(connection, sql, month):
                file.write(json.dumps(news_article(row), ensure_ascii=False) + "\n")
    with draft.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    draft.replace(path)
    return digest


def _rows(connection: Connection, sql: str, month: str) -> Iterator[dict[str, Any]]:
    answer = connection.execute(sql, [month])
    names = [column[0] for column in answer.description or ()]
    while rows := answer.fetchmany(_ROWS):
        for row in rows:
            yield dict(zip(names, row, strict=True))


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    draft = folder / f"{MANIFEST}.partial"
    folder.mkdir(parents=True, exist_ok=True)
    draft.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    draft.replace(folder / MANIFEST)


def _quote(path: Path) -> str:
    """The path as an SQL literal: COPY takes no bound parameter for it."""
    return "'" + str(path).replace("'", "''") + "'"
