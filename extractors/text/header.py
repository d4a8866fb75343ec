"""Lines above a report that say what they are: dates with or without a label, `Title: ...`."""

from __future__ import annotations

import re
from typing import Literal

from extractors.text.calendar import MONTHS, WEEKDAYS
from extractors.text.dates import Stated, read_bare_date, read_date, read_yearless
from schemas.model import Frozen


class HeaderDate(Frozen):
    """A date at the start of a paragraph: what it dates, the words cut, what stands after."""

    kind: Literal["published", "modified"]
    labelled: bool
    stated: Stated
    text: str
    rest: str


_MODIFIED = re.compile(
    r"(?:(?:last|latest) (?:updated?|modified|edited|revised|changed)|updated?|"
    r"modified|revised|aktualisiert|zuletzt (?:aktualisiert|geändert)|stand|"
    r"mis(?:e)? à jour|modifié|actualizado|actualización|modificado|atualizad[oa]|"
    r"aggiornato|bijgewerkt|laatst bijgewerkt|"
    r"обновлено|изменено|zaktualizowano|aktualizacja|oppdatert|uppdaterad|opdateret|"
    r"güncelleme|更新)"
    r"(?:\s(?:on|at|am|le|el|em|il|op|date|vom))?",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:(?:first )?(?:published|posted|created|released|issued|filed|uploaded|dated)|"
    r"(?:publication|publish|publishing|release|pub|post|article|issue)[ _-]?(?:date|"
    r"time)|pubdate|"
    r"date(?: (?:of publication|published|posted|line))?|datetime|veröffentlicht|"
    r"erschienen|erstellt|datum|publié(?:e)?|paru|mis en ligne|"
    r"publicad[oa]|fecha(?: de publicación)?|data(?: de publicação|"
    r" di pubblicazione)?|pubblicato|gepubliceerd|geplaatst|"
    r"опубликовано|дата(?: публикации)?|опубліковано|opublikowano|data publikacji|"
    r"publisert|publicerad|udgivet|yayın(?:lanma)?(?: tarihi)?|"
    r"발행일?|입력|公開日?|掲載日?|发布时间|发表时间|发布|日期|時間|时间)"
    r"(?:\s(?:on|at|am|le|el|em|il|op|the|online|date))?",
    re.IGNORECASE,
)
_KINDS = (_MODIFIED, _PUBLISHED)
_WORD_START = re.compile(r"(?<!\w)(?=\w)")
_GAP = re.compile(r"\s{0,3}[:：=]?\s{0,3}")
#: What may stand between a date and the text: nothing else follows a date in a header.
_AFTER = re.compile(r"[)\]]?(?:\s{0,3}(?:[|•·:/,;–—]|--?|\.(?=\s))\s{0,3}|\s{1,3}|$)")
_LEADING_CLOCK = re.compile(
    r"(?:[0-2]?\d[:.][0-5]\d(?:\s?(?:Uhr|[ap]\.?m\.?|hrs?))?)\s?[,|–—-]?\s(?=\d|[A-Z])",
    re.IGNORECASE,
)
_STARTS_TEXT = re.compile(r"[\"“„«'‘¿¡(\[]?(?:[^\W_a-zß-öø-ÿа-яёα-ω]|i[A-Z])")
_PLACE_BEFORE = re.compile(r"[^\W\d_a-z][\w'’.\- ]{1,30}[,|]\s+(?=\d|[A-Z])")
_FIELD = re.compile(
    r"(?P<label>title|headline|titel|titre|título|titolo|source|publisher|publication|"
    r"newspaper|outlet|url|link|web ?address|section|category|rubrik|keywords|tags|"
    r"language|lang|country|copyright|id|length|word count|dateline)"
    r"\s?[:=]\s?(?P<value>.*)",
    re.IGNORECASE,
)
_TITLE_LABELS = {"title", "headline", "titel", "titre", "título", "titolo"}


def read_header_date(paragraph: str, *, first: bool, following: str = "") -> HeaderDate | None:
    """The date that a paragraph is, or (if `first`) starts with.

    Without a label and with text after it a date counts only as the first thing in the
    text, and not where the next paragraph starts with one too: that is a chronicle.
    """
    start = re.match(r"[\s(\[*]*", paragraph).end()  # type: ignore[union-attr]  # matches empty
    kind, at = _label(paragraph, start)
    clock = _LEADING_CLOCK.match(paragraph, at)
    stated = read_date(paragraph, clock.end() if clock else at)
    if stated is None and at > start:
        stated = read_bare_date(paragraph, at)
    if stated is None and at == start and (place := _PLACE_BEFORE.match(paragraph)):
        # `Riga, 14 January 2019`, on a line of its own
        stated = read_date(paragraph, place.end())
        if stated and paragraph[stated.end :].strip(" .)"):
            return None
    if stated is None:
        return None
    after = _AFTER.match(paragraph, stated.end)
    if after is None:
        return None
    rest = paragraph[after.end() :].strip()
    labelled = at > start
    if rest and not _may_follow(
        rest, after[0], stated, labelled=labelled, first=first, following=following
    ):
        return None
    cut = paragraph[: len(paragraph) - len(rest)].strip() if rest else paragraph
    return HeaderDate(
        kind=kind or "published", labelled=labelled, stated=stated, text=cut, rest=rest
    )


#: Words of a line that says when, but no date: `Updated 7:25 p.m. ET`, `5 min read`.
_TIMELY = """
    published posted updated update modified last first on at the am pm noon midnight time
    local ago hour hours hr hrs minute minutes min mins day days week weeks month months year
    years read reading today yesterday uhr lesezeit et ct mt pt ist cst bst gmt utc est edt
    pst pdt cet cest jst kst hkt sgt msk aest aedt vor stunden minuten il y
    heures hace horas
"""
_TIME_WORDS = frozenset(_TIMELY.split()) | MONTHS.keys() | WEEKDAYS
#: Such a line has two times at the most.
_LONGEST_TIME_LINE = 80


def says_modified(text: str) -> bool:
    """Whether the last label before a date is one of a change, not of publication."""
    labels = [
        form.match(text, word.start()) for word in _WORD_START.finditer(text) for form in _KINDS
    ]
    return any(labels[::2]) and not any(labels[1::2])


def is_time_line(paragraph: str) -> bool:
    """Whether the paragraph only says when, without stating a date in full."""
    if len(paragraph) > _LONGEST_TIME_LINE:
        return False
    if not any(map(str.isdigit, paragraph)):
        return paragraph.lower() in WEEKDAYS and len(paragraph) > 3
    words = re.findall(r"[^\W\d_]+", re.sub(r"\b([ap])\.m\b\.?", r"\1m", paragraph.lower()))
    return len(words) >= 1 and all(
        word in _TIME_WORDS or word in {"st", "nd", "rd", "th"} for word in words
    )


def _label(paragraph: str, start: int) -> tuple[Literal["published", "modified"] | None, int]:
    kinds: tuple[tuple[Literal["published", "modified"], re.Pattern[str]], ...] = (
        ("modified", _MODIFIED),
        ("published", _PUBLISHED),
    )
    for kind, form in kinds:
        found = form.match(paragraph, start)
        if found and (gap := _GAP.match(paragraph, found.end())) and (gap.end() > found.end()):
            return kind, gap.end()
    return None, start


def _may_follow(
    rest: str, after: str, stated: Stated, *, labelled: bool, first: bool, following: str
) -> bool:
    """Whether what stands after a date can be a header's or a report's beginning."""
    # `Posted on ... by Ana Ruiz in Politics`
    if labelled and re.match(
        r"(?:(?i:by|von|par|por) |in )(?=[^\W\d_a-z])(?:\S+ ?){1,7}$|[|/]", rest
    ):
        return True
    if labelled and _label(rest, 0)[0]:
        return True
    if not _STARTS_TEXT.match(rest):
        return False
    if labelled:
        return True
    if not first or (following and _starts_with_date(following)):
        return False
    iso = stated.text[:4].isdigit()
    return (
        iso
        or bool(after.strip(" ,."))
        or bool(re.match(r"[^\W\d_a-z]\w+ (?:[^\W\d_a-z]|\w+ \w+)", rest))
    )


def _starts_with_date(paragraph: str) -> bool:
    return read_date(paragraph) is not None or read_yearless(paragraph) is not None


def read_field(paragraph: str) -> tuple[str | None, str] | None:
    """(title or None, line) of a labelled header line such as `Title: ...`, `Source: ...`."""
    found = _FIELD.fullmatch(paragraph) if len(paragraph) < 300 else None
    if not found:
        return None
    return (found["value"].strip() if found["label"].lower() in _TITLE_LABELS else None), paragraph
