"""Lines in and around an article that are not its text: cues, credits, pleas, bylines.

Every rule names itself and looks at one line, its place, and what the page says of title
and authors. What is cut is handed back with the rule's name, so that it can be kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from extractors.html.words import bare

#: (rule, text) of a line that was cut.
Cut = tuple[str, str]

_EDGE = 6  # lines from the end in which sign-offs and pleas stand

_CUE = re.compile(
    r"^\W*(?:read (?:more|also|next|this|the full)|see (?:also|more)|also read|more (?:on|from|"
    r"about|in) |don[’']t miss|related(?: \w+)?\s*:|"
    r"watch\s*(?:[|:]|more)|listen (?:to|:)|recommended (?:videos?|stories|reading)|"
    r"article (?:content|continues)|story continues|"
    r"(?:advertisement|advertising|anzeige|werbung|publicité|publicidad|pubblicità|reklama?|"
    r"реклама|reclame|annonse?|reklame|広告)\s*$|"
    r"trending(?: now)?\s*$|most (?:read|popular)|what to read next|in this article|on topic|"
    r"up next|"
    r"lesen sie (?:auch|mehr|dazu|hier)|lies (?:auch|mehr)|mehr (?:zum thema|dazu|aus|zu)|"
    r"zum artikel\s*:|auch interessant|siehe auch|weiterlesen|"
    r"lire (?:aussi|la suite|plus)|à lire|voir aussi|sur le même sujet|>>|➡|►|▶|"
    r"lee (?:también|más)|leer más|te puede interesar|ver también|más información\s*:?\s*$|"
    r"noticias? relacionadas?|"
    r"leggi (?:anche|tutto)|potrebbe interessarti|leia (?:também|mais)|veja também|saiba mais|"
    r"lees (?:ook|meer|verder)|les (?:også|mer|hele)|læs (?:også|mere)|läs (?:också|även|mer)|"
    r"czytaj (?:więcej|też|także|również)|zobacz (?:też|także|również|więcej)|przeczytaj|"
    r"čtěte (?:také|více)|читайте (?:также|еще|ещё|подробнее)|см\. также|смотрите также|"
    r"читать (?:далее|также)|"
    r"ilgili haber|ayrıca okuyun|関連記事|相关新闻|相关阅读|延伸閱讀|더 읽기|관련기사)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"^\W{0,3}(?:photos?|foto(?:s|graf)?|bild(?:er)?|image|picture|credit|video|фото|zdjęcie|"
    r"fot|getty images|afp|reuters|ap photo|"
    r"写真|©)\s*(?:[:/|©]|by\b|$)|^\W*©",
    re.IGNORECASE,
)
_CREDITED = re.compile(
    r"[(\[](?:image|photo|picture|foto|bild|credit|photograph|файл|фото|ap photo|afp|getty|"
    r"reuters|dpa|epa|pa)\b[^()]*[)\]]\s*$|"
    r"(?:getty images|/ ?afp|/ ?reuters|/ ?ap|/ ?dpa|/ ?epa|via ap|shutterstock|istock)\W*$",
    re.IGNORECASE,
)
#: Words of which one is enough, near either end of a text, for a plea, a notice or an offer.
_PLEAS = (
    "newsletter", "inbox", "sign up for", "sign up to", "sign up here", "sign up now",
    "subscribe to", "subscribe now",
    "subscribing to", "subscribe today", "subscribe for", "unsubscribe", "follow us on",
    "like us on", "find us on", "join us on",
    "whatsapp", "telegram channel", "telegram-kanal", "telegram-канал", "abonnieren", "abonnez",
    "suscríbete", "suscribirse",
    "iscriviti", "assine ", "abonneer", "abonner ", "prenumerera", "подписаться",
    "подписывайтесь", "zapisz się", "abmelden",
    "datenschutzerklärung", "datenschutzrichtlinie", "datenschutzbestimmung", "privacy policy",
    "privacy notice", "terms of use",
    "terms of service", "terms and conditions", "all rights reserved", "alle rechte vorbehalten",
    "tous droits réservés",
    "todos los derechos", "tutti i diritti", "todos os direitos", "все права", "wszelkie prawa",
    "copyright", "earn a commission",
    "earn commission", "affiliate commission", "affiliate link", "support our journalism",
    "support independent journalism",
    "news tip", "bookmark our", "your destination for", "become a member", "register for free",
    "already have an account",
    "log in to", "login to", "leave a comment", "share this article", "share this story",
    "faites un don", "do you have a story",
    "get in touch with", "download our app", "download the app", "unterstützen sie uns",
)  # fmt: skip
_FOLLOW = re.compile(
    r"\bfollow .{2,40} on (?:twitter|facebook|x|instagram|google|threads|bluesky)\b|"
    r"^\W*disclaimer\b",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"^\W*(?:(?:first |last )?(?:published|updated|posted|modified)|publicado|publié|pubblicato|"
    r"veröffentlicht|aktualisiert|stand|publicerad|"
    r"publisert|opublikowano|опубликовано|gepubliceerd)\b.{0,60}$|"
    r"^\W*\d{1,3}\s*(?:min(?:ute)?s?|minuten|мин)\.?(?:[- ](?:read|lesezeit|de lecture|"
    r"leestijd))?\s*$|^\W*(?:\d+|an?|one|two) (?:minute|hour|day|week|month)s? ago\s*$|"
    r"^\W*\d{1,3} (?:of|von|de|di|van|из|/) \d{1,3}\W*$|^\W*(?:duration|dauer|"
    r"durée)\s*:?\s*[\d:]+\s*$",
    re.IGNORECASE,
)
#: What follows an author's name in a note about the author.
_OFFICE = re.compile(
    r",?\s+(?:is (?:an?|the|currently|based)|was (?:an?|the)|has (?:been|covered|written|"
    r"worked)|covers|writes|reports|joined|works|currently|"
    r"ist |arbeitet|schreibt|berichtet|est |es (?:un|una|la|el|periodista)|è |is (?:redacteur|"
    r"verslaggever)|er (?:journalist|redaktør))",
    re.IGNORECASE,
)
_BY = re.compile(
    r"^\W*(?:by|von|par|por|di|door|av|af|автор|text|autor(?:in)?)\b[\s:]", re.IGNORECASE
)


def trim(
    paragraphs: Sequence[str], title: str, authors: Sequence[str]
) -> tuple[tuple[str, ...], list[Cut]]:
    """The paragraphs that are the article's, and those that were cut with their rule.

    Never cuts everything: where the rules would leave less than half, nothing is cut.
    """
    names = {bare(name) for name in authors}
    end = len(paragraphs) - _EDGE
    rules: list[tuple[str, Callable[[int, str], bool]]] = [
        ("title", lambda number, line: number < _EDGE and _is_title(line, title)),
        ("byline", lambda _, line: _is_byline(line, names)),
        ("stamp", lambda _, line: len(line) < 100 and bool(_STAMP.match(line))),
        ("cue", lambda _, line: len(line) < 200 and bool(_CUE.match(line))),
        ("credit", lambda _, line: _is_credit(line)),
        (
            "plea",
            lambda number, line: (
                (number < 2 or number >= end) and len(line) < 500 and _is_plea(line)
            ),
        ),
        ("bio", lambda number, line: number >= end and _is_bio(line, authors)),
    ]
    kept: list[str] = []
    cut: list[Cut] = []
    for number, line in enumerate(paragraphs):
        rule = next((name for name, holds in rules if holds(number, line)), None)
        if rule is None:
            kept.append(line)
        else:
            cut.append((rule, line))
    while kept and _ends_in_heading(kept):
        cut.append(("label", kept.pop()))
    if sum(map(len, kept)) < 0.5 * sum(map(len, paragraphs)):
        return tuple(paragraphs), []
    return tuple(kept), cut


def _is_title(line: str, title: str) -> bool:
    letters = bare(line)
    return bool(letters) and letters == bare(title)


def _is_credit(line: str) -> bool:
    """A caption that ends in its photographer or agency, or a line of credits."""
    if len(line) >= 250:
        return False
    # the end of the line is all that the second looks at
    return bool(_CREDIT.match(line) or _CREDITED.search(line, max(0, len(line) - 80)))


def _is_plea(line: str) -> bool:
    """A line that asks the reader for something, or settles rights."""
    low = line.casefold()
    return any(words in low for words in _PLEAS) or _FOLLOW.search(line) is not None


def _is_byline(line: str, names: set[str]) -> bool:
    """A line of nothing but the authors' names, with or without "by"."""
    if len(line) > 120 or not names:
        return False
    letters = bare(_BY.sub("", line))
    for name in names:
        letters = letters.replace(name, "")
    # what is left may be "and", a city, a paper's initials
    return len(letters) <= (12 if _BY.match(line) else 3) and bare(line) != letters


def _is_bio(line: str, authors: Sequence[str]) -> bool:
    """A closing line about the author, or how to reach them."""
    if len(line) > 600:
        return False
    if re.search(r"[\w.]+@[\w-]+\.\w+", line) and len(line) < 300:
        return True
    return any(line.startswith(name) and _OFFICE.match(line, len(name)) for name in authors if name)


def _ends_in_heading(kept: Sequence[str]) -> bool:
    """A last line that announces something which is not there."""
    last = kept[-1]
    return len(kept) > 3 and len(last) < 60 and last.endswith(":")
