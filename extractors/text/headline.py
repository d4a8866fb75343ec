"""The headline: telling it from a first sentence, and finding it printed again."""

from __future__ import annotations

import re

#: Longest headline in words and characters: the longest of broadsheets and agencies have
#: about 25 words; a lead sentence runs longer or ends in a full stop.
_MOST_WORDS = 28
_MOST_CHARACTERS = 220
#: Shortest, in letters: below it stands a kicker or a number.
_FEWEST_LETTERS = 8
_FEWEST_SIGNS = 4

_STOP = re.compile(r"(?<!\.\.)[.。।۔][\"'”’»)\]]*$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]\.){1,3}|\b(?:Inc|Co|Corp|Ltd|Jr|Sr|St|Dr|No|vs|etc|p\.m|a\.m)\.)$"
)
_NOT_FINAL = re.compile(r"[,;:：、，\-–—]$")
_NOT_LETTERS = re.compile(r"[\W_]+")
_SITE_NAME = re.compile(r"\s+[|–—-]\s+[^.]{2,40}")
_MARKDOWN = re.compile(r"^(?:#{1,6}\s+|={2,}\s*|\*{1,3})|(?:\s*={2,}|\*{1,3}|\s#{1,6})$")
_UNCAPITALISED = (
    "a an and as at but by for from in into nor of off on or over per the to up via vs with"
)
_SMALL = frozenset(_UNCAPITALISED.split())


def normalise(text: str) -> str:
    """Letters and digits only, in one case: what two printings of a line have in common."""
    return _NOT_LETTERS.sub("", text.casefold())


def read_headline(paragraphs: tuple[str, ...]) -> str | None:
    """The headline that the first paragraph is, without its mark-up; None if it is none."""
    if len(paragraphs) < 2:
        return None
    line = _MARKDOWN.sub("", paragraphs[0]).strip()
    marked = line != paragraphs[0]
    following = [
        paragraph for paragraph in paragraphs[1:5] if normalise(paragraph) != normalise(line)
    ]
    repeated = len(following) < len(paragraphs[1:5]) and normalise(paragraphs[1]) == normalise(line)
    if not _has_size(line) or not following:
        return None
    if repeated or marked:
        return line
    if _NOT_FINAL.search(line) or line[0] in "•‣▪*-–—" or not _is_shorter(line, following):
        return None
    if _STOP.search(line) and not _ABBREVIATION.search(line):
        return line if _is_title_case(line) and len(line.split()) <= 15 else None
    if line.endswith(("?", "!", "?”", '?"', "!”", '!"', "？", "！", "؟")) and line[0] in '"“„«':
        return None  # somebody speaks
    return line


def find_repeat(paragraph: str, title: str) -> bool:
    """Whether the paragraph is the title again: case, punctuation and a site's name aside."""
    if len(paragraph) > 2 * len(title) + 50:  # no site's name and no punctuation is that long
        return False
    one, other = normalise(paragraph), normalise(title)
    if not one or not other:
        return False
    if one == other:
        return True
    shorter, longer = sorted((paragraph, title), key=len)
    # `Title | Outlet`, `Title - Outlet`: what is more is set off by a mark
    if not longer.lower().startswith(shorter.lower()):
        return False
    return bool(_SITE_NAME.fullmatch(longer[len(shorter) :])) and len(shorter.split()) >= 3


def repeats_lead(teaser: str, lead: str) -> bool:
    """Whether the teaser is the lead's beginning word for word, cut off with dots or not."""
    if len(teaser) > 1.5 * len(lead) + 50:
        return False
    key = normalise(
        re.sub(
            r"\s*(?:\[?(?:\.\.\.|…)\]?)\s*(?:\(more\)|read more|continue reading)?\W*$",
            "",
            teaser,
            flags=re.IGNORECASE,
        )
    )
    # five words, or as many signs where words are not set apart: shorter ones recur by chance
    return (len(teaser.split()) >= 5 or len(key) >= 20) and normalise(
        lead[: 2 * len(teaser) + 50]  # no need to read on: punctuation does not double a text
    ).startswith(key)


def _has_size(line: str) -> bool:
    letters = sum(map(str.isalpha, line))
    signs = sum(ch >= "\u0e00" and ch.isalpha() for ch in line)
    return (
        (letters >= _FEWEST_LETTERS or signs >= _FEWEST_SIGNS)
        and len(line.split()) <= _MOST_WORDS
        and len(line) <= _MOST_CHARACTERS
    )


def _is_shorter(line: str, following: list[str]) -> bool:
    """The report's paragraphs are sentences: one soon comes that is longer or has a stop."""
    longest = max(map(len, following))
    stops = any(re.search(r"[.!?。！？।۔][\"'”’»)\]]*$", paragraph) for paragraph in following)
    return (
        longest > 0.8 * len(line)
        and (stops or longest > 1.5 * len(line))
        and len(line) < 1.2 * longest
    )


def _is_title_case(line: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_][\w'’\-]*", line) if word.lower() not in _SMALL]
    return len(words) >= 4 and all(word[0].isupper() for word in words)
