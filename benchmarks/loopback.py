"""A local web of 20 addresses, in a process of its own: the pages that benchmarks fetch.

    python benchmarks/loopback.py [--pages 2000] [--seconds 1800]

Binds 127.0.0.31 to 127.0.0.50, prints one line of JSON when it is ready
({"real": bool, "hosts": [{"feed": address, "pages": [address, ...]}, ...]}), and serves
until its standard input closes or its time is over. The pages are those of the collections
in NEWSWELL_BENCH (default ../shared/bench), each under several addresses and each time
with another sentence in its longest passage, so that no two of them have one text; their
canonical links are taken out. Where the collections are absent, the pages are invented.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote, urlsplit

from invented import invent_page

HOSTS = 20
#: Above the addresses that the sample newsroom takes for itself.
_FIRST_ADDRESS = 31
_UNSEEN = re.compile(
    r"<(script|style|head|noscript|template)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL
)
_CANONICAL = re.compile(r"<link\b[^>]*\brel=[\"']?canonical[^>]*>", re.IGNORECASE)
_PASSAGE = re.compile(r">[^<>]{40,}(?=<)")
#: Fast, since it is done for each page before the first can be served.
_LEVEL = 1


def read_pages() -> list[tuple[str, str]]:
    """(path, text) of every page of the collections; empty where they are absent."""
    default = Path(__file__).resolve().parent.parent.parent / "shared" / "bench"
    folder = Path(os.environ.get("NEWSWELL_BENCH", default)) / "extraction"
    pages = []
    for truth in sorted(folder.glob("*/truth.jsonl")):
        for line in truth.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            content = gzip.decompress(
                (truth.parent / "pages" / f"{row['id']}.html.gz").read_bytes()
            )
            path = quote(urlsplit(row.get("url") or "").path.strip("/")[:150]) or "story"
            pages.append((path, content.decode("utf-8", "replace")))
    return pages


def vary(text: str, number: int) -> str:
    """The page with a sentence of its own in its longest passage and no canonical link."""
    text = _CANONICAL.sub("", text)
    # of the same length, so that places stay what they are
    seen = _UNSEEN.sub(lambda found: ">" * len(found[0]), text)
    longest = max(_PASSAGE.finditer(seen), key=lambda found: len(found[0].strip()), default=None)
    if longest is None:
        return text
    return f"{text[: longest.end()]} This is report number {number}.{text[longest.end() :]}"


def make_pages(real: Sequence[tuple[str, str]], count: int) -> Iterator[tuple[str, str]]:
    """(path, text) of as many pages as asked for, all of them different."""
    for number in range(count):
        if real:
            path, text = real[number % len(real)]
            yield f"/p{number}/{path}", vary(text, number)
        else:
            yield f"/p{number}/story", _CANONICAL.sub("", invent_page(number))


def make_reply(body: bytes, media_type: str) -> bytes:
    """A whole reply, packed as servers pack."""
    squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    packed = squeeze.compress(body) + squeeze.flush()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Encoding: gzip\r\n"
        f"Content-Length: {len(packed)}\r\n\r\n"
    )
    return head.encode() + packed


def make_feed(base: str, paths: list[str]) -> bytes:
    """An RSS 2.0 feed of the pages."""
    items = "\n".join(
        f"<item><title>Report {n}</title><link>{escape(base + path)}</link></item>"
        for n, path in enumerate(paths)
    )
    return f'<rss version="2.0"><channel><title>Reports</title>{items}</channel></rss>'.encode()


class Client(asyncio.Protocol):
    """One connection: asks are answered from memory, in turn."""

    def __init__(self, replies: dict[bytes, bytes]) -> None:
        self._replies = replies
        self._rest = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers every whole request."""
        *asked, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for head in asked:
            target = head.split(b" ", 2)[1]
            missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
            self._transport.write(self._replies.get(target, missing))


async def serve(pages: int, seconds: float) -> None:
    """Opens all addresses and serves until nobody listens any more, or time is up."""
    loop = asyncio.get_running_loop()
    paths: list[list[str]] = [[] for _ in range(HOSTS)]
    replies: list[dict[bytes, bytes]] = [{} for _ in range(HOSTS)]
    real = read_pages()
    for number, (path, text) in enumerate(make_pages(real, pages)):
        reply = make_reply(text.encode("utf-8", "replace"), "text/html; charset=utf-8")
        replies[number % HOSTS][path.encode()] = reply
        paths[number % HOSTS].append(path)
    hosts = []
    for number in range(HOSTS):
        server = await loop.create_server(
            lambda number=number: Client(replies[number]),  # type: ignore[misc]
            f"127.0.0.{_FIRST_ADDRESS + number}",
            0,
        )
        base = "http://{}:{}".format(*server.sockets[0].getsockname())
        feed = make_feed(base, paths[number])
        replies[number][b"/feed.xml"] = make_reply(feed, "application/rss+xml")
        hosts.append({"feed": f"{base}/feed.xml", "pages": [base + path for path in paths[number]]})
    print(json.dumps({"real": bool(real), "hosts": hosts}), flush=True)
    ended = loop.run_in_executor(None, sys.stdin.read)
    await asyncio.wait([ended], timeout=seconds)
    os._exit(0)  # the thread that reads standard input would be waited for


def main() -> None:
    """Serves."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--pages", type=int, default=2000)
    options.add_argument("--seconds", type=float, default=1800)
    asked = options.parse_args()
    asyncio.run(serve(asked.pages, asked.seconds))


if __name__ == "__main__":
    main()
