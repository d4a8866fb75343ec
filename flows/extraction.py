"""What a worker of the pool does with a document; its extractors are loaded nowhere else."""

from __future__ import annotations

from dedup import fingerprint
from extractors.dispatch import extract
from schemas.article import Article
from schemas.document import Document
from schemas.rejection import Rejection
from schemas.rights import Rights
from schemas.verdict import Fingerprint
from sources.rights import flags_of


def read_article(document: Document) -> tuple[Article | Rejection, Fingerprint | None]:
    """A document's article with its fingerprint, or why there is none."""
    result = extract(document)
    if isinstance(result, Rejection):
        return result, None
    return _with_rights(result, document.rights), fingerprint(result.title, result.body)


def _with_rights(article: Article, rights: Rights | None) -> Article:
    """The article with what its publisher says may be done with it."""
    if rights is None:
        return article
    flags = tuple(dict.fromkeys([*article.flags, *flags_of(rights)]))
    told = rights.model_dump(mode="json", exclude_defaults=True)
    return article.model_copy(update={"flags": flags, "extra": {**article.extra, "rights": told}})
