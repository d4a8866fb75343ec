"""What a text is told by: its hashes for equals, its shingles for what is nearly equal."""

from __future__ import annotations

from dataclasses import dataclass

from dedup.fingerprint import fingerprint_of, words
from dedup.shingles import Shingles, shingle
from schemas.verdict import Fingerprint


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Both of one text."""

    fingerprint: Fingerprint
    shingles: Shingles


def mark(title: str | None, body: str) -> Marks:
    """The marks of an article; its words are told apart once."""
    in_body = words(body)
    return Marks(fingerprint_of(words(title or ""), in_body), shingle(in_body))
