"""Taking apart what stands below a report, from the last paragraph upwards."""

from __future__ import annotations

from extractors.text.byline import read_closing, split_closing
from extractors.text.caption import is_credit, read_caption
from extractors.text.draft import Dated, Draft, Removed
from extractors.text.header import read_header_date
from extractors.text.signoff import find_related, name_rule, split_agency

#: Paragraphs of closing matter at most; a column of links and notices has about twenty.
_MOST_STEPS = 60


def close_up(draft: Draft) -> Draft:
    """The draft without closing matter; the walk ends at the first paragraph of the report."""
    related = find_related(draft.paragraphs)
    if related is not None:
        cuts = tuple(Removed(rule="related", text=text) for text in draft.paragraphs[:related:-1])
        head = Removed(rule="related", text=draft.paragraphs[related])
        draft = draft.model_copy(
            update={
                "paragraphs": draft.paragraphs[:related],
                "closing": (*draft.closing, *cuts, head),
            }
        )
    for _ in range(_MOST_STEPS):
        changed = _step(draft) if draft.paragraphs else None
        if changed is None:
            break
        draft = changed
    return draft


def _step(draft: Draft) -> Draft | None:
    last = draft.paragraphs[-1]
    if byline := read_closing(last):
        return _credit(draft, byline.authors, "", last)
    if (
        (found := read_header_date(last, first=False))
        and not found.rest
        and len(draft.paragraphs) > 1
    ):
        dated = Dated(
            stated=found.stated,
            source="text:date-line",
            modified=found.kind == "modified",
            labelled=found.labelled,
        )
        return draft.shorten("", "date-line", last, dates=(*draft.dates, dated))
    above_plea = bool(draft.closing) and draft.closing[-1].rule in {"plea", "pitch"}
    if rule := name_rule(last, above_plea=above_plea):
        return draft.shorten("", rule, last)
    if byline := split_closing(last):
        return _credit(draft, byline.authors, byline.rest, byline.text)
    if signed := split_agency(last):
        return draft.shorten(signed[0], "agency-sign-off", signed[1])
    return None


def _credit(draft: Draft, authors: tuple[str, ...], rest: str, text: str) -> Draft:
    names = tuple(dict.fromkeys((*draft.authors, *authors)))
    changed = draft.shorten(rest, "byline", text, authors=names)
    return changed.with_source("authors", "text:byline") if names else changed


def drop_captions(draft: Draft) -> Draft:
    """The draft without captions between the report's paragraphs, told by label and credit."""
    kept = list(draft.paragraphs[:1])
    cuts: list[Removed] = []
    caption = draft.caption
    for paragraph in draft.paragraphs[1:]:
        found = read_caption(paragraph, first=False, followed=True)
        if found is None and not is_credit(paragraph):
            kept.append(paragraph)
            continue
        if found is not None and found.label.strip():
            cuts.append(Removed(rule="caption-label", text=found.label.strip()))
        cuts.append(Removed(rule="caption", text=found.text if found else paragraph))
        if found is not None and not found.is_credit:
            caption = caption or found.text
    if not cuts:
        return draft
    update = {"paragraphs": tuple(kept), "cuts": (*draft.cuts, *cuts), "caption": caption}
    changed = draft.model_copy(update=update)
    return changed.with_source("caption", "text:caption") if caption else changed
