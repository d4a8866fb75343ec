"""What is asked of the fetcher and what comes back: frozen values, never exceptions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from schemas.fetching import Validators
from schemas.model import Frozen
from schemas.rejection import Reason

Headers = tuple[tuple[str, str], ...]


class Purpose(StrEnum):
    """What an address is asked for; it decides which content types and sizes are welcome."""

    PAGE = "page"
    FEED = "feed"
    SITEMAP = "sitemap"
    ROBOTS = "robots"


class FetchRequest(Frozen):
    """One address to be fetched. With `validators` the request is conditional."""

    url: str
    purpose: Purpose = Purpose.PAGE
    validators: Validators | None = None


class Redirect(Frozen):
    """One hop: `url` answered `status` and sent us to `target` (absolute)."""

    url: str
    status: int
    target: str


class Exchange(Frozen):
    """One request and its answer as they went over the wire, for the archive.

    `request_head` and `response_head` are HTTP/1.1 heads (HTTP/2 ones are written so),
    each ending in an empty line. `body` is what the server sent: still compressed, but
    with chunked transfer coding already undone.
    """

    url: str
    request_head: bytes
    response_head: bytes
    body: bytes
    ip: str | None
    http_version: str
    started_at: datetime


class Fetched(Frozen):
    """A whole answer. `content` is decompressed; `charset` is what the header declares.

    `wire_bytes` counts the body as it was transferred. `truncated` is only ever set for
    robots.txt, of which a prefix is enough.
    """

    url: str
    final_url: str
    purpose: Purpose
    status: int
    redirects: tuple[Redirect, ...]
    headers: Headers
    content: bytes
    sha256: str
    content_type: str | None
    charset: str | None
    started_at: datetime
    ended_at: datetime
    exchange: Exchange
    wire_bytes: int
    truncated: bool = False


class NotModified(Frozen):
    """Nothing new: the server said so (`by` "status") or the body is the known one ("body")."""

    url: str
    final_url: str
    redirects: tuple[Redirect, ...]
    headers: Headers
    by: str
    started_at: datetime
    ended_at: datetime
    wire_bytes: int = 0


class FetchFailure(Frozen):
    """No answer that could be used, and why.

    `detail` is a sentence for a person, without the address. `retry_at` is set where the
    server, or what is known of its host, says before when asking again is useless;
    `status` where there was an answer.
    """

    url: str
    reason: Reason
    detail: str
    retry_at: datetime | None = None
    status: int | None = None
    final_url: str | None = None
    redirects: tuple[Redirect, ...] = ()
    wire_bytes: int = 0


Outcome = Fetched | NotModified | FetchFailure


def header(headers: Headers, name: str) -> str | None:
    """The values of a header joined by commas (RFC 9110 5.3), or None; `name` in lower case."""
    found = [value for key, value in headers if key.lower() == name]
    return ", ".join(found) if found else None
