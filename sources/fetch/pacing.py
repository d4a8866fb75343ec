"""Pacing: how often one host is asked, and when it is left alone. Pure decisions.

A `Pace` is what is known of one host. Requests start at least a delay apart, whatever
became of them, so that errors never speed anything up; they slow things down.
"""

from __future__ import annotations

from datetime import datetime

from schemas.fetching import FetchSettings
from schemas.model import Frozen
from schemas.rejection import Reason
from sources.fetch.trouble import HOST_TROUBLE

#: The newest answer's share in the average of answer times; four answers make it new.
_ALPHA = 0.25
#: Trouble doubles the delay up to this factor; a good answer halves it.
_MAX_SLOWDOWN = 16.0
#: A delay that doubles needs something to start from where none is configured.
_LEAST_TROUBLED_DELAY = 0.25
#: Trouble alone never makes a host wait longer between requests; being down does.
_LONGEST_TROUBLED_DELAY = 30.0


class Pace(Frozen):
    """What is known of one host; times are seconds of the monotonic clock.

    `next_start` is when the next request may go out, `answer_time` the running average
    of what an answer took, `slowdown` the factor that trouble has put on the delay,
    `strikes` the failures of the host in a row. Until `blocked_until` nothing is asked;
    `reason` and `detail` say why.
    """

    next_start: float = 0.0
    answer_time: float = 0.0
    slowdown: float = 1.0
    strikes: int = 0
    blocked_until: float = 0.0
    reason: Reason | None = None
    detail: str = ""


def delay_of(pace: Pace, crawl_delay: float | None, settings: FetchSettings) -> float:
    """Seconds between the starts of two requests to this host.

    The longest of what is configured, what robots.txt asks (up to its cap) and what the
    host needs to answer with the connections it is given; trouble multiplies it.
    """
    asked = min(crawl_delay or 0.0, settings.crawl_delay_cap)
    least = _LEAST_TROUBLED_DELAY if pace.slowdown > 1 else 0.0
    needed = pace.answer_time / settings.per_host_concurrency if settings.per_host_delay else 0.0
    usual = max(settings.per_host_delay, asked, needed, least)
    return max(usual, min(usual * pace.slowdown, _LONGEST_TROUBLED_DELAY))


def after_start(pace: Pace, start: float, delay: float) -> Pace:
    """The pace once a request was given `start`."""
    return pace.model_copy(update={"next_start": start + delay})


def after_answer(pace: Pace, took: float, *, good: bool) -> Pace:
    """The pace after an answer. One that is no use (404) proves only that the host is there."""
    if not good:
        return pace.model_copy(update={"strikes": 0})
    average = (
        took if not pace.answer_time else pace.answer_time + _ALPHA * (took - pace.answer_time)
    )
    return pace.model_copy(
        update={
            "answer_time": average,
            "slowdown": max(1.0, pace.slowdown / 2),
            "strikes": 0,
        }
    )


def after_trouble(
    pace: Pace, reason: Reason, detail: str, now: float, settings: FetchSettings
) -> Pace:
    """The pace after a server error, a limit or a failure of the host."""
    strikes = pace.strikes + 1 if reason in HOST_TROUBLE else 0
    slower = pace.model_copy(
        update={"slowdown": min(_MAX_SLOWDOWN, pace.slowdown * 2), "strikes": strikes}
    )
    if strikes < settings.down_after:
        return slower
    return slower.model_copy(
        update={
            "blocked_until": now + settings.down_for,
            "reason": reason,
            "detail": detail,
            # after the pause one more failure is enough to pause again
            "strikes": settings.down_after - 1,
        }
    )


def after_request_for_time(
    pace: Pace, reason: Reason, until: datetime, wall: datetime, now: float
) -> Pace:
    """The pace after a Retry-After that holds for the whole host."""
    blocked = now + max(0.0, (until - wall).total_seconds())
    if blocked <= pace.blocked_until:
        return pace
    detail = "the host asked to be left alone for a while"
    return pace.model_copy(update={"blocked_until": blocked, "reason": reason, "detail": detail})
