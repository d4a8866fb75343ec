"""What is remembered of one address that lists articles: a feed or a sitemap."""

from __future__ import annotations

from schemas.fetching import Moved, Validators
from schemas.model import Frozen


class ListingMemory(Frozen):
    """Kept from one poll to the next; the defaults are those of an address never asked."""

    validators: Validators | None = None
    moved: Moved | None = None
