"""When an article was published and changed, decided among everything a page claims.

Metadata made for machines comes first, then the address, then what readers see. The day
is the publisher's: when the same instant is also written with the publisher's offset, the
day there counts. A time without a zone leaves only the day known. Dates after the
document was seen are believed only when there is no other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from extractors.html.claim import Claim
from extractors.html.datesearch import search_date
from extractors.html.moment import Moment, read_machine, read_written
from extractors.html.nearby import lines_after
from extractors.html.page import Page
from extractors.html.structured import Node
from extractors.html.words import bare, squeeze
from schemas.candidate import Hints

#: `<meta>` names for the time of publication, clearest first.
PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published",
    "article:published:time",
    "og:published_time", "og:pubdate", "rnews:datepublished", "datepublished", "date_published",
    "publishdate", "publish-date", "publish_date", "published_time", "published-date",
    "publication_date",
    "publication-date", "pubdate", "pub_date", "publicationdate", "originalpublicationdate",
    "article_date_original", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "shareaholic:article_published_time", "dc.date.issued",
    "dcterms.issued",
    "dc.date.published", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date",
    "dc.created",
    "citation_publication_date", "citation_date", "displaydate", "ptime", "bt:pubdate", "date",
    "article.published", "article.created", "created", "gentime", "timestamp",
    "weibo:article:create_at",
)  # fmt: skip
MODIFIED = (
    "article:modified_time", "og:article:modified_time", "article:modified",
    "article:modified:time",
    "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "lastmod",
    "last-modified",
    "updated_time", "modified_time", "article:updated_time", "weibo:article:update_at", "revised",
)  # fmt: skip

_PATH_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([/_.-]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)"
)
#: Lines of text after and before a headline, twenty and four: a byline and its menu.
_BELOW = 20
_ABOVE = "preceding::text()[normalize-space()][position() <= 4]"
#: Letters and figures of a second-rank heading that can be the headline, and no label.
_HEADLINE = 15
#: A page seen today may be dated tomorrow by the clock of its publisher, not later.
_AHEAD = timedelta(days=1)
#: Places that readers see or the outlet files by: they have the publisher's own day.
_SHOWN = frozenset({"url", "microdata", "time"})
#: Places that are made for machines.
_MACHINES = frozenset({"json-ld", "meta", "microdata"})
_UPDATED = re.compile(
    r"updat|modif|aktualis|geändert|actualiz|mis à jour|aggiorn|обновл|gewijzigd|bijgewerkt|"
    r"zmodyf|güncel",
    re.IGNORECASE,
)


def published_claims(page: Page, node: Node, address: str, hints: Hints) -> list[Claim[Moment]]:
    """What the page, and who named it, give as time of publication, most trusted first."""
    given = [node.get(key) for key in ("datePublished", "dateCreated")]
    found = _machine("json-ld", [one for one in given if not _is_written(one)])
    found.extend(_machine("meta", (v for name in PUBLISHED for v in page.metas.get(name, ())[:1])))
    for element in page.microdata.get("datepublished", ())[:3]:
        found.extend(_element("microdata", element, page.lang))
    # that of a film, which may be in the article that all the others tell of
    found.extend(_machine("json-ld", [node.get("uploadDate")]))
    if hints.published_at is not None and hints.published_at.tzinfo is not None:
        stated = hints.published_at
        found.append(Claim(hints.origin, Moment(on=stated.date(), at=stated, precision="second")))
    if (day := day_in_address(address)) is not None:
        found.append(Claim("url", Moment(on=day)))
    for element in _publication_times(page):
        found.extend(_element("time", element, page.lang))
    # written as people do, it was not made for machines, and mostly by hand
    found.extend(_machine("json-ld", [one for one in given if _is_written(one)]))
    return found or _written_near(page) or _searched(page, address)


def _is_written(value: Any) -> bool:
    return isinstance(value, str) and read_machine(value) is None


def _written_near(page: Page) -> list[Claim[Moment]]:
    """Dates in the short lines around the headline, nearest below it first."""
    found: list[Claim[Moment]] = []
    named = bare(page.title or "")

    def is_named(heading: HtmlElement, least: int = 1) -> bool:
        """Whether the window's title repeats it, as it does the headline and not the masthead."""
        said = bare(heading.text_content()[:300])
        return len(said) >= least and said in named

    headings = sorted(page.headings[:4], key=is_named, reverse=True)[:2]
    if not any(map(is_named, headings)):
        headings += [one for one in islice(page.tree.iter("h2"), 9) if is_named(one, _HEADLINE)]
    for heading in headings:
        for line in [*lines_after(heading, _BELOW), *heading.xpath(_ABOVE)]:
            # longer lines are sentences, which tell of other days
            if len(line) < 120 and any(map(str.isdigit, line)) and not _UPDATED.search(line):
                moment = read_written(squeeze(line), _day_first(page.lang))
                found.extend([Claim("text", moment)] if moment else [])
        if found:
            break
    return found[:3]


def _day_first(lang: str | None) -> bool:
    """Whether 03/04/2020 is the third of April: everywhere but in the United States."""
    return (lang or "").lower() not in {"en-us", "en_us", "en"}


def _searched(page: Page, address: str) -> list[Claim[Moment]]:
    """What htmldate finds in a page that names no date in any place known here."""
    try:
        text = search_date(page.tree, address or None)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return []  # it was not written for every page there is
    moment = read_machine(text)
    if moment is None or (moment.on.month, moment.on.day) == (1, 1):
        return []  # the first of January is what it makes of a year alone
    return [Claim("htmldate", moment)]


def modified_claims(page: Page, node: Node) -> list[Claim[Moment]]:
    """What the page gives as time of its last change."""
    found = _machine("json-ld", [node.get("dateModified")])
    found.extend(_machine("meta", (v for name in MODIFIED for v in page.metas.get(name, ())[:1])))
    for element in page.microdata.get("datemodified", ())[:1]:
        found.extend(_element("microdata", element, page.lang))
    return found


def _machine(origin: str, values: Any) -> list[Claim[Moment]]:
    found = []
    for given in values:
        value = given[0] if isinstance(given, list) and given else given
        moment = read_machine(value) or (read_written(value) if isinstance(value, str) else None)
        if moment:
            found.append(Claim(origin, moment))
    return found


def _element(origin: str, element: HtmlElement, lang: str | None) -> list[Claim[Moment]]:
    for key in ("datetime", "content", "data-datetime", "data-timestamp", "data-date"):
        if moment := read_machine(element.get(key)):
            return [Claim(origin, moment)]
    moment = read_written(squeeze(element.text_content()[:300]), _day_first(lang))
    return [Claim(origin, moment)] if moment else []


def _publication_times(page: Page) -> Iterator[HtmlElement]:
    """`<time>` elements that may be the article's own: marked as such, else near the headline."""
    if not page.times:
        return
    marked = [
        element
        for element in page.times
        if element.get("pubdate") is not None or "publi" in (element.get("class") or "").lower()
    ]
    yield from marked[:2]
    if marked or not page.headings:
        return
    # the header that holds the headline: at most three steps up
    for heading in page.headings[:1]:
        box = heading.getparent()
        for _ in range(3):
            if box is None or box.tag in {"body", "html"}:
                return
            inside = list(box.iter("time"))
            if inside:
                fresh = [e for e in inside if not _is_update(e)]
                yield from (fresh or inside)[:1]
                return
            box = box.getparent()


def _is_update(element: HtmlElement) -> bool:
    """Whether the words around a time say that it is of a change."""
    parent = element.getparent()
    return parent is not None and _UPDATED.search(parent.text_content()[:80]) is not None


def day_in_address(address: str) -> date | None:
    """The day that stands in a URL's path, as `/2024/05/31/`, `/20240531-` or `2024-05-31`."""
    if not address.startswith("http"):
        return None
    path = re.sub(r"^https?://[^/]*", "", address)
    for found in _PATH_DAY.finditer(path):
        if not found[2] and len(found[0]) != 8:
            continue
        try:
            return date(int(found[1]), int(found[3]), int(found[4]))
        except ValueError:
            continue
    return None


def choose_date(claims: Sequence[Claim[Moment]], seen_at: datetime) -> Claim[Moment] | None:
    """The claim to believe, with the publisher's own day: the first that is not in the future,
    unless more of the places made for machines agree on another day.
    """
    latest = seen_at + _AHEAD
    past = [claim for claim in claims if claim.value.stamp <= latest]
    if not past:
        return claims[0] if claims else None
    chosen = _outvoted(past) or past[0]
    return Claim(chosen.origin, _precise(chosen.value, past))


def _outvoted(claims: Sequence[Claim[Moment]]) -> Claim[Moment] | None:
    """The claim that outvotes the first, or None: a page that was brought out again keeps its old
    day in one place and has the new one in several. A day apart is a matter of time zones.
    """
    votes = Counter(claim.value.on for claim in claims if claim.origin in _MACHINES)
    first = claims[0]
    if first.origin not in _MACHINES:
        return None
    day, count = votes.most_common(1)[0]
    if count <= votes[first.value.on] or abs(day - first.value.on) <= timedelta(days=1):
        return None
    return next(claim for claim in claims if claim.value.on == day)


def is_future(moment: Moment, seen_at: datetime) -> bool:
    """Whether a moment lies after the document was seen, give or take a day."""
    return moment.stamp > seen_at + _AHEAD


def _precise(chosen: Moment, claims: Sequence[Claim[Moment]]) -> Moment:
    """The chosen moment, with an instant or a local day that another claim knows of it."""
    for claim in claims:
        other = claim.value
        if other.at is None:
            if claim.origin in _SHOWN and _may_be_local(other.on, chosen):
                # told in UTC, shown or filed under the day before or after: the publisher's day
                return Moment(on=other.on, at=chosen.at, precision=chosen.precision)
        elif chosen.at is None:
            # the same wall-clock time, told with its zone elsewhere; or only the day
            if other.on == chosen.on and chosen.local in {None, other.local}:
                return other
        elif (
            abs(other.at - chosen.at) < timedelta(minutes=1)
            and _offset(other)
            and not _offset(chosen)
        ):
            return Moment(on=other.on, at=chosen.at, precision=chosen.precision, local=other.local)
    return chosen


def _may_be_local(day: date, moment: Moment) -> bool:
    """Whether a moment told in UTC can fall on that neighbouring day where people live."""
    if moment.at is None or _offset(moment):
        return False
    # newsrooms are at most ten hours behind Greenwich and fourteen ahead of it
    if day == moment.on - timedelta(days=1):
        return moment.at.hour < 10
    return day == moment.on + timedelta(days=1) and moment.at.hour >= 10


def _offset(moment: Moment) -> bool:
    """Whether a moment was written with an offset that is not Greenwich's."""
    return bool(moment.at and moment.local and (moment.at.hour, moment.at.minute) != moment.local)
