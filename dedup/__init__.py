"""Duplicates and versions: pure decisions over batches."""

from dedup.decide import Extracted, decide
from dedup.fingerprint import fingerprint
from dedup.groups import group_duplicates, survivor

__all__ = ["Extracted", "decide", "fingerprint", "group_duplicates", "survivor"]
