"""What an edit is: a correction, an update, or a few words."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

from dedup.fingerprint import words

Change = Literal["correction", "update", "minor"]

#: Words that change in a text of a hundred when a sentence is polished, not what it says; of
#: brief texts a spelling, which is one word out and one in.
_FEW, _FEW_AT_LEAST = 0.02, 2
#: How a correction is headed, at the beginning of a paragraph, and how it is said anywhere, as
#: newsrooms of these languages write it: English, French, Spanish, Portuguese, Italian, German,
#: Dutch, Scandinavian, Polish, Turkish, Russian, Arabic, Chinese, Japanese, Korean.
_HEADED = re.compile(
    r"""[\W_]*(?:
        corrections? | corrected | clarifications? | corrections?\s+and\s+clarifications?
      | errat(?:um|a) | rectificatif | fe\s+de\s+err(?:ores|atas?) | correcci[oó]n
      | rectificaci[oó]n
      | corre[cç][aã]o | errata\s+corrige | rettifica | korrektur | berichtigung
      | correctie | rectificatie | r[aä]ttelse | rettelse | sprostowanie | d[uü]zeltme
      | исправление | поправка | تصحيح | 更正 | 訂正 | 정정
    )\b\s*(?: [(\[] [^)\]]* [)\]] )?\s*(?: [:：.—–-] | $ )""",
    re.VERBOSE | re.IGNORECASE,
)
_SAID = re.compile(
    r"""an?\s+(?:earlier|previous)\s+version\s+of\s+this\s+(?:article|story|report|headline|post)
      | this\s+(?:article|story|report|headline|post)\s+(?:has\s+been|was)\s+
        (?: corrected | (?:amended|updated|edited)\s+to\s+correct )
      | une\s+(?:pr[eé]c[eé]dente\s+version|version\s+pr[eé]c[eé]dente)\s+de\s+cet\s+article
      | una\s+versi[oó]n\s+anterior\s+de\s+est[ea] | uma\s+vers[aã]o\s+anterior\s+dest[ea]
      | una\s+versione\s+precedente\s+di\s+quest
      | in\s+einer\s+(?:fr[uü]heren|vorherigen|ersten)\s+(?:version|fassung)
      | in\s+een\s+eerdere\s+versie | i\s+en\s+tidigare\s+version
      | we\s+wcze[sś]niejszej\s+wersji | в\s+предыдущей\s+версии
      | 以前のバージョン | 早前版本
    """,
    re.VERBOSE | re.IGNORECASE,
)


def name_change(before: str, after: str) -> Change:
    """What made one body of another: `correction` where the later text says that it corrects
    something, `minor` where it differs by few words and no number, else `update`.
    """
    old = set(before.split("\n"))
    if any(_corrects(line) for line in after.split("\n") if line not in old):
        return "correction"
    one, other = Counter(words(before)), Counter(words(after))
    changed = (one - other) + (other - one)
    if any(any(map(str.isdigit, word)) for word in changed):
        return "update"
    allowed = max(_FEW_AT_LEAST, _FEW * max(one.total(), other.total()))
    return "minor" if changed.total() <= allowed else "update"


def _corrects(line: str) -> bool:
    return _HEADED.match(line) is not None or _SAID.search(line) is not None
