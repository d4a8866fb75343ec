"""The body of an article: trafilatura's answer, checked and completed."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.html.cascade import whole_cascade
from extractors.html.page import Page
from extractors.html.structured import Node
from extractors.html.words import plain


@dataclass(frozen=True)
class Body:
    """Paragraphs in reading order, and where they came from (`trafilatura`, `json-ld`)."""

    paragraphs: tuple[str, ...]
    origin: str

    @property
    def text(self) -> str:
        """The paragraphs, an empty line between two."""
        return "\n\n".join(self.paragraphs)


def find_body(page: Page, node: Node, url: str | None) -> Body:
    """The article's text; no paragraphs where there is none."""
    paragraphs = _lines(whole_cascade(page.tree, url))
    if not paragraphs:
        stated = node.get("articleBody")
        return Body(_lines(plain(stated)), "json-ld")
    return Body(paragraphs, "trafilatura")


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in map(str.strip, text.split("\n")) if line)
