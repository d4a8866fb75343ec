"""What a page is when it is not an article: a wall, an error, a list.

Every rule here is shy: a page is only turned away on evidence that no article gives.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.html.page import Page
from extractors.html.structured import Node, is_article, kinds
from extractors.html.words import squeeze
from schemas.address import is_home
from schemas.rejection import Reason

Verdict = tuple[Reason, str]


@dataclass(frozen=True)
class Look:
    """What a page shows beside its text: its name, its first heading, and how many teasers.

    `says_article` is whether its metadata calls it an article, `fields` are the types of its
    form fields, `leads_on` is whether headings or items are links.
    """

    named: str
    heading: str
    says_article: bool
    teasers: int
    fields: frozenset[str]
    leads_on: bool


def look_at(page: Page, node: Node) -> Look:
    """What is to be known of the page's tree; counted only where it is not called an article."""
    doubtful = not is_article(node) and not _says_article(page)
    return Look(
        named=squeeze(page.title),
        heading=squeeze(page.headings[0].text_content()) if page.headings else "",
        says_article=_says_article(page),
        teasers=_teasers(page) if doubtful else 0,
        fields=frozenset(field.get("type", "") for field in page.tree.iter("input")),
        leads_on=doubtful
        and any(link.find(".//a") is not None for link in page.tree.iter("h2", "h3", "li")),
    )


#: Titles of pages that stand between the reader and the article.
_WALL = re.compile(
    r"^(?:just a moment|attention required|access (?:to this page has been )?denied|"
    r"are you (?:a |not a )?(?:robot|human)|"
    r"(?:please )?verify(?:ing)? (?:that )?you are (?:a )?human|security check|"
    r"checking your browser|one more step|"
    r"human verification|captcha|robot check|bot verification|pardon our interruption|ddos|"
    r"request unsuccessful|"
    r"(?:please )?(?:log|sign) ?in\b|login|anmelden|anmeldung|einloggen|se connecter|connexion|"
    r"iniciar sesión|acceder|accedi|"
    r"inloggen|logga in|logg inn|log ind|zaloguj|вход|войти|before you continue|"
    r"we value your privacy|cookie|consent|"
    r"datenschutz|privacy (?:settings|gate|wall)|zustimmung|subscribe to (?:continue|read)|"
    r"subscription required|"
    r"register to (?:continue|read)|enable (?:javascript|cookies)|"
    r"javascript (?:is )?(?:required|disabled)|"
    r"client challenge|vérification|ログイン|로그인|登录|登入)",
    re.IGNORECASE,
)
#: Those that are also things to write about.
_TOPIC = re.compile(
    r"^(?:cookie|consent|datenschutz|zustimmung|log ?in|captcha|ddos|security check|anmeldung|"
    r"connexion|acceder|вход)",
    re.IGNORECASE,
)
_WALL_TEXT = re.compile(
    r"(?:enable|activate|turn on) (?:javascript|cookies)|"
    r"checking (?:if the site connection is secure|your browser)|"
    r"verify(?:ing)? (?:that )?you(?:'re| are) (?:not a robot|(?:a )?human)|"
    r"cf-browser-verification|ray id|"
    r"unusual traffic|complete the security check|are you a robot|press (?:&|and) hold|"
    r"you have been blocked|"
    r"datadome|perimeterx|incapsula incident",
    re.IGNORECASE,
)
#: How a page asks whether it may keep something on the reader's device.
_CONSENT = re.compile(
    r"\b(?:we|wir|nous|nosotros|noi|nós|wij|vi|my|me) (?:and|und|et|y|e|en|og|och|i|ja) "
    r"(?:our|unsere|nos|nuestros|i nostri|os nossos|onze|våre|våra|vores|nasi|kumppanimme) "
    r"(?:bis zu |up to )?(?:\d[\d.,’' ]* )?(?:\w+ )?(?:partn|parten|soci|parceir|vendors)",
    re.IGNORECASE,
)
#: What it asks for, in words that a report may use too: there nobody is spoken to.
_KEEPING = re.compile(
    r"(?:store|access|speicher|stocke|almacen|archivi|opslaan|lagre|lagra|gemme|przechow)\w*"
    r"[^.]{0,60}\b(?:cookies|information|informationen|informations|información|"
    r"informazioni|informatie)\b[^.]{0,60}\b(?:device|gerät|appareil|dispositivo|apparaat|"
    r"enhet|enheden|urządzeni)|"
    r"\b(?:accept|akzeptier|accepte|acepta|accett|aceita|accepter|godta|godkänn)\w*"
    r"[^.]{0,40}\bcookies\b",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    r"\b(?:[Ww]e|[Oo]ur|[Yy]ou|[Yy]our|[Ww]ir|[Uu]nser\w*|Sie|Ihr\w*|[Nn]ous|[Nn]os|[Vv]ous|[Vv]otre|"
    r"[Nn]osotros|[Nn]uestr\w+|[Nn]oi|[Nn]ostr[aeio]|[Vv]ostr\w+|[Nn]oss[ao]s?|[Vv]ocê|[Ww]ij|[Oo]nze|"
    r"[Uu]w|[Vv]år\w*|[Vv]ores|[Dd]itt?|[Nn]asz\w*|[Tt]woj\w*)\b"
)
_SEARCH = re.compile(
    r"^\W*(?:search(?: results?)?\b|(?:\d+ )?(?:results? for|suchergebnis|résultats? (?:de|pour)|"
    r"resultados? (?:de|para)|risultati (?:della|di|per)|zoekresultat|sökresultat|søkeresultat|"
    r"søgeresultat|wyniki wyszukiwania|результаты поиска|αποτελέσματα αναζήτησης|検索結果|搜索结果|"
    r"검색 ?결과)|suche(?: nach\b|:|$)|recherche(?: ?:|$))",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"(?:^|\b)(?:(?:error )?404\b|page (?:not found|cannot be found|can't be found|does(?:n't|"
    r" not) exist|you (?:were|are) looking for)|not found$|"
    r"(?:seite|artikel|inhalt) (?:wurde |konnte )?nicht (?:gefunden|verfügbar)|"
    r"page (?:introuvable|non trouvée)|"
    r"página no encontrada|pagina non trovata|página não encontrada|pagina niet gevonden|"
    r"sidan (?:hittades inte|kunde inte hittas)|"
    r"siden (?:ble |blev )?ikke funnet|siden findes ikke|nie znaleziono strony|"
    r"strona nie istnieje|страница не найдена|"
    r"sayfa bulunamadı|ページが見つかりません|找不到(?:网页|頁面|页面)|(?:article|story|"
    r"content) (?:is )?(?:no longer available|not found|has been removed))",
    re.IGNORECASE,
)
_LISTS = {
    "collectionpage",
    "searchresultspage",
    "imagegallery",
    "mediagallery",
    "profilepage",
    "contactpage",
    "checkoutpage",
}
#: Shorter than this (characters), a text does not outweigh what the page says it is.
_BRIEF = 600
#: Teasers that make a list; a page of one article shows six or eight others.
_MANY = 12
_DENSE = re.compile("[\u3040-\u9fff]")
_SENTENCE_END = frozenset('.!?…。！？"”»’')
_SEPARATOR = re.compile(r"\s[-–—|·]\s")


def not_an_article(
    page: Page, look: Look, node: Node, nodes: Sequence[Node], body: str, address: str
) -> Verdict | None:
    """Why a page with this extracted text is no article, or None."""
    length = len(body)
    named, heading = look.named, look.heading
    if length < _BRIEF and not is_article(node):
        for text in (named, heading):
            if _GONE.search(text[:120]):
                return Reason.NO_ARTICLE, f"the page says that there is nothing here: {text[:80]}"
        if _is_wall(named) or _is_wall(heading) or _WALL_TEXT.search(body):
            return (
                Reason.LOGIN_WALL,
                f"the page asks to log in, agree or prove something: {(named or heading)[:80]}",
            )
        if length < _BRIEF // 2 and _asks_consent(body):
            return Reason.LOGIN_WALL, f"the page asks for consent first: {(heading or named)[:80]}"
        if 0 < length < _BRIEF // 2 and not _has_sentence(body) and not look.says_article:
            return Reason.NO_ARTICLE, "the page holds labels and no sentence"
        if "password" in look.fields and length < _BRIEF // 2:
            return Reason.LOGIN_WALL, "the page holds a log-in form and hardly any text"
    if _is_search(look, node, body, (named, heading)):
        return Reason.LISTING, f"the page lists what a search found: {(named or heading)[:80]}"
    if _is_list(page, look, node, nodes, body, address):
        return Reason.LISTING, "the page lists articles and is none itself"
    return None


def _asks_consent(body: str) -> bool:
    return _CONSENT.search(body) is not None or (
        _KEEPING.search(body) is not None and _ADDRESSED.search(body) is not None
    )


def _is_wall(name: str) -> bool:
    """Whether a page is named like a wall, and not a headline that begins with such a word."""
    words = len(_SEPARATOR.split(name)[0].split())
    return _WALL.match(name) is not None and (words <= 3 or not _TOPIC.match(name))


def _says_article(page: Page) -> bool:
    return bool(page.meta("article:published_time")) or (
        (page.meta("og:type") or "").lower() == "article"
    )


def _paragraphs(body: str) -> list[str]:
    """Real ones, not teasers; a Chinese or Japanese one says as much in a third."""
    return [p for p in body.split("\n\n") if len(p) + 2 * len(_DENSE.findall(p)) >= 200]


def _has_sentence(body: str) -> bool:
    """Whether any line is longer than a label, or ends as sentences do."""
    return any(
        len(line) + 2 * len(_DENSE.findall(line)) >= 40 or line[-1:] in _SENTENCE_END
        for line in body.split("\n\n")
    )


def _is_search(look: Look, node: Node, body: str, names: Sequence[str]) -> bool:
    """Whether a page calls itself the results of a search, and has no paragraph to the contrary."""
    if is_article(node) or look.says_article or _paragraphs(body):
        return False
    return any(_SEARCH.match(name) for name in names) and ("search" in look.fields or look.leads_on)


def may_be_list(page: Page, look: Look, node: Node, nodes: Sequence[Node], address: str) -> bool:
    """Whether a page says, or looks as if, it were a list of articles."""
    if is_article(node) or look.says_article:
        return False
    return _calls_itself_list(page, nodes, address) or (look.teasers >= _MANY and not page.times)


def _is_list(
    page: Page, look: Look, node: Node, nodes: Sequence[Node], body: str, address: str
) -> bool:
    if is_article(node) or look.says_article or _paragraphs(body):
        return False
    if _calls_itself_list(page, nodes, address):
        return len(body) < 2000  # prose of that length is worth having, whatever it is called
    # many teasers and no paragraph: a section page that does not say so
    return len(body) < _BRIEF and not page.times and look.teasers >= _MANY


def _calls_itself_list(page: Page, nodes: Sequence[Node], address: str) -> bool:
    names = {name for node in nodes for name in kinds(node)}
    site = (page.meta("og:type") or "").lower() in {"website", "blog"}
    return bool(names & _LISTS) or (site and is_home(address))


def _teasers(page: Page) -> int:
    return sum(
        1
        for one in page.tree.iter("article")
        if one.find(".//a") is not None and len(one.text_content()) < _BRIEF
    )
