"""A plain text taken apart: body, headline, byline, date, dateline, caption, and the rest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import Field, JsonValue

from extractors.text.closing import close_up, drop_captions
from extractors.text.dates import published
from extractors.text.draft import Dated, Draft, Removed
from extractors.text.opening import open_up
from extractors.text.paragraphs import join_torn, split_paragraphs
from schemas.article import Published
from schemas.model import Frozen

NO_TITLE = "no-title"
REPLACEMENT_CHARACTERS = "replacement-characters"
#: Rounds of opening and closing; cutting the one can lay bare the other.
_MOST_ROUNDS = 4
#: Rules whose text is kept whole in a field of its own.
_FIELDS = {
    "headline": "title",
    "teaser": "description",
    "caption": "caption",
    "dateline": "dateline",
}


class CleanText(Frozen):
    """What a plain text holds.

    `body` is its paragraphs joined by an empty line. `published` and `modified` are None
    where the text states no full date, or one that `flags` tells why not to trust. `cuts`
    is all that was taken out, in the text's order; `removed` those of it that stand in no
    field. `provenance` names for each field set the rule it came from, and holds `removed`,
    `candidates` (dates that lost) and `local_time` (a time of day without a zone).
    """

    body: str
    title: str | None = None
    description: str | None = None
    authors: tuple[str, ...] = ()
    caption: str | None = None
    dateline: str | None = None
    published: Published | None = None
    modified: Published | None = None
    cuts: tuple[Removed, ...] = ()
    removed: tuple[Removed, ...] = ()
    flags: tuple[str, ...] = ()
    provenance: dict[str, JsonValue] = Field(default_factory=dict)


def clean_text(text: str, *, known_title: str | None, seen_at: datetime) -> CleanText:
    """Take a plain news text apart by the general habits of newspapers and agencies.

    With a `known_title` (even an empty one) no headline is guessed; its repetitions at the
    top of the text are dropped. `seen_at` is when the text was read: dates after it are not
    believed. Cleaning a body that was cleaned before changes nothing.
    """
    draft = Draft(
        paragraphs=split_paragraphs(text),
        title=known_title or None,
        title_known=known_title is not None,
    )
    for _ in range(_MOST_ROUNDS):
        changed = drop_captions(close_up(open_up(draft)))
        changed = changed.model_copy(update={"paragraphs": join_torn(list(changed.paragraphs))})
        if changed.paragraphs == draft.paragraphs:
            break
        draft = changed
    return _finish(draft, text, seen_at)


def _finish(draft: Draft, text: str, seen_at: datetime) -> CleanText:
    provenance: dict[str, JsonValue] = dict(draft.sources)
    flags: list[str] = []
    when, when_source = _choose((one for one in draft.dates if not one.modified), seen_at, flags)
    changed, changed_source = _choose((one for one in draft.dates if one.modified), seen_at, flags)
    if when and when_source:
        provenance |= dict.fromkeys(
            ("published_at", "published_on", "published_precision"), when_source.source
        )
        if when_source.stated.clock:
            provenance["local_time"] = when_source.stated.clock
    if changed and changed_source:
        provenance["modified_at"] = changed_source.source
    if lost := _lost(draft.dates, when_source, changed_source):
        provenance["candidates"] = {"date": lost}
    cuts = (*draft.cuts, *reversed(draft.closing))
    removed = tuple(cut for cut in cuts if not _is_kept(cut, draft))
    if removed:
        provenance["removed"] = [cut.model_dump() for cut in removed]
    title = None if draft.title_known else draft.title
    if title is None and not draft.title_known:
        flags.append(NO_TITLE)
    if "\ufffd" in text:
        flags.append(REPLACEMENT_CHARACTERS)
    return CleanText(
        body="\n\n".join(draft.paragraphs),
        title=title,
        description=draft.description,
        authors=draft.authors,
        caption=draft.caption,
        dateline=draft.dateline,
        published=when,
        modified=changed,
        cuts=cuts,
        removed=removed,
        flags=tuple(dict.fromkeys(flags)),
        provenance=provenance,
    )


def _choose(
    dates: Iterable[Dated], seen_at: datetime, flags: list[str]
) -> tuple[Published | None, Dated | None]:
    """The first usable date, one with a label before one without; flags of those passed over."""
    for dated in sorted(dates, key=lambda one: not one.labelled):
        when, problems = published(dated.stated, seen_at)
        if when:
            return when, dated
        flags.extend(problems)
    return None, None


def _lost(dates: tuple[Dated, ...], *chosen: Dated | None) -> list[JsonValue]:
    return [
        {"from": dated.source, "value": dated.stated.text} for dated in dates if dated not in chosen
    ]


def _is_kept(cut: Removed, draft: Draft) -> bool:
    """Whether a field holds the cut text whole, a dash or a label's colon aside."""
    field = _FIELDS.get(cut.rule)
    value = getattr(draft, field) if field else None
    return bool(value) and cut.text.rstrip(" -–—:|.") == str(value).rstrip(" -–—:|.")
