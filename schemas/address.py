"""Addresses: the canonical form of a URL, and the identity that follows from it.

RFC 3986 section 6 gives the safe normalisations (case, default ports, dot segments,
percent-encoding). What goes beyond it (tracking parameters, AMP and mobile variants) is
what news sites do in practice; a parameter stays unless its name is used for nothing else.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import md5
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit, urlunsplit
from uuid import NAMESPACE_URL, UUID, uuid5

from tld import get_fld

from schemas.storable import storable

#: Query parameters that say where a reader came from, never which page it is.
_TRACKING = re.compile(
    r"""(?:
        utm_\w+ | mtm_\w+ | piwik_\w+ | pk_(?:campaign|kwd|source|medium|content) | hsa_\w+
      | at_(?:medium|campaign|custom\d|format|ptr_name|link_\w+|bbc_team)
      | ns_(?:mchannel|source|campaign|linkname|fee)
      | [a-z]{1,4}clid | msclkid | gclsrc | wbraid | gbraid | _ga | _gl | igshid | igsh
      | mc_[ce]id | mkt_tok | _hs(?:enc|mi) | hsctatracking | oly_(?:anon|enc)_id | vero_(?:id|conv)
      | s_cid | s_kwcid | cmpid | icid | ito | ocid | ncid | xtor | spm | smid | smtyp
      | sr_share | sref | ftag | wt_mc(?:_o)? | fb_(?:action_ids|action_types|source|ref)
      | __twitter_impression | ref | ref_?src | ref_?url | referr?er | guccounter
      | guce_referrer(?:_sig)? | soc_src | soc_trk | tblci | usqp | amp_js_v | amp_gsa
      | phpsessid | jsessionid | sharetype | traffic_source
    )""",
    re.VERBOSE | re.IGNORECASE,
)
#: `?output=amp` and its spellings; `?amp` and `?amp=1` stand by themselves.
_AMP_KEYS = {"output", "outputtype", "type", "format", "mode", "view"}
_AMP_VALUES = {"", "1", "true", "yes"}
#: Host labels that only say for which screen the page was made.
_VARIANT_LABELS = {"m", "mobile", "amp", "touch", "wap"}
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AMP_CACHE = re.compile(
    r"https?://(?:[\w-]+\.cdn\.ampproject\.org/[acv]|(?:www\.)?google\.[a-z.]{2,6}/amp)/(s/)?(.+)",
    re.IGNORECASE,
)
_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)


@lru_cache(maxsize=8192)
def canonical_url(url: str) -> str:
    """The one spelling under which a page is kept; applying it twice changes nothing.

    Addresses that are not http(s), `file:` among them, and those that cannot be
    parsed come back as they are.
    """
    url = url.strip()
    try:
        parts = urlsplit(_leave_amp_cache(url))
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return url
    netloc = _canonical_host(host)
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        netloc += f":{port}"
    path = _without_amp(_without_dots(_recode(_SESSION.sub("", parts.path), "/:@!$&'()*+,;=")))
    return urlunsplit(
        SplitResult(
            parts.scheme,
            netloc,
            path or "/",
            _canonical_query(parts.query),
            parts.fragment if parts.fragment.startswith("!") else "",
        )
    )


def article_id(canonical: str) -> UUID:
    """UUIDv5 of a canonical address, by its identity."""
    return uuid5(NAMESPACE_URL, identity(canonical))


def identity(canonical: str) -> str:
    """A canonical address, blind to http or https, `www.` and a slash at the end."""
    if not canonical.startswith(("http://", "https://")):
        return canonical
    bare = canonical.split("://", 1)[1].removeprefix("www.")
    address, question, query = bare.partition("?")
    return f"https://{address.rstrip('/')}{question}{query}"


def address_hash(url: str) -> int:
    """63 bits by which an address is found in the warehouse; in SQL
    `md5_number_lower(url) >> 1`.
    """
    made = md5(storable(url).encode(), usedforsecurity=False).digest()
    return int.from_bytes(made[8:], "little") >> 1


def site(url: str) -> str:
    """The registrable domain of a URL (`example.co.uk`), or its host where there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return _registrable(host)


def same_site(one: str, other: str) -> bool:
    """Whether two URLs belong to one registrable domain."""
    return site(one) == site(other) != ""


def is_home(url: str) -> bool:
    """Whether a URL leads to a site's front page: no path to speak of, no query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return not parts.query and parts.path.strip("/").lower() in {"", "index.html", "index.php"}


def _leave_amp_cache(url: str) -> str:
    found = _AMP_CACHE.fullmatch(url)
    return f"http{'s' if found[1] else ''}://{found[2]}" if found else url


@lru_cache(maxsize=8192)
def _registrable(host: str) -> str:
    if re.fullmatch(r"[\d.]+|.*:.*", host):
        return host
    found = get_fld(host, fix_protocol=True, fail_silently=True)
    return found if isinstance(found, str) else ".".join(host.split(".")[-2:])


def _canonical_host(host: str) -> str:
    host = host.rstrip(".").lower()
    if ":" in host:
        return f"[{host}]"
    try:
        host = host.encode("ascii").decode()
    except UnicodeEncodeError:
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return quote(host)
    labels = host.split(".")
    if not _VARIANT_LABELS.intersection(labels):
        return host
    own = len(_registrable(host).split("."))
    front = [label for label in labels[:-own] if label not in _VARIANT_LABELS]
    return ".".join(front + labels[-own:])


def _recode(text: str, keep: str) -> str:
    """Percent-encoding as RFC 3986 6.2.2 wants it: unreserved plain, the rest upper-case."""

    if "%" not in text:
        return quote(text, safe=keep, errors="replace")

    def triplet(found: re.Match[str]) -> str:
        byte = unquote_to_bytes(found[0])
        return byte.decode() if byte[0] in _UNRESERVED else found[0].upper()

    return quote(re.sub(r"%[0-9a-fA-F]{2}", triplet, text), safe=keep + "%", errors="replace")


def _without_dots(path: str) -> str:
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept)


def _without_amp(path: str) -> str:
    """The path without its AMP marks: `/amp/x`, `/x/amp`, `/x/amp/`, `/x.amp`, `/x.amp.html`."""
    if "amp" not in path:
        return path
    path = re.sub(r"\.amp(\.html?)?(?=/?$)", r"\1", path)
    path = re.sub(r"(?<=[^/])(?:/amp)+(/?)$", r"\1", path)
    return re.sub(r"^(?:/amp)+(?=/[^/])", "", path)


def _canonical_query(query: str) -> str:
    kept = []
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        name = key.lower()
        if not pair or _TRACKING.fullmatch(name):
            continue
        if (name == "amp" and value.lower() in _AMP_VALUES) or (
            name in _AMP_KEYS and value.lower() == "amp"
        ):
            continue
        kept.append((_recode(key, "/:@!$'()*+,;?"), _recode(pair[len(key) :], "/:@!$'()*+,;=?")))
    # by name only: the order of values under one name may mean something
    return "&".join(key + rest for key, rest in sorted(kept, key=lambda item: item[0]))
