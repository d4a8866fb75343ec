"""One request and its reply as values, and the rules of HTTP that turn one into the other."""

from __future__ import annotations

import gzip
import hashlib
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import unquote, urlsplit

from schemas.model import Frozen

#: Below this a gzip header costs more than it saves.
_WORTH_COMPRESSING = 1000


class Request(Frozen):
    """What a client asked: `target` as sent, `headers` with names in lower case."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The target without its query, percent-decoded."""
        return unquote(urlsplit(self.target).path) or "/"

    def header(self, name: str) -> str | None:
        """The first header of that name (lower case), if it came."""
        return next((value for key, value in self.headers if key == name), None)


class Reply(Frozen):
    """What goes back, whole; Content-Length and Date are added when it is sent."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Page(Frozen):
    """Something with a validator: a page, a feed, a sitemap."""

    body: bytes
    content_type: str
    modified: datetime
    max_age: int
    headers: tuple[tuple[str, str], ...] = ()


def http_date(moment: datetime) -> str:
    """IMF-fixdate (RFC 9110 section 5.6.7); the moment has to be in UTC."""
    return format_datetime(moment, usegmt=True)


def reply_with(page: Page, request: Request) -> Reply:
    """The page, or 304 if the client has it (RFC 9110 section 13), gzip'd if it takes that."""
    etag = f'W/"{hashlib.sha256(page.body).hexdigest()[:16]}"'
    headers = (
        ("Content-Type", page.content_type),
        ("ETag", etag),
        ("Last-Modified", http_date(page.modified)),
        ("Cache-Control", f"max-age={page.max_age}"),
        ("Vary", "Accept-Encoding"),
        *page.headers,
    )
    if is_unchanged(request, etag, page.modified):
        return Reply(status=304, headers=headers[1:])
    if _may_compress(request, page):
        body = gzip.compress(page.body, mtime=0)
        return Reply(headers=(*headers, ("Content-Encoding", "gzip")), body=body)
    return Reply(headers=headers, body=page.body)


def is_unchanged(request: Request, etag: str, modified: datetime) -> bool:
    """Whether the client's validators still hold; If-None-Match wins over the date."""
    tags = request.header("if-none-match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in known or etag.removeprefix("W/") in known
    since = request.header("if-modified-since")
    if since is None:
        return False
    try:
        return modified <= parsedate_to_datetime(since)
    except (ValueError, TypeError):  # a date that cannot be read is no condition
        return False


def _may_compress(request: Request, page: Page) -> bool:
    compressible = page.content_type.startswith("text/") or "xml" in page.content_type
    wanted = "gzip" in (request.header("accept-encoding") or "")
    return wanted and compressible and len(page.body) >= _WORTH_COMPRESSING
