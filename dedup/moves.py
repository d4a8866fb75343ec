"""Whether a page at a new address is an article that was at another one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from dedup.fingerprint import words
from dedup.likeness import compare
from dedup.shingles import shingle

#: What names a page in its address whatever else is said there: a number of at least five digits
#: (fewer are a year, a page, a day), or a last part so long that it is a headline.
_NUMBER = re.compile(r"\d{5,}")
_HEADLINE = 12


def says_the_same(body: str, other: str) -> bool:
    """Whether one text is the other, edited: a redirect to a front page leads to another text."""
    return body == other or compare(shingle(words(body)), shingle(words(other))) is not None


def is_same_page(address: str, other: str) -> bool:
    """Whether two addresses of one site differ by slug or section only."""
    one, two = urlsplit(address), urlsplit(other)
    if not one.netloc or one.netloc.casefold() != two.netloc.casefold():
        return False
    if numbers := set(_NUMBER.findall(one.path)) | set(_NUMBER.findall(two.path)):
        return numbers == set(_NUMBER.findall(one.path)) & set(_NUMBER.findall(two.path))
    last = one.path.rstrip("/").rpartition("/")[2]
    return len(last) >= _HEADLINE and last == two.path.rstrip("/").rpartition("/")[2]
