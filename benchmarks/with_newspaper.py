"""A script with newspaper4k, one of the peers of `all.py`.

    python benchmarks/with_newspaper.py FOLDER < ADDRESSES

Downloads and parses with `fetch_news`, as its documentation shows for many pages. Threads
alone would keep one core busy, so two processes do it. One DuckDB table is filled at the end.
"""

from __future__ import annotations

import hashlib
import logging
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from newspaper import Article  # type: ignore[import-not-found]
from newspaper.mthreading import fetch_news  # type: ignore[import-not-found]
from onetable import write_table

COLUMNS = ("url", "title", "author", "published", "language", "sitename", "body", "hash")
#: So many pages at a time for a process, so many threads in each: 16 threads together.
_AT_ONCE, _THREADS = 25, 8


def read_articles(addresses: list[str]) -> list[tuple[Any, ...]]:
    """Rows of the table; runs in a worker."""
    logging.disable(logging.CRITICAL)
    # it would fetch every image to see how large it is
    articles = [Article(url, fetch_images=False) for url in addresses]
    with suppress(Exception):  # the first page that failed, once all are done
        fetch_news(articles, threads=_THREADS)
    return [row_of(one) for one in articles if one.is_parsed and one.text]


def row_of(found: Any) -> tuple[Any, ...]:
    """An article's row."""
    day = found.publish_date
    return (
        found.url,
        found.title,
        "; ".join(found.authors),
        day.date().isoformat() if isinstance(day, datetime) else None,
        found.meta_lang,
        found.meta_site_name,
        found.text,
        hashlib.sha256(found.text.encode()).hexdigest(),
    )


def read_all(addresses: list[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of all pages that could be had and hold an article."""
    parts = [addresses[at : at + _AT_ONCE] for at in range(0, len(addresses), _AT_ONCE)]
    with ProcessPoolExecutor(2) as processes:
        yield from chain.from_iterable(processes.map(read_articles, parts))


def main() -> None:
    """Fetches the addresses on standard input into FOLDER/news.duckdb."""
    write_table(Path(sys.argv[1]), COLUMNS, read_all(sys.stdin.read().split()))


if __name__ == "__main__":
    main()
