"""Who wrote an article: names cleaned, split, and chosen among the places that give them.

Agencies stay, the outlet's own name goes. Names are never reordered: "Last, First" and
single names stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, takewhile
from typing import Any

from lxml.html import HtmlElement

from extractors.html.claim import Claim
from extractors.html.names import BY, BY_ALONE, Names, clean_names, looks_like_person
from extractors.html.nearby import lines_after
from extractors.html.page import Page
from extractors.html.structured import Node, kinds, resolve
from extractors.html.words import bare, plain, squeeze
from schemas.candidate import Hints

META_AUTHOR = (
    "author", "authors", "article:author", "og:article:author", "og:author", "parsely-author",
    "sailthru.author",
    "dc.creator", "dc:creator", "dcterms.creator", "dc.contributor", "byl", "byline",
    "citation_author",
    "cxenseparse:author", "shareaholic:article_author_name", "rbauthors", "article.author",
    "creator",
)  # fmt: skip

_AGENCIES = re.compile(
    r"\b(?:AFP|AP|APA|dpa|dapd|epd|KNA|SID|SDA|ATS|EFE|ANSA|PAP|ČTK|TT|NTB|Ritzau|ANP|Belga|"
    r"Tass|PA|Reuters|"
    r"Associated Press|Press Association|Canadian Press|Bloomberg|Agence France|Kyodo|Xinhua|"
    r"Anadolu)\b"
)
_PARTICLES = frozenset(
    [
        *("af", "al", "av", "bin", "da", "de", "del", "della", "den", "der", "di", "do", "dos"),
        *("du", "e", "el", "ibn", "la", "le", "van", "von", "y", "zu"),
    ]
)
_MAIL = re.compile(r"([\w.-]{3,40})@[\w-]+\.\w")
#: Lines of text after a headline: twenty hold any byline.
_BELOW = 20
_SIGNED = ("a", "span", "div", "p", "address", "li", "strong")
_BYLINE = re.compile(r"[Aa]uthor|[Bb]yline|[Aa]utor|auteur|writer")
_PROFILE = re.compile(r"/(?:authors?|autor(?:en|es)?|auteurs?|profile|people)/")


def author_claims(
    page: Page, node: Node, nodes: Sequence[Node], outlets: Sequence[str], hints: Hints
) -> list[Claim[Names]]:
    """The bylines a page gives, most trusted first, each cleaned and without the outlet's name.

    The outlet's own name is left only where nobody else is named in any place.
    """
    claims = []
    for key in ("author", "creator"):
        stated = [name for item in resolve(node.get(key), nodes) for name in _structured(item)]
        claims.append(Claim("json-ld", clean_names(stated, outlets)))
    for key in META_AUTHOR:
        if values := page.metas.get(key):
            claims.append(Claim("meta", clean_names(values, outlets)))
    marked = [_marked(element) for element in page.microdata.get("author", ())[:10]]
    claims.append(Claim("microdata", clean_names(marked, outlets)))
    claims.append(Claim(hints.origin, clean_names(hints.authors, outlets)))
    kept = [claim for claim in claims if claim.value]
    # the page is searched where it did not say plainly, or where an institution signs in
    # the metadata and perhaps a person does on the page
    signed_by_house = bool(kept) and kept[0].origin == "json-ld" and _is_institution(node, nodes)
    if (not kept or signed_by_house) and (found := _byline(page, outlets)):
        kept.insert(0, Claim("byline", found))
    return kept or _house(page, node, nodes)


def _house(page: Page, node: Node, nodes: Sequence[Node]) -> list[Claim[Names]]:
    """The outlet as its own author, where the page says so."""
    stated = [name for item in resolve(node.get("author"), nodes) for name in _structured(item)]
    origin = "json-ld" if stated else "meta"
    names = clean_names(stated or page.metas.get("author", ()), ())
    return [Claim(origin, names[:1])] if names else []


def _is_institution(node: Node, nodes: Sequence[Node]) -> bool:
    """Whether JSON-LD names only organisations that are no news agency as authors."""
    items = [item for item in resolve(node.get("author"), nodes) if isinstance(item, dict)]
    return bool(items) and all(
        any(name.endswith("organization") for name in kinds(item))
        and not _AGENCIES.search(plain(item.get("name")))
        for item in items
    )


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
    boxes = (element for element in page.tree.iter(*_SIGNED) if _is_signed(element))
    for element in islice(boxes, 40):  # further down are other articles' authors
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
    return tuple(dict.fromkeys(found)) or _written_byline(page, outlets)


def _written_byline(page: Page, outlets: Sequence[str]) -> Names:
    """Names in a line of text below the headline that begins with "By" in some language."""
    boxes = _mail_boxes(page)
    for heading in page.headings[:3]:
        lines = [squeeze(line) for line in lines_after(heading, _BELOW)]
        for number, line in enumerate(lines):
            if boxes and looks_like_person(line) and bare(line.split()[-1]) in boxes:
                return (line,)
            if len(line) < 100 and BY.match(line):
                names = clean_names([line], outlets)
            elif BY_ALONE.match(line):
                follow = takewhile(_continues, lines[number + 1 :])
                names = clean_names([name for name in follow if len(name) > 2], outlets)
            else:
                continue
            if persons := tuple(name for name in names if looks_like_person(name)):
                return persons
    return ()


def _mail_boxes(page: Page) -> set[str]:
    """Words of mail addresses given as authors: "berg" of j.berg@courier.example."""
    given = " ".join(value for key in META_AUTHOR for value in page.metas.get(key, ()))
    return {word for box in _MAIL.findall(given) for word in re.split(r"[._-]", box.lower())}


def signature(paragraphs: Sequence[str], authors: Names, outlets: Sequence[str]) -> Names:
    """Names on a line of their own at the beginning or the end of a text, or none.

    Looked for only where nobody is named as author but the house.
    """
    houses = [bare(outlet) for outlet in outlets if len(outlet) >= 4]
    if not paragraphs or not all(
        any(house in bare(name) or bare(name) in house for house in houses) for name in authors
    ):
        return ()
    for line in (paragraphs[0], paragraphs[-1]):
        names = clean_names([line], outlets) if len(line) < 60 else ()
        # the line is its names and what joins them, nothing more
        if names and all(map(_is_written_as_name, names)) and sum(map(len, names)) + 8 > len(line):
            return names
    return ()


def _is_written_as_name(name: str) -> bool:
    """Two to four words with capitals, particles aside: stricter, since nothing marks it."""
    words = [word for word in name.split() if word not in _PARTICLES]
    return 2 <= len(words) <= 4 and all(
        word[0].isupper() and word.replace("-", "").replace("'", "").replace(".", "").isalpha()
        for word in words
    )


def _continues(line: str) -> bool:
    """Whether a line after "By" is one more name or what stands between names."""
    return len(line) <= 3 or (len(line) < 60 and looks_like_person(line))


def _is_signed(element: HtmlElement) -> bool:
    # asking for one after the other is less work than listing all that an element has
    for key in ("class", "rel", "id", "data-testid"):
        if (value := element.get(key)) and _is_byline(value[:300]):
            return True
    address = element.get("href")
    return bool(address and _PROFILE.search(address, 0, 300))


@lru_cache(maxsize=8192)  # a few thousand names cover the templates of hundreds of sites
def _is_byline(names: str) -> bool:
    return _BYLINE.search(names) is not None
