"""Expected trouble, as a value that is stored and counted."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal
from uuid import UUID

from schemas.model import Frozen

Stage = Literal["discover", "read", "fetch", "extract"]


class Reason(StrEnum):
    """Why something found did not become an article; the words of `rejects.reason`."""

    DISCOVERED = "discovered"  # waiting for its first look
    # reading a file
    VANISHED = "vanished"
    UNREADABLE = "unreadable"
    LINK_LOOP = "link-loop"
    NO_MATCH = "no-match"
    # reaching a server
    BAD_ADDRESS = "bad-address"
    DNS_FAILURE = "dns-failure"
    UNREACHABLE = "unreachable"
    TLS_ERROR = "tls-error"
    PRIVATE_ADDRESS = "private-address"
    TOO_SLOW = "too-slow"
    BAD_RESPONSE = "bad-response"
    # its answer
    NOT_FOUND = "not-found"
    GONE = "gone"
    FORBIDDEN = "forbidden"
    CLIENT_ERROR = "http-4xx"
    SERVER_ERROR = "server-error"
    RATE_LIMITED = "rate-limited"
    REDIRECT_LOOP = "redirect-loop"
    TOO_MANY_REDIRECTS = "too-many-redirects"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    BAD_ENCODING = "bad-encoding"
    # what its robots.txt says
    ROBOTS_DISALLOWED = "robots-disallowed"
    ROBOTS_UNAVAILABLE = "robots-unavailable"
    # what its publisher reserves, where the source is configured to skip that
    RESERVED = "rights-reserved"
    # what was taken out of the warehouse and does not come back
    TAKEN_DOWN = "taken-down"
    EXPIRED = "expired"
    # what lists articles
    NOT_A_FEED = "not-a-feed"
    # its bytes
    EMPTY = "empty"
    BINARY = "binary"
    TOO_LARGE = "too-large"
    CUT_OFF = "cut-off"
    BAD_GZIP = "bad-gzip"
    BOMB = "decompression-bomb"
    BAD_RECORD = "bad-record"
    UNSUPPORTED = "unsupported-kind"
    UNDECODABLE = "undecodable"
    HTTP_ERROR = "http-error"  # an archived answer that was no page
    # what it holds
    NO_ARTICLE = "no-article"
    LISTING = "listing-page"
    LOGIN_WALL = "login-wall"
    # extraction itself
    TIMED_OUT = "timed-out"
    CRASHED = "crashed"


#: Trouble with reaching the thing, which may be better next time: fate `failed`.
FAILURES = frozenset(
    {
        Reason.VANISHED,
        Reason.UNREADABLE,
        Reason.LINK_LOOP,
        Reason.NO_MATCH,
        Reason.DNS_FAILURE,
        Reason.UNREACHABLE,
        Reason.TLS_ERROR,
        Reason.TOO_SLOW,
        Reason.BAD_RESPONSE,
        Reason.SERVER_ERROR,
        Reason.RATE_LIMITED,
        Reason.ROBOTS_UNAVAILABLE,
    }
)


class Rejection(Frozen):
    """One discovered URL or file that did not become an article, and why.

    `detail` is a sentence for a person, without the address.
    """

    url: str
    source_id: str
    stage: Stage
    reason: Reason
    detail: str
    document_id: UUID | None = None
