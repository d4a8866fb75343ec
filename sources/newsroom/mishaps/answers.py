"""Trouble within the rules of HTTP: statuses, Retry-After, redirects, wrong types, lies."""

from __future__ import annotations

import gzip
import random
from datetime import UTC, datetime, timedelta
from importlib.resources import files

from sources.newsroom.exchange import Reply, Request, http_date
from sources.newsroom.mishaps.misdeed import Answer, Situation

_HTML = ("Content-Type", "text/html; charset=utf-8")
#: The longest Retry-After that the field's fetchers report having seen, in seconds: 88 hours.
_FOREVER = "317100"
#: Two seconds: long enough to tell a client that waits from one that does not.
_RETRY_SECONDS = 2


def page_named(name: str) -> bytes:
    """One of the pages in the folder beside this file."""
    return files("sources.newsroom.mishaps").joinpath("pages", name).read_bytes()


def html(name: str, status: int = 200) -> Answer:
    """That page as HTML."""
    return lambda _, __: Reply(status=status, headers=(_HTML,), body=page_named(name))


def typed(content_type: str | None, body: bytes) -> Answer:
    """These bytes under that media type, or under none."""
    headers = (("Content-Type", content_type),) if content_type else ()
    return lambda _, __: Reply(headers=headers, body=body)


def status(code: int, *headers: tuple[str, str]) -> Answer:
    """That status with a page that says so."""
    body = f"<html><head><title>{code}</title></head><body><h1>Error {code}</h1></body></html>"
    return lambda _, __: Reply(status=code, headers=(_HTML, *headers), body=body.encode())


def busy_until_date(_: Request, __: Situation) -> Reply:
    """503 with Retry-After as a date (RFC 9110 section 10.2.3)."""
    when = http_date(datetime.now(UTC) + timedelta(seconds=_RETRY_SECONDS))
    return Reply(status=503, headers=(("Retry-After", when),))


def busy_once(request: Request, situation: Situation) -> Reply:
    """503 the first time, the ordinary page from then on."""
    if situation.earlier == 0:
        return Reply(status=503, headers=(("Retry-After", str(_RETRY_SECONDS)),))
    return html("ordinary.html")(request, situation)


def busy_for_good(_: Request, __: Situation) -> Reply:
    """429 with a Retry-After of days."""
    return Reply(status=429, headers=(("Retry-After", _FOREVER),))


def redirect(location: str | None, code: int = 302) -> Answer:
    """To an address, which may start with `/` for one on this host; None leaves it out."""

    def answer(_: Request, situation: Situation) -> Reply:
        if location is None:
            return Reply(status=code)
        absolute = situation.base + location if location.startswith("/") else location
        return Reply(status=code, headers=(("Location", absolute),))

    return answer


def endless_redirect(request: Request, situation: Situation) -> Reply:
    """`/redirect/endless/7` leads to `/redirect/endless/8`."""
    step = request.path.rsplit("/", 1)[1]
    following = int(step) + 1 if step.isdecimal() else 1
    return redirect(f"/redirect/endless/{following}")(request, situation)


def redirect_to_tls(_: Request, situation: Situation) -> Reply:
    """To `https:` on this very port, where no TLS is spoken."""
    secure = situation.base.replace("http:", "https:", 1)
    return Reply(status=302, headers=(("Location", f"{secure}/page/ordinary"),))


def cookie(request: Request, situation: Situation) -> Reply:
    """The ordinary page with two cookies, one of them for ever."""
    page = html("ordinary.html")(request, situation)
    cookies = (
        ("Set-Cookie", "visitor=1; Path=/"),
        ("Set-Cookie", "known=yes; Path=/; Max-Age=31536000"),
    )
    return page.model_copy(update={"headers": (*page.headers, *cookies)})


def gzipped_nonsense(_: Request, __: Situation) -> Reply:
    """Content-Encoding says gzip, and the first bytes too, but not the rest."""
    body = gzip.compress(page_named("ordinary.html"), mtime=0)
    spoilt = body[:40] + bytes(byte ^ 0x5A for byte in body[40:])
    return Reply(headers=(_HTML, ("Content-Encoding", "gzip")), body=spoilt)


def gzip_in_name_only(_: Request, __: Situation) -> Reply:
    """Content-Encoding says gzip, the body is plain HTML."""
    return Reply(headers=(_HTML, ("Content-Encoding", "gzip")), body=page_named("ordinary.html"))


def gzip_cut_off(_: Request, __: Situation) -> Reply:
    """A whole reply by Content-Length, with half a gzip stream in it."""
    body = gzip.compress(page_named("ordinary.html"), mtime=0)
    return Reply(headers=(_HTML, ("Content-Encoding", "gzip")), body=body[: len(body) // 2])


def gzip_unsaid(_: Request, __: Situation) -> Reply:
    """Gzip'd HTML without a word about it."""
    return Reply(headers=(_HTML,), body=gzip.compress(page_named("ordinary.html"), mtime=0))


def undecodable(_: Request, __: Situation) -> Reply:
    """HTML that says UTF-8, with paragraphs of bytes that no encoding explains."""
    return Reply(headers=(_HTML,), body=b"<html><body><p>" + _noise(4000) + b"</p></body></html>")


def binary(_: Request, __: Situation) -> Reply:
    """Random bytes with many NULs that are said to be HTML."""
    return Reply(headers=(_HTML,), body=b"\x00\x01\x02BLOB" + _noise(4000) + bytes(500))


def deep(_: Request, __: Situation) -> Reply:
    """Elements nested 20,000 deep: more than any parser's stack likes."""
    opened = b"<div>" * 20_000
    return Reply(headers=(_HTML,), body=b"<html><body>" + opened + b"<p>Down here.</p>")


def heavy_attributes(_: Request, __: Situation) -> Reply:
    """One element with a megabyte of attributes."""
    attributes = " ".join(f'data-a{n}="{n:09d}"' for n in range(45_000))
    body = f"<html><body><p {attributes}>A short sentence.</p></body></html>"
    return Reply(headers=(_HTML,), body=body.encode())


def _noise(length: int) -> bytes:
    """Bytes from 0x80 to 0xFF, the same each time."""
    generator = random.Random(1931)  # noqa: S311  # noise for a page, not a secret
    return bytes(generator.randrange(0x80, 0x100) for _ in range(length))
