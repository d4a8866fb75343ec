"""The polite fetcher. `Fetcher` is all that the rest of the pipeline needs of the network."""

from sources.fetch.clock import Clock, SystemClock
from sources.fetch.conditional import remember
from sources.fetch.fetcher import Fetcher
from sources.fetch.outcome import (
    Exchange,
    Fetched,
    FetchFailure,
    FetchRequest,
    NotModified,
    Outcome,
    Purpose,
    Redirect,
    header,
)
from sources.fetch.redirects import believed_target, remember_move
from sources.fetch.robots import sitemaps_in

__all__ = [
    "Clock",
    "Exchange",
    "FetchFailure",
    "FetchRequest",
    "Fetched",
    "Fetcher",
    "NotModified",
    "Outcome",
    "Purpose",
    "Redirect",
    "SystemClock",
    "believed_target",
    "header",
    "remember",
    "remember_move",
    "sitemaps_in",
]
