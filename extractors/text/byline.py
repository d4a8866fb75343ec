"""Who wrote it: bylines before the report, credits after it."""

from __future__ import annotations

import re

from extractors.text.agencies import is_agency
from extractors.text.dateline import find_dateline
from extractors.text.dates import read_date
from extractors.text.names import is_name, split_names
from extractors.text.places import PLACES
from schemas.model import Frozen


class Byline(Frozen):
    """The names a byline gives, the byline as printed, and what else stood in the paragraph."""

    authors: tuple[str, ...]
    text: str
    rest: str = ""


_OPENING = re.compile(
    r"(?:(?i:written by|story by|report by|reported by|words by|text by|article by|"
    r"interview by|by)|"
    r"Von|VON|Par|PAR|Por|POR|Di|Door|Av|Af|Автор|Текст|Autor|Autorin|Auteur|Autore|"
    r"Authors?|AUTHOR|Byline|Text|Reporter|Writer)"
    r"(?:\s?:\s?|\s+)(?=\S)"
)
#: Clauses of a credit that name writers, and those that name other hands.
_WRITERS = (
    r"(?:additional reporting|reporting|reported|report|writing|written|compiled|story|"
    r"reportaje|reporte|informaci[oó]n|reportagem|texto|reportage|bericht|geschrieben|"
    r"(?:\w+ )?original(?: story| article)?)"
)
_OTHERS = (
    r"(?:(?:(?:copy|additional|video|photo|translation and) )?(?:editing|edited|edit)|"
    r"edici[oó]n|editado(?: en espa[nñ]ol)?|edição|édit[ée]|redigiert|redaktion|"
    r"translated|translation|traducido|tradu[çc][ãa]o|version française|photography|"
    r"photos?|graphics?|production|"
    r"produced|fact-?check\w*|video|illustration)"
)
_BY = r"(?: by| von| par| por| de| da| :|:)"
_CLAUSE = re.compile(
    rf"(?P<writers>{_WRITERS}{_BY}|^por\b)|(?P<others>{_OTHERS}{_BY})", re.IGNORECASE
)
_CREDIT_START = re.compile(
    rf"[(\[—–\-\s*]*(?:(?:this|the) (?:article|story|report|piece|dispatch) (?:was|"
    rf"is) (?:\w+ )?(?:written|reported|compiled|produced|contributed)(?: \w+){{0,4}}? by"
    rf"|with (?:additional )?(?:reporting by|assistance from|contributions from)|"
    rf"(?:{_WRITERS}|{_OTHERS}){_BY}|(?<=[(\[])por)\s",
    re.IGNORECASE,
)
_CONTRIBUTED = re.compile(
    r"[(\[—–\-\s*]*(?P<names>[^.;()]{4,240}?)\s(?:also )?(?:contributed (?:to|"
    r"reporting)|reported (?:from|for) this)(?: (?:to )?(?:this|the) (?:report|story|"
    r"article|dispatch)| reporting| from [^.]{2,40}| to this \w+)*[\s.)\]]*",
)
_LEAD_IN = re.compile(
    r"^(?:The\s)?(?:Associated Press|AP|Reuters|AFP|Bloomberg|"
    r"Kyodo)?\s?(?:\w+\s){0,2}?(?:staff\s)?(?:writers?|reporters?|journalists?|"
    r"correspondents?|researchers?)\s",
    re.IGNORECASE,
)
#: `Ana Ruiz | 14 January 2019`, `Ana Ruiz Published January 14, 2019`; no comma: that is
#: what stands between a place and a date.
_NAME_AND_DATE = re.compile(
    r"(?P<name>[^\d,|/.:]{5,40}?)\s?(?:[|/•·–—-]|(?=(?:Published|Updated|Posted)\b))\s?"
    r"(?:(?:Published|Updated|Posted)(?: on)?:?\s)?(?=\w)"
)
_REPORTS_FROM = re.compile(r"(?P<names>[^,.;:]{5,60}) reports? from (?:[A-Z][\w'’\-]+,? ?){1,4}\.?")
#: A byline is a line: two authors, their jobs and outlets and a date take about this much.
_LONGEST_LINE = 160
_LONGEST_CREDIT = 700


def read_opening(paragraph: str) -> Byline | None:
    """A byline above the report: the whole paragraph, or what stands before a dateline.

    `By Ana Ruiz and Jan Kowalski`, `Von Eva Maier, Berlin`, `By Ana Ruiz | Gulf Daily |
    14 January 2019` (then `rest` is the date), `By Ana Ruiz LIMA (Reuters) - The ...`.
    """
    found = _OPENING.match(paragraph)
    if found is None:
        return _without_by(paragraph)
    if len(paragraph) <= _LONGEST_LINE and (byline := _whole_line(paragraph, found.end())):
        return byline
    return _before_dateline(paragraph, found.end())


def read_closing(paragraph: str) -> Byline | None:
    """A credit below the report, whole paragraph; editors and translators are no authors.

    `(Reporting by A in Lima and B; Editing by C)`, `(This article was written by A and B.)`,
    `A contributed to this report.`, `By A`, `Von A`, `-- A`.
    """
    text = paragraph.strip()
    if len(text) > _LONGEST_CREDIT:
        return None
    if _CREDIT_START.match(text):
        authors = _credited(text)
        return None if authors is None else Byline(authors=authors, text=paragraph)
    for form in (_CONTRIBUTED, _REPORTS_FROM):
        found = form.fullmatch(text)
        names = split_names(_LEAD_IN.sub("", found["names"])) if found else None
        if names:
            # an agency that contributed is a source, not an author
            people = tuple(name for name in names if not is_agency(name))
            return Byline(authors=people, text=paragraph)
    if found := re.fullmatch(
        r"[(\[]?\s?(?:--|[—–-])?\s?(?:By|by|BY|Von|Par|Por)\s(?P<names>[^.()]{4,120})[)\]]?\.?",
        text,
    ):
        names = split_names(found["names"])
        return Byline(authors=names, text=paragraph) if names else None
    placed = re.fullmatch(r"(?P<name>[^\d,.:;]{5,40}) in (?:[A-Z][\w'’-]+ ?){1,3}", text)
    if placed and is_name(placed["name"]):
        return Byline(authors=(placed["name"],), text=paragraph)
    found = re.fullmatch(r"(?:--|—|–)\s?(?P<names>[^.,()]{5,60})(?:,\s?[\w ]{2,30})?", text)
    if found and all(map(is_name, re.split(r" and | & ", found["names"]))):
        return Byline(authors=tuple(re.split(r" and | & ", found["names"])), text=paragraph)
    return None


def split_closing(paragraph: str) -> Byline | None:
    """A credit glued to the end of the last paragraph: `... in June. (Reporting by A)`."""
    tail = max(0, len(paragraph) - _LONGEST_CREDIT)
    for found in re.finditer(
        r"(?<=[.!?\"”’)])\s{0,2}(?=[(\[]|(?:Reporting|Additional reporting|Writing|"
        r"Written|Compiled) by )",
        paragraph[tail:],
    ):
        credit = paragraph[tail + found.end() :]
        inside = credit[0] not in "([" or credit.rstrip(". ")[-1:] in ")]"
        if inside and _CREDIT_START.match(credit) and (byline := read_closing(credit)):
            return byline.model_copy(update={"rest": paragraph[: tail + found.start()]})
    return None


def _whole_line(paragraph: str, start: int) -> Byline | None:
    line, rest = paragraph[start:], ""
    for found in re.finditer(r"(?:^|[\s|/•·,(–—-])(?=\d|[A-Z][a-z]{2})", line):
        if read_date(line, found.end()):
            rest = line[found.end() :].strip()
            line = re.sub(
                r"(?i)[\s|/•·,(–—-]*\b(?:published|posted|updated|on)?[\s:|/•·,(–—-]*$",
                "",
                line[: found.start()],
            )
            break
    if (
        re.search(r"[.!?:]$", line)
        and not re.search(r"(?:Jr|Sr|[A-Z])\.$", line)
        and not line.endswith(("P.M.",))
    ):
        return None
    names = split_names(line)
    if names is None:
        return None
    return Byline(
        authors=names,
        text=paragraph[: len(paragraph) - len(rest)].strip() if rest else paragraph,
        rest=rest,
    )


def _without_by(paragraph: str) -> Byline | None:
    """`Ana Ruiz, Staff Writer`, `ANA RUIZ | Gulf Daily`, `Ana Ruiz reports from Lima.`"""
    if len(paragraph) > 100:
        return None
    if (found := _REPORTS_FROM.fullmatch(paragraph)) and is_name(found["names"]):
        return Byline(authors=(found["names"],), text=paragraph)
    dated = _NAME_AND_DATE.match(paragraph)
    if dated and is_name(dated["name"]) and dated["name"].lower() not in PLACES:
        stated = read_date(paragraph, dated.end())
        if stated and not paragraph[stated.end :].strip(" .)"):
            start = dated.end("name")
            return Byline(
                authors=(dated["name"],), text=dated["name"], rest=paragraph[start:].strip(" |/,•·")
            )
    found = re.fullmatch(r"(?P<name>[^,|/.]{5,50})\s?[,|/]\s?(?P<role>[^.,|]{2,60})", paragraph)
    if (
        found
        and is_name(found["name"])
        and (
            is_agency(found["role"])
            or re.search(r"(?i)\b(?:staff|writer|reporter|correspondent)\b", found["role"])
        )
    ):
        return Byline(authors=(found["name"].strip(),), text=paragraph)
    return None


def _before_dateline(paragraph: str, start: int) -> Byline | None:
    for found in re.finditer(r"\s(?=[A-Z(][A-Z.’'n])", paragraph[: start + _LONGEST_LINE]):
        if found.start() <= start:
            continue
        dateline = find_dateline(paragraph[found.end() :], paragraph)
        names = split_names(paragraph[start : found.start()]) if dateline else None
        if names:
            return Byline(
                authors=names, text=paragraph[: found.start()], rest=paragraph[found.end() :]
            )
    return None


def _credited(text: str) -> tuple[str, ...] | None:
    """The writers named in a credit of several clauses, in their order; None if unreadable."""
    text = text.strip("()[] \t*—–-")
    text = re.sub(
        r"(?i)^(?:this|the) \w+ (?:was|is) (?:\w+ )?(?:written|reported|compiled|"
        r"produced|contributed)(?: \w+){0,4}? by",
        "written by",
        text,
    )
    text = re.sub(
        r"(?i)^with (?:additional )?(?:reporting by|assistance from|contributions from)",
        "reporting by",
        text,
    )
    clauses = list(_CLAUSE.finditer(text))
    authors: list[str] = []
    for clause, following in zip(clauses, [*clauses[1:], None], strict=True):
        if clause["others"]:
            continue
        names = text[clause.end() : following.start() if following else len(text)]
        names = re.sub(r"(?i)[\s,;.]*(?:\band\b)?[\s,;.]*$", "", names)
        found = _people(names)
        if found is None:
            return None
        authors.extend(found)
    return tuple(dict.fromkeys(authors)) if clauses else None


def _people(names: str) -> tuple[str, ...] | None:
    """Names between which places stand: `A and B in Lima, C at the U.N. and D in Rome`."""
    names = re.split(r"[;.]\s+(?=[A-Z][a-z]+ing |[A-Z][a-z]+ed )", names)[0]
    names = re.sub(
        r"\s(?:in|at|from|aus|à|en|em)\s(?:the\s)?[^,;]*?(?=,|;|\sand\s|\sund\s|"
        r"\set\s|\sy\s|\se\s|$)",
        "",
        names,
    )
    pieces = [
        piece.strip(" .")
        for piece in re.split(r",|;|\sand\s|\sund\s|\set\s|\sy\s|\se\s|\s&\s|\bwith\b", names)
    ]
    found = [split_names(piece) for piece in pieces if piece]
    if any(names is None for names in found):
        return None
    return tuple(name for names in found for name in names or ())
