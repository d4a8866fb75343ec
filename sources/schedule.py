"""When an address is asked again: pure decisions over what is known of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from schemas.records import CandidateRow
from schemas.rejection import Reason

#: A young article is edited; these are the ages at which it is looked at again.
LOOKS = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(hours=72))
#: The wait after a failure doubles from the shortest poll to a day.
_FIRST_WAIT = timedelta(minutes=10)
_LONGEST_WAIT = timedelta(hours=24)
#: With the waits above, about four days: an article that cannot be had by then is lost.
MOST_ATTEMPTS = 10
#: Trouble of the moment: the page may be there when asked again.
PASSING = frozenset(
    {
        Reason.DNS_FAILURE,
        Reason.UNREACHABLE,
        Reason.TLS_ERROR,
        Reason.TOO_SLOW,
        Reason.BAD_RESPONSE,
        Reason.SERVER_ERROR,
        Reason.RATE_LIMITED,
        Reason.ROBOTS_UNAVAILABLE,
        Reason.CUT_OFF,
        Reason.BAD_GZIP,
    }
)


def after_answer(row: CandidateRow, now: datetime) -> CandidateRow:
    """The address after a good answer: due at the next age, or never again."""
    done = (row.looks or 0) + 1
    ages = [row.discovered_at + age for age in LOOKS[done - 1 :]]
    next_at = next((moment for moment in ages if moment > now), None)
    return row.model_copy(update={"looks": done, "attempts": 0, "next_at": next_at})


def after_trouble(
    row: CandidateRow, reason: Reason, now: datetime, retry_at: datetime | None
) -> CandidateRow:
    """The address after a refusal: waiting while it may pass, else with its last fate.

    An article that is stored stays so while its page is away for a moment.
    """
    attempts = (row.attempts or 0) + 1
    if reason not in PASSING:
        fate = "gone" if reason is Reason.GONE else "rejected"
        return row.model_copy(
            update={"fate": fate, "reason": reason, "attempts": attempts, "next_at": None}
        )
    if attempts >= MOST_ATTEMPTS:
        kept = {} if row.article_id else {"fate": "failed", "reason": reason}
        return row.model_copy(update=kept | {"attempts": attempts, "next_at": None})
    wait = min(_FIRST_WAIT * 2 ** (attempts - 1), _LONGEST_WAIT)
    kept = {} if row.article_id else {"fate": "waiting", "reason": reason}
    next_at = max(retry_at or now, now + wait)
    return row.model_copy(update=kept | {"attempts": attempts, "next_at": next_at})
