"""How long to wait before asking again.

The curve is the one stamina uses (exponential with additive jitter, capped). stamina
itself retries exceptions and sleeps on its own; here failures are values, Retry-After
has a say, and the clock is passed in.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from schemas.fetching import FetchSettings
from sources.fetch.outcome import FetchFailure
from sources.fetch.trouble import TRANSIENT, UNCONNECTED

#: The first wait, in seconds: what a restarting server needs at least.
_FIRST = 1.0
#: A run does not stand still longer than this between two attempts.
_LONGEST = 30.0


def backoff(attempt: int, chance: float) -> float:
    """Seconds after the `attempt`th failure (from 1); `chance` in [0, 1) spreads them out."""
    # 2**10 is past the cap already; the bound keeps the power from overflowing
    doubled = _FIRST * 2.0 ** (min(attempt, 10) - 1)
    return float(min(_LONGEST, doubled + chance * _FIRST))


def wait_before_retry(
    failure: FetchFailure, attempt: int, settings: FetchSettings, now: datetime, chance: float
) -> float | None:
    """Seconds until the next attempt within this run, None if there is none."""
    if failure.reason in UNCONNECTED:
        if attempt > min(settings.retries, 1):
            return None
    elif failure.reason not in TRANSIENT or attempt > settings.retries:
        return None
    wait = backoff(attempt, chance)
    if failure.retry_at is not None:
        wait = max(wait, (failure.retry_at - now).total_seconds())
    return wait if wait <= settings.patience else None


def retry_after(value: str | None, now: datetime, cap: float) -> datetime | None:
    """The moment a Retry-After header names (RFC 9110 10.2.3), at most `cap` seconds away.

    None for what cannot be read and for moments that are past.
    """
    value = (value or "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", value):
        # eleven digits are three thousand years; more would overflow
        seconds = float(value[:11])
    else:
        moment = http_date(value)
        if moment is None:
            return None
        seconds = (moment - now).total_seconds()
    if seconds <= 0:
        return None
    return datetime.fromtimestamp(now.timestamp() + min(seconds, cap), UTC)


def http_date(value: str | None) -> datetime | None:
    """A date in one of the forms of RFC 9110 5.6.7, aware; None if it is none."""
    try:
        moment = parsedate_to_datetime((value or "").strip())
        # "-0000" and a missing zone both mean UTC in HTTP
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
