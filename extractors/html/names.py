"""Names in bylines: prefixes, roles, handles and addresses off, one name apiece.

Names are never reordered: "Last, First" and single names stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from extractors.html.words import bare, plain, squeeze

Names = tuple[str, ...]

_PREFIX = re.compile(
    r"^(?:(?:(?:story|text|words|report|photos?|written|posted|published|reviewed|created|"
    r"reported|opinion|analysis|"
    r"artikel|artículo|redigeret|skrevet|publié|publicado|escrito|scritto|geschreven|"
    r"napisał\w*)\s+)?"
    r"(?:by|von|vom|por|par|di|door|av|af|autor(?:en|in|es|a)?|auteurs?|author(?:\(s\)|s)?|"
    r"autore|автор|текст|przez|dari|oleh|yazan)"
    r"(?:\s*[:：]\s*|\s+)|(?:text|foto|by|autor(?:en|in)?|author|автор|текст|文|記者|记者|作者|责任编辑|來源|"
    r"来源)\s*[:：]\s*|©\s*)+",
    re.IGNORECASE,
)
_AND = re.compile(
    r"\s*(?:[;|•·●\n\t、]|\s[-–—]\s|\s/\s|\s(?:and|und|y|et|e|en|og|och|oraz|i|и|та|ve|dan|with|"
    r"mit|&)\s)\s*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:(?:chief|senior|staff|political|business|sports?|foreign|deputy|managing|associate|"
    r"executive|contributing|"
    r"special|national|crime|health|education|economics?|technology|science|features?|digital|"
    r"news|court|lead)\s+)*"
    r"(?:editors?|reporters?|correspondents?|writers?|columnists?|journalists?|producers?|"
    r"contributors?|editor-in-chief|"
    r"redakteur(?:in)?|korrespondent(?:in)?|reporterin|journalistin|redacteur|redactrice|"
    r"journaliste|correspondant\w*|"
    r"periodista|redactora?|corresponsal|giornalista|verslaggever|redaktør|journalistka|"
    r"dziennikarka?|"
    r"корреспондент|обозреватель|기자|특파원|記者|记者|photographer|fotograf(?:in)?|Chefredakteur(?:in)?|"
    r"Autorin|Volontär(?:in)?|"
    r"professor|lecturer|fellow)\b.*$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:\(.*?\)|\[.*?\]|\b(?:in|from|at|for|aus)\s+[A-Z].*$|,\s*(?:Ph\.?D|M\.?D|MD|RD|MPH|"
    r"CNN|Esq)\.?.*$|"
    r"\s[-–—|]\s.*$|\b(?:updated|published|posted|last modified|aktualisiert|veröffentlicht|"
    r"stand)\b.*$|:\s*$|@\S+)",
    re.IGNORECASE,
)
#: How a byline begins; a colon or a space follows, then the name.
BY = re.compile(
    r"^\W{0,2}(?:by|von|par|por|di|door|av|af|text|autor(?:in)?|author|автор|przez)"
    r"(?:\s*:\s*|\s+)(?=\w)",
    re.IGNORECASE,
)
#: The same on a line of its own: the names are the next lines.
BY_ALONE = re.compile(
    r"^\W*(?:by|von|par|por|di|door|av|af|text|autor(?:in|en)?|authors?|автор|przez)\s*:?$",
    re.IGNORECASE,
)
#: Degrees and certificates that follow a name after a comma.
_DEGREES = {
    "md", "do", "rd", "rdn", "ld", "ldn", "rn", "ms", "msc", "ma", "mba", "mph", "phd", "jd",
    "cpt", "cfa", "cpa", "esq",
    "pharmd", "dds", "dvm", "lcsw", "np", "pt", "dpt", "ba", "bsc", "edd", "psyd", "facs",
    "faap", "jr", "sr",
}  # fmt: skip
#: Agencies that some sites write behind the name without a comma.
_AGENCY = re.compile(
    r"\s+(?=(?:the )?(?:associated press|canadian press|press association)$|(?:reuters|afp|dpa|"
    r"bloomberg news|cnn|efe|ansa)$)",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"https?:|www\.|[<>{}@#=_]|\d{3,}|\d{1,2}[:.]\d\d|\.(?:html?|php|aspx)\b|^\W*$"
)
#: What stands in place of a name and names nobody.
_NOBODY = {
    "admin", "administrator", "author", "editor", "editors", "staff", "staffwriter",
    "staffreporter", "guest", "unknown",
    "none", "null", "undefined", "na", "redaktion", "webmaster", "user", "root", "newsdesk",
    "newsroom", "various",
    "by", "von", "autor", "autoren", "authors", "redaction", "redaccion", "laredaction",
    "anonymous", "webdesk",
    "onlinedesk", "follow", "share", "moreby", "contributor", "contributors", "default", "test",
    "digital", "online",
    "superuser", "articles", "posts", "profile", "contact", "email", "twitter", "facebook",
}  # fmt: skip


def looks_like_person(name: str) -> bool:
    """Two to five words, each beginning with a capital where the script has capitals."""
    words = name.split()
    if any(character >= "\u3040" for character in name):
        return 2 <= len(name) <= 8
    capitals = [w for w in words if w[0].isupper() or not w[0].islower()]
    return 2 <= len(words) <= 5 and len(capitals) >= 2 and not any(c.isdigit() for c in name)


def clean_names(values: Iterable[str], outlets: Sequence[str]) -> Names:
    """Single names out of byline texts, in order, each once."""
    own = {bare(outlet) for outlet in outlets} - {""}
    names: dict[str, str] = {}
    for value in list(values)[:50]:
        for name in split_names(plain(value)):
            letters = bare(name)
            if letters and letters not in own and letters not in names and not _is_nobody(name):
                names[letters] = name
    # "Ann Lee" beside "Ann Lee of the Courier" or the whole line again
    return tuple(
        name
        for letters, name in names.items()
        if not any(letters != other and other in letters and len(other) > 5 for other in names)
    )


def _is_nobody(name: str) -> bool:
    words = {bare(word) for word in name.split()}
    return bare(name) in _NOBODY | _DEGREES or words <= _NOBODY


def split_names(text: str) -> list[str]:
    """The names in one byline, without prefixes, roles, handles and addresses."""
    text = _PREFIX.sub("", squeeze(text)[:400]).strip()
    if not text or re.match(r"https?:|www\.|@", text):
        return []
    names: list[str] = []
    for part in _AND.split(text):
        for piece in _split_commas(_PREFIX.sub("", part).strip()):
            names.extend(_AGENCY.split(piece, maxsplit=1) if piece.count(" ") > 2 else [piece])
    return [name for name in map(_tidy, names) if name]


def _split_commas(part: str) -> list[str]:
    """At commas, unless it is "Last, First": one comma and one word on each side."""
    pieces = [piece.strip() for piece in re.split(r"\s*[,，]\s*", part) if piece.strip()]
    if (
        len(pieces) == 2
        and all(len(piece.split()) == 1 for piece in pieces)
        and not pieces[1].isupper()
    ):
        return [part]
    return pieces


def _tidy(name: str) -> str:
    if "@" in name.lstrip("@") and not re.search(r"\s@?\S", name):
        return ""  # an address of mail
    name = _TAIL.sub("", name)
    while (cut := name.rpartition(" "))[0] and cut[2].isupper() and cut[2].lower() in _DEGREES:
        name = cut[0]
    # "Guardian staff reporter" is all the name there is; a role after a name is not one
    if not re.search(r"\bstaff\b", name):
        name = _ROLE.sub("", name)
    name = name.strip(" ,.:;|/-–—*•\"'")
    if name.endswith((" Jr", " Sr")):
        name += "."
    if _NOT_A_NAME.search(name) or not 2 <= len(name) <= 60 or len(name.split()) > 7:
        return ""
    return name
