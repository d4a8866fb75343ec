"""Exchanges as WARC 1.1 records (ISO 28500:2017), each one gzip member. Pure."""

from __future__ import annotations

import base64
import hashlib
import re
import struct
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID, uuid5

from sources.fetch.outcome import Exchange

#: Measured on 100 news pages of 340 KB: level 3 takes 3.3 ms a page, half the time of level
#: 6, for 12 % more bytes.
_LEVEL = 3
#: RFC 1952 2.3: deflate, no name, no time, unknown system.
_MEMBER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_SPACE = UUID("7a2d5a3e-54a1-4f0c-9d6c-0f4c4f0c8b11")
#: Of an item of a feed: in this archive no other record has it.
ITEM_TYPE = "application/json"
_END = b"\r\n\r\n"
_TRANSFER = re.compile(rb"^transfer-encoding(?=:)", re.IGNORECASE | re.MULTILINE)
_PACKED = re.compile(rb"^content-encoding:", re.IGNORECASE | re.MULTILINE)


def pack(plain: bytes, packed: bytes = b"") -> bytes:
    """One gzip member (RFC 1952), as the WARC specification's annex D wants each record.

    `packed` follows `plain` in it and is stored as it is: what a server has packed already
    gets no smaller.
    """
    squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    keep = zlib.compressobj(0, zlib.DEFLATED, -zlib.MAX_WBITS)
    # a flush that ends on a byte lets the blocks of another compressor follow
    head = squeeze.compress(plain) + squeeze.flush(zlib.Z_SYNC_FLUSH)
    rest = keep.compress(packed) + keep.flush()
    check = zlib.crc32(packed, zlib.crc32(plain))
    size = (len(plain) + len(packed)) & 0xFFFFFFFF
    return b"".join((_MEMBER, head, rest, struct.pack("<II", check, size)))


def warcinfo(file: str, now: datetime, software: str, user_agent: str) -> bytes:
    """The record that every file begins with: who made it and how."""
    fields = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "classic",
        "http-header-user-agent": user_agent,
    }
    block = "".join(f"{name}: {_line(value)}\r\n" for name, value in fields.items()).encode()
    headers = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": record_id(f"warcinfo\n{file}"),
        "WARC-Date": warc_date(now),
        "WARC-Filename": file,
        "WARC-Block-Digest": _digest(block),
        "Content-Type": "application/warc-fields",
    }
    return pack(_head(headers, len(block)) + block + _END)


def response_and_request(exchange: Exchange, info_id: str) -> tuple[bytes, bytes]:
    """The two records of an exchange, the response first, each a gzip member.

    The body is stored as it was sent, still compressed. Transfer codings are already
    undone, so their header is renamed, as Common Crawl does.
    """
    date = warc_date(exchange.started_at)
    name = f"{exchange.url}\n{date}"
    common = {
        "WARC-Date": date,
        "WARC-Target-URI": exchange.url,
        "WARC-Warcinfo-ID": info_id,
    }
    if exchange.ip:
        common["WARC-IP-Address"] = exchange.ip
    response_id = record_id(f"response\n{name}")
    http = _TRANSFER.sub(b"X-Crawler-Transfer-Encoding", exchange.response_head)
    response = {
        "WARC-Type": "response",
        "WARC-Record-ID": response_id,
        **common,
        "WARC-Block-Digest": _digest(http, exchange.body),
        "WARC-Payload-Digest": _digest(exchange.body),
        "Content-Type": "application/http; msgtype=response",
    }
    request = {
        "WARC-Type": "request",
        "WARC-Record-ID": record_id(f"request\n{name}"),
        "WARC-Concurrent-To": response_id,
        **common,
        "WARC-Block-Digest": _digest(exchange.request_head),
        "Content-Type": "application/http; msgtype=request",
    }
    head = _head(response, len(http) + len(exchange.body)) + http
    asked = _head(request, len(exchange.request_head)) + exchange.request_head + _END
    if _PACKED.search(http):
        return pack(head, exchange.body + _END), pack(asked)
    return pack(head + exchange.body + _END), pack(asked)


def item_record(url: str, moment: datetime, content: bytes, info_id: str) -> bytes:
    """An article that a feed brought whole, as a resource record of its own.

    The feed's body has many, of which one may have to be taken out.
    """
    date = warc_date(moment)
    headers = {
        "WARC-Type": "resource",
        "WARC-Record-ID": record_id(f"resource\n{url}\n{date}"),
        "WARC-Date": date,
        "WARC-Target-URI": url,
        "WARC-Warcinfo-ID": info_id,
        "WARC-Block-Digest": _digest(content),
        "Content-Type": ITEM_TYPE,
    }
    return pack(_head(headers, len(content)) + content + _END)


def warc_date(moment: datetime) -> str:
    """UTC with microseconds, as WARC 1.1 allows: two answers of one second differ."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def record_id(name: str) -> str:
    """The same record always has the same id."""
    return f"<urn:uuid:{uuid5(_SPACE, name)}>"


def _head(headers: Mapping[str, str], length: int) -> bytes:
    lines = [f"{name}: {_line(value)}" for name, value in headers.items()]
    return "\r\n".join(["WARC/1.1", *lines, f"Content-Length: {length}", "", ""]).encode()


def _line(value: str) -> str:
    """A value that cannot begin a line of its own."""
    return value.replace("\r", " ").replace("\n", " ")


def _digest(*parts: bytes) -> str:
    """SHA-1 in base 32, which is what WARC tools compare by; nothing here is a secret."""
    mark = hashlib.sha1(usedforsecurity=False)
    for part in parts:
        mark.update(part)
    return f"sha1:{base64.b32encode(mark.digest()).decode()}"
