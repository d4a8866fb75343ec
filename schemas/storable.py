"""Text that a database takes: Python's strings may hold half characters, UTF-8 may not."""

from __future__ import annotations

import re

_HALVES = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with every lone surrogate replaced.

    The bytes of a file name that are no UTF-8 (PEP 383: U+DC80 to U+DCFF) become `%80` to
    `%FF`, as in a file URI (RFC 8089), so that two names stay two; others become U+FFFD.
    """
    return text if text.isascii() else _HALVES.sub(_replace, text)


def _replace(found: re.Match[str]) -> str:
    byte = ord(found[0]) - 0xDC00
    return f"%{byte:02X}" if 0x80 <= byte <= 0xFF else "\ufffd"
