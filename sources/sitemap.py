"""Sitemaps (https://www.sitemaps.org/protocol.html): plain, news, index, text; gzip'd or not.

Google's news extension gives title, date, publication, language and keywords:
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from schemas.candidate import Candidate, Hints
from schemas.model import Frozen
from schemas.rejection import Reason, Rejection
from sources.dates import parse_date
from sources.fetch.body import BodyError, unpack
from sources.item import clean_language, clean_line, clean_link, clean_names
from sources.markup import bound_name, decode, disarm, local_name, mend

#: What the protocol allows in one file, of addresses and of bytes.
MAX_URLS = 50_000
MAX_BYTES = 52_428_800
#: Indexes may not hold indexes by the protocol; some sites nest them once or twice.
MAX_DEPTH = 3
_FIELDS = frozenset({"loc", "lastmod", "name", "language", "publication_date", "title", "keywords"})


class ChildSitemap(Frozen):
    """A sitemap that an index names; `modified_at` is the index's lastmod."""

    url: str
    modified_at: datetime | None = None


class SitemapSource(Frozen):
    """Where a sitemap came from: its final address, and whose it is."""

    url: str
    source_id: str
    fetched_at: datetime
    charset: str | None = None


class ParsedSitemap(Frozen):
    """What a sitemap lists: articles, or further sitemaps.

    `salvaged` means that it was malformed or cut off and that what came before is here;
    `left_out` counts entries over the limit or without a usable address.
    """

    candidates: tuple[Candidate, ...] = ()
    children: tuple[ChildSitemap, ...] = ()
    salvaged: bool = False
    left_out: int = 0


def parse_sitemap(content: bytes, source: SitemapSource) -> ParsedSitemap | Rejection:
    """The sitemap in these bytes, or why there is none. Never raises, whatever they are."""
    try:
        content = unpack(content, MAX_BYTES)
    except BodyError as error:
        return _refuse(source, error.reason, error.detail)
    if not content.strip():
        return _refuse(source, Reason.EMPTY, "the sitemap is empty")
    markup = decode(content, source.charset)
    text = markup.text.lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        return _parse_lines(text, source)
    text = disarm(text)
    try:
        found = _collect(text, source, recover=False)
    except etree.XMLSyntaxError:
        found = None
    if found is None:
        try:
            found = _collect(mend(text), source, recover=True)
        except etree.XMLSyntaxError:
            return _refuse(source, Reason.NOT_A_FEED, "not a sitemap: no XML that can be read")
        found = found.model_copy(update={"salvaged": True})
    if not found.candidates and not found.children and not _is_sitemap(text):
        return _refuse(source, Reason.NOT_A_FEED, "XML, but not a sitemap")
    return found


def changed_children(sitemap: ParsedSitemap, since: datetime | None) -> tuple[ChildSitemap, ...]:
    """The sitemaps of an index that are worth reading: changed since, newest first.

    Those without a date, or with one that has no zone, may have changed: they stay, last.
    """
    dated = [child for child in sitemap.children if _is_aware(child.modified_at)]
    undated = [child for child in sitemap.children if not _is_aware(child.modified_at)]
    fresh = [child for child in dated if since is None or _moment(child) >= since]
    return (*sorted(fresh, key=_moment, reverse=True), *undated)


def _is_aware(moment: datetime | None) -> bool:
    return moment is not None and moment.tzinfo is not None


def _moment(child: ChildSitemap) -> datetime:
    assert child.modified_at is not None
    return child.modified_at


def _refuse(source: SitemapSource, reason: Reason, detail: str) -> Rejection:
    return Rejection(
        url=source.url, source_id=source.source_id, stage="discover", reason=reason, detail=detail
    )


def _is_sitemap(text: str) -> bool:
    return any(
        f"<{word}" in text[:2_000] or f":{word}" in text[:2_000]
        for word in ("urlset", "sitemapindex")
    )


def _collect(text: str, source: SitemapSource, *, recover: bool) -> ParsedSitemap:
    """Read the entries one after the other. Raises etree.XMLSyntaxError."""
    candidates: dict[str, Candidate] = {}
    children: dict[str, ChildSitemap] = {}
    entries = 0
    for kind, fields in _entries(text, recover=recover):
        entries += 1
        url = clean_link(fields.get("loc"), source.url)
        if url is None or len(candidates) + len(children) >= MAX_URLS:
            continue
        if kind == "sitemap":
            modified = parse_date(fields.get("lastmod"))
            children.setdefault(url, ChildSitemap(url=url, modified_at=modified))
        else:
            candidates.setdefault(url, _candidate(url, fields, source))
    return ParsedSitemap(
        candidates=tuple(candidates.values()),
        children=tuple(children.values()),
        left_out=entries - len(candidates) - len(children),
    )


def _entries(text: str, *, recover: bool) -> Iterator[tuple[str, dict[str, str]]]:
    """(`url` or `sitemap`, its fields) for each entry; memory is freed behind each."""
    fields: dict[str, str] = {}
    parsed = etree.iterparse(
        io.BytesIO(text.encode("utf-8", "replace")),
        events=("end",),
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in parsed:
        namespace, name = _names(element)
        if name in {"url", "sitemap"}:
            if fields:
                yield name, fields
            fields = {}
        elif name in _FIELDS and "image" not in namespace and "video" not in namespace:
            # the first of each counts; images and videos have titles of their own
            fields.setdefault(name, (element.text or "").strip())
        else:
            continue
        _free(element)


def _names(element: etree._Element) -> tuple[str, str]:
    namespace, _, name = bound_name(str(element.tag)).rpartition("}")
    return namespace.lower(), name.lower()


def _free(element: etree._Element) -> None:
    element.clear(keep_tail=False)
    parent = element.getparent()
    if parent is not None and local_name(element) in {"url", "sitemap"}:
        while element.getprevious() is not None:
            del parent[0]


def _candidate(url: str, fields: dict[str, str], source: SitemapSource) -> Candidate:
    keywords = fields.get("keywords", "").split(",")
    hints = Hints(
        origin="sitemap",
        title=clean_line(fields.get("title")),
        published_at=parse_date(fields.get("publication_date")),
        modified_at=parse_date(fields.get("lastmod")),
        publisher=clean_line(fields.get("name")),
        language=clean_language(fields.get("language")),
        keywords=clean_names(keywords),
    )
    return Candidate(
        url=url, source_id=source.source_id, discovered_at=source.fetched_at, hints=hints
    )


def _parse_lines(text: str, source: SitemapSource) -> ParsedSitemap | Rejection:
    """A text sitemap: one address a line, nothing else."""
    lines = text.split()
    found = dict.fromkeys(
        url
        for line in lines
        if line.startswith(("http://", "https://")) and (url := clean_link(line, source.url))
    )
    if not found:
        return _refuse(source, Reason.NOT_A_FEED, "neither XML nor a list of addresses")
    urls = list(found)[:MAX_URLS]
    return ParsedSitemap(
        candidates=tuple(_candidate(url, {}, source) for url in urls),
        left_out=len(lines) - len(urls),
    )
