"""What went wrong, in the words of `schemas.rejection.Reason`."""

from __future__ import annotations

import os
import re
import ssl

import httpcore

from schemas.rejection import Reason
from sources.fetch.addresses import PrivateAddressError, ResolutionError
from sources.fetch.outcome import Purpose

#: Answers of which the next may be better within seconds.
TRANSIENT = frozenset(
    {Reason.SERVER_ERROR, Reason.RATE_LIMITED, Reason.CUT_OFF, Reason.BAD_RESPONSE}
)
#: Trouble before there was any answer; one more attempt tells an accident from an outage.
UNCONNECTED = frozenset({Reason.DNS_FAILURE, Reason.UNREACHABLE})
#: Trouble of the host rather than of one address: in a row, they make it count as down.
HOST_TROUBLE = frozenset(
    {Reason.DNS_FAILURE, Reason.UNREACHABLE, Reason.TLS_ERROR, Reason.TOO_SLOW}
)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})

_STATUS_REASONS = {
    401: Reason.FORBIDDEN,
    402: Reason.FORBIDDEN,
    403: Reason.FORBIDDEN,
    404: Reason.NOT_FOUND,
    407: Reason.FORBIDDEN,
    408: Reason.SERVER_ERROR,
    410: Reason.GONE,
    425: Reason.SERVER_ERROR,
    429: Reason.RATE_LIMITED,
    451: Reason.FORBIDDEN,
}

#: The first that fits counts: special kinds stand before general ones.
_ERRORS: tuple[tuple[type[Exception], Reason], ...] = (
    (PrivateAddressError, Reason.PRIVATE_ADDRESS),
    (ResolutionError, Reason.DNS_FAILURE),
    (TimeoutError, Reason.TOO_SLOW),
    (httpcore.TimeoutException, Reason.TOO_SLOW),
    (httpcore.ConnectError, Reason.UNREACHABLE),
    (httpcore.ReadError, Reason.CUT_OFF),
    (httpcore.WriteError, Reason.CUT_OFF),
    (OSError, Reason.UNREACHABLE),
)
#: How h11 and httpcore say that a server closed the connection too early.
_BROKEN_OFF = ("without sending", "disconnected", "incomplete")

#: What the archive's reader takes for a page too.
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
_NOT_FEED_TYPES = ("image/", "video/", "audio/", "font/", "application/pdf", "application/zip")


def reason_of_status(status: int) -> Reason | None:
    """Why an answer with this status is no use; None for 200 and the redirects."""
    if status == 200 or status in REDIRECTS:
        return None
    if status in _STATUS_REASONS:
        return _STATUS_REASONS[status]
    if 400 <= status < 500:
        return Reason.CLIENT_ERROR
    if status >= 500:
        return Reason.SERVER_ERROR
    return Reason.EMPTY if status in {204, 205} else Reason.BAD_RESPONSE


def reason_of_error(error: Exception) -> tuple[Reason, str]:
    """The reason and a sentence for what the transport raised."""
    # httpcore hands the original on as the only argument
    cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    said = _words(cause) or type(error).__name__
    if isinstance(cause, ssl.SSLError):
        return Reason.TLS_ERROR, said
    if getattr(cause, "error_status_hint", None) == 431:
        return Reason.TOO_LARGE, "headers larger than allowed"
    if isinstance(error, httpcore.RemoteProtocolError) and any(w in said for w in _BROKEN_OFF):
        return Reason.CUT_OFF, said
    for kind, reason in _ERRORS:
        if isinstance(error, kind):
            timed_out = reason is Reason.TOO_SLOW
            return reason, "no whole answer in the time allowed" if timed_out else said
    return Reason.BAD_RESPONSE, said


def _words(error: Exception) -> str:
    """What an error says, without its number and the place in OpenSSL's code."""
    if isinstance(error, ssl.SSLError):
        return re.sub(r"^\[[^]]*\] | \(_ssl\.c:\d+\)$", "", str(error))
    # anyio says of a host's only address no more than that all attempts failed
    told = error.__cause__ if isinstance(error.__cause__, OSError) else error
    if isinstance(told, OSError) and told.errno:
        return os.strerror(told.errno)
    return str(told)


def is_welcome(content_type: str | None, purpose: Purpose) -> bool:
    """Whether a body of this type is worth reading; no type at all is."""
    if not content_type or purpose is Purpose.ROBOTS:
        return True
    if purpose is Purpose.PAGE:
        return content_type in _PAGE_TYPES
    return not content_type.startswith(_NOT_FEED_TYPES)
