"""How often a publisher repeats a paragraph, counted over its latest articles."""

from __future__ import annotations

from pydantic import AwareDatetime

from schemas.model import Frozen


class Repetition(Frozen):
    """One paragraph of one publisher.

    `matters` counts the articles that have it, those of one thread, one story or one group of
    duplicates as one, so that neither an article's versions and copies nor a running story make
    its text common; `of` is the same count over all the articles looked at. `days` are the days
    of publication it spreads over.
    """

    publisher: str
    paragraph: str
    matters: int
    of: int
    days: int
    first_seen_at: AwareDatetime
    last_seen_at: AwareDatetime
