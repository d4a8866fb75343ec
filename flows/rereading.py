"""What re-extraction makes of stored articles: compared with what is stored. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from schemas.article import Article
from schemas.model import Frozen
from schemas.records import ArticleRow
from schemas.storable import storable

#: A body that is so much longer or shorter is looked at first: less is a caption or a line.
_MUCH = 0.2
#: What identifies the article and its document, and is not read from the page.
_GIVEN = {"article_id", "document_id", "requested_url", "url", "canonical_url"}
FIELDS = tuple(name for name in Article.model_fields if name not in _GIVEN)


class SourceChanges(Frozen):
    """What re-extraction changes of one source, in articles; `documents` were read again.

    `longer` and `shorter` are bodies by more than 20 %, `changed` all articles of which any
    field is another. `rejected` documents hold no article by today's rules; what is stored of
    them stays. `unreadable` ones are not in the archive any more.
    """

    source_id: str
    documents: int = 0
    changed: int = 0
    bodies: int = 0
    longer: int = 0
    shorter: int = 0
    titles: int = 0
    dates_lost: int = 0
    dates_won: int = 0
    dates_changed: int = 0
    authors_lost: int = 0
    authors_won: int = 0
    authors_changed: int = 0
    rejected: int = 0
    unreadable: int = 0
    not_archived: int = 0

    def plus(self, other: SourceChanges) -> SourceChanges:
        """Both together."""
        sums = {
            name: getattr(self, name) + getattr(other, name)
            for name in SourceChanges.model_fields
            if name != "source_id"
        }
        return SourceChanges(source_id=self.source_id, **sums)


def differing(old: ArticleRow, new: Article) -> tuple[str, ...]:
    """The fields of the article that are others than those stored."""
    return tuple(
        name for name in FIELDS if _stored(getattr(old, name)) != _stored(getattr(new, name))
    )


def weigh(old: ArticleRow, new: Article) -> SourceChanges:
    """What the new reading of an article's own document changes of it."""
    fields = differing(old, new)
    share = len(new.body) / max(1, len(old.body)) - 1
    dates = _came(old.published_at, new.published_at)
    authors = _came(old.authors, new.authors)
    return SourceChanges(
        source_id=old.source_id,
        changed=bool(fields),
        bodies="body" in fields,
        longer=share > _MUCH,
        shorter=share < -_MUCH,
        titles="title" in fields,
        dates_lost=dates == "lost",
        dates_won=dates == "won",
        dates_changed=dates == "changed",
        authors_lost=authors == "lost",
        authors_won=authors == "won",
        authors_changed=authors == "changed",
    )


def summed(changes: Iterable[SourceChanges]) -> tuple[SourceChanges, ...]:
    """The changes by source, in the order of their names."""
    found: dict[str, SourceChanges] = {}
    for one in changes:
        before = found.get(one.source_id, SourceChanges(source_id=one.source_id))
        found[one.source_id] = before.plus(one)
    return tuple(found[name] for name in sorted(found))


def _came(old: object, new: object) -> str:
    if old == new:
        return "same"
    if old and new:
        return "changed"
    return "won" if new else "lost"


def _stored(value: Any) -> Any:
    """A value as it comes back from the warehouse."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return json.loads(storable(json.dumps(value, ensure_ascii=False, default=str)))
    if isinstance(value, Sequence):
        return tuple(map(_stored, value))
    return value
