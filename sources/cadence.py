"""When to ask again: sources by how much of what came was new, articles while they are young.

Pure. The rules for sources are those of Media Cloud's rss-fetcher, which learned them on
tens of thousands of feeds; where a number differs, its reason stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from schemas.cadence import Poll, Rhythm
from schemas.rejection import Reason
from sources.fetch.backoff import http_date
from sources.fetch.outcome import Headers, header

SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=24)
#: Feeds of news sites hold half a day to two days; an hour loses nothing and asks little
#: (Media Cloud starts with six: it does not need the news early).
FIRST = timedelta(hours=1)
_LATER, _MUCH_LATER, _SOONER = timedelta(minutes=10), timedelta(hours=1), timedelta(hours=1)
_SILENT = timedelta(days=31)
#: A poll this far from its time says little about the interval.
_PUNCTUAL = timedelta(minutes=20)
#: 30 hard failures in a row, and a source is down to the longest interval.
_PER_FAILURE = LONGEST / 30
#: Many pollers wait for the same moment after a 429.
_RATE_LIMIT_JITTER = timedelta(hours=1)

_TEMPORARY = frozenset({Reason.SERVER_ERROR, Reason.RATE_LIMITED, Reason.ROBOTS_UNAVAILABLE})
_SOFT = frozenset(
    {
        Reason.UNREACHABLE,
        Reason.TOO_SLOW,
        Reason.CUT_OFF,
        Reason.BAD_RESPONSE,
        Reason.BAD_GZIP,
        Reason.EMPTY,
    }
)

#: An article's ages at which it is looked at again.
LOOKS = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(hours=72))
#: Two looks closer than this show the same page.
_LOOK_GAP = timedelta(minutes=30)

#: A page that failed is tried again after these; later it is in nobody's news any more.
_TRIES = tuple(timedelta(minutes=minutes) for minutes in (10, 40, 160, 640, 1440))
#: A page may be announced before every cache of its publisher knows it: one more look.
_TRIES_NOT_FOUND: tuple[timedelta, ...] = (timedelta(hours=1),)


def first_rhythm(now: datetime, cadence: timedelta | None) -> Rhythm:
    """The rhythm of what was never polled: due now. `cadence` None means adaptive."""
    return Rhythm(interval=cadence or FIRST, due_at=now)


def after_poll(rhythm: Rhythm, poll: Poll, cadence: timedelta | None) -> Rhythm:
    """The rhythm after a good poll.

    Adaptive: two thirds known or more make it slower, less than a third faster, from the
    second success in a row on; never shorter than the publisher's floor. A configured
    cadence is kept as it is.
    """
    interval = cadence or _adapted(rhythm, poll)
    wait = interval if cadence else max(interval, min(poll.floor or SHORTEST, LONGEST))
    return Rhythm(
        interval=interval,
        due_at=poll.at + wait,
        polled_at=poll.at,
        succeeded_at=poll.at,
        last_new_at=poll.at if poll.new else rhythm.last_new_at,
        successes=rhythm.successes + 1,
    )


def _adapted(rhythm: Rhythm, poll: Poll) -> timedelta:
    if rhythm.successes < 1:
        # at the first look everything is new
        return rhythm.interval
    known = 1.0 - poll.new / poll.found if poll.found else 1.0
    change = timedelta(0)
    if known >= 2 / 3 and poll.at >= rhythm.due_at - _PUNCTUAL:
        silent = rhythm.last_new_at is not None and poll.at - rhythm.last_new_at > _SILENT
        change = _MUCH_LATER if silent and not poll.new else _LATER
    elif known < 1 / 3 and poll.at <= rhythm.due_at + _PUNCTUAL:
        change = -_SOONER
    return min(LONGEST, max(SHORTEST, rhythm.interval + change))


def after_failure(
    rhythm: Rhythm,
    at: datetime,
    reason: Reason,
    *,
    retry_at: datetime | None = None,
    chance: float = 0.0,
) -> Rhythm:
    """The rhythm after a failed poll: linear backoff up to 24 hours, and never the end.

    Failures weigh 1, those that may be the network's 0.5, those that a server calls
    temporary 0.25. `retry_at` is what the server asked for; `chance` in [0, 1) spreads
    the polls that were rate-limited.
    """
    weight = rhythm.failure_weight + (
        0.25 if reason in _TEMPORARY else 0.5 if reason in _SOFT else 1.0
    )
    wait = min(LONGEST, max(rhythm.interval, SHORTEST, weight * _PER_FAILURE))
    if reason is Reason.RATE_LIMITED:
        wait += chance * _RATE_LIMIT_JITTER
    due_at = at + wait
    if retry_at is not None:
        due_at = max(due_at, min(retry_at, at + LONGEST))
    return rhythm.model_copy(
        update={
            "due_at": due_at,
            "polled_at": at,
            "successes": 0,
            "failures": rhythm.failures + 1,
            "failure_weight": weight,
            "failing_since": rhythm.failing_since or at,
            "reason": reason.value,
        }
    )


def publisher_floor(
    headers: Headers, now: datetime, stated: timedelta | None = None
) -> timedelta | None:
    """How long the publisher calls an answer fresh: the longest of what the feed itself
    says (`stated`), Cache-Control's max-age and Expires (RFC 9111 4.2.1); a day at most."""
    found: list[timedelta] = [stated] if stated else []
    age = re.search(
        r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", (header(headers, "cache-control") or "").lower()
    )
    if age:
        found.append(timedelta(seconds=int(age[1])))
    else:
        # with max-age, Expires does not count (RFC 9111 5.3)
        expires = http_date(header(headers, "expires"))
        if expires is not None and expires > now:
            found.append(expires - now)
    return min(max(found), LONGEST) if found else None


def next_look(
    first_seen_at: datetime,
    published_at: datetime | None,
    looked_at: datetime,
    ages: Iterable[timedelta] = LOOKS,
) -> datetime | None:
    """When an article is looked at again, None once it is too old.

    Its age counts from publication where that is known, aware and not in the future.
    """
    born = first_seen_at
    if published_at is not None and published_at.tzinfo is not None:
        born = min(first_seen_at, published_at)
    moments = (born + age for age in sorted(ages))
    return next((moment for moment in moments if moment >= looked_at + _LOOK_GAP), None)


def next_try(
    reason: Reason,
    attempts: int,
    now: datetime,
    *,
    retry_at: datetime | None = None,
    chance: float = 0.0,
) -> datetime | None:
    """When a page that failed `attempts` times (from 1) is tried again, None if never.

    Waits grow fourfold up to a day, five times in all; a page that is not there gets one
    more look. `chance` in [0, 1) adds up to a tenth.
    """
    if reason is Reason.NOT_FOUND:
        tries = _TRIES_NOT_FOUND
    elif reason in _TEMPORARY | _SOFT | {Reason.DNS_FAILURE, Reason.TLS_ERROR}:
        tries = _TRIES
    else:
        return None
    if attempts > len(tries):
        return None
    moment = now + tries[max(attempts, 1) - 1] * (1 + chance / 10)
    return max(moment, min(retry_at, now + LONGEST)) if retry_at is not None else moment
