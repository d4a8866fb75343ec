"""What an edit changed, word by word; what is far from any change is left out."""

from __future__ import annotations

import difflib
from typing import Literal

from schemas.model import Frozen

#: Words of unchanged text on each side of a change, enough to know the sentence.
_AROUND = 8


class Part(Frozen):
    """A stretch of words: `kept`, `removed` or `added`."""

    kind: Literal["kept", "removed", "added"]
    text: str


def difference(
    old_title: str | None, old_body: str, title: str | None, body: str
) -> tuple[Part, ...]:
    """The words of both texts in their order, unchanged ones only around changes."""
    old, new = _words(old_title, old_body), _words(title, body)
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    parts = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            kept = _context(old[a:b], first=a == 0, last=b == len(old))
            parts.append(Part(kind="kept", text=" ".join(kept)))
            continue
        if b > a:
            parts.append(Part(kind="removed", text=" ".join(old[a:b])))
        if d > c:
            parts.append(Part(kind="added", text=" ".join(new[c:d])))
    return tuple(parts)


def _words(title: str | None, body: str) -> list[str]:
    return f"{title or ''}\n{body}".split()


def _context(words: list[str], *, first: bool, last: bool) -> list[str]:
    """Unchanged words, those far from any change left out."""
    before = 0 if first else _AROUND
    after = 0 if last else _AROUND
    if len(words) <= before + after:
        return words
    return [*words[:before], "…", *words[len(words) - after :]]
