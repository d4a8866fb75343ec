"""The outlet a page belongs to, by the names it gives itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import urlsplit

from extractors.html.claim import Claim
from extractors.html.page import Page
from extractors.html.structured import Node, kinds, resolve
from extractors.html.words import bare, plain
from schemas.address import site

_SPLIT = re.compile(r"\s+[-–—|·•:»]+\s+|\s*[|｜]\s*")
#: Legal forms mark the company behind an outlet, not the outlet.
_COMPANY = re.compile(
    r"\b(?:AG|GmbH|Inc|LLC|Ltd|Limited|S\.?A\.?|S\.?p\.?A\.?|B\.?V\.?|plc|Co|KG|Corp|"
    r"Corporation|Holdings?|Pty|Group|A/S|Oy|AB|SAS|s\.r\.o)\b\.?\s*$"
)
_ADDRESS = re.compile(r"\.(?:[a-z]{2,3}|info|news|online)$", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_METAS = (
    "application-name", "al:android:app_name", "al:ios:app_name", "apple-mobile-web-app-title",
    "dc.publisher", "dcterms.publisher", "publisher", "cre", "source", "copyright",
)  # fmt: skip
_MAX_LENGTH = 60  # longer ones are slogans


def publisher_claims(
    page: Page, node: Node, nodes: Sequence[Node], address: str
) -> list[Claim[str]]:
    """Every name the page gives its outlet, most trusted kind first."""
    claims = [Claim("og", name) for name in page.metas.get("og:site_name", ())[:2]]
    for key in ("publisher", "sourceOrganization", "provider", "isPartOf", "copyrightHolder"):
        claims.extend(Claim("json-ld", name) for name in _names(node.get(key), nodes))
    for other in nodes:
        if any(k.endswith("newsmediaorganization") or k == "website" for k in kinds(other)):
            claims.append(Claim("json-ld", plain(other.get("name"))))
    for name in _METAS:
        claims.extend(Claim("meta", value) for value in page.metas.get(name, ())[:1])
    for shown in dict.fromkeys((page.title, page.meta("og:title"))):
        claims.extend(Claim("title", part) for part in title_parts(shown, address))
    domain = domain_word(address)
    handles = (value.lstrip("@") for value in page.metas.get("twitter:site", ())[:1])
    claims.extend(Claim("handle", handle) for handle in handles if _resembles(bare(handle), domain))
    tidy = (Claim(claim.origin, _tidy(claim.value)) for claim in claims)
    return [
        c
        for c in tidy
        if 2 <= len(c.value) <= _MAX_LENGTH and not c.value.startswith("http") and bare(c.value)
    ]


def self_names(page: Page) -> list[str]:
    """What a page calls its outlet where no domain says which part of its title that is."""
    return [*page.metas.get("og:site_name", ()), *_SPLIT.split(page.title or "")]


def _names(value: object, nodes: Sequence[Node]) -> list[str]:
    found = []
    for item in resolve(value, nodes):
        name = item.get("name") if isinstance(item, dict) else item
        if isinstance(name, list):
            name = name[0] if name else None
        found.append(plain(name))
    return found


def _tidy(name: str) -> str:
    name = re.sub(
        r"^(?:©|\(c\)|copyright)\s*(?:\d{4}(?:\s*[-–]\s*\d{4})?)?[\s,]*",
        "",
        plain(name),
        flags=re.IGNORECASE,
    )
    return name.strip(" .,;-–|")


def title_parts(title: str | None, address: str) -> list[str]:
    """The ends of `<title>` that resemble the page's domain."""
    domain = domain_word(address)
    parts = [part.strip() for part in _SPLIT.split(title or "")]
    if len(parts) < 2 or not domain:
        return []
    ends = dict.fromkeys((parts[-1], parts[0]))
    # five words: "The Daily Example of Springfield"; longer is the headline
    return [end for end in ends if len(end.split()) <= 5 and _resembles(bare(end), domain)]


def domain_word(address: str) -> str:
    """The telling label of a page's domain: "example" of https://www.example.co.uk/x."""
    if not address.startswith("http"):
        return ""
    return bare(site(address).split(".")[0])


def _resembles(letters: str, domain: str) -> bool:
    """Whether a name is what a domain was made of, accents and umlauts written out or not."""
    if len(letters) < 3 or not domain:
        return False
    german = letters.translate(_UMLAUTS)
    stripped = "".join(
        c for c in unicodedata.normalize("NFD", letters) if not unicodedata.combining(c)
    )
    return any(
        spelled in domain or domain in spelled or spelled.startswith(domain[:6])
        for spelled in {letters, german, stripped}
    )


def choose_publisher(claims: Sequence[Claim[str]], address: str) -> Claim[str] | None:
    """The outlet's name; the domain where the page gives none.

    The first claim, unless it is a slogan or a company and another resembles the domain
    or is given more than once.
    """
    domain = domain_word(address)
    scored: list[tuple[float, int]] = []
    for position, claim in enumerate(claims):
        letters = bare(claim.value)
        same = sum(_agree(letters, bare(other.value)) for other in claims) - 1
        points = {"og": 3.0, "json-ld": 2.5, "meta": 1.0, "title": 1.5, "handle": 0.0}[claim.origin]
        is_address = _ADDRESS.search(claim.value) is not None
        # that an address resembles the address says nothing
        points += min(same, 3) + (2.0 if not is_address and _resembles(letters, domain) else 0.0)
        points -= 2.0 if _COMPANY.search(claim.value) else 0.0
        points -= 2.0 if _SPLIT.search(claim.value) else 0.0
        points -= 0.5 if claim.value == claim.value.lower() else 0.0
        # an address or initials where a name is to be had
        points -= 2.5 if is_address else 0.0
        points -= 1.5 if len(letters) <= 3 else 0.0
        scored.append((points, -position))
    if scored:
        winner = claims[-max(scored)[1]]
        return _fuller(winner, claims)
    if not address.startswith("http"):
        return None
    host = urlsplit(address).hostname or ""
    return Claim("url", host.removeprefix("www.")) if host else None


def _agree(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) >= 4 and (one in other or other in one))


def _fuller(winner: Claim[str], claims: Sequence[Claim[str]]) -> Claim[str]:
    """Of two spellings of one name the one that people write: "The Daily" for "thedaily"."""
    letters = bare(winner.value)
    for claim in claims:
        if (
            bare(claim.value) == letters
            and (" " in claim.value or claim.value != claim.value.lower())
            and winner.value == winner.value.lower()
        ):
            return claim
        # "CBC" by the network's tag, "CBC News" in the window's title
        if (
            len(letters) < 4
            and claim.value.split(" ")[0] == winner.value
            and len(claim.value) <= 20
            and claim.origin == "title"
        ):
            return claim
    return winner
