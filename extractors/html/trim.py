"""Lines in and around an article that are not its text: cues, credits, pleas, bylines.

Every rule names itself and looks at one line, its place, and what the page says of title
and authors. What is cut is handed back with the rule's name, so that it can be kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from extractors.html import notices
from extractors.html.words import bare

#: (rule, text) of a line that was cut.
Cut = tuple[str, str]

_EDGE = 6  # lines from the end in which sign-offs and pleas stand
#: Characters from which a first paragraph is a lead, though it names a newsletter.
_LEAD = 200


def trim(
    paragraphs: Sequence[str], title: str, authors: Sequence[str]
) -> tuple[tuple[str, ...], list[Cut]]:
    """The paragraphs that are the article's, and those that were cut with their rule.

    Never cuts everything: where the rules would leave less than half, nothing is cut.
    """
    names, headline = {bare(name) for name in authors}, bare(title)
    end = len(paragraphs) - _EDGE
    lows = [line.casefold() for line in paragraphs]
    asking = _standing(notices.PLEAS, [*lows[:2], *lows[max(2, end) :]])
    consenting = _standing(notices.CONSENT_WORDS, lows)
    rules: list[tuple[str, Callable[[int, str], bool]]] = [
        ("title", lambda number, line: number < _EDGE and bare(line) == headline != ""),
        ("byline", lambda _, line: _is_byline(line, names)),
        ("stamp", lambda _, line: len(line) < 100 and bool(notices.STAMP.match(line))),
        ("cue", lambda _, line: len(line) < 200 and _is_cue(line)),
        ("credit", lambda _, line: _is_credit(line)),
        (
            "plea",
            lambda number, line: (
                ((number < 2 and len(line) < _LEAD) or (number >= end and len(line) < 500))
                and is_plea(line, asking)
            ),
        ),
        ("consent", lambda _, line: len(line) < 500 and _is_consent(line, consenting)),
        (
            "source",
            lambda number, line: (
                number >= end and len(line) < 300 and bool(notices.SOURCED.match(line))
            ),
        ),
        ("doubled", lambda _, line: len(line) < 250 and _is_doubled(line)),
        ("bio", lambda number, line: number >= end and _is_bio(line, authors)),
    ]
    kept: list[str] = []
    cut: list[Cut] = []
    for number, line in enumerate(paragraphs):
        rule = next((name for name, holds in rules if holds(number, line)), None)
        if rule is None:
            kept.append(line)
        else:
            cut.append((rule, line))
    while kept and _ends_in_heading(kept):
        cut.append(("label", kept.pop()))
    if sum(map(len, kept)) < 0.5 * sum(map(len, paragraphs)):
        return tuple(paragraphs), []
    return tuple(kept), cut


def _standing(words: Sequence[str], lows: Sequence[str]) -> list[str]:
    """Those of the words that stand in any of the lines, most often none; asked once a text."""
    whole = "\n".join(lows)
    return [word for word in words if word in whole]


def _is_cue(line: str) -> bool:
    """A line that leads elsewhere: to another text, or to nothing at all."""
    if notices.CUE.match(line):
        return True
    return (
        len(line) < 100 and line[-1:] not in notices.STOPS and bool(notices.VAGUE_CUE.match(line))
    )


def _is_credit(line: str) -> bool:
    """A caption that ends in its photographer or agency, or a line of credits."""
    if len(line) >= 250:
        return False
    if notices.CREDIT.match(line):
        return True
    # the end of the line is all that it looks at, and most have nothing of what it looks for
    end = line[-80:].casefold()
    return (
        end.rstrip()[-1:] in {")", "]"} or any(map(end.__contains__, notices.CREDITED_WORDS))
    ) and bool(notices.CREDITED.search(line, max(0, len(line) - 80)))


def is_plea(line: str, words: Sequence[str] = notices.PLEAS) -> bool:
    """A line that asks the reader for something, or settles rights.

    `words` are those of `notices.PLEAS` that it may hold.
    """
    low = line.casefold()
    return any(map(low.__contains__, words)) or (
        any(map(low.__contains__, notices.FOLLOW_WORDS)) and bool(notices.FOLLOW.search(line))
    )


def _is_consent(line: str, words: Sequence[str]) -> bool:
    """A line about somebody else's content, or the outlet's own terms.

    `words` are those of `notices.CONSENT_WORDS` that it may hold.
    """
    if not words:
        return False
    low = line.casefold()
    # looking for a few words is a tenth of the work
    return any(map(low.__contains__, words)) and bool(notices.CONSENT.search(low))


def _is_doubled(line: str) -> bool:
    """A line that says itself twice: a teaser whose picture is described by its headline."""
    half = len(line) // 2
    return half >= 15 and line[:half].strip() == line[half + len(line) % 2 :].strip()


def _is_byline(line: str, names: set[str]) -> bool:
    """A line of nothing but the authors' names, with or without "by"."""
    if len(line) > 120 or not names:
        return False
    letters = bare(notices.BY.sub("", line))
    for name in names:
        letters = letters.replace(name, "")
    # what is left may be "and", a city, a paper's initials
    return len(letters) <= (12 if notices.BY.match(line) else 3) and bare(line) != letters


def _is_bio(line: str, authors: Sequence[str]) -> bool:
    """A closing line about the author, or how to reach them."""
    if len(line) > 600:
        return False
    if "@" in line and len(line) < 300 and re.search(r"[\w.]+@[\w-]+\.\w+", line):
        return True
    return any(
        line.startswith(name) and notices.OFFICE.match(line, len(name)) for name in authors if name
    )


def _ends_in_heading(kept: Sequence[str]) -> bool:
    """A last line that announces something which is not there."""
    last = kept[-1]
    return len(kept) > 3 and len(last) < 60 and last.endswith(":")
