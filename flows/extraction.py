"""What a worker of the pool does with a document; its extractors are loaded nowhere else."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dedup.marks import Marks, mark
from extractors.dispatch import extract
from extractors.publishers.book import Rules, read_rules
from schemas.article import Article
from schemas.document import Document
from schemas.rejection import Rejection
from schemas.rights import Rights
from sources.rights import flags_of


def read_article(
    document: Document, rules: Path | None
) -> tuple[Article | Rejection, Marks | None]:
    """A document's article with its marks, or why there is none.

    `rules` is a folder with publisher rules of the user's own. Raises RuleError.
    """
    result = extract(document, _rules(rules))
    if isinstance(result, Rejection):
        return result, None
    return _with_rights(result, document.rights), mark(result.title, result.body)


@cache  # a worker reads them once
def _rules(folder: Path | None) -> Rules:
    return read_rules(folder)


def _with_rights(article: Article, rights: Rights | None) -> Article:
    """The article with what its publisher says may be done with it."""
    if rights is None:
        return article
    flags = tuple(dict.fromkeys([*article.flags, *flags_of(rights)]))
    told = rights.model_dump(mode="json", exclude_defaults=True)
    return article.model_copy(update={"flags": flags, "extra": {**article.extra, "rights": told}})
