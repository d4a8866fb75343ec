"""Like `flows.ready`, with what few pages need too: worth a second where pages are many."""

from __future__ import annotations

import gc

import flows.ready  # noqa: F401 - the rest of it
from extractors.warm import warm_up_cascade, warm_up_dates

warm_up_dates()
warm_up_cascade()
gc.collect()
gc.freeze()
