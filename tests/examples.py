"""How many examples a property test tries that makes warehouses, each of which takes a second."""

from __future__ import annotations

import os

#: Every run draws others; before a release each test tries this many times as many.
_TIMES = int(os.environ.get("NEWSWELL_EXAMPLES", "1"))


def examples(few: int) -> int:
    """`few`, or more of them where that is asked for."""
    return few * _TIMES
