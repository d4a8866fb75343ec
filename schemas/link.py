"""`ops.links`: what ties two texts together."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from schemas.model import Frozen


class Link(Frozen):
    """Two texts of which the smaller one stands in the larger one.

    `covered` is the share of the smaller text that does, `share` what part of the larger one
    that is. `declared` says that one of them names the other as its original. `passage` is the
    longest that they have in common, in the smaller one's words.
    """

    smaller: UUID
    larger: UUID
    kind: Literal["near", "declared"]
    covered: float
    share: float
    passage: str

    def other(self, text_id: UUID) -> UUID:
        """The text at the other end."""
        return self.larger if text_id == self.smaller else self.smaller
