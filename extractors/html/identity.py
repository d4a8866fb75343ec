"""Which address a page lives at, among those it is known by and those it declares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from extractors.html.page import Page
from extractors.html.structured import Node, addresses
from schemas.address import canonical_url, is_home, same_site


@dataclass(frozen=True)
class Identity:
    """`url` as served, `canonical` in canonical form, and who said so.

    `original` is a canonical link that leads to another site: a declared copy.
    """

    url: str
    canonical: str
    origin: str
    original: str | None = None


def identify_page(page: Page, node: Node, own: str) -> Identity:
    """The page's address; `own` is where it was fetched, or a `file:` address.

    A fetched page may name another address of its own site, deeper than the home page or
    a bare section; one on another site is not its identity but its declared original. A
    file takes the first plausible address it declares.
    """
    declared = _declared(page, node)
    if not own.startswith(("http://", "https://")):
        for origin, address in declared:
            if not is_home(address):
                return Identity(address, canonical_url(address), origin)
        return Identity(own, own, "file")
    original = None
    for origin, address in declared:
        if not same_site(address, own):
            if origin == "canonical" and not is_home(address):
                original = original or canonical_url(address)
            continue
        if not _is_shallower(address, own):
            return Identity(own, canonical_url(address), origin, original)
    return Identity(own, canonical_url(own), "url", original)


def _declared(page: Page, node: Node) -> Sequence[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for origin, values in (
        ("canonical", page.links.get("canonical", ())[:2]),
        ("og", page.metas.get("og:url", ())[:1]),
        ("json-ld", addresses(node)),
    ):
        for value in values:
            # without a base of its own a saved page cannot make a relative address whole
            if (address := page.absolute(value)) is not None:
                found.append((origin, address))
    return found


def _is_shallower(address: str, own: str) -> bool:
    """Whether `address` is the home page or a bare section above the page at `own`."""
    if is_home(address):
        return not is_home(own)
    parts, mine = urlsplit(address), urlsplit(own)
    segments = [s for s in parts.path.split("/") if s]
    # "/news" declared by "/news/2024/a-story"; an id or a slug has digits or hyphens
    return (
        len(segments) == 1
        and segments[0].isalpha()
        and not parts.query
        and mine.path.startswith(f"/{segments[0]}/")
        and mine.path.count("/") > 1
    )
