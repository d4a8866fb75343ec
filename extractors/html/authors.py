"""Who wrote an article: names cleaned, split, and chosen among the places that give them.

Agencies stay, the outlet's own name goes. Names are never reordered: "Last, First" and
single names stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from lxml.html import HtmlElement

from extractors.html.claim import Claim
from extractors.html.page import Page
from extractors.html.structured import Node, resolve
from extractors.html.words import bare, plain, squeeze
from schemas.candidate import Hints

META_AUTHOR = (
    "author", "authors", "article:author", "og:article:author", "og:author", "parsely-author", "sailthru.author",
    "dc.creator", "dc:creator", "dcterms.creator", "dc.contributor", "byl", "byline", "citation_author",
    "cxenseparse:author", "shareaholic:article_author_name", "rbauthors", "article.author", "creator",
)  # fmt: skip

Names = tuple[str, ...]

_PREFIX = re.compile(
    r"^(?:(?:(?:story|text|words|report|photos?|written|posted|published|reviewed|created|reported|opinion|analysis|"
    r"artikel|artículo|redigeret|skrevet|publié|publicado|escrito|scritto|geschreven|napisał\w*)\s+)?"
    r"(?:by|von|vom|por|par|di|door|av|af|autor(?:en|in|es|a)?|auteurs?|author(?:\(s\)|s)?|autore|автор|текст|przez|dari|oleh|yazan)"
    r"(?:\s*[:：]\s*|\s+)|(?:text|foto|by|autor(?:en|in)?|author|автор|текст|文|記者|记者|作者|责任编辑|來源|来源)\s*[:：]\s*|©\s*)+",
    re.IGNORECASE,
)
_AND = re.compile(
    r"\s*(?:[;|•·●\n\t、]|\s[-–—]\s|\s/\s|\s(?:and|und|y|et|e|en|og|och|oraz|i|и|та|ve|dan|with|mit|&)\s)\s*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:(?:chief|senior|staff|political|business|sports?|foreign|deputy|managing|associate|executive|contributing|"
    r"special|national|crime|health|education|economics?|technology|science|features?|digital|news|court|lead)\s+)*"
    r"(?:editors?|reporters?|correspondents?|writers?|columnists?|journalists?|producers?|contributors?|editor-in-chief|"
    r"redakteur(?:in)?|korrespondent(?:in)?|reporterin|journalistin|redacteur|redactrice|journaliste|correspondant\w*|"
    r"periodista|redactora?|corresponsal|giornalista|verslaggever|redaktør|journalistka|dziennikarka?|"
    r"корреспондент|обозреватель|기자|특파원|記者|记者|photographer|fotograf(?:in)?|Chefredakteur(?:in)?|Autorin|Volontär(?:in)?|"
    r"professor|lecturer|fellow)\b.*$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:\(.*?\)|\[.*?\]|\b(?:in|from|at|for|aus)\s+[A-Z].*$|,\s*(?:Ph\.?D|M\.?D|MD|RD|MPH|CNN|Esq)\.?.*$|"
    r"\s[-–—|]\s.*$|\b(?:updated|published|posted|last modified|aktualisiert|veröffentlicht|stand)\b.*$|:\s*$|@\S+)",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"https?:|www\.|[<>{}@#=_]|\d{3,}|\d{1,2}[:.]\d\d|\.(?:html?|php|aspx)\b|^\W*$"
)
#: What stands in place of a name and names nobody.
_NOBODY = {
    "admin", "administrator", "author", "editor", "editors", "staff", "staffwriter", "staffreporter", "guest", "unknown",
    "none", "null", "undefined", "na", "redaktion", "webmaster", "user", "root", "newsdesk", "newsroom", "various",
    "by", "von", "autor", "autoren", "authors", "redaction", "redaccion", "laredaction", "anonymous", "webdesk",
    "onlinedesk", "follow", "share", "moreby", "contributor", "contributors", "default", "test", "digital", "online",
    "superuser", "articles", "posts", "profile", "contact", "email", "twitter", "facebook",
}  # fmt: skip
_BYLINE = (
    "//*[self::a or self::span or self::div or self::p or self::address or self::li or self::strong]"
    "[contains(@rel,'author') or contains(@class,'author') or contains(@class,'Author') or contains(@class,'byline')"
    " or contains(@class,'Byline') or contains(@class,'autor') or contains(@class,'Autor') or contains(@class,'auteur')"
    " or contains(@data-testid,'uthor') or contains(@data-testid,'yline') or contains(@class,'writer') or contains(@href,'/author/') or contains(@href,'/autor/')"
    " or contains(@href,'/authors/') or contains(@href,'/autoren/') or contains(@href,'/profile/') or contains(@href,'/people/') or contains(@href,'/auteur/') or contains(@href,'/autores/') or contains(@id,'author')]"
)


def author_claims(
    page: Page, node: Node, nodes: Sequence[Node], outlets: Sequence[str], hints: Hints
) -> list[Claim[Names]]:
    """The bylines a page gives, most trusted first, each cleaned and without the outlet's name."""
    claims = []
    for key in ("author", "creator"):
        names = [n for item in resolve(node.get(key), nodes) for n in _structured(item)]
        claims.append(Claim("json-ld", clean_names(names, outlets)))
    for name in META_AUTHOR:
        if values := page.metas.get(name):
            claims.append(Claim("meta", clean_names(values, outlets)))
    marked = [_marked(element) for element in page.microdata.get("author", ())[:10]]
    claims.append(Claim("microdata", clean_names(marked, outlets)))
    claims.append(Claim(hints.origin, clean_names(hints.authors, outlets)))
    claims.append(Claim("byline", _byline(page, outlets)))
    kept = [claim for claim in claims if claim.value]
    if not kept:
        # nobody is named but the outlet itself: then that is what the page says
        house = [n for item in resolve(node.get("author"), nodes) for n in _structured(item)]
        if names := clean_names(house or page.metas.get("author", ()), ()):
            kept.append(Claim("json-ld" if house else "meta", names[:1]))
    return kept


def _structured(item: Any) -> list[str]:
    """Names in one author of JSON-LD: a string, or a node with a name or several."""
    if isinstance(item, dict):
        names = item.get("name")
        if not names and item.get("familyName"):
            names = f"{item.get('givenName') or ''} {item['familyName']}"
        item = names
    return [plain(name) for name in (item if isinstance(item, list) else [item])]


def _marked(element: HtmlElement) -> str:
    if content := element.get("content"):
        return plain(content)
    names = element.xpath(".//*[@itemprop='name']")
    target = names[0] if names else element
    return plain(target.get("content")) or squeeze(target.text_content()[:200])


def _byline(page: Page, outlets: Sequence[str]) -> Names:
    """Names that the page marks as its byline by class, link or attribute, near the headline."""
    found: list[str] = []
    boxes: list[HtmlElement] = page.tree.xpath(_BYLINE)
    for element in boxes[:40]:  # further down are other articles' authors
        if any(
            a.tag in {"footer", "nav", "aside"}
            or "comment" in (a.get("class") or "").lower()
            or "related" in (a.get("class") or "").lower()
            for a in element.iterancestors()
        ):
            continue
        text = squeeze(" ".join(element.itertext()))
        if not 2 < len(text) < 120:
            continue
        links = (
            [squeeze(link.text_content()) for link in element.iter("a")]
            if element.tag != "a"
            else []
        )
        names = clean_names([link for link in links if link] or [text], outlets)
        names = tuple(n for n in names if looks_like_person(n))
        if names:
            found.extend(names)
            break
    return tuple(dict.fromkeys(found))


def looks_like_person(name: str) -> bool:
    """Two to five words, each beginning with a capital where the script has capitals."""
    words = name.split()
    if any(character >= "\u3040" for character in name):
        return 2 <= len(name) <= 8
    capitals = [w for w in words if w[0].isupper() or not w[0].islower()]
    return 2 <= len(words) <= 5 and len(capitals) >= 2 and not any(c.isdigit() for c in name)


def clean_names(values: Iterable[str], outlets: Sequence[str]) -> Names:
    """Single names out of byline texts, in order, each once."""
    own = {bare(outlet) for outlet in outlets} - {""}
    names: dict[str, str] = {}
    for value in list(values)[:50]:
        for name in split_names(plain(value)):
            letters = bare(name)
            if letters and letters not in own and letters not in _NOBODY and letters not in names:
                names[letters] = name
    # "Ann Lee" beside "Ann Lee of the Courier" or the whole line again
    return tuple(
        name
        for letters, name in names.items()
        if not any(letters != other and other in letters and len(other) > 5 for other in names)
    )


def split_names(text: str) -> list[str]:
    """The names in one byline, without prefixes, roles, handles and addresses."""
    text = _PREFIX.sub("", squeeze(text)[:400]).strip()
    if not text or re.match(r"https?:|www\.|@", text):
        return []
    names: list[str] = []
    for part in _AND.split(text):
        names.extend(_split_commas(_PREFIX.sub("", part).strip()))
    return [name for name in map(_tidy, names) if name]


def _split_commas(part: str) -> list[str]:
    """At commas, unless it is "Last, First": one comma and one word on each side."""
    pieces = [piece.strip() for piece in re.split(r"\s*[,，]\s*", part) if piece.strip()]
    if (
        len(pieces) == 2
        and all(len(piece.split()) == 1 for piece in pieces)
        and not pieces[1].isupper()
    ):
        return [part]
    return pieces


def _tidy(name: str) -> str:
    if "@" in name.lstrip("@") and not re.search(r"\s@?\S", name):
        return ""  # an address of mail
    name = _TAIL.sub("", name)
    # a role alone is all there is: "Guardian staff reporter"
    shorter = _ROLE.sub("", name)
    name = (shorter if " " in shorter.strip() else name).strip(" ,.:;|/-–—*•\"'")
    if name.endswith((" Jr", " Sr")):
        name += "."
    if _NOT_A_NAME.search(name) or not 2 <= len(name) <= 60 or len(name.split()) > 7:
        return ""
    return name


def choose_authors(claims: Sequence[Claim[Names]]) -> Claim[Names] | None:
    """The byline to believe: the first; a later one that has the same names and more of each."""
    return claims[0] if claims else None
