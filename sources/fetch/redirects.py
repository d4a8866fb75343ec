"""Redirects: where the next hop goes, and when a permanent one is believed."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin, urlsplit

from schemas.fetching import Moved
from sources.fetch.outcome import Fetched, NotModified, Redirect
from sources.fetch.trouble import PERMANENT

#: Servers refuse longer request lines (8 KB is the common limit).
MAX_URL = 8_190
#: One poll may hit a maintenance page, two a long one (NetNewsWire and miniflux moved
#: feeds for good too early); three different polls in a row are a decision.
BELIEVED_AFTER = 3


def target_of(url: str, location: str | None) -> str | None:
    """The absolute http(s) address a Location header leads to, None if it is no such thing."""
    if not location:
        return None
    try:
        target = urljoin(url, location.strip())
        parts = urlsplit(target)
        fits = len(target) <= MAX_URL and (parts.port is None or parts.port > 0)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not fits:
            return None
    except ValueError:
        return None
    # names and passwords in a Location are a trap, and the fragment stays with the reader
    netloc = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=netloc, fragment="").geturl()


def permanent_target(redirects: tuple[Redirect, ...]) -> str | None:
    """Where the leading 301 and 308 hops lead; a temporary hop ends what is permanent."""
    target = None
    for hop in redirects:
        if hop.status not in PERMANENT:
            break
        target = hop.target
    return target


def remember_move(before: Moved | None, answer: Fetched | NotModified) -> Moved | None:
    """What is known of a permanent redirect after one more good answer, None if nothing."""
    target = permanent_target(answer.redirects)
    if target is None:
        return None
    if before is not None and before.target == target:
        return before.model_copy(update={"count": before.count + 1, "last_at": answer.ended_at})
    return Moved(target=target, count=1, first_at=answer.ended_at, last_at=answer.ended_at)


def believed_target(moved: Moved | None, now: datetime, wait_days: float = 1.0) -> str | None:
    """The address to ask instead from now on, once the same answer came often and long enough.

    Often is `BELIEVED_AFTER` answers; long is `wait_days`, since polls come minutes apart.
    """
    if moved is None or moved.count < BELIEVED_AFTER:
        return None
    lasted = (now - moved.first_at).total_seconds()
    return moved.target if lasted >= wait_days * 86_400 else None
