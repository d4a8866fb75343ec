"""robots.txt by RFC 9309: who may ask for what, how often, and where the sitemaps are."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from protego import Protego

from schemas.fetching import FetchSettings, RobotsFile
from schemas.model import Frozen
from schemas.rejection import Reason
from sources.fetch.outcome import Fetched, FetchFailure

#: Answers that mean "there is no such file" (RFC 9309 2.3.1.3); more redirects than are
#: followed count so too (2.3.1.2).
_NO_FILE = frozenset(
    {
        Reason.NOT_FOUND,
        Reason.GONE,
        Reason.FORBIDDEN,
        Reason.CLIENT_ERROR,
        Reason.EMPTY,
        Reason.REDIRECT_LOOP,
        Reason.TOO_MANY_REDIRECTS,
    }
)


class Verdict(Frozen):
    """Whether one address may be fetched; `reason`, `detail` and `retry_at` say why not."""

    allowed: bool
    crawl_delay: float | None = None
    reason: Reason | None = None
    detail: str = ""
    retry_at: datetime | None = None


class Rules:
    """A robots.txt, parsed once."""

    def __init__(self, file: RobotsFile, user_agent: str) -> None:
        self.file = file
        self._token = product_token(user_agent)
        self._parsed = Protego.parse(file.text) if file.access == "rules" else None

    def judge(self, url: str) -> Verdict:
        """May this address of the file's origin be fetched?"""
        if self.file.access == "none":
            known = self.file.reason
            reason = Reason(known) if known else Reason.ROBOTS_UNAVAILABLE
            if reason in {Reason.SERVER_ERROR, Reason.RATE_LIMITED}:
                reason = Reason.ROBOTS_UNAVAILABLE
            detail = self.file.detail or "cannot be read"
            if reason is not Reason.BAD_ADDRESS:  # which the page's own is as well
                detail = f"robots.txt: {detail}"
            return Verdict(
                allowed=False, reason=reason, detail=detail, retry_at=self.file.expires_at
            )
        if self._parsed is None:
            return Verdict(allowed=True)
        if not self._parsed.can_fetch(url, self._token):
            detail = f"robots.txt does not allow {self._token} to fetch this"
            return Verdict(allowed=False, reason=Reason.ROBOTS_DISALLOWED, detail=detail)
        return Verdict(allowed=True, crawl_delay=self._delay())

    def _delay(self) -> float | None:
        assert self._parsed is not None
        asked = self._parsed.crawl_delay(self._token)
        rate = self._parsed.request_rate(self._token)
        by_rate = rate.seconds / rate.requests if rate is not None and rate.requests else None
        found = [delay for delay in (asked, by_rate) if delay is not None and delay >= 0]
        return float(max(found)) if found else None


def product_token(user_agent: str) -> str:
    """The name by which robots.txt files call a crawler (RFC 9309 2.2.1).

    It is the first product of the User-Agent, or what follows "compatible;" in those that
    begin like a browser. The rest must not take part: "(+https://example.org/bot)" would
    match rules for "bot".
    """
    found = re.search(r"compatible;\s*([A-Za-z_-]+)", user_agent)
    found = found or re.match(r"\s*([A-Za-z_-]+)", user_agent)
    return found[1] if found else user_agent.strip()


def origin_of(url: str) -> str:
    """`scheme://host[:port]`, what one robots.txt speaks for."""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}"


def read_robots(
    origin: str, answer: Fetched | FetchFailure, now: datetime, settings: FetchSettings
) -> RobotsFile:
    """What an answer to a request for robots.txt means.

    2xx gives rules, 4xx allows all, 5xx, 429 and an unreachable server disallow all for
    now (RFC 9309 2.3.1).
    """
    if isinstance(answer, Fetched):
        access, text = "rules", answer.content.decode("utf-8", "replace").removeprefix("\ufeff")
    else:
        access, text = ("all" if answer.reason in _NO_FILE else "none"), ""
    failure = answer if access == "none" and isinstance(answer, FetchFailure) else None
    seconds = settings.robots_ttl if failure is None else settings.down_for
    until = now + timedelta(seconds=seconds)
    return RobotsFile(
        origin=origin,
        access=access,
        text=text,
        fetched_at=now,
        expires_at=(failure.retry_at if failure else None) or until,
        reason=failure.reason if failure else None,
        detail=failure.detail if failure else None,
    )


def sitemaps_in(file: RobotsFile) -> tuple[str, ...]:
    """The addresses of its `Sitemap:` lines, absolute, each once, in order."""
    if file.access != "rules":
        return ()
    found = (urljoin(file.origin + "/", line.strip()) for line in Protego.parse(file.text).sitemaps)
    return tuple(dict.fromkeys(url for url in found if url.startswith(("http://", "https://"))))
