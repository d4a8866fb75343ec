"""Web archives as crawlers of news write them: CC-NEWS has such records, in this order."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from tests.ingested import article_page

_HTML = "text/html; charset=utf-8"
_HTTP = "application/http; msgtype=response"

CAPTURED = datetime(2024, 3, 5, 8, 30, tzinfo=UTC)


class Crawl:
    """Writes one archive, packed as tightly as `level` says; `add_page` and the others append."""

    def __init__(self, path: Path, level: int = 9) -> None:
        self._path, self._level = path, level
        self._moment = CAPTURED
        told = f"software: a crawler of news\r\nisPartOf: {path.stem}\r\n"
        self._write("warcinfo", "", told.encode(), "application/warc-fields")

    def add_pages(self, numbers: Iterable[int], host: str = "news.example") -> None:
        """Articles, each with the request for it and a second after the last."""
        for number in numbers:
            self.add(f"https://{host}/{number}", article_page(f"pier {number}").body)

    def add(
        self,
        url: str,
        content: bytes,
        kind: str = "text/html; charset=utf-8",
        status: str = "200 OK",
        **headers: str,
    ) -> None:
        """An answer and its request; `headers` with `_` for `-`."""
        asked = "GET / HTTP/1.1\r\nHost: news.example\r\n\r\n"
        self._write("request", url, asked.encode(), "application/http; msgtype=request")
        self._write("response", url, _answer(content, kind, status, headers), _HTTP)

    def add_what_is_no_page(self) -> None:
        """A name server's answer, metadata, a revisit, a picture, a text, a redirect."""
        self._write("response", "dns:news.example", b"198.51.100.7", "text/dns")
        self._write("metadata", "https://news.example/1", b"x: y", "text/plain")
        self._write("revisit", "https://news.example/1", _answer(b"", _HTML, "200 OK", {}), _HTTP)
        self.add("https://news.example/a.png", b"\x89PNG\r\n" + bytes(99), "image/png")
        self.add("https://news.example/ads.txt", b"google.com, 123, DIRECT\n" * 9, "text/plain")
        self.add("https://news.example/old", b"", status="301 Moved", Location="/1")

    def skip(self, hours: int) -> None:
        """Nothing is captured for so long."""
        self._moment += timedelta(hours=hours)

    def add_bytes(self, junk: bytes) -> None:
        """Something that is no record."""
        with self._path.open("ab") as raw:
            raw.write(junk)

    def add_damaged(self, url: str) -> None:
        """A record whose gzip data is torn in its middle; the next one is sound again."""
        before = self._path.stat().st_size
        self._write("response", url, _answer(article_page(url).body, _HTML, "200 OK", {}), _HTTP)
        content = self._path.read_bytes()
        record = content[before:]
        middle = len(record) // 2
        torn = record[:middle] + bytes(64) + record[middle + 64 :]
        self._path.write_bytes(content[:before] + torn)

    def add_badly_packed(self, url: str) -> None:
        """A sound record whose page is no gzip data, though it is called that."""
        packed = gzip.compress(article_page(url).body)
        self.add(url, packed[:40] + b"\xff" * 99 + packed[40:], Content_Encoding="gzip")

    def _write(self, what: str, url: str, block: bytes, kind: str) -> None:
        self._moment += timedelta(seconds=1)
        headers = {
            "WARC-Type": what,
            "WARC-Record-ID": f"<urn:uuid:{uuid4()}>",
            "WARC-Date": f"{self._moment:%Y-%m-%dT%H:%M:%SZ}",
            **({"WARC-Target-URI": url} if url else {}),
            "Content-Type": kind,
            "Content-Length": str(len(block)),
        }
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        record = f"WARC/1.0\r\n{told}\r\n".encode() + block + b"\r\n\r\n"
        self.add_bytes(gzip.compress(record, self._level))


def _answer(content: bytes, kind: str, status: str, headers: dict[str, str]) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}\r\n".encode() + content
