"""Text that a page carries only inside a script's data, for its own scripts to show.

Such data is JSON, often inside a string of JavaScript inside JSON again; here the escapes
are taken off as deep as they go and the string with the most paragraphs of markup is the
text. A last resort: nothing tells which article of several it is but its length.
"""

from __future__ import annotations

import re
from html import unescape

from extractors.html.page import parse
from extractors.html.words import squeeze

_SCRIPT = re.compile(r"<script\b[^<>]*>(.*?)</script", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(r"\\+u([0-9a-fA-F]{4})")
_ENDS = re.compile(r'"\s*[,:}\]]')
_PARAGRAPH = re.compile(r"</(?:p|h[2-6]|li|blockquote)>", re.IGNORECASE)
_ESCAPED = re.compile(r"\\+(?:u003[cC]|/)|<\\/|&lt;/p")
#: Characters of prose below which a string of markup is a widget's.
_ENOUGH = 400


def embedded_paragraphs(source: str) -> tuple[str, ...]:
    """Paragraphs of the longest text in markup inside the page's scripts, or none."""
    best: tuple[str, ...] = ()
    # of scripts that never end each would be searched to the page's end
    end = max(source.rfind("</script"), source.rfind("</SCRIPT")) + len("</script")
    for found in _SCRIPT.finditer(source, 0, end):
        data = found[1]
        if len(data) < _ENOUGH or not (_ESCAPED.search(data) or "<p" in data):
            continue
        for text in _ENDS.split(_unescaped(data)):
            if len(text) >= _ENOUGH and len(_PARAGRAPH.findall(text)) >= 2:
                paragraphs = _paragraphs(text)
                if sum(map(len, paragraphs)) > max(_ENOUGH, sum(map(len, best))):
                    best = paragraphs
    return best


def _unescaped(data: str) -> str:
    data = _CODE.sub(lambda code: chr(int(code[1], 16)), data)
    data = re.sub(r"\\+n", "\n", data)
    data = re.sub(r"\\+([\"/'])", r"\1", data)
    return unescape(data) if "&lt;p" in data else data


def _paragraphs(text: str) -> tuple[str, ...]:
    tree = parse(f"<html><body>{text[text.index('<') :]}</body></html>")
    if tree is None:
        return ()
    lines = (
        squeeze(" ".join(element.itertext()))
        for element in tree.iter("p", "h2", "h3", "h4", "li")
        if element.find(".//p") is None
    )
    return tuple(dict.fromkeys(line for line in lines if line))
