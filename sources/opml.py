"""OPML 2.0 (https://opml.org/spec2.opml): lists of feeds, in and out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from lxml import etree

from schemas.model import Frozen
from schemas.source import Source
from sources.item import clean_language, clean_link, clean_text
from sources.markup import decode, disarm, local_name, parse_xml

#: A reader's list of feeds has hundreds.
_MAX_OUTLINES = 10_000


class Outline(Frozen):
    """One feed of an OPML file, as far as the file says."""

    feed_url: str
    title: str | None = None
    home_url: str | None = None
    language: str | None = None


def read_opml(content: bytes) -> tuple[Outline, ...] | None:
    """The feeds of an OPML file in its order, each once; None if it is no OPML file."""
    outlines = _outlines(content)
    if outlines is None:
        return None
    found: dict[str, Outline] = {}
    for fields in outlines:
        url = clean_link(fields.get("xmlurl"), "")
        if url is not None and len(found) < _MAX_OUTLINES:
            outline = Outline(
                feed_url=url,
                title=_name(fields.get("title")) or _name(fields.get("text")),
                home_url=clean_link(fields.get("htmlurl"), url),
                language=clean_language(fields.get("language")),
            )
            found.setdefault(url, outline)
    return tuple(found.values())


def unusable_feeds(content: bytes) -> tuple[str, ...]:
    """What an OPML file names as feeds and is no http(s) address, each once."""
    named = (fields.get("xmlurl", "").strip() for fields in _outlines(content) or ())
    return tuple(dict.fromkeys(one for one in named if one and clean_link(one, "") is None))


def _outlines(content: bytes) -> list[dict[str, str]] | None:
    """The attributes of each outline, by names in small letters: readers write what they like."""
    root, _ = parse_xml(disarm(decode(content).text))
    if root is None or local_name(root) != "opml":
        return None
    return [
        {str(name).lower(): str(value) for name, value in element.attrib.items()}
        for element in root.iter(etree.Element)
        if local_name(element) == "outline"
    ]


def _name(value: str | None) -> str | None:
    """An attribute holds plain text: what looks like markup in it is none."""
    return " ".join((clean_text(value) or "").split()) or None


def sources_of(outlines: Sequence[Outline], taken: Iterable[str] = ()) -> tuple[Source, ...]:
    """A source for each feed, with an id that none of `taken` and none of the others has."""
    ids = set(taken)
    made: list[Source] = []
    for outline in outlines:
        source_id = free_id(outline.title or urlsplit(outline.feed_url).hostname or "", ids)
        ids.add(source_id)
        made.append(
            Source(
                id=source_id,
                publisher=outline.title,
                language=outline.language,
                feeds=(outline.feed_url,),
            )
        )
    return tuple(made)


def free_id(name: str, taken: Iterable[str]) -> str:
    """A source id made of a name: `The Gazette` becomes `the-gazette`, then `the-gazette-2`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    wanted = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:56].rstrip("-") or "source"
    used = set(taken)
    number = 1
    while (wanted if number == 1 else f"{wanted}-{number}") in used:
        number += 1
    return wanted if number == 1 else f"{wanted}-{number}"


def write_opml(sources: Iterable[Source], title: str) -> bytes:
    """An OPML file of all feeds of these sources, one outline a feed."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for source in sources:
        for feed in source.feeds:
            name = source.publisher or source.id
            outline = etree.SubElement(body, "outline", type="rss", text=name, title=name)
            outline.set("xmlUrl", feed)
            if source.language:
                outline.set("language", source.language)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
