"""The script that a competent engineer writes in an afternoon: the peer of `ingest.py`.

    python benchmarks/afternoon.py FOLDER < ADDRESSES

16 download threads with httpx, two processes with plain trafilatura, one DuckDB table
filled at the end. Nothing is archived, nobody is asked for permission, nothing is known of
an earlier run, and a page that hangs hangs the whole.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import trafilatura
from onetable import write_table

COLUMNS = ("url", "title", "author", "published", "language", "sitename", "body", "hash")


def read_article(url: str, content: str) -> tuple[Any, ...] | None:
    """A row of the table; runs in a worker."""
    found = trafilatura.bare_extraction(content, url=url, with_metadata=True)
    if found is None or not found.text:
        return None
    mark = hashlib.sha256(found.text.encode()).hexdigest()
    return (
        url,
        found.title,
        found.author,
        found.date,
        found.language,
        found.sitename,
        found.text,
        mark,
    )


def read_all(addresses: list[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of all pages that could be had and hold an article."""
    with (
        httpx.Client(follow_redirects=True, timeout=20) as client,
        ThreadPoolExecutor(16) as threads,
        ProcessPoolExecutor(2) as processes,
    ):

        def fetch(url: str) -> Future[tuple[Any, ...] | None] | None:
            try:
                answer = client.get(url)
                answer.raise_for_status()
            except httpx.HTTPError as error:
                print(f"{url}: {error}", file=sys.stderr)
                return None
            return processes.submit(read_article, url, answer.text)

        for future in threads.map(fetch, addresses):
            row = future.result() if future else None
            if row:
                yield row


def main() -> None:
    """Fetches the addresses on standard input into FOLDER/news.duckdb."""
    write_table(Path(sys.argv[1]), COLUMNS, read_all(sys.stdin.read().split()))


if __name__ == "__main__":
    main()
