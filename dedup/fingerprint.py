"""Hashes of a text that are blind to case, punctuation and white space."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from uuid import UUID

from schemas.verdict import Fingerprint

# Scripts written without spaces: there a space is layout, so each character stands alone.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
#: Shorter bodies ("Watch the video.") are no evidence alone: their title counts as well.
#: Thirty words is about two sentences, less than any wire report.
SHORT = 30


def words(text: str) -> list[str]:
    """The words of a text for comparison: compatibility forms folded, case folded, no signs."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def fingerprint(title: str | None, body: str) -> Fingerprint:
    """The hashes of an article; equal bodies of different titles share `body` alone."""
    in_title, in_body = words(title or ""), words(body)
    content = _hash([*in_title, "\n", *in_body])
    return Fingerprint(content=content, body=content if len(in_body) < SHORT else _hash(in_body))


def _hash(tokens: list[str]) -> UUID:
    """BLAKE2b in 128 bits (RFC 7693): a UUID is the type of that size in DuckDB."""
    return UUID(bytes=hashlib.blake2b(" ".join(tokens).encode(), digest_size=16).digest())
