"""Taking apart what stands above and at the start of a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from extractors.text.agencies import is_agency
from extractors.text.byline import Byline, read_opening
from extractors.text.caption import is_credit, read_caption, read_leading_credit
from extractors.text.dateline import find_dateline
from extractors.text.dates import find_date, read_date
from extractors.text.draft import Dated, Draft
from extractors.text.header import is_time_line, read_field, read_header_date, says_modified
from extractors.text.headline import find_repeat, normalise, read_headline, repeats_lead
from extractors.text.names import is_name
from extractors.text.places import PLACES
from extractors.text.signoff import name_rule

#: Paragraphs in which header lines are looked for: headline twice, standfirst, byline,
#: outlet, date, caption; a line that looks like one further down is part of the report.
_ZONE = 7
#: Times a header is gone through; each pass takes something out, none in the wild needs ten.
_MOST_PASSES = 12


def open_up(draft: Draft) -> Draft:
    """The draft without what stands above the report and before its first sentence."""
    for _ in range(_MOST_PASSES):
        changed = next(_changes(draft), None)
        if changed is None:
            return draft
        draft = changed
    return draft


def _changes(draft: Draft) -> Iterator[Draft]:
    """The drafts that one more step could make, the surest step first."""
    steps: tuple[Callable[[Draft, int], Draft | None], ...] = (
        _cut_rule,
        _cut_field,
        _cut_repeated_title,
        _cut_date,
        _cut_time_line,
        _cut_notice,
        _cut_caption,
        _cut_byline,
        _cut_agency_line,
    )
    for index in range(min(_ZONE, len(draft.paragraphs))):
        for step in steps:
            if changed := step(draft, index):
                yield changed
    for whole in (_cut_long_teaser, _cut_headline, _cut_teaser, _cut_dateline):
        if changed := whole(draft):
            yield changed


def _cut_rule(draft: Draft, index: int) -> Draft | None:
    """A line of dashes or stars above the report."""
    line = draft.paragraphs[index]
    if index or any(map(str.isalnum, line)) or len(line) < 3 or "." in line or "\ufffd" in line:
        return None
    return draft.replace(index, "", "rule", line)


def _cut_field(draft: Draft, index: int) -> Draft | None:
    if index or not (field := read_field(draft.paragraphs[0])) or len(draft.paragraphs) < 2:
        return None
    title, line = field
    if title and draft.title is None and not draft.title_known:
        changed = draft.replace(0, "", "headline", line, title=title, title_cut=True)
        return changed.with_source("title", "text:headline")
    return draft.replace(0, "", "header-line", line)


def _cut_repeated_title(draft: Draft, index: int) -> Draft | None:
    paragraph = draft.paragraphs[index]
    if draft.title is None or not find_repeat(paragraph, draft.title):
        return None
    return draft.replace(index, "", "repeated-headline", paragraph, title_cut=True)


def _cut_date(draft: Draft, index: int) -> Draft | None:
    following = draft.paragraphs[index + 1] if index + 1 < len(draft.paragraphs) else ""
    found = read_header_date(draft.paragraphs[index], first=index == 0, following=following)
    if found is None or (index and found.rest and not found.labelled):
        return None
    if (
        index
        and found.rest
        and not read_opening(found.rest)
        and not read_header_date(found.rest, first=False)
    ):
        return None  # a sentence of the report that starts with "Updated ..."
    modified = found.kind == "modified"
    dated = Dated(
        stated=found.stated, source="text:date-prefix", modified=modified, labelled=found.labelled
    )
    return draft.replace(index, found.rest, "date-prefix", found.text, dates=(*draft.dates, dated))


def _cut_time_line(draft: Draft, index: int) -> Draft | None:
    line = draft.paragraphs[index]
    if not is_time_line(line):
        return None
    stated = find_date(line)
    if stated is None:
        return draft.replace(index, "", "time-line", line)
    modified = says_modified(line.partition(stated.text)[0])
    dated = Dated(stated=stated, source="text:date-line", modified=modified, labelled=True)
    return draft.replace(index, "", "date-line", line, dates=(*draft.dates, dated))


def _cut_notice(draft: Draft, index: int) -> Draft | None:
    """A word to the reader among the header's lines: `Advertisement`, `Share this article`."""
    line = draft.paragraphs[index]
    # six words: a sentence of the report may begin like a plea, a label is short
    if (
        index > 2
        or len(line.split()) > 6
        or re.search(r"[.!?:]$", line)
        or index + 1 == len(draft.paragraphs)
    ):
        return None
    rule = name_rule(line)
    return draft.replace(index, "", rule, line) if rule in {"plea", "notice", "link"} else None


def _cut_caption(draft: Draft, index: int) -> Draft | None:
    paragraph = draft.paragraphs[index]
    followed = index + 1 < len(draft.paragraphs)
    if followed and is_credit(paragraph):
        return draft.replace(index, "", "caption-credit", paragraph)
    if index == 0 and (credit := read_leading_credit(paragraph)):
        return draft.replace(0, paragraph[len(credit) :].lstrip(), "caption-credit", credit)
    found = read_caption(paragraph, first=_is_first(draft, index), followed=followed)
    if found is None:
        return None
    text, paragraphs = found.text, draft.paragraphs
    if not found.rest and followed and is_credit(paragraphs[index + 1]):
        text = f"{text} {paragraphs[index + 1]}"
        draft = draft.replace(index + 1, "", "caption-credit", paragraphs[index + 1])
    if label := found.label.strip():
        draft = draft.replace(index, f"{found.text} {found.rest}", "caption-label", label)
    if found.is_credit:
        return draft.replace(index, found.rest, "caption-credit", found.text)
    known = {} if draft.caption is not None else {"caption": text}
    changed = draft.replace(index, found.rest, "caption", found.text, **known)
    return changed.with_source("caption", "text:caption")


def _is_first(draft: Draft, index: int) -> bool:
    """No sentence of the report before it: only what may be a headline or a standfirst."""
    return index == 0 or (index == 1 and read_headline(draft.paragraphs) is not None)


def _cut_byline(draft: Draft, index: int) -> Draft | None:
    found = read_opening(draft.paragraphs[index])
    if found is None and _is_name_line(draft, index):
        name = draft.paragraphs[index]
        found = Byline(authors=(name,), text=name)
    if found is None or (found.rest and index and not read_date(found.rest)):
        return None
    if not found.rest and index + 1 == len(draft.paragraphs):
        return None
    authors = tuple(dict.fromkeys((*draft.authors, *found.authors)))
    changed = draft.replace(index, found.rest, "byline", found.text, authors=authors)
    return changed.with_source("authors", "text:byline") if authors else changed


def _is_name_line(draft: Draft, index: int) -> bool:
    """A name alone under the headline, next to the date: nothing else stands there."""
    line = draft.paragraphs[index]
    if index or not draft.title_cut or len(line.split()) > 4 or line.lower() in PLACES:
        return False
    dated = any(not one.source.endswith("dateline") for one in draft.dates)
    return dated and len(draft.paragraphs) > 1 and is_name(line) and ":" not in line


def _cut_agency_line(draft: Draft, index: int) -> Draft | None:
    """The agency or outlet on the line under a byline, or above everything."""
    line = draft.paragraphs[index]
    if index == 0 and len(draft.paragraphs) > 2 and is_agency(line):
        return draft.replace(0, "", "agency-line", line)
    cut_before = draft.title_cut or any(cut.rule in {"byline", "date-prefix"} for cut in draft.cuts)
    if len(draft.paragraphs) < index + 2 or not cut_before or len(line) > 40 or not is_agency(line):
        return None
    return draft.replace(index, "", "agency-line", line)


def _cut_headline(draft: Draft) -> Draft | None:
    if draft.title is not None or draft.title_known:
        return None
    text = "\n".join(draft.paragraphs[:40])
    if not draft.paragraphs or _is_sure_dateline(draft.paragraphs[0], text):
        return None
    if _is_speaker(draft.paragraphs[0]) and _is_transcript(draft, draft.paragraphs[0]):
        return None
    title = read_headline(draft.paragraphs)
    if title is None:
        return None
    changed = draft.replace(0, "", "headline", draft.paragraphs[0], title=title, title_cut=True)
    return changed.with_source("title", "text:headline")


def _is_sure_dateline(paragraph: str, text: str) -> bool:
    dateline = find_dateline(paragraph, text)
    return dateline is not None and dateline.sure


def _cut_long_teaser(draft: Draft) -> Draft | None:
    """A whole sentence that the lead repeats, before it is taken for a headline."""
    # twelve words: a headline that short may well begin the lead, too
    if not draft.paragraphs or len(draft.paragraphs[0].split()) < 12:
        return None
    return None if _is_capitalised(draft.paragraphs[0]) else _cut_teaser(draft)


def _is_capitalised(line: str) -> bool:
    """Most words of four letters or more begin with a capital, as in a headline."""
    words = [word for word in line.split() if len(word) > 3]
    return sum(word[0].isupper() for word in words) > 0.7 * len(words)


def _cut_teaser(draft: Draft) -> Draft | None:
    if len(draft.paragraphs) < 2:
        return None
    teaser = draft.paragraphs[0]
    opening = find_dateline(teaser, teaser)
    key = teaser[opening.end :] if opening else teaser
    start = normalise(key[:40])
    for lead in draft.paragraphs[1:3]:
        if start[:20] not in normalise(lead[:300]):  # a dateline takes 160 of them at the most
            continue
        found = find_dateline(lead, "\n".join(draft.paragraphs[:40]))
        if any(repeats_lead(key, text) for text in (lead, lead[found.end :] if found else lead)):
            if draft.description is not None:
                return draft.replace(0, "", "repeated-lead", teaser)
            changed = draft.replace(0, "", "teaser", teaser, description=teaser)
            return changed.with_source("description", "text:teaser")
    return None


def _cut_dateline(draft: Draft) -> Draft | None:
    """The dateline of the first paragraph, or of the next ones after a headline's standfirst."""
    text = "\n".join(draft.paragraphs)
    for index in range(min(3 if draft.title_cut else 1, len(draft.paragraphs))):
        paragraph = draft.paragraphs[index]
        found = find_dateline(paragraph, text)
        if found is None or (index and not found.sure) or _is_transcript(draft, found.text):
            continue
        cut, rest = paragraph[: found.end].strip(), paragraph[found.end :]
        known = {} if draft.dateline is not None else {"dateline": found.text}
        dates = (Dated(stated=found.stated, source="text:dateline"),) if found.stated else ()
        authors = tuple(dict.fromkeys((*draft.authors, *found.authors)))
        changed = draft.replace(
            index, rest, "dateline", cut, dates=(*draft.dates, *dates), authors=authors, **known
        )
        if found.authors:
            changed = changed.with_source("authors", "text:dateline")
        return changed.with_source("dateline", "text:dateline")
    return None


def _is_transcript(draft: Draft, opening: str) -> bool:
    """`MAYOR: ...` is a dateline's form, but then other speakers follow."""
    if opening.endswith(")"):
        return False
    return any(map(_is_speaker, draft.paragraphs[1:8]))


def _is_speaker(paragraph: str) -> bool:
    # names and roles of speakers are shorter than 30 characters
    return ":" in paragraph[:30] and paragraph.partition(":")[0].isupper()
