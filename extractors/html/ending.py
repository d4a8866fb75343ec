"""Whether a page ends where its HTML does, or was cut in the middle."""

from __future__ import annotations

import re

from extractors.html.words import squeeze

_ENDING = re.compile(r"</\s*(?:html|body)\b", re.IGNORECASE)
_BEGINNING = re.compile(r"<(?:html|body)[\s>]", re.IGNORECASE)
_BLOCK = re.compile(
    r"<(/?)(p|div|article|section|main|ul|ol|li|table|td|script|style|blockquote|h[1-6])\b",
    re.IGNORECASE,
)


def cut_off(text: str) -> str | None:
    """Why the HTML was cut in the middle, or None.

    HTML lets the end tags of html and body be left out, so their absence alone proves
    nothing: the text must also end inside a tag, a comment, a script, or with text in a
    block that never closes.
    """
    tail = text[-4000:]
    if not _BEGINNING.search(text[:20_000]) or _ENDING.search(tail) or _ENDING.search(text):
        return None
    if text.rfind("<!--") > text.rfind("-->"):
        return "the HTML ends inside a comment"
    if re.search(r"<[a-zA-Z/!][^<>]*$", tail):
        return "the HTML ends inside a tag"
    low = text.lower()
    for name in ("script", "style"):
        if low.rfind(f"<{name}") > low.rfind(f"</{name}"):
            return f"the HTML ends inside a {name}"
    open_blocks = sum(
        -1 if found[1] else 1
        for found in _BLOCK.finditer(text)
        if found[2].lower() not in {"p", "li", "td"}
    )
    last = next(iter([*_BLOCK.finditer(tail)][-1:]), None)
    # several blocks open, and the last thing said is text: nobody writes that by hand
    if (
        open_blocks >= 2
        and last is not None
        and not last[1]
        and squeeze(re.sub(r"<[^<>]*>", " ", tail[last.end() :]))
    ):
        return "the HTML ends in the middle of its text"
    return None
