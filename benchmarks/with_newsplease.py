"""A script with news-please, one of the peers of `all.py`.

    python benchmarks/with_newsplease.py FOLDER < ADDRESSES

Hands the addresses to `NewsPlease.from_urls`, as its documentation shows: it downloads in a
thread for each and then extracts in a process for each core. One DuckDB table is filled at
the end.
"""

from __future__ import annotations

import hashlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from newsplease import NewsPlease  # type: ignore[import-not-found]
from onetable import write_table

COLUMNS = ("url", "title", "author", "published", "language", "sitename", "body", "hash")
#: Addresses of one call: it starts a thread for each.
_AT_ONCE = 500
#: Seconds; without it `from_urls` of 1.6.16 drops every article.
_PATIENCE = 60


def read_all(addresses: list[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of all pages that could be had and hold an article."""
    for at in range(0, len(addresses), _AT_ONCE):
        found = NewsPlease.from_urls(
            addresses[at : at + _AT_ONCE], request_args={"timeout": _PATIENCE}, fetch_images=False
        )
        for url, one in found.items():
            if one and one.maintext:  # an empty dict is a page that failed
                yield row_of(url, one)


def row_of(url: str, found: Any) -> tuple[Any, ...]:
    """An article's row."""
    return (
        url,
        found.title,
        "; ".join(found.authors),
        found.date_publish.date().isoformat() if found.date_publish else None,
        found.language,
        found.source_domain,
        found.maintext,
        hashlib.sha256(found.maintext.encode()).hexdigest(),
    )


def main() -> None:
    """Fetches the addresses on standard input into FOLDER/news.duckdb."""
    logging.disable(logging.CRITICAL)
    write_table(Path(sys.argv[1]), COLUMNS, read_all(sys.stdin.read().split()))


if __name__ == "__main__":
    main()
