"""What stands after an element, read no further than somebody asks for it.

XPath's `following::` collects all that follows before it takes the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.etree import _Element

_SOMETHING = re.compile(r"[^ \t\r\n]")


def lines_after(element: _Element, count: int) -> list[str]:
    """The first texts after an element that hold more than white space, so many at the most."""
    return list(islice(filter(_SOMETHING.search, _texts_after(element)), count))


def _texts_after(element: _Element) -> Iterator[str]:
    here: _Element | None = element
    while here is not None:
        if here.tail:
            yield here.tail
        for sibling in here.itersiblings():
            yield from sibling.itertext()
            if sibling.tail:
                yield sibling.tail
        here = here.getparent()


def first_after(element: _Element, tag: str) -> _Element | None:
    """The first element of that tag that begins after this one has ended."""
    here: _Element | None = element
    while here is not None:
        for sibling in here.itersiblings():
            if (found := next(sibling.iter(tag), None)) is not None:
                return found
        here = here.getparent()
    return None
