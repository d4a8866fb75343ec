"""Which of a page's headlines is the article's title.

What the reader sees as the headline (`<h1>`) wins when the page's own metadata vouches
for it; metadata is often shortened or rewritten for networks, an unvouched `<h1>` is
often the site's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from extractors.html.claim import Claim
from extractors.html.words import bare, plain, squeeze

#: Separators between a headline and the name of the site; the hyphen only with spaces.
_SEPARATOR = re.compile(
    r"\s+[-–—―|·•»«:/~⋆]+\s+|\s*[|｜│¦]+\s*|\s+[-–—]{2,}\s*|\s*_\s*(?=[^\s_]*$)|\s+::\s+|"
    r"\s*[–—]\s*(?=\S*$)|\s*-\s*(?=[\u3040-\u9fff]+$)"
)
#: A title longer than this is a paragraph in an <h1>.
_MAX_LENGTH = 400
#: Whom to ask for a headline that the page does not show; 3 is a feed that named the page.
_TRUST = {"json-ld": 0, "og": 1, "text": 2, "title": 4, "meta": 5}
_DRESS = re.compile(
    r"^(?:the|die|der|das|le|la|les|el|los|il|de|het)\s+(?=\S)|\.[a-z]{2,3}$", re.IGNORECASE
)
_WORD = re.compile(r"\w+")


def title_claims(
    headings: Sequence[HtmlElement],
    headline: str,
    og: str,
    metas: Sequence[str],
    title: str | None,
    site_names: Sequence[str],
) -> list[Claim[str]]:
    """All headlines of a page, site names cut off, in no particular order of trust."""
    claims = [Claim("h1", text) for text in map(visible_text, headings)]
    claims.append(Claim("json-ld", headline))
    claims.append(Claim("og", cut_site_name(og, site_names)))
    claims.extend(Claim("meta", cut_site_name(value, site_names)) for value in metas)
    claims.append(Claim("title", cut_site_name(title or "", site_names)))
    names = {bare(name) for name in site_names}
    return [
        claim
        for claim in claims
        if 0 < len(claim.value) <= _MAX_LENGTH
        and bare(claim.value)
        and bare(claim.value) not in names
    ]


def shown_headline(tree: HtmlElement, title: str) -> str:
    """The line of a page without `<h1>` that its `<title>` repeats, or ""."""
    whole = bare(title)
    for element in tree.iter(
        "h2", "h3", "h4", "b", "strong", "font", "p", "div", "span", "td", "a"
    ):
        text = element.text
        if len(element) == 0 and text and 15 <= len(text) <= 300:
            key = bare(text)
            # more than half of it, so that no section or place can be meant
            if len(key) >= 15 and key in whole and 2 * len(key) > len(whole):
                return squeeze(text)
    return ""


def choose_title(claims: Sequence[Claim[str]]) -> Claim[str] | None:
    """The claim to believe, or None where there is none."""
    headings = [claim for claim in claims if claim.origin == "h1"]
    others = [claim for claim in claims if claim.origin != "h1"]
    if not others:
        return headings[0] if headings else None
    # the heading most like anything the metadata says; the first of equals
    vouched = max(
        ((max(likeness(h.value, o.value) for o in others), -i) for i, h in enumerate(headings)),
        default=(0.0, 0),
    )
    # half of the words in common: a rewritten headline still has its names and nouns
    if headings and vouched[0] >= 0.5:
        return headings[-vouched[1]]
    # one heading that reads like a sentence, though metadata was rewritten from scratch
    if len({bare(h.value) for h in headings}) == 1 and len(_WORD.findall(headings[0].value)) >= 4:
        return headings[0]
    # a truncated value ends in dots; another place has it whole
    return min(others, key=lambda c: (c.value.endswith(("...", "…")), _TRUST.get(c.origin, 3)))


def likeness(one: str, other: str) -> float:
    """Shared words as a share of the shorter one's words; 1.0 for equal or contained text."""
    a, b = bare(one), bare(other)
    if not a or not b:
        return 0.0
    shorter = min(len(a), len(b))
    # eight letters: below, "News" is contained in every headline about news
    if a == b or (shorter >= 8 and (a in b or b in a)):
        return 1.0
    words, more = _tokens(one), _tokens(other)
    return len(words & more) / max(3, min(len(words), len(more)))


def _tokens(text: str) -> set[str]:
    """Words; pairs of characters where a script has no spaces."""
    found: set[str] = set()
    for word in _WORD.findall(text.casefold()):
        if word[0] >= "\u3040":
            found.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            found.add(word)
    return found


def visible_text(element: HtmlElement) -> str:
    """The text of a heading, parts that are elements of their own kept apart by a space."""
    parts: list[str] = []
    for piece in element.itertext():
        parts.append(piece)
    text = squeeze("".join(parts))
    if len(element):
        spaced = squeeze(" ".join(parts))
        # a kicker set above the headline without a space between: "PoliticsThe minister"
        if re.search(r"[a-zß-ÿ:.!?][A-ZÀ-Þ]", text) and not re.search(
            r"[a-zß-ÿ:.!?][A-ZÀ-Þ]", spaced
        ):
            return spaced
    return text


def cut_site_name(text: str, names: Sequence[str]) -> str:
    """`text` without the site's name at its end or its beginning."""
    text = plain(text)
    known = {_masthead(name) for name in names} - {""}
    for _ in range(3):  # "headline - section - site": three cuts are enough for any seen
        shorter = _cut_once(text, known)
        if shorter == text:
            return text
        text = shorter
    return text


def _cut_once(text: str, known: set[str]) -> str:
    cuts = list(_SEPARATOR.finditer(text))
    if not cuts:
        return text
    head, tail = text[: cuts[-1].start()].strip(), text[cuts[-1].end() :].strip()
    if _is_name(tail, known) and head:
        return head
    head, tail = text[: cuts[0].start()].strip(), text[cuts[0].end() :].strip()
    return tail if _is_name(head, known) and tail else text


def _masthead(name: str) -> str:
    """A name without its article and its ending: one for "The Courier" and "courier.com"."""
    return bare(_DRESS.sub("", name.strip()))


def _is_name(text: str, known: set[str]) -> bool:
    """Whether `text` is one of the site's names, give or take a "News" or ".com"."""
    letters = _masthead(text)
    if not letters or len(letters) > 40:  # longer than any masthead: part of the headline
        return False
    if letters in known:
        return True
    return len(letters) >= 4 and any(
        len(name) >= 4
        and (name in letters or letters in name)
        and min(len(name), len(letters)) >= 0.5 * max(len(name), len(letters))
        for name in known
    )
