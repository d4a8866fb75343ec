"""The smaller fields: description, section, keywords, image, caption, price, rights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from lxml.etree import _Element
from pydantic import JsonValue

from extractors.html.claim import Claim
from extractors.html.nearby import first_after
from extractors.html.page import Page
from extractors.html.structured import Node, resolve
from extractors.html.words import bare, plain, squeeze

_MAX_KEYWORDS = 50  # a page with more lists its site's tags
_MAX_CAPTION = 600  # a longer one is a paragraph
_FALSE = {"false", "no", "0", "http://schema.org/false", "https://schema.org/false"}
_TRUE = {"true", "yes", "1", "http://schema.org/true", "https://schema.org/true"}
#: robots directives that say what may be done with the text, not how to crawl.
_RIGHTS = {"noindex", "noarchive", "nosnippet", "noai", "noimageai", "notranslate", "nocache"}


def describe(page: Page, node: Node) -> Claim[str] | None:
    """The page's own summary."""
    claims = [
        Claim("json-ld", plain(node.get("description"))),
        Claim("og", plain(page.meta("og:description"))),
        Claim(
            "meta",
            plain(
                page.meta(
                    "description", "twitter:description", "dc.description", "sailthru.description"
                )
            ),
        ),
    ]
    kept = [claim for claim in claims if len(claim.value) > 1]
    # a summary that ends in dots was cut to length; another place may have it whole
    whole = [claim for claim in kept if not claim.value.endswith(("...", "…", "[…]", "[...]"))]
    return next(iter(whole or kept), None)


def find_section(page: Page, node: Node) -> Claim[str] | None:
    """The section a page is filed under."""
    stated = node.get("articleSection")
    stated = (
        next((s for s in stated if isinstance(s, str)), None)
        if isinstance(stated, list)
        else stated
    )
    claims = [
        Claim("json-ld", plain(stated)),
        Claim(
            "meta",
            plain(
                page.meta(
                    "article:section",
                    "og:article:section",
                    "parsely-section",
                    "section",
                    "articlesection",  # microdata
                    "dc.subject",
                    "cxenseparse:section",
                )
            ),
        ),
    ]
    return next((claim for claim in claims if 1 < len(claim.value) <= 100), None)


def find_keywords(page: Page, node: Node) -> Claim[tuple[str, ...]] | None:
    """Keywords in the page's order, each once."""
    sources: list[tuple[str, Iterable[str]]] = [
        ("json-ld", _terms(node.get("keywords"))),
        ("og", page.metas.get("article:tag", ()) or page.metas.get("og:article:tag", ())),
        (
            "meta",
            page.metas.get("news_keywords", ())
            or page.metas.get("keywords", ())
            or page.metas.get("parsely-tags", ()),
        ),
    ]
    for origin, values in sources:
        words = {
            bare(word): word for value in values for word in _split(plain(value)) if bare(word)
        }
        if words:
            return Claim(origin, tuple(words.values())[:_MAX_KEYWORDS])
    return None


def _terms(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [
        item.get("name", "") if isinstance(item, dict) else item
        for item in items
        if isinstance(item, str | dict)
    ]


def _split(value: str) -> list[str]:
    words = re.split(r"\s*[,;，、|]\s*", value)
    # JSON-LD of one large system: "type:story", "section:news"
    return [w for w in words if w and len(w) <= 80 and not re.match(r"\w+:\S+$", w)]


def find_image(page: Page, node: Node, nodes: Sequence[Node]) -> Claim[str] | None:
    """The lead image's absolute address."""
    if address := page.absolute(page.meta("og:image:secure_url", "og:image", "og:image:url")):
        return Claim("og", address)
    for item in resolve(node.get("image") or node.get("thumbnailUrl"), nodes):
        value = item.get("url") or item.get("contentUrl") if isinstance(item, dict) else item
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str) and (address := page.absolute(value)):
            return Claim("json-ld", address)
    address = page.absolute(page.meta("twitter:image", "twitter:image:src", "image"))
    return Claim("meta", address) if address else None


def find_caption(page: Page) -> str | None:
    """The caption of the first figure beside the headline, if it is plain which that is."""
    for heading in page.headings[:1]:
        element = first_after(heading, "figcaption")
        if element is None or _is_aside(element):
            return None
        text = squeeze(" ".join(element.itertext()))
        return text if 10 <= len(text) <= _MAX_CAPTION else None
    return None


def _is_aside(element: _Element) -> bool:
    return any(up.tag in {"aside", "nav", "footer", "li"} for up in element.iterancestors())


def read_free(node: Node) -> bool | None:
    """`isAccessibleForFree`, the publisher's claim; None where it is not made."""
    value = node.get("isAccessibleForFree")
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if value is not None else ""
    return False if word in _FALSE else True if word in _TRUE else None


def read_rights(page: Page, node: Node) -> dict[str, JsonValue]:
    """Licence and robots directives that bear on keeping and reusing the text."""
    found: dict[str, JsonValue] = {}
    words = {
        word.strip().lower()
        for name in ("robots", "googlebot", "googlebot-news")
        for value in page.metas.get(name, ())
        for word in value.split(",")
    }
    if rights := sorted(words & _RIGHTS):
        found["robots"] = list(rights)
    licence = node.get("license")
    licence = licence.get("url") if isinstance(licence, dict) else licence
    licence = licence or next((href for href in page.links.get("license", ()) if href), None)
    if isinstance(licence, str) and licence.strip():
        found["licence"] = licence.strip()[:500]
    return found
