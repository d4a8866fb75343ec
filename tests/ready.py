"""Imported by the process that the tests' workers are forked from: what any test reads is loaded.

Each test's load starts workers anew, of which one takes half a second to read its first page that
has no date and a quarter for its first text.
"""

from __future__ import annotations

import gc

import extractors.record  # noqa: F401 - with what reads plain text
import flows.ready_for_many  # noqa: F401

gc.collect()
gc.freeze()
