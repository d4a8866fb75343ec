"""When a batch that is not full is stored. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from schemas.model import Frozen

#: How long an article waits at most: so much is lost by a kill.
_UNSTORED = timedelta(seconds=10)
#: Nothing came for so long and nothing is in extraction: whatever is still asked is slow, and
#: the machine has nothing better to do. Hosts that are well answer within it.
_QUIET = timedelta(seconds=0.25)
#: Storing a few at a time may take a quarter of the time in which nothing else is to be done:
#: after a batch, three times as long as it took passes before a silence is reason enough for the
#: next.
_PAUSE = 3


class Moments(Frozen):
    """What was when: the first outcome of the batch, the last arrival, the end of the last batch's
    storing, or placing.

    `cost` is how long that took, `extracting` how many documents are being extracted.
    """

    began: datetime
    arrived: datetime
    stored: datetime
    cost: timedelta
    extracting: int


def is_due(moments: Moments, now: datetime) -> bool:
    """Whether what is complete should not wait for more."""
    return is_overdue(moments.began, now) or is_idle(moments, now)


def is_idle(moments: Moments, now: datetime) -> bool:
    """Whether the machine has nothing better to do than to store or to place what there is."""
    idle = not moments.extracting and now - moments.arrived >= _QUIET
    return idle and now - moments.stored >= _PAUSE * moments.cost


def is_overdue(began: datetime, now: datetime) -> bool:
    """Whether the first of a batch has waited as long as anything may, more coming or not."""
    return now - began >= _UNSTORED
