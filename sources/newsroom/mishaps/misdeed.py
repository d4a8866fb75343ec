"""What a misdeed is: an address, a sentence, and the function that commits it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal

from schemas.model import Frozen
from sources.newsroom.connection import Connection
from sources.newsroom.exchange import Reply, Request


class Bounds(Frozen):
    """How far misdeeds go, so that a test or a demo ends.

    `drip_seconds` between two bytes of a drip (a byte a second is the case that the design
    names), `most_seconds` after which any act is cut short, `large_bytes` of the
    page that is too large, `bomb_bytes` that a decompression bomb grows to.
    """

    drip_seconds: float = 1.0
    most_seconds: float = 60.0
    large_bytes: int = 64_000_000  # over six times the default limit of a page
    bomb_bytes: int = 1 << 30  # from about a megabyte: the ratio of deflate's best case


class Situation(Frozen):
    """Where and when a request is answered; `earlier` counts those for the same path before."""

    base: str
    edition: int
    earlier: int
    bounds: Bounds


Kind = Literal["page", "feed", "sitemap"]
Answer = Callable[[Request, Situation], Reply]
Act = Callable[[Request, Situation, Connection], Awaitable[None]]


class Misdeed(Frozen):
    """One way to go wrong.

    Either `answer` makes an ordinary reply, or `act` writes to the connection itself, which
    is closed afterwards; `status` is what an act pretends to send, 0 if nothing. `slow` ones
    take until the client gives up or `Bounds.most_seconds` are over.
    """

    path: str
    about: str
    kind: Kind = "page"
    answer: Answer | None = None
    act: Act | None = None
    status: int = 200
    slow: bool = False
