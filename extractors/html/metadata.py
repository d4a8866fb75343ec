"""Every field of an article but its body, each with its origin."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Any

from pydantic import JsonValue

from extractors.html import authors, dates, details, publisher, title
from extractors.html.claim import Claim, losers
from extractors.html.identity import Identity
from extractors.html.moment import Moment
from extractors.html.page import Page
from extractors.html.ruled import Ruled
from extractors.html.structured import Node
from extractors.html.words import plain
from extractors.publishers.outlets import outlet_name
from schemas.candidate import Hints
from schemas.document import Document

_TITLE_METAS = ("twitter:title", "parsely-title", "dc.title", "sailthru.title", "title")


@dataclass(frozen=True)
class Reading:
    """A document, the page it holds, and what was found out about it on the way."""

    document: Document
    page: Page
    nodes: tuple[Node, ...]
    node: Node
    identity: Identity
    ruled: Ruled | None = None


@dataclass(frozen=True)
class Metadata:
    """Fields by name, the origin of each, losing claims by field, and flags.

    `outlets` are all names that the page or the configuration has for the outlet.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, JsonValue] = field(default_factory=dict)
    candidates: dict[str, JsonValue] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()


def read_metadata(reading: Reading) -> Metadata:
    """All fields that the page, its feed or the configuration give.

    What the configuration says of the outlet wins, then what a publisher rule says or finds;
    the page wins against its feed, which
    fills what the page lacks.
    """
    hints = reading.document.hints or Hints(origin="")
    names = publisher.publisher_claims(
        reading.page, reading.node, reading.nodes, reading.identity.url
    )
    outlet = _outlet(reading, names, hints)
    parts = [
        _publisher(names, outlet),
        _title(reading, names, hints),
        _authors(reading, names, outlet, hints),
        _dates(reading, hints),
        *_details(reading, hints),
    ]
    return Metadata(
        fields={name: value for part in parts for name, value in part.fields.items()},
        origins={name: value for part in parts for name, value in part.origins.items()},
        candidates={name: value for part in parts for name, value in part.candidates.items()},
        flags=tuple(flag for part in parts for flag in part.flags),
        outlets=tuple(filter(None, [reading.document.publisher, *(one.value for one in names)])),
    )


def _one(name: str, claim: Claim[Any] | None) -> Metadata:
    """A field that is its claim."""
    return Metadata({name: claim.value}, {name: claim.origin}) if claim else Metadata()


def _or_hint(claim: Claim[Any] | None, hint: Any, hints: Hints) -> Claim[Any] | None:
    return claim or (Claim(hints.origin, hint) if hint else None)


def _publisher(names: list[Claim[str]], outlet: Claim[str] | None) -> Metadata:
    """The outlet's name; what the page calls it is kept where something else decided."""
    found = _one("publisher", outlet)
    if outlet is None or outlet.origin in {claim.origin for claim in names}:
        return found
    claims = [outlet, *names]
    lost = losers(claims, outlet, [claim.value for claim in claims])
    return replace(found, candidates={"publisher": lost} if lost else {})


def _outlet(reading: Reading, names: list[Claim[str]], hints: Hints) -> Claim[str] | None:
    if reading.document.publisher:
        return Claim("source", reading.document.publisher)
    if reading.ruled:
        return Claim(reading.ruled.rule.origin, reading.ruled.rule.publisher)
    if name := outlet_name(reading.identity.url):
        return Claim("outlets", name)
    found = publisher.choose_publisher(names, reading.identity.url)
    if hints.publisher and (found is None or found.origin == "url"):
        return Claim(hints.origin, hints.publisher)
    return found


def _title(reading: Reading, names: list[Claim[str]], hints: Hints) -> Metadata:
    page = reading.page
    sites = [claim.value for claim in names]
    sites += [reading.document.publisher or "", publisher.domain_word(reading.identity.url)]
    claims = title.title_claims(
        page.headings,
        plain(reading.node.get("headline")),
        page.meta("og:title") or "",
        [value for name in _TITLE_METAS if (value := page.meta(name))],
        page.title,
        sites,
    )
    if not page.headings and page.title:
        shown = title.shown_headline(page.tree, page.title)
        claims.extend([Claim("text", shown)] if shown else [])
    if hints.title:
        claims.append(Claim(hints.origin, plain(hints.title)))
    chosen = title.choose_title(claims)
    if reading.ruled and reading.ruled.title:
        chosen = Claim(reading.ruled.rule.origin, reading.ruled.title)
        claims.insert(0, chosen)
    lost = losers(claims, chosen, [claim.value for claim in claims])
    found = _one("title", chosen)
    return Metadata(
        found.fields,
        found.origins,
        {"title": lost} if lost else {},
        () if chosen else ("no-title",),
    )


def _authors(
    reading: Reading, names: list[Claim[str]], outlet: Claim[str] | None, hints: Hints
) -> Metadata:
    outlets = [outlet.value if outlet else "", *(claim.value for claim in names)]
    claims = authors.author_claims(reading.page, reading.node, reading.nodes, outlets, hints)
    if reading.ruled and reading.ruled.authors:
        claims.insert(0, Claim(reading.ruled.rule.origin, reading.ruled.authors))
    chosen = claims[0] if claims else None
    lost = losers(claims, chosen, [list(claim.value) for claim in claims])
    found = _one("authors", chosen)
    return Metadata(found.fields, found.origins, {"authors": lost} if lost else {})


def _dates(reading: Reading, hints: Hints) -> Metadata:
    seen_at = reading.document.seen_at
    claims = dates.published_claims(reading.page, reading.node, reading.identity.url, hints)
    if reading.ruled and reading.ruled.published:
        claims.insert(0, Claim(reading.ruled.rule.origin, reading.ruled.published))
    chosen = dates.choose_date(claims, seen_at)
    changed = dates.choose_date(dates.modified_claims(reading.page, reading.node), seen_at)
    fields: dict[str, Any] = {}
    origins: dict[str, JsonValue] = {}
    if changed and changed.value.at:
        fields["modified_at"], origins["modified_at"] = changed.value.at, changed.origin
    elif hints.modified_at and hints.modified_at.tzinfo:
        fields["modified_at"], origins["modified_at"] = hints.modified_at, hints.origin
    if chosen is None:
        return Metadata(fields, origins, {}, ("no-date",))
    moment = chosen.value
    fields |= {
        "published_at": moment.stamp,
        "published_on": moment.on,
        "published_precision": moment.precision,
    }
    origins["published_at"] = chosen.origin
    shown = [_written(claim.value) for claim in claims]
    lost = losers([chosen, *claims], chosen, [_written(moment), *shown])
    flags = [("date-from-url", chosen.origin == "url")]
    flags.append(("date-in-future", dates.is_future(moment, seen_at)))
    return Metadata(
        fields,
        origins,
        {"date": lost} if lost else {},
        tuple(flag for flag, holds in flags if holds),
    )


def _written(moment: Moment) -> str:
    return moment.at.astimezone(UTC).isoformat() if moment.at else moment.on.isoformat()


def _details(reading: Reading, hints: Hints) -> list[Metadata]:
    page, node, nodes = reading.page, reading.node, reading.nodes
    caption, free = details.find_caption(page), details.read_free(node)
    return [
        _one("description", _or_hint(details.describe(page, node), hints.description, hints)),
        _one("section", _or_hint(details.find_section(page, node), hints.section, hints)),
        _one("keywords", _or_hint(details.find_keywords(page, node), hints.keywords, hints)),
        _one("image_url", _or_hint(details.find_image(page, node, nodes), hints.image_url, hints)),
        _one("caption", Claim("figcaption", caption) if caption else None),
        _one("is_free", Claim("json-ld", free) if free is not None else None),
    ]
