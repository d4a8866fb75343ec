"""The one place that touches htmldate's inside (1.11.0, pinned).

What its own rules cannot read it hands to dateparser, which tries two hundred languages on
every string and builds the tables of all of them for that: a second or two in each process,
and longer for one string than most pages take. A private copy asks only the languages that
have a month of the name that stands there and know the long words beside it; a test holds
the dates against the library's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from lxml.html import HtmlElement

from extractors.html.private import private_copy

#: Asked where no month is named: one for each order of day, month and year.
_ORDERS = ("en", "es", "ja")
_WORD = re.compile(r"[^\W\d_]+")
#: htmldate's expressions that find figures, with nothing but these signs between them.
_OF_FIGURES = (
    "THREE_PATTERN", "THREE_LOOSE_PATTERN", "SELECT_YMD_PATTERN", "DATESTRINGS_PATTERN",
    "SLASHES_PATTERN", "YYYYMM_PATTERN", "MMYYYY_PATTERN",
)  # fmt: skip
#: Of what is none they look at one sign at either end.
_NO_FIGURES = re.compile(r"[^\d/.\-]{3,}")
#: Letters of a word that a language must know to read a date beside it: fewer may be a time
#: zone, a Roman number or the end of an ordinal, which dateparser reads by itself.
_LONG = 6


def search_date(tree: HtmlElement, url: str | None) -> str | None:
    """What `find_date(tree, original_date=True, extensive_search=True, url=url)` finds.

    YYYY-MM-DD, or None; the tree is left as it was. Raises what htmldate raises on pages
    that it was not written for.
    """
    found = _core().find_date(tree, original_date=True, extensive_search=True, url=url)
    return found if isinstance(found, str) else None


@cache
def _core() -> Any:
    """A private copy of `htmldate.core`, which reads its dates with one of `extractors`.

    Where it searches a whole page for figures, that is little more than the page's figures.
    """
    core, readers = private_copy("htmldate.core"), private_copy("htmldate.extractors")
    readers.get_external_parser = _Parser
    for name in ("try_date_expr", "try_date_expr_opts"):
        setattr(core, name, getattr(readers, name))
    count_years = core.plausible_year_filter
    of_figures = frozenset(getattr(core, name) for name in _OF_FIGURES)

    def count(text: str, *, pattern: re.Pattern[str], **rest: Any) -> Any:
        if pattern in of_figures:
            text = _figures(text)
        return count_years(text, pattern=pattern, **rest)

    core.plausible_year_filter = count
    return core


@lru_cache(maxsize=1)  # one expression after the other is searched for in the same page
def _figures(text: str) -> str:
    return _NO_FIGURES.sub("  ", text)


class _Parser:
    """Stands where htmldate expects dateparser's `DateDataParser`."""

    def get_date_data(self, text: str) -> Any:
        """What the languages make of the text that may."""
        return _parser(_languages(text) or _ORDERS).get_date_data(text)


def _languages(text: str) -> tuple[str, ...]:
    """The languages that have a month of a name in the text, and may know its other words."""
    text, months = _fold(text), _months()
    found = {language for word in _WORD.findall(text) for language in months.words.get(word, ())}
    found.update(
        language for part, known in months.parts.items() if part in text for language in known
    )
    long = {word for word in _WORD.findall(text) if len(word) >= _LONG}
    return tuple(sorted(language for language in found if _may_read(language, long)))


def _may_read(language: str, long: set[str]) -> bool:
    words = _words(language)
    return words is None or long <= words


@cache
def _words(language: str) -> frozenset[str] | None:
    """All that dateparser knows in a language; None where others may stand for it.

    It rewrites some before it reads, by expressions, and finds any part where words have no
    spaces between them.
    """
    from dateparser.languages.dictionary import PARSER_KNOWN_TOKENS  # noqa: PLC0415 - few need it
    from dateparser.languages.loader import default_loader  # noqa: PLC0415 - the same

    info = default_loader.get_locale(language).info
    if info.get("simplifications") or info.get("no_word_spacing"):
        return None
    return frozenset(
        word for text in _texts([info, PARSER_KNOWN_TOKENS]) for word in _WORD.findall(_fold(text))
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in (*value, *value.values()):
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


class _Months(NamedTuple):
    """The languages by their names of months: words of their own, and parts of what is written."""

    words: dict[str, set[str]]
    parts: dict[str, set[str]]


@cache
def _months() -> _Months:
    """The names of months in all languages that dateparser knows."""
    from dateparser.languages.loader import default_loader  # noqa: PLC0415 - few pages need it
    from htmldate.extractors import MONTH_KEYS  # noqa: PLC0415 - the same

    months = _Months({}, {})
    for locale in default_loader.get_locales():
        for name in {_fold(name) for key in MONTH_KEYS for name in locale.info.get(key, ())}:
            # Latin, Greek and Cyrillic set words apart, and put nothing before them
            names = months.words if _WORD.fullmatch(name) and name < "\u0590" else months.parts
            names.setdefault(name, set()).add(locale.shortname)
    return months


def _fold(text: str) -> str:
    from dateparser.utils import normalize_unicode  # noqa: PLC0415 - few pages need it

    return str(normalize_unicode(text.lower()))


@lru_cache(maxsize=64)  # what news is written in, alone and together
def _parser(languages: tuple[str, ...]) -> Any:
    """htmldate's own parser, for these languages alone."""
    from dateparser import DateDataParser  # noqa: PLC0415 - few pages need it
    from htmldate.extractors import get_external_parser  # noqa: PLC0415 - the same

    return DateDataParser(languages=languages, settings=get_external_parser()._settings)
