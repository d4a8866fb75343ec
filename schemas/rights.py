"""What a publisher says may be done with a page."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime

from schemas.model import Frozen


class Rights(Frozen):
    """The signals of one page: X-Robots-Tag, robots meta, TDM reservation, licence.

    None means that nothing was said. `robots` is what robots.txt had to say when the page
    was fetched: it allowed it, or was not asked (`fetch.respect_robots = false`).
    `tdm_reserved` is the W3C community group's tdm-reservation (True for 1, False for 0),
    `tdm_policy` the address of its terms. `signals` are the words as they stood, each with
    where it came from (`header:noarchive`, `meta:noai`, `header:tdm-reservation=1`).
    """

    robots: Literal["allowed", "ignored"] | None = None
    noindex: bool = False
    noarchive: bool = False
    noai: bool = False
    noimageai: bool = False
    tdm_reserved: bool | None = None
    tdm_policy: str | None = None
    licence: str | None = None
    unavailable_after: AwareDatetime | None = None
    signals: tuple[str, ...] = ()
