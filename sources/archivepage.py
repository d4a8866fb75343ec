"""A publisher's archive page of a day: which of its links are that day's articles. Pure.

What stands on the pages of two days is the site's own: its sections, its most read.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from urllib.parse import urldefrag, urlsplit

from lxml import etree

from sources.days import day_of
from sources.item import clean_link
from sources.markup import decode

#: A day's list of the largest outlets has some hundred links; what is longer is cut there.
_MAX_LINKS = 5_000


def archive_address(template: str, day: date) -> str:
    """The address of a day's archive page."""
    return template.format(year=day.year, month=day.month, day=day.day)


def template_fits(template: str, url: str) -> bool:
    """Whether an address is an archive page of some day, or a further page of one."""
    head, *rest = re.split(r"\{(?:year|month|day)[^}]*\}", template)
    pattern = re.escape(head) + "".join(r"\d{1,4}" + re.escape(part) for part in rest)
    return re.match(pattern, url) is not None


def page_links(content: bytes, url: str, charset: str | None = None) -> tuple[str, ...]:
    """The addresses on the page's own site that it links to, in their order. Never raises."""
    text = decode(content, charset).text.replace("\0", "")
    if not text.strip():
        return ()
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ()
    if root is None:
        return ()
    base = next((clean_link(one.get("href"), url) for one in root.iter("base")), None) or url
    site = _site(url)
    found: dict[str, None] = {}
    for link in root.iter("a"):
        address = clean_link(link.get("href"), base)
        if address is not None and _site(address) == site:
            found.setdefault(urldefrag(address)[0])
    return tuple(found)[:_MAX_LINKS]


def further_pages(links: Collection[str], page: str) -> tuple[str, ...]:
    """Of the links those to the second and later pages of the same day."""
    start = page.rstrip("/")
    return tuple(
        link
        for link in links
        if link.startswith(start)
        and re.fullmatch(r"/?(?:[?&/](?:p|page|seite)?[=/]?\d{1,3})/?", link[len(start) :])
    )


def articles_of(
    links: Collection[str], day: date, elsewhere: Collection[str], template: str
) -> tuple[str, ...]:
    """Of the links those to the day's articles; `elsewhere` are the links of another day's page.

    An address that names another day is that day's, one that names this day is this day's.
    """
    own = []
    for link in links:
        named = day_of(link)
        is_site = link in elsewhere or urlsplit(link).path in {"", "/"}
        if template_fits(template, link) or (named is not None and named != day):
            continue
        if named == day or not is_site:
            own.append(link)
    return tuple(own)


def _site(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")
