"""A text while it is cleaned: what is still body, and what was found and cut so far."""

from __future__ import annotations

from extractors.text.dates import Stated
from schemas.model import Frozen


class Removed(Frozen):
    """Something cut from the text, as printed, and the rule that cut it."""

    rule: str
    text: str


class Dated(Frozen):
    """A date the text states of itself, and where it does."""

    stated: Stated
    source: str
    modified: bool = False
    labelled: bool = False


class Draft(Frozen):
    """Paragraphs left and fields found; `cuts` is everything taken out, in order of finding.

    `closing` are the cuts from the end, the last paragraph first.
    """

    paragraphs: tuple[str, ...]
    title: str | None = None
    title_known: bool = False
    title_cut: bool = False
    description: str | None = None
    authors: tuple[str, ...] = ()
    caption: str | None = None
    dateline: str | None = None
    dates: tuple[Dated, ...] = ()
    cuts: tuple[Removed, ...] = ()
    closing: tuple[Removed, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()

    def replace(self, index: int, rest: str, rule: str, text: str, **found: object) -> Draft:
        """The draft with one paragraph shortened to `rest`, or gone, and the cut on record."""
        kept = (rest,) if rest else ()
        paragraphs = (*self.paragraphs[:index], *kept, *self.paragraphs[index + 1 :])
        cuts = (*self.cuts, Removed(rule=rule, text=text))
        return self.model_copy(update={"paragraphs": paragraphs, "cuts": cuts, **found})

    def shorten(self, rest: str, rule: str, text: str, **found: object) -> Draft:
        """The same for the last paragraph."""
        kept = (rest,) if rest else ()
        closing = (*self.closing, Removed(rule=rule, text=text))
        paragraphs = (*self.paragraphs[:-1], *kept)
        return self.model_copy(update={"paragraphs": paragraphs, "closing": closing, **found})

    def with_source(self, field: str, source: str) -> Draft:
        """The draft with the origin of a field noted, unless it has one."""
        if any(name == field for name, _ in self.sources):
            return self
        return self.model_copy(update={"sources": (*self.sources, (field, source))})
