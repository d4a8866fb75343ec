"""A publisher rule: how one publisher's pages have to be read, as its TOML file says it."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from lxml.cssselect import CSSSelector
from lxml.etree import XPathError
from pydantic import AfterValidator, Field, model_validator

from schemas.model import Frozen

_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


def _selector(text: str) -> str:
    try:
        CSSSelector(text.partition("@")[0])
    except (SyntaxError, XPathError) as error:  # cssselect's errors are SyntaxErrors
        raise ValueError(f"{text!r} is no CSS selector: {error}") from error
    return text


def _element(text: str) -> str:
    if "@" in text:
        raise ValueError(f"{text!r} names an attribute; only elements can be meant here")
    return _selector(text)


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
    return text


def _domain(text: str) -> str:
    name = text.lower().removeprefix("www.")
    if not _DOMAIN.fullmatch(name):
        raise ValueError(f"{text!r} is no domain; write it as in example.org")
    return name


#: A CSS selector, and after an @ the attribute whose value counts instead of the text.
Selector = Annotated[str, AfterValidator(_selector)]
Element = Annotated[str, AfterValidator(_element)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Domain = Annotated[str, AfterValidator(_domain)]


class PublisherRule(Frozen):
    """Where a publisher's pages have what; what is left out is read as on any page.

    `id` is the name of its file. `domains` stand for their subdomains too. `drop` goes
    before anything is read; `body` are the elements that hold the text; `cut` are regular
    expressions, looked for in each paragraph. Of several selectors for a title or a date the
    first that finds something counts, for authors and the body all do. The rule holds for
    pages seen from `valid_from` to `valid_until`, both included.
    """

    id: str
    publisher: str = Field(min_length=1)
    domains: tuple[Domain, ...] = Field(min_length=1)
    valid_from: date | None = None
    valid_until: date | None = None
    drop: tuple[Element, ...] = ()
    title: tuple[Selector, ...] = ()
    authors: tuple[Selector, ...] = ()
    published: tuple[Selector, ...] = ()
    body: tuple[Element, ...] = ()
    cut: tuple[Pattern, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> PublisherRule:
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise ValueError("valid_from lies after valid_until")
        return self

    @property
    def origin(self) -> str:
        """The word for it in an article's provenance."""
        return f"rule:{self.id}"

    def holds_on(self, day: date) -> bool:
        """Whether it is for pages that were seen on this day."""
        return (self.valid_from or day) <= day <= (self.valid_until or day)
