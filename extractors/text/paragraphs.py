"""The shape of a plain text: characters that carry no text, wrapped lines, torn quotes."""

from __future__ import annotations

import re
from itertools import pairwise

#: Spaces of other widths; news prints them before a colon or between figures.
_SPACES = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
#: Signs without a shape: soft hyphen, zero width, direction marks, byte order mark. The
#: joiners U+200C and U+200D stay: Persian and Indic words and emoji are spelt with them.
_INVISIBLE = re.compile(
    r"[\u00ad\u200b\u200e\u200f\u2028\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]"
)
_NEWLINE = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028]")
_ENDS_SENTENCE = re.compile(r"[.!?…:;。！？；：।۔؟]['\"”’»)\]]*$")

#: Widest text that is taken for wrapped by hand or program: typewriters have 60 to 80
#: columns, mail 72 to 78, terminals up to 120. A line of one whole paragraph is longer.
_WIDEST = 120
#: Share of lines that have no room for the next line's first word; a wrapping program
#: leaves none with room but the last of each paragraph.
_FULL = 0.6
#: Share of line ends that fall inside a sentence; whole paragraphs never end there.
_INSIDE = 0.3


def split_paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, their lines joined where the text was wrapped at a width.

    White space is single spaces, invisible characters are gone, no paragraph is empty.
    """
    text = _NEWLINE.sub("\n", text).replace("\u2029", "\n\n")
    text = _INVISIBLE.sub("", _SPACES.sub(" ", text))
    lines = [re.sub(" {2,}", " ", line.strip(" ")) for line in text.split("\n")]
    width = _wrap_width(lines)
    paragraphs = lines if width is None else _joined(lines, width)
    return join_torn([paragraph for paragraph in paragraphs if paragraph])


def _wrap_width(lines: list[str]) -> int | None:
    """The column at which lines were broken; None where every line is a paragraph."""
    filled = [line for line in lines if line]
    if len(filled) < 3 or sum(len(line) > _WIDEST for line in filled) > 0.05 * len(filled):
        return None
    width = max((len(line) for line in filled if len(line) <= _WIDEST), default=0)
    pairs = [(one, two) for one, two in pairwise(lines) if one and two]
    if width < 30 or len(pairs) < 2:
        return None
    full = sum(_is_full(one, two, width) for one, two in pairs)
    inside = sum(_is_inside(one, two) for one, two in pairs)
    return width if full >= _FULL * len(pairs) and inside >= _INSIDE * len(pairs) else None


def _is_full(line: str, following: str, width: int) -> bool:
    # a few columns are left over where long words were not broken at their hyphens
    return len(line) + 1 + len(following.split(" ", 1)[0][:20]) > width - 4


def _is_inside(line: str, following: str) -> bool:
    return not _ENDS_SENTENCE.search(line) and not following[0].isupper()


def _joined(lines: list[str], width: int) -> list[str]:
    words = set(re.findall(r"\w+", " ".join(lines).lower()))
    paragraphs: list[str] = []
    held: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        held.append(line)
        if (
            not line
            or not following
            or not (_is_full(line, following, width) or _is_inside(line, following))
        ):
            paragraphs.append(_join(held, words))
            held = []
    return paragraphs


def _join(lines: list[str], words: set[str]) -> str:
    text = lines[0]
    for line in lines[1:]:
        if re.search(r"\w-$", text) and line[:1].islower():
            # printed hyphenation, if the text has the word whole elsewhere
            last = re.split(r"\W", text[:-1])[-1] + re.split(r"\W", line)[0]
            text = (text[:-1] if last.lower() in words else text) + line
        elif (
            "\u2e80" <= text[-1:] <= "\uffef"
            and "\u2e80" <= line[:1] <= "\uffef"
            and not "\uac00" <= line[:1] <= "\ud7af"
        ):
            text += line  # no spaces between words here
        else:
            text += " " + line
    return text


def join_torn(paragraphs: list[str]) -> tuple[str, ...]:
    """Paragraphs, with a closing quote or stop that stands at a line's start put back.

    A straight quote is a closing one if the paragraph before has an odd number of them.
    """
    whole: list[str] = []
    for paragraph in paragraphs:
        if whole and _is_torn(whole[-1], paragraph):
            whole[-1] += paragraph
        else:
            whole.append(paragraph)
    return tuple(whole)


def _is_torn(before: str, paragraph: str) -> bool:
    if paragraph[0].isalnum():
        return False
    if re.match(r"[,;.!?)\]](?=['\"”’»)\]]*(?:\s|$))", paragraph):
        return not (
            paragraph[0] in ")]"
            and before.count(paragraph[0]) >= before.count("(["[paragraph[0] == "]"])
        )
    if paragraph[0] == '"':
        return before.count('"') % 2 == 1 and (len(paragraph) == 1 or paragraph[1] in " ,.;!?)")
    for opening, closing in (
        ("“", "”"),
        ("„", "“"),
        ("„", "”"),
        ("«", "»"),
        ("»", "«"),
        ("「", "」"),
        ("『", "』"),
    ):
        if paragraph[0] == closing and before.count(opening) > before.count(closing):
            return len(paragraph) == 1 or paragraph[1] in " ,.;!?)，。" or opening in "「『"
    return False
