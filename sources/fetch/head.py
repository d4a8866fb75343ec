"""What the head of an answer already decides, before a byte of its body is read. Pure."""

from __future__ import annotations

from datetime import datetime
from email.message import Message
from functools import lru_cache

from schemas.fetching import FetchSettings
from schemas.model import Frozen
from schemas.rejection import Reason
from sources.fetch.backoff import retry_after
from sources.fetch.outcome import FetchFailure, Headers, NotModified, Purpose, Redirect, header
from sources.fetch.redirects import target_of
from sources.fetch.trouble import REDIRECTS, is_welcome, reason_of_status


class Hop(Redirect):
    """A redirect on its way to the next request."""


class Head(Frozen):
    """Status and headers of an answer, and what was asked."""

    url: str
    purpose: Purpose
    conditional: bool
    status: int
    headers: Headers
    started_at: datetime


def read_head(
    head: Head, settings: FetchSettings, now: datetime
) -> Hop | NotModified | FetchFailure | None:
    """What comes of an answer by its head alone; None if its body is wanted."""
    if head.status == 304 and head.conditional:
        return NotModified(
            url=head.url,
            final_url=head.url,
            redirects=(),
            headers=head.headers,
            by="status",
            started_at=head.started_at,
            ended_at=now,
        )
    target = None
    if head.status in REDIRECTS:
        target = target_of(head.url, header(head.headers, "location"))
    trouble = _trouble(head, settings, target)
    if trouble is not None:
        wait = header(head.headers, "retry-after")
        return FetchFailure(
            url=head.url,
            reason=trouble[0],
            detail=trouble[1],
            status=head.status,
            retry_at=retry_after(wait, now, settings.retry_after_cap),
        )
    return Hop(url=head.url, status=head.status, target=target) if target is not None else None


def _trouble(head: Head, settings: FetchSettings, target: str | None) -> tuple[Reason, str] | None:
    size = sum(len(key) + len(value) + 4 for key, value in head.headers)
    if size > settings.max_header_bytes:
        return Reason.TOO_LARGE, f"headers of {size} bytes"
    if head.status in REDIRECTS:
        detail = f"status {head.status} without a usable Location"
        return (Reason.BAD_RESPONSE, detail) if target is None else None
    reason = reason_of_status(head.status)
    if reason is not None:
        return reason, f"status {head.status}"
    content_type, _ = parse_content_type(header(head.headers, "content-type"))
    if not is_welcome(content_type, head.purpose):
        return Reason.WRONG_CONTENT_TYPE, f"{content_type}, asked for a {head.purpose}"
    return None


@lru_cache(maxsize=256)  # a host says the same with every page
def parse_content_type(value: str | None) -> tuple[str | None, str | None]:
    """A Content-Type header as (type in lower case, declared charset or None)."""
    if not value:
        return None, None
    message = Message()
    message["content-type"] = " ".join(value.split())
    kind = value.partition(";")[0].strip().lower()
    charset = message.get_param("charset")
    declared = charset.strip("'\" ").lower() if isinstance(charset, str) else None
    return kind or None, declared or None
