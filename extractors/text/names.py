"""People's names as bylines print them: telling them from other words, and splitting lists."""

from __future__ import annotations

import re

from extractors.text.agencies import is_agency
from extractors.text.calendar import WEEKDAYS

#: Small words inside names: van der, de la, bin, al, ...
_PARTICLE = (
    r"(?:van|von|der|den|de|del|della|di|da|das|dos|do|du|des|la|le|las|los|y|e|i|bin|bint|ibn|"
    r"al|el|ul|ur|ter|ten|zu|zur|vom|af|av|st\.?|san|mac|abu|ap|d'|d’|'t|’t)"
)
#: A capitalised word or an initial; scripts without case count as capitalised.
_UPPER = r"(?:[^\W\d_a-zß-öø-ÿа-яёα-ωάέήίόύώ])"
_WORD = (
    rf"(?:(?:al|el|an|d|l|O|Mc|Mac|de)[-'’])?{_UPPER}(?:[^\W\d_]|"
    rf"[\u0300-\u036f\u0900-\u0dff])*(?:[.'’\-–][^\W\d_]+)*\.?"
)
_SUFFIX = r"(?:,?\s(?:Jr|Sr|II|III|IV|Ph\.?D|M\.?D|MD)\.?)"
_NAME = re.compile(rf"{_WORD}(?:\s(?:{_PARTICLE}\s){{0,3}}{_WORD}|\s{_PARTICLE}){{0,5}}{_SUFFIX}?")
_LEADING_PARTICLE = re.compile(rf"^(?:{_PARTICLE}\s){{1,3}}", re.IGNORECASE)
#: Words that are capitalised in titles and headlines but are in nobody's name.
_NEVER_IN_NAMES = """
    the a and or of in on at to for from with by as is are was will after before over
    under new news how why what who when where this that his her our your my their not
    government minister ministry president police court city council parliament bank
    company university popular demand land sea day night week month year years morning evening
    today tomorrow noon midnight weekend photo photos video image update breaking live
    exclusive analysis
    opinion read more share subscribe follow advertisement comments
    january february march july september october november december
"""
_NOT_A_NAME = frozenset(_NEVER_IN_NAMES.split()) | (
    WEEKDAYS - {"mo", "di", "mi", "do", "so", "sa", "fr", "sun", "wed", "sat", "fri", "mon"}
)
#: What stands after a name in a byline and is no name: a job, a desk, an outlet.
_ROLE = re.compile(
    r"""(?ix)\b(?: staff | writers? | reporters? | correspondents? | editors? | contributors?
    | columnists?
      | bureau | chief | special\sto | news | agency | agencies | press | times | post | journal
      | herald
      | tribune | gazette | desk | service | newsroom | team | intern | producer | freelance\w*
      | analyst
      | newspapers? | media | magazine | radio | tv | network | online | digital | report | wire
      | daily
      | telegraph | guardian | observer | chronicle | courier | bulletin | monitor | mirror
      | independent
      | redaktion | korrespondent\w* | redakteur\w* | journaliste? | envoy[ée]e?\sspécial
      | rédaction
      | corresponsal | redacci[oó]n | periodista | redação | repórter | correspondente | redazione
      | inviato
      | correspondant\w*
    )\b|@|\bPTI\b|\.(?:com|org|net)\b"""
)
_SEPARATOR = re.compile(
    r"\s*(?:;|\||/|•|·|、|，|,(?!\s(?:Jr|Sr|I{2,3}|IV)\b)|\s(?:and|und|et|y|e|i|en|"
    r"och|og|и|та|with|&)\s)\s*"
    r"(?:(?:and|und|et|y|e)\s)?"
)
_PLACE = re.compile(
    r"\s+(?:in|at|from|aus|à|en|em|a|da|из|reporting\sfrom|"
    r"reports\sfrom)\s+(?=[A-ZÀ-ÞА-Я]|the\s).*$"
)
#: `CNN's Ana Ruiz`, `Fox News' Ana Ruiz`
_OUTLETS = re.compile(r"^(?:[A-Z][\w.]*\s){0,4}[A-Z][\w.]*(?:['’]s?)\s(?=[A-Z])")
_NOISE = re.compile(
    r"\([^)]*\)|<[^>]*>|\S+@\S+|@\w+|^(?:the\s)?(?:late|dr|prof|mr|mrs|ms)\.?\s", re.IGNORECASE
)


def is_name(text: str) -> bool:
    """Whether the text has the form of one person's name, of two words at the least.

    Scripts without case and without spaces between names (Han, kana, Hangul) need two to
    eight signs instead.
    """
    text = _LEADING_PARTICLE.sub("", text.strip())
    words = text.split()
    if (
        not words
        or len(text) > 60
        or any(word.lower().strip(".,") in _NOT_A_NAME for word in words)
    ):
        return False
    if re.fullmatch(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af・·]{2,8}", text):
        return True
    return len(words) >= 2 and bool(_NAME.fullmatch(text)) and _has_letters(words)


def split_names(text: str) -> tuple[str, ...] | None:
    """The people and agencies that a byline lists; None if anything in it is neither.

    Jobs, outlets and places are left out (`A, Staff Writer`, `A in Lima`); an outlet or
    agency that stands alone is kept, since the byline names nothing else.
    """
    names: list[str] = []
    others: list[str] = []
    pieces = [piece for piece in _SEPARATOR.split(text.strip(" \t.,;:-–—|")) if piece]
    if len(pieces) == 2 and "," in text and all(_is_single(piece) for piece in pieces):
        pieces = [f"{pieces[1]} {pieces[0]}"]  # Last, First
    for possessive in pieces:
        raw = _OUTLETS.sub("", possessive)
        piece = (
            _PLACE.sub("", _NOISE.sub("", raw).strip()).strip(" .,")
            if not is_name(raw)
            else raw.strip()
        )
        if piece.endswith((" Jr", " Sr")):
            piece += "."
        if not piece:
            continue
        if is_agency(piece):
            others.append(piece)
        elif _ROLE.search(piece):
            kept = _beside_role(piece)
            names.extend([kept] if kept else [])
        elif is_name(piece):
            names.append(piece)
        elif not (names and _is_place(piece)):
            return None
    return tuple(dict.fromkeys(names or others)) if names or others or pieces else None


def _beside_role(piece: str) -> str | None:
    """The name in `Ana Ruiz Staff Writer` or `Staff Writer Ana Ruiz`, None if there is none."""
    found = list(_ROLE.finditer(piece))
    sides = (piece[found[-1].end() :], piece[: found[0].start()])
    return next((side.strip() for side in sides if is_name(side.strip())), None)


def _is_single(piece: str) -> bool:
    return bool(re.fullmatch(_WORD, piece)) and not is_agency(piece) and not _ROLE.search(piece)


def _is_place(piece: str) -> bool:
    """A capitalised word or two after a name and a comma: where the name writes from."""
    return bool(re.fullmatch(rf"{_WORD}(?:\s{_WORD}){{0,3}}", piece)) and len(piece) < 40


def _has_letters(words: list[str]) -> bool:
    return any(sum(map(str.isalpha, word)) > 1 for word in words)
