"""Feeds: RSS 0.9x to 2.0, RDF and Atom through feedparser, JSON Feed by `sources.jsonfeed`.

The XML is disarmed, mended and cut to size by `sources.markup` first, so that feedparser
only ever sees well-formed XML without entities: its fast parser handles that, and its
slow one, which reads anything, is never reached.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import feedparser
from lxml import etree

from schemas.candidate import Candidate, Hints
from schemas.model import Frozen
from schemas.rejection import Reason, Rejection
from sources.dates import parse_date
from sources.item import (
    MAX_ENTRIES,
    clean_description,
    clean_language,
    clean_line,
    clean_link,
    clean_names,
    clean_text,
    longer,
    update_floor,
)
from sources.jsonfeed import JsonFeed, parse_json_feed
from sources.markup import decode, disarm, local_name, parse_xml

_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_ENTRIES = frozenset({"item", "entry"})
#: feedparser takes 20 microseconds an element; 2,000 entries of 100 elements are the most
#: that a real feed has. It takes the square of the number of attributes and of fields.
_MAX_ELEMENTS = 200_000
_MAX_ELEMENTS_EACH = 20_000
_MAX_ATTRIBUTES = 50
_MAX_FIELDS = 500
#: The text of a long book; what is larger is data, and feedparser takes it in small pieces.
_MAX_CHARACTERS_EACH = 1_000_000

Entry = Mapping[str, Any]


class FeedSource(Frozen):
    """Where a feed came from: its own final address, and whose it is."""

    url: str
    source_id: str
    fetched_at: datetime
    charset: str | None = None


class ParsedFeed(Frozen):
    """What a feed says. `candidates` are in the feed's order, each address once.

    `floor` is how long the publisher asks not to be asked again. `salvaged` means that
    the feed was malformed and that what parsed is here; `left_out` counts entries over
    the limit or without a usable address. Links are absolute.
    """

    kind: str
    title: str | None
    language: str | None
    home_url: str | None
    self_url: str | None
    next_url: str | None
    floor: timedelta | None
    candidates: tuple[Candidate, ...]
    salvaged: bool = False
    left_out: int = 0


def parse_feed(content: bytes, source: FeedSource) -> ParsedFeed | Rejection:
    """The feed in these bytes, or why there is none. Never raises, whatever the bytes are."""
    if not content.strip():
        return _refuse(source, Reason.EMPTY, "the feed is empty")
    markup = decode(content, source.charset)
    if markup.text.lstrip("\ufeff \t\r\n").startswith("{"):
        found = parse_json_feed(markup.text, source.url)
        if found is None:
            return _refuse(source, Reason.NOT_A_FEED, "JSON, but not a JSON Feed")
        return _from_json(found, source)
    root, mended = parse_xml(disarm(markup.text))
    if root is None:
        return _refuse(source, Reason.NOT_A_FEED, "neither XML nor JSON")
    if local_name(root) not in _ROOTS:
        return _refuse(source, Reason.NOT_A_FEED, f"begins with <{local_name(root)[:40]}>")
    dropped = _cut_to_size(root)
    parsed = feedparser.parse(
        io.BytesIO(etree.tostring(root, encoding="utf-8")),
        resolve_relative_uris=False,
        sanitize_html=False,
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": source.url,
        },
    )
    return _from_xml(parsed, source, salvaged=mended or markup.mended, dropped=dropped)


def _refuse(source: FeedSource, reason: Reason, detail: str) -> Rejection:
    return Rejection(
        url=source.url, source_id=source.source_id, stage="discover", reason=reason, detail=detail
    )


def _cut_to_size(root: etree._Element) -> int:
    """Remove the entries, and other elements, beyond the limits; say how many entries."""
    dropped = entries = elements = 0
    parents = [root, *(child for child in root if local_name(child) == "channel")]
    for parent in parents:
        _cut_attributes(parent)
        for child in list(parent):
            if child in parents:
                continue
            is_entry = local_name(child) in _ENTRIES
            size = _size(child)
            full = elements + size > _MAX_ELEMENTS or (is_entry and entries >= MAX_ENTRIES)
            if size > _MAX_ELEMENTS_EACH or full:
                # empty first: lxml walks through all that is moved
                child.clear()
                parent.remove(child)
                dropped += is_entry
                continue
            elements += size
            entries += is_entry
    return dropped


def _size(entry: etree._Element) -> int:
    """The number of elements; more than any entry may have if it is too large otherwise."""
    size = characters = 0
    for element in entry.iter(etree.Element):
        _cut_attributes(element)
        size += 1
        characters += len(element.text or "") + len(element.tail or "")
        if ":" in str(element.tag).rpartition("}")[2]:
            # a prefix without a namespace would not be read again by a strict parser
            return _MAX_ELEMENTS_EACH + 1
    if characters > _MAX_CHARACTERS_EACH or len(entry) > _MAX_FIELDS:
        return _MAX_ELEMENTS_EACH + 1
    return size


def _cut_attributes(element: etree._Element) -> None:
    for number, name in enumerate(element.attrib.keys()):
        if number >= _MAX_ATTRIBUTES or ":" in str(name).rpartition("}")[2]:
            del element.attrib[name]


def _from_xml(
    parsed: feedparser.FeedParserDict, source: FeedSource, *, salvaged: bool, dropped: int
) -> ParsedFeed:
    feed: Entry = parsed["feed"]
    kind = str(parsed.get("version") or "unknown")
    links = {
        str(link.get("rel")): clean_link(link.get("href"), source.url)
        for link in reversed(_dicts(feed, "links"))
    }
    language = clean_language(_value(feed, "language"))
    found = [_candidate(entry, kind, language, source) for entry in parsed["entries"]]
    candidates = _each_once(found)
    return ParsedFeed(
        kind=kind,
        title=clean_line(_value(feed, "title")),
        language=language,
        home_url=links.get("alternate"),
        self_url=links.get("self"),
        next_url=links.get("next"),
        floor=update_floor(
            _value(feed, "ttl"), _value(feed, "sy_updateperiod"), _value(feed, "sy_updatefrequency")
        ),
        candidates=candidates,
        salvaged=salvaged,
        left_out=dropped + len(found) - len(candidates),
    )


def _candidate(
    entry: Entry, kind: str, language: str | None, source: FeedSource
) -> Candidate | None:
    link = _value(entry, "feedburner_origlink") or _value(entry, "link")
    url = clean_link(link, source.url)
    # an empty link is read as the address of the feed itself
    if url is None or url == source.url:
        return None
    published = parse_date(_value(entry, "published") or _value(entry, "created"))
    modified = parse_date(_value(entry, "updated"))
    if published is None and not kind.startswith("atom"):
        # dc:date is all that RDF and many RSS feeds have, and it says when it came out
        published = modified
    summary = clean_text(_value(entry, "summary"))
    full = max(
        (clean_text(each.get("value")) or "" for each in _dicts(entry, "content")),
        key=len,
        default="",
    )
    tags = clean_names(tag.get("term") for tag in _dicts(entry, "tags"))
    hints = Hints(
        origin="feed",
        title=clean_line(_value(entry, "title")),
        authors=clean_names(author.get("name") for author in _dicts(entry, "authors")),
        published_at=published,
        modified_at=modified,
        description=clean_description(summary),
        content=longer(full or None, summary),
        publisher=_publisher(entry),
        language=clean_language(_value(entry, "language")) or language,
        section=tags[0] if len(tags) == 1 else None,
        keywords=tags,
        image_url=_image(entry, source.url),
    )
    return Candidate(
        url=url, source_id=source.source_id, discovered_at=source.fetched_at, hints=hints
    )


def _publisher(entry: Entry) -> str | None:
    named = entry.get("source")
    title = named.get("title") if isinstance(named, Mapping) else None
    return clean_line(title or _value(entry, "publisher"))


def _image(entry: Entry, base: str) -> str | None:
    pictures = [
        each.get("url")
        for each in _dicts(entry, "media_content")
        if each.get("medium") == "image" or str(each.get("type")).startswith("image/")
    ]
    pictures += [
        link.get("href")
        for link in _dicts(entry, "links")
        if link.get("rel") == "enclosure" and str(link.get("type")).startswith("image/")
    ]
    pictures += [each.get("url") for each in _dicts(entry, "media_thumbnail")]
    return next(filter(None, (clean_link(picture, base) for picture in pictures)), None)


def _from_json(found: JsonFeed, source: FeedSource) -> ParsedFeed:
    listed = [
        Candidate(
            url=item.url,
            source_id=source.source_id,
            discovered_at=source.fetched_at,
            hints=item.hints,
        )
        for item in found.items
    ]
    candidates = _each_once(listed)
    return ParsedFeed(
        kind="json",
        title=found.title,
        language=found.language,
        home_url=found.home_url,
        self_url=found.self_url,
        next_url=found.next_url,
        floor=None,
        candidates=candidates,
        left_out=found.left_out + len(listed) - len(candidates),
    )


def _each_once(candidates: Iterable[Candidate | None]) -> tuple[Candidate, ...]:
    """The first of each address: feeds list the newest state first."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        if candidate is not None:
            found.setdefault(candidate.url, candidate)
    return tuple(found.values())


def _value(entry: Entry, name: str) -> str | None:
    """A plain field. feedparser's own lookup would answer with other fields, and warn."""
    value = dict.get(entry, name) if isinstance(entry, dict) else None
    return value if isinstance(value, str) else None


def _dicts(entry: Entry, name: str) -> list[Mapping[str, Any]]:
    """A field that is a list of mappings; empty if it is anything else."""
    found = dict.get(entry, name) if isinstance(entry, dict) else None
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
