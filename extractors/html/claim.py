"""A claim: one value for one field, and the place on the page that makes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import JsonValue

T = TypeVar("T")

#: Losing values that are kept a field; more only repeat each other.
_MAX_KEPT = 8


@dataclass(frozen=True)
class Claim(Generic[T]):
    """`origin` is the word that goes into provenance: `json-ld`, `og`, `h1` ..."""

    origin: str
    value: T


def losers(
    claims: Sequence[Claim[T]], winner: Claim[T] | None, shown: Sequence[JsonValue]
) -> list[JsonValue]:
    """The claims that lost, as provenance keeps them; `shown` is each claim's value for people."""
    kept: list[JsonValue] = []
    seen = {str(value) for claim, value in zip(claims, shown, strict=True) if claim is winner}
    for claim, value in zip(claims, shown, strict=True):
        if str(value) not in seen:
            seen.add(str(value))
            kept.append({"from": claim.origin, "value": value})
    return kept[:_MAX_KEPT]
