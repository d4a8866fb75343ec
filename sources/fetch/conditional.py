"""Conditional requests (RFC 9110 13), with doubt: some servers say 304 whatever happened.

All decisions are pure: what to send, and what to remember of the answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from schemas.fetching import Validators
from sources.fetch.outcome import Fetched, Headers, NotModified, header

#: Longer ones are no validators but somebody's data; they would go out with each request.
_MAX_LENGTH = 512


def conditional_headers(
    validators: Validators | None, now: datetime, look_anyway_after: float
) -> Headers:
    """The headers that make a request conditional; none if a whole answer is wanted now.

    That is the case without validators, with ones that are distrusted, and when the
    last whole answer is `look_anyway_after` seconds old.
    """
    if validators is None or validators.distrusted or validators.looked_at is None:
        return ()
    if now - validators.looked_at >= timedelta(seconds=look_anyway_after):
        return ()
    sent: list[tuple[str, str]] = []
    if validators.etag:
        sent.append(("If-None-Match", validators.etag))
    if validators.last_modified:
        sent.append(("If-Modified-Since", validators.last_modified))
    return tuple(sent)


def is_same_body(validators: Validators | None, sha256: str) -> bool:
    """Whether a whole answer is the one that is known."""
    return validators is not None and validators.sha256 == sha256


def remember(before: Validators | None, answer: Fetched | NotModified) -> Validators:
    """What to keep for the next request.

    A body that changed while its validators did not shows that they mean nothing: from
    then on the body's hash alone decides. They are trusted again when they change
    together with a body.
    """
    before = before or Validators()
    if isinstance(answer, NotModified):
        looked_at = answer.ended_at if answer.by == "body" else before.looked_at
        return before.model_copy(
            update={"unchanged": before.unchanged + 1, "looked_at": looked_at}
            | (_sent_validators(answer.headers) if answer.by == "body" else {})
        )
    sent = _sent_validators(answer.headers)
    has_any = any(sent.values())
    same = before.etag == sent["etag"] and before.last_modified == sent["last_modified"]
    changed = before.sha256 is not None and before.sha256 != answer.sha256
    return Validators(
        **sent,
        sha256=answer.sha256,
        looked_at=answer.ended_at,
        distrusted=has_any and changed and same,
    )


def _sent_validators(headers: Headers) -> dict[str, str | None]:
    """ETag and Last-Modified, unless the answer may not be reused at all."""
    control = (header(headers, "cache-control") or "").lower()
    if "no-store" in control or (header(headers, "expires") or "").strip() == "0":
        return {"etag": None, "last_modified": None}
    return {
        "etag": _printable(header(headers, "etag")),
        "last_modified": _printable(header(headers, "last-modified")),
    }


def _printable(value: str | None) -> str | None:
    value = (value or "").strip()
    fits = value and len(value) <= _MAX_LENGTH and value.isascii() and value.isprintable()
    return value if fits else None
