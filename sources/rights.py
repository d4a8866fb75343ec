"""What a publisher says may be done with a page, and what follows from it. Pure.

X-Robots-Tag and robots meta: https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag
tdm-reservation: https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/
"""

from __future__ import annotations

import html
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import accumulate
from urllib.parse import urljoin

from schemas.model import Frozen
from schemas.rejection import Reason, Rejection, Stage
from schemas.rights import Rights
from schemas.source import Source

Headers = Iterable[tuple[str, str]]

#: Robots meta belongs in the head, and every head that is one ends before this.
_HEAD_BYTES = 262_144
_META = re.compile(rb"<(?:meta|link)\s[^>]{1,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([a-z-]{1,40})\s{0,5}=\s{0,5}(?:"([^"]{0,1000})"|'([^']{0,1000})'|([^\s"'>]{1,1000}))""",
    re.IGNORECASE,
)
_JSON_LICENCE = re.compile(rb'"license"\s{0,9}:\s{0,9}"(https?:[^"\s]{1,500})"')
_LINK_LICENCE = re.compile(r'<([^<>]{1,500})>\s*;[^,]{0,200}\brel="?license\b', re.IGNORECASE)
#: Words after which a colon gives a value; before any other colon stands a crawler's name.
_VALUED = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_NONE = {"noindex", "nofollow"}


class _Said(Frozen):
    """One signal: where it stood, its word, and its value where it has one."""

    place: str
    word: str
    value: str = ""


def read_rights(headers: Headers, content: bytes, url: str, crawler: str) -> Rights:
    """The rights of one page, by its headers and its head. Never raises.

    `crawler` is this program's name in robots files: what is said to another crawler
    does not count, what is said to all or to this one does.
    """
    crawler = crawler.lower()
    sent = [(name.lower(), value) for name, value in headers]
    said = _from_headers(sent, crawler)
    licence = next(
        (
            found[1]
            for name, value in sent
            if name == "link"
            for found in _LINK_LICENCE.finditer(value)
        ),
        None,
    )
    end = content.find(b"</head", 0, _HEAD_BYTES)
    # as bytes: of a page of 200 kB a handful of tags is worth decoding
    head = _without_comments(content[: end if end >= 0 else _HEAD_BYTES])
    for tag in _telling(_META.findall(head), crawler.encode()):
        fields = _attributes(tag.decode("utf-8", "replace"))
        said += _from_meta(fields, crawler)
        if "license" in fields.get("rel", "").lower().split():
            licence = licence or fields.get("href")
    if not licence and b'"license"' in head:
        in_json = _JSON_LICENCE.search(head.replace(b"\\/", b"/"))
        licence = in_json[1].decode("utf-8", "replace") if in_json else None
    return _conclude(said, _join(url, licence), url)


def flags_of(rights: Rights) -> tuple[str, ...]:
    """The words that mark an article: `noai`, `noarchive`, `noindex`, `tdm-reserved` ..."""
    words = {
        "noindex": rights.noindex,
        "noarchive": rights.noarchive,
        "noai": rights.noai,
        "noimageai": rights.noimageai,
        "tdm-reserved": bool(rights.tdm_reserved),
    }
    return tuple(word for word, is_set in words.items() if is_set)


def refuse_reserved(source: Source, url: str, rights: Rights, stage: Stage) -> Rejection | None:
    """The refusal of a page that its publisher reserves, if its source skips such; None else."""
    reserved = flags_of(rights)
    if source.reserved != "skip" or not reserved:
        return None
    return Rejection(
        url=url,
        source_id=source.id,
        stage=stage,
        reason=Reason.RESERVED,
        detail=f"its publisher says {', '.join(reserved)}, and the source skips that",
    )


def may_archive(rights: Rights) -> bool:
    """Whether the bytes of a page may be kept in the archive."""
    return not rights.noarchive


def is_unavailable(rights: Rights, now: datetime) -> bool:
    """Whether the publisher wants the page forgotten by now (`unavailable_after`)."""
    return rights.unavailable_after is not None and rights.unavailable_after <= now


class TdmRule(Frozen):
    """One entry of a site's tdmrep.json: paths, whether mining is reserved, the terms."""

    location: str
    reserved: bool
    policy: str | None = None


def read_tdmrep(content: bytes) -> tuple[TdmRule, ...]:
    """The rules of a `/.well-known/tdmrep.json`; empty if it is none. Never raises."""
    try:
        listed = json.loads(content)
    except (ValueError, RecursionError):
        return ()
    rules = []
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("location"), str):
            policy = entry.get("tdm-policy")
            reserved = str(entry.get("tdm-reservation")) == "1"
            rules.append(
                TdmRule(
                    location=entry["location"],
                    reserved=reserved,
                    policy=policy if isinstance(policy, str) else None,
                )
            )
    return tuple(rules)


def tdm_rule_for(rules: Sequence[TdmRule], path: str) -> TdmRule | None:
    """The first rule whose location fits a path; `*` stands for anything, `$` for the end."""
    for rule in rules:
        pattern = re.escape(rule.location).replace(r"\*", ".*")
        pattern = pattern[:-2] + "$" if pattern.endswith(r"\$") else pattern
        # two stars are one, and one more than a few is an attack on the matcher
        pattern = re.sub(r"(?:\.\*)+", ".*", pattern)
        if pattern.count(".*") <= 5 and re.match(pattern, path[:2_048]):
            return rule
    return None


def _from_headers(sent: Sequence[tuple[str, str]], crawler: str) -> list[_Said]:
    said: list[_Said] = []
    for name, value in sent:
        if name == "x-robots-tag":
            said += _robots_words("header", value, crawler)
        elif name in {"tdm-reservation", "tdm-policy"}:
            said.append(_Said(place="header", word=name, value=value.strip()))
    return said


def _telling(tags: Sequence[bytes], crawler: bytes) -> list[bytes]:
    """Those that are worth taking apart: most tags are about something else.

    The last sign is that of letters written as numbers.
    """
    together = b"".join(tags).lower()
    starts = [*accumulate(map(len, tags), initial=0)]
    chosen = set()
    for sign in filter(None, (b"robots", b"license", b"tdm-", crawler, b"&#")):
        at = together.find(sign)
        while at >= 0:
            number = bisect_right(starts, at) - 1
            chosen.add(number)
            at = together.find(sign, starts[number + 1])
    return [tags[number] for number in sorted(chosen)]


def _from_meta(fields: dict[str, str], crawler: str) -> list[_Said]:
    name, value = fields.get("name", "").lower(), fields.get("content", "")
    if name in {"robots", crawler}:
        return _robots_words("meta", value, "")
    if name in {"tdm-reservation", "tdm-policy"}:
        return [_Said(place="meta", word=name, value=value.strip())]
    return []


def _robots_words(place: str, value: str, crawler: str) -> list[_Said]:
    """The words of one X-Robots-Tag or content attribute.

    A crawler's name and a colon in front limit all that follows, up to the next name.
    """
    said: list[_Said] = []
    counts = True
    for part in value.split(","):
        if said and said[-1].word == "unavailable_after" and re.match(r"\s*\d", part):
            # RFC 822 dates have a comma after the day's name
            last = said.pop()
            said.append(last.model_copy(update={"value": f"{last.value},{part}"}))
            continue
        word, colon, rest = part.strip().partition(":")
        word = word.strip().lower()
        if colon and word not in _VALUED:
            counts = word in {"*", crawler}
            word, colon, rest = rest.strip().partition(":")
            word = word.strip().lower()
        if counts and word:
            said.append(_Said(place=place, word=word, value=rest.strip() if colon else ""))
    return said


def _without_comments(text: bytes) -> bytes:
    parts = []
    position = 0
    while (start := text.find(b"<!--", position)) >= 0 and (end := text.find(b"-->", start)) >= 0:
        parts.append(text[position:start])
        position = end + 3
    # what only looks like a comment is read: better a signal too many than one too few
    return b"".join(parts) + text[position:]


def _attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag):
        found.setdefault(name.lower(), html.unescape(double or single or bare).strip())
    return found


def _conclude(said: Sequence[_Said], licence: str | None, url: str) -> Rights:
    words = {each.word for each in said}
    words |= _NONE if "none" in words else set()
    values = {each.word: each.value for each in reversed(said) if each.value}
    reservation = values.get("tdm-reservation")
    policy = values.get("tdm-policy")
    told = [f"{e.place}:{e.word}" + (f"={e.value}" if e.value else "") for e in said]
    return Rights(
        noindex="noindex" in words,
        noarchive=bool(words & {"noarchive", "nocache"}),
        noai="noai" in words,
        noimageai="noimageai" in words,
        tdm_reserved={"1": True, "0": False}.get(reservation or ""),
        tdm_policy=_join(url, policy),
        licence=licence,
        unavailable_after=_moment(values.get("unavailable_after")),
        signals=tuple(dict.fromkeys(signal[:200] for signal in told))[:50],
    )


def _join(url: str, link: str | None) -> str | None:
    try:
        return urljoin(url, link) if link else None
    except ValueError:
        return None


def _moment(value: str | None) -> datetime | None:
    """RFC 822, RFC 850 and ISO 8601 are allowed; without a zone it is UTC."""
    value = (value or "").strip()
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
