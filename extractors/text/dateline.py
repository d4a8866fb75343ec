"""The dateline: where, and sometimes by whom and when, a report was filed.

`TOKYO, Feb. 3 (Kyodo) -- `, `WASHINGTON (Reuters) - `, `OKUMA, Fukushima Prefecture--`,
`Berlin (dpa) - `, `МОСКВА, 14 января. /ТАСС/. `, `(ANSA) - ROMA, 14 GEN - `,
`新华社东京1月14日电 `. Printed style guides: AP, Reuters, dpa, UPI put place, date and
agency in this order; the opening words of the report follow a dash, a colon or nothing.
"""

from __future__ import annotations

import re

from extractors.text.agencies import AGENCY, is_agency, names_service
from extractors.text.calendar import MONTHS
from extractors.text.dates import Stated, read_date, read_yearless
from extractors.text.places import PLACES
from schemas.model import Frozen


class Dateline(Frozen):
    """A dateline as printed, without the dash after it.

    `end` is where the report's first sentence starts in the paragraph, `stated` the date the
    dateline holds, `sure` whether it is one by its own form (an agency, a date, a region).
    `authors` are names that East Asian agencies print inside it.
    """

    text: str
    end: int
    stated: Stated | None = None
    sure: bool = True
    authors: tuple[str, ...] = ()


#: Longest dateline looked for, in characters: two cities with regions, a date and two agencies.
_LONGEST = 120
_UP = r"A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĮĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽА-ЯЁЄІЇҐΑ-ΫΆΈΉΊΌΎΏ"
_MONTHS = "|".join(sorted({name.title() for name in MONTHS}, key=len, reverse=True))
_CAPS_WORD = (
    rf"(?:(?:Mc|Mac|St\.\s|Ste\.\s|al-|AL-|el-|D['’]|"
    rf"L['’])?[{_UP}][{_UP}'’.\-]*[{_UP}.]|[{_UP}]['’][{_UP}]+)"
)
_CAPS_PLACE = (
    rf"{_CAPS_WORD}(?:[ ](?:{_CAPS_WORD}|(?:de|del|la|am|an|der|upon|of|do|di|du|sur|y|"
    rf"e)\b(?=[ ][{_UP}]{{2}}))){{0,4}}"
)
_NAME_WORD = (
    rf"(?!(?:{_MONTHS})\b)(?:(?:[A-Z]\.){{1,3}}|(?:St|Ste|Mt|Ft)\.|"
    rf"[^\W\d_a-zß-öø-ÿа-яёіїєα-ω](?:[\w'’\u0900-\u0dff]|-(?=\w))*)"
)
_NAME_PLACE = (
    rf"{_NAME_WORD}(?:[ ](?:(?:am|an|der|de|do|la|del|le|upon|of|du|es)[ ])?{_NAME_WORD}){{0,3}}"
)
_REGION = (
    rf"(?:,[ ]{{0,2}}(?:(?:the|near|in|on|off|dpa|del|"
    rf"de)[ ])?{_NAME_WORD}(?:[ ](?:(?:of|and|de|da|the)[ ])?{_NAME_WORD}){{0,3}}\.?)"
)


def _place(one: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<place>{one}(?:[ ]?/[ ]?{one}){{0,3}})(?:/[A-Z]\w+)?")


_CAPS = _place(_CAPS_PLACE)
_NAMED = _place(_NAME_PLACE)
_REGIONS = re.compile(rf"{_REGION}{{1,2}}")
_BRACKET = re.compile(
    r",?[ ]{0,2}(?:\((?P<round>[^()\n]{2,70})\)|/(?P<slash>[^/\n]{2,30})/|"
    r"\[(?P<square>[^\[\]\n]{2,50})\])"
)
_DASH = re.compile(
    r"[ ]{0,2}(?:\.?[ ]?(?:--+|[–—―]|-)(?=[ \"“„«'‘\w])[ ]{0,2}|[_•][ ]{1,2}|"
    r"\.-[ ]{0,2}|:[ ]{1,2}|(?<=\))[ ]?:(?=\S)|(?<=[)/])\.[ ]{1,2}|[|][ ]{0,2})"
)
_BRACKETED_PLACE = re.compile(rf"\[(?P<place>{_CAPS_PLACE})\][ ]")
_AGENCY_OPENING = re.compile(
    rf"\((?P<round>{AGENCY}(?:[ ]?[/,][ ]?[\w ]{{2,20}})?)\)|"
    rf"(?P<plain>{AGENCY})(?=[ ]?(?:--|[-–—:])[ ])"
)
_PLAIN_AGENCY = re.compile(rf"[,.]?[ ]?(?:[—–-][ ])?(?P<agency>{AGENCY})(?=[ ]?(?:--|[-–—:.])[ ])")
_SENTENCE_START = re.compile(
    rf"[\"“”„«»‘’'(\[¿¡]{{0,3}}(?:[{_UP}\d€$£]|[^\W_a-zß-öø-ÿа-яёіїєα-ω])|i[A-Z]"
)
#: A listing on an exchange in brackets belongs to a company, not to a place.
_TICKER = re.compile(
    r"\b(?:NYSE|NASDAQ|Nasdaq|LSE|TSX|ASX|ETR|OTC\w*|AMEX|HKEX?|NSE|BSE)\b|:|\d{4}\."
)
#: Words that outlets put before a headline or a lead in capitals, where a place would stand.
_SLUG = re.compile(
    r"\b(?:BREAKING|UPDATE[DS]?|WATCH|LIVE|VIDEOS?|PHOTOS?|PICTURES?|GALLERY|"
    r"EXCLUSIVE|ANALYSIS|OPINION|"
    r"COMMENT|COMMENTARY|EDITORIAL|EXPLAINER|EXPLAINED|FACTBOX|FEATURE|FOCUS|INSIGHT|INTERVIEW|"
    r"CORRECT(?:ED|ION)|REFILE|URGENT|ALERT|FLASH|SPECIAL|REPORTS?|NEWS|SPORTS?|BUSINESS|POLITICS|"
    r"WORLD|TECH|TECHNOLOGY|HEALTH|SCIENCE|CULTURE|TRAVEL|WEATHER|LETTERS?|OBITUARY|REVIEW|PREVIEW|"
    r"ADVISORY|ATTENTION|NOTE|WARNING|SUMMARY|HIGHLIGHTS?|TIMELINE|QUOTES?|Q|FAQ|"
    r"PODCAST|TRANSCRIPT|"
    r"SOCCER|TENNIS|GOLF|RUGBY|CRICKET|OLYMPICS|MARKETS?|STOCKS|OIL|GOLD|FOREX|ECONOMY|ELECTIONS?|"
    r"DATE|TITLE|AUTHOR|SOURCE|BY|THE|A|AN|AND|WHY|HOW|WHAT|WHO|WHEN|EIL|EILMELDUNG|KOMMENTAR|"
    r"URGENTE|СРОЧНО|МОЛНИЯ|ВИДЕО|ФОТО)\b"
)
_EAST_ASIAN = (
    re.compile(  # 新华社东京1月14日电 (记者 ...)
        r"(?P<text>(?:【[^】]{1,25}】)?(?:本报|[\u4e00-\u9fff]{2,6}?(?:社|网|网讯|"
        r"讯))?[\u4e00-\u9fff／/、]{0,12}"
        r"(?P<date>(?:(?:19|20)\d\d年)?\d{1,2}月\d{1,2}日)(?:专?电|讯|消息|電|訊)"
        r"(?:[ ]?[（(](?P<who>[^（）()]{2,40})[）)])?)[ ：:，]{0,2}"
    ),
    re.compile(r"(?P<text>【(?P<where>[^】\n]{2,25})】)[ \u3000]{0,2}"),
    re.compile(
        r"(?P<text>[（(](?P<where>[^（）()\n=＝]{2,12}[=＝][^（）()\n]{2,16})[）)])"
        r"(?:[ ]?(?P<writer>[가-힣]{2,4})[ ](?:특파원|기자)[ ]?=[ ]?|[ \u3000]{0,2})"
    ),
)


#: Common words that names of places begin with.
_FIRST_WORDS = """
    new port cape fort salt saint grand little long south north east west lake mount palm
    rock high green bay old great upper lower central general king prince queen
"""
_PLACE_WORDS = frozenset(_FIRST_WORDS.split())


def find_dateline(paragraph: str, text: str = "") -> Dateline | None:
    """The dateline that opens the paragraph; None if it opens with anything else.

    `text` is the article: it tells a place from a topic or an acronym where the form does
    not (`OPEC - ...` comes again in capitals, `CLIMATE CHANGE - ...` in small letters).
    """
    for form in (_east_asian, _agency_first, _place_first):
        if found := form(paragraph, text):
            return found
    return None


def _east_asian(paragraph: str, _: str) -> Dateline | None:
    for form in _EAST_ASIAN:
        if not (found := form.match(paragraph)) or found.end() >= len(paragraph):
            continue
        groups = found.groupdict()
        where = groups.get("where")
        if where and not re.search(r"共同|時事|通信|聯合|[=＝]", where):
            continue  # a bracketed word that opens a headline or a column
        date = groups.get("date")
        names = re.split(
            r"[ 、，,]+", re.sub(r"记者|記者|通讯员|实习生", "", groups.get("who") or "")
        )
        return Dateline(
            text=found["text"],
            end=found.end(),
            stated=(read_date(date) or read_yearless(date)) if date else None,
            authors=tuple(
                name for name in (*names, groups.get("writer") or "") if 2 <= len(name) <= 4
            ),
        )
    return None


def _agency_first(paragraph: str, text: str) -> Dateline | None:
    """`(Reuters) - `, `AFP - `, `(CNN)The`, `(ANSA) - ROMA, 14 GEN - `, `[RIGA] `."""
    place = _BRACKETED_PLACE.match(paragraph[:60])
    if place and _opens_a_report(paragraph, place.end()):
        return Dateline(text=place[0].strip(), end=place.end())
    found = _AGENCY_OPENING.match(paragraph)
    if not found:
        return None
    dash = _DASH.match(paragraph, found.end())
    end = dash.end() if dash else found.end() + (paragraph[found.end() : found.end() + 1] == " ")
    if found["plain"] and (not dash or found["plain"].islower()):
        return None
    if inner := _place_first(paragraph[end:], text):
        printed = paragraph[: end + len(inner.text)]
        return inner.model_copy(update={"text": printed, "end": end + inner.end, "sure": True})
    if not _SENTENCE_START.match(paragraph, end) or not _is_prose(paragraph[end:]):
        return None
    return Dateline(text=found[0], end=end, sure=bool(found["round"]))


def _place_first(paragraph: str, text: str) -> Dateline | None:
    for form in (_CAPS, _NAMED):
        if (found := form.match(paragraph[:_LONGEST])) and (
            dateline := _after_place(paragraph, found, text, caps=form is _CAPS)
        ):
            return dateline
    return None


def _after_place(paragraph: str, found: re.Match[str], text: str, *, caps: bool) -> Dateline | None:
    place, at = found["place"], found.end()
    if _SLUG.search(place) or (caps and paragraph[at : at + 1].isalnum()):
        return None
    head = paragraph[: _LONGEST + 40]
    region = None
    stated, at_date = _dated(head, at)
    if (
        stated is None
        and (region := _REGIONS.match(head, at))
        and not is_agency(region[0].strip(" ,."))
    ):
        stated, at_date = _dated(head, region.end())
    agency, at_agency = _agency(head, at_date, lenient=_is_listed(place) or bool(stated))
    if agency and stated is None:
        stated = _date_inside(agency)
        if stated is None:  # MADRID (EFE), 14 ene -
            stated, at_agency = _dated(head, at_agency)
    dash = _DASH.match(head, at_agency)
    if dash is None and (stated or agency or _is_listed(place)):
        dash = re.compile(r"\.[ ]|(?<=\.)[ ]").match(head, at_agency)
        if dash and not (stated or agency):
            # a sentence of one word, which is a place: `Berlin. Die Regierung ...`
            return (
                Dateline(text=place, end=dash.end(), sure=False)
                if _opens_a_report(paragraph, dash.end())
                else None
            )
    end = dash.end() if dash else at_agency + (head[at_agency : at_agency + 1] == " ")
    evidence = _evidence(place, region, stated, agency, caps=caps)
    if not _opens_a_report(paragraph, end):
        return None
    printed = paragraph[:at_agency].strip(" ,-–—:|")
    dateline = Dateline(
        text=printed, end=end, stated=stated, sure=evidence >= 2 or (caps and _is_listed(place))
    )
    if agency and (evidence >= 2 or dash):
        return dateline
    if dash is None:
        return None
    return (
        dateline
        if evidence >= 2 or _is_place(place, dash[0], text, paragraph[end:], caps=caps)
        else None
    )


def _dated(head: str, at: int) -> tuple[Stated | None, int]:
    """The date after a place and its comma or full stop, and where it ends."""
    gap = re.compile(r"[,.]?[ ]{1,2}(?:\(|le[ ]|den[ ])?|,[ ]?").match(head, at)
    if not gap:
        return None, at
    stated = read_date(head, gap.end()) or read_yearless(head, gap.end())
    if stated is None:
        return None, at
    end = stated.end
    if gap[0].endswith("(") and head[end : end + 1] == ")":
        end += 1
    return stated, end


def _agency(head: str, at: int, *, lenient: bool) -> tuple[str | None, int]:
    found = _BRACKET.match(head, at) or (
        re.compile(r"\.?[ ]?(?=/)").match(head, at) and _BRACKET.match(head, at + 1)
    )
    if found:
        inside = next(group for group in found.groups() if group)
        if names_service(inside) or (
            lenient
            and not _TICKER.search(inside)
            and (_could_be_service(inside) or _DASH.match(head, found.end()))
        ):
            return inside, found.end()
        return None, at
    # Москва. 14 января. ИНТЕРФАКС - ; МОСКВА, 14 янв — РИА Новости. ; TOKYO, Jan. 14, Kyodo -
    plain = _PLAIN_AGENCY.match(head, at)
    if plain and at:
        return plain["agency"], plain.end()
    return None, at


def _could_be_service(inside: str) -> bool:
    """An unlisted service: a name with a date, initials, or a slash or dash between two."""
    return bool(_date_inside(inside)) or bool(
        re.fullmatch(r"[A-Z]{2,8}|[a-z]{3}(?:/\w+)?|[\w. ]+ ?[/–-] ?[\w. ]+", inside)
    )


def _date_inside(agency: str) -> Stated | None:
    for found in re.finditer(r"(?:^|[-–,/ ])[ ]?(?=\w)", agency):
        if stated := read_date(agency, found.end()):
            return stated
    return None


def _evidence(
    place: str, region: object, stated: Stated | None, agency: str | None, *, caps: bool
) -> int:
    """How much speaks for a dateline; two is enough."""
    service = 2 if agency and names_service(agency) else 1 if agency else 0
    dated = 0 if stated is None else 2 if stated.has_year and " " not in place else 1
    # AP sets the city in capitals and its state or country not: nothing else looks like it
    regional = (
        2
        if caps and region and (stated or agency or len(place) > 4)
        else 1
        if caps and region
        else 0
    )
    return service + dated + regional + _is_listed(place)


def _is_listed(place: str) -> bool:
    return all(part.strip().lower() in PLACES for part in place.split("/"))


def _opens_a_report(paragraph: str, end: int) -> bool:
    rest = paragraph[end : end + 400]  # the first words tell
    return bool(_SENTENCE_START.match(rest)) and _is_prose(rest)


def _is_prose(rest: str) -> bool:
    """Five words or more, not all capitalised: no score line, no list of names."""
    if re.match(r"[\w .]{2,30}\d+\s?[-:–]\s?\d+\b", rest):
        return False
    words = rest.split()[:12]
    if len(words) < 5:
        return len(rest) >= 12 and any(ch >= "\u0e00" for ch in rest[:12])
    return sum(word.islower() or not word[:1].isupper() for word in words) >= 2 or rest.isupper()


def _is_place(place: str, dash: str, text: str, rest: str, *, caps: bool) -> bool:
    """Whether capitals and a dash alone make a dateline: is what stands there a place?"""
    names = [part.strip() for part in place.split("/")]
    if _is_listed(place):
        return caps or ":" not in dash  # `London: ` opens a line of a table as often
    if not caps:
        return False
    elsewhere = text.replace(place, " ", 1) if text else rest
    if not any(ch.islower() for ch in elsewhere):
        return False
    for name in names:
        if re.search(rf"\b{re.escape(name)}\b", elsewhere):
            return False  # an acronym stays in capitals
        first = name.lower().split()[0]
        if first not in _PLACE_WORDS and re.search(rf"\b{re.escape(first)}\b", elsewhere):
            return False  # a topic comes again in small letters
        if re.search(rf"\b{re.escape(name.title())}\b", elsewhere):
            continue
        if len(name) < 6 or "." in name or ":" in dash:
            return False
    return True
