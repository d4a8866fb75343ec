"""An outlet's whole site as one pure function: request in, reply out."""

from __future__ import annotations

from datetime import UTC, date, datetime

from schemas.model import Frozen
from sources.newsroom import outlets_folder
from sources.newsroom.exchange import Page, Reply, Request, reply_with
from sources.newsroom.feeds import FEEDS, feed_path, render_feed
from sources.newsroom.pages import ARCHIVE, article_page, day_page, home_page, rebase
from sources.newsroom.roster import Entry, Outlet, entries_of, gone_paths
from sources.newsroom.sitemaps import archive_sitemap, news_sitemap, robots_txt, sitemap_index

#: What publishers commonly send: a page may be kept a minute, a feed five, robots.txt an hour.
_PAGE_AGE, _FEED_AGE, _ROBOTS_AGE = 60, 300, 3600
_BEFORE_ALL = datetime(2026, 1, 1, tzinfo=UTC)


class Site(Frozen):
    """One outlet in one edition, at `base`; `bases` maps every outlet's origin to its base."""

    outlet: Outlet
    edition: int
    base: str
    bases: dict[str, str]


def answer_site(site: Site, request: Request) -> Reply:
    """What the outlet's server says: a page, 304, a redirect, 404 or 410."""
    entries = entries_of(site.outlet, site.edition)
    page = _find(site, request.path, entries)
    if page is not None:
        body = (
            page.body if page.content_type.startswith("image/") else rebase(page.body, site.bases)
        )
        own = tuple(site.outlet.headers.items())
        return reply_with(page.model_copy(update={"body": body, "headers": own}), request)
    if request.path in gone_paths(site.outlet, site.edition):
        return not_found(410, "This page has been taken down")
    if any(entry.path == request.path + "/" for entry in entries):
        return Reply(status=301, headers=(("Location", f"{site.base}{request.path}/"),))
    return not_found(404, "There is no such page")


def not_found(status: int, sentence: str) -> Reply:
    """An error page for people."""
    body = f"<!DOCTYPE html><html><head><title>{sentence}</title></head><body><h1>{sentence}</h1>"
    return Reply(
        status=status,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=f"{body}</body></html>\n".encode(),
    )


def _find(site: Site, path: str, entries: tuple[Entry, ...]) -> Page | None:
    entry = next((one for one in entries if one.path == path), None)
    if entry:
        body, content_type = article_page(site.outlet, entry)
        return _page(body, content_type, entry.modified, _PAGE_AGE)
    newest = max((one.modified for one in entries), default=_BEFORE_ALL)
    if path in FEEDS:
        return _feed(site, path, entries, newest)
    if path.startswith("/images/") and path.endswith(".png"):
        picture = (outlets_folder() / "wire" / "harbour.png").read_bytes()
        return _page(picture, "image/png", _BEFORE_ALL, _ROBOTS_AGE)
    return _machine_page(site, path, entries, newest)


def _feed(site: Site, path: str, entries: tuple[Entry, ...], newest: datetime) -> Page | None:
    kind, content_type = FEEDS[path]
    if kind == "full" and site.outlet.feed != "full":
        return None  # its articles lie here as pages, not as texts that a feed could carry
    body = render_feed(kind, site.outlet, entries, site.base)
    return _page(body, content_type, newest, _FEED_AGE)


def _machine_page(
    site: Site, path: str, entries: tuple[Entry, ...], newest: datetime
) -> Page | None:
    outlet, base = site.outlet, site.base
    match path:
        case "/":
            body = home_page(outlet, entries, feed_path(outlet.feed))
            return _page(body, "text/html; charset=utf-8", newest, _PAGE_AGE)
        case "/robots.txt":
            return _page(robots_txt(outlet, base), "text/plain", _BEFORE_ALL, _ROBOTS_AGE)
        case "/sitemap.xml":
            return _page(sitemap_index(base), "application/xml", newest, _FEED_AGE)
        case "/sitemap-news.xml":
            body = news_sitemap(outlet, entries, base)
            return _page(body, "application/xml", newest, _FEED_AGE)
        case "/sitemap-archive.xml.gz":
            body = archive_sitemap(entries, base)
            return _page(body, "application/gzip", newest, _FEED_AGE)
    if path.startswith(ARCHIVE) and (day := _day(path)) is not None:
        body = day_page(outlet, entries, day)
        return _page(body, "text/html; charset=utf-8", newest, _PAGE_AGE)
    return None


def _day(path: str) -> date | None:
    try:
        return datetime.strptime(path.removeprefix(ARCHIVE), "%Y/%m/%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _page(body: bytes, content_type: str, modified: datetime, max_age: int) -> Page:
    return Page(
        body=body, content_type=content_type, modified=modified.astimezone(UTC), max_age=max_age
    )
