"""What a page is when it is not an article: cut off, a wall, an error, a list.

Every rule here is shy: a page is only turned away on evidence that no article gives.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.html.page import Page
from extractors.html.structured import Node, is_article, kinds
from extractors.html.words import squeeze
from schemas.address import is_home
from schemas.rejection import Reason

Verdict = tuple[Reason, str]

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
_DENSE = re.compile("[\u3040-\u9fff]")
_ENDING = re.compile(r"</\s*(?:html|body)\b", re.IGNORECASE)
_BEGINNING = re.compile(r"<(?:html|body)[\s>]", re.IGNORECASE)
_BLOCK = re.compile(
    r"<(/?)(p|div|article|section|main|ul|ol|li|table|td|script|style|blockquote|h[1-6])\b",
    re.IGNORECASE,
)


def cut_off(text: str) -> str | None:
    """Why the HTML was cut in the middle, or None.

    HTML lets the end tags of html and body be left out, so their absence alone proves
    nothing: the text must also end inside a tag, a comment, a script, or with text in a
    block that never closes.
    """
    tail = text[-4000:]
    if not _BEGINNING.search(text[:20_000]) or _ENDING.search(tail) or _ENDING.search(text):
        return None
    if text.rfind("<!--") > text.rfind("-->"):
        return "the HTML ends inside a comment"
    if re.search(r"<[a-zA-Z/!][^<>]*$", tail):
        return "the HTML ends inside a tag"
    low = text.lower()
    for name in ("script", "style"):
        if low.rfind(f"<{name}") > low.rfind(f"</{name}"):
            return f"the HTML ends inside a {name}"
    open_blocks = sum(
        -1 if found[1] else 1
        for found in _BLOCK.finditer(text)
        if found[2].lower() not in {"p", "li", "td"}
    )
    last = next(iter([*_BLOCK.finditer(tail)][-1:]), None)
    # several blocks open, and the last thing said is text: nobody writes that by hand
    if (
        open_blocks >= 2
        and last is not None
        and not last[1]
        and squeeze(re.sub(r"<[^<>]*>", " ", tail[last.end() :]))
    ):
        return "the HTML ends in the middle of its text"
    return None


def not_an_article(
    page: Page, node: Node, nodes: Sequence[Node], body: str, address: str
) -> Verdict | None:
    """Why a page with this extracted text is no article, or None."""
    length = len(body)
    named = squeeze(page.title)
    heading = squeeze(page.headings[0].text_content()) if page.headings else ""
    if length < _BRIEF and not is_article(node):
        for text in (named, heading):
            if _GONE.search(text[:120]):
                return Reason.NO_ARTICLE, f"the page says that there is nothing here: {text[:80]}"
        if _WALL.match(named) or _WALL.match(heading) or _WALL_TEXT.search(body):
            return (
                Reason.LOGIN_WALL,
                f"the page asks to log in, agree or prove something: {(named or heading)[:80]}",
            )
        if page.tree.find(".//input[@type='password']") is not None and length < _BRIEF // 2:
            return Reason.LOGIN_WALL, "the page holds a log-in form and hardly any text"
    if _is_list(page, node, nodes, body, address):
        return Reason.LISTING, "the page lists articles and is none itself"
    return None


def _is_list(page: Page, node: Node, nodes: Sequence[Node], body: str, address: str) -> bool:
    if (
        is_article(node)
        or page.meta("article:published_time")
        or (page.meta("og:type") or "").lower() == "article"
    ):
        return False
    names = {name for other in nodes for name in kinds(other)}
    site = (page.meta("og:type") or "").lower() in {"website", "blog"} and is_home(address)
    # real paragraphs, not teasers; a Chinese or Japanese one says as much in a third
    paragraphs = [p for p in body.split("\n\n") if len(p) + 2 * len(_DENSE.findall(p)) >= 200]
    if (names & _LISTS or site) and not paragraphs and len(body) < 2000:
        return True
    teasers = sum(
        1
        for a in page.tree.iter("article")
        if a.find(".//a") is not None and len(a.text_content()) < _BRIEF
    )
    # a dozen teasers and no paragraph: a section page that does not say so
    return teasers >= 12 and not paragraphs and len(body) < _BRIEF and not page.times
