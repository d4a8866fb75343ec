"""Exchanges as WARC 1.1 records (ISO 28500:2017), each one gzip member. Pure."""

from __future__ import annotations

import io
import zlib
from datetime import UTC, datetime
from uuid import UUID, uuid5

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from sources.fetch.outcome import Exchange

#: Measured on 100 news pages of 340 KB: level 3 takes 3.3 ms a page, half the time of level
#: 6, for 12 % more bytes. What a server has packed already gets no smaller at any level.
_LEVEL, _LEVEL_OF_PACKED = 3, 1
_GZIP = 16 + zlib.MAX_WBITS
_SPACE = UUID("7a2d5a3e-54a1-4f0c-9d6c-0f4c4f0c8b11")


def pack(plain: bytes, *, packed: bool = False) -> bytes:
    """One gzip member (RFC 1952), as the WARC specification's annex D wants each record."""
    squeeze = zlib.compressobj(_LEVEL_OF_PACKED if packed else _LEVEL, zlib.DEFLATED, _GZIP)
    return squeeze.compress(plain) + squeeze.flush()


def warcinfo(file: str, now: datetime, software: str, user_agent: str) -> bytes:
    """The record that every file begins with: who made it and how."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="1.1")
    fields = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "classic",
        "http-header-user-agent": user_agent,
    }
    record = writer.create_warcinfo_record(file, fields)
    record.rec_headers.replace_header("WARC-Date", warc_date(now))
    record.rec_headers.replace_header("WARC-Record-ID", record_id(f"warcinfo\n{file}"))
    writer.write_record(record)
    return pack(out.getvalue())


def response_and_request(exchange: Exchange, info_id: str) -> tuple[bytes, bytes]:
    """The two records of an exchange, the response first, each a gzip member.

    The body is stored as it was sent, still compressed. Transfer codings are already
    undone, so their header is renamed, as Common Crawl does.
    """
    date = warc_date(exchange.started_at)
    name = f"{exchange.url}\n{date}"
    common = {"WARC-Date": date, "WARC-Warcinfo-ID": info_id}
    if exchange.ip:
        common["WARC-IP-Address"] = exchange.ip
    response_id = record_id(f"response\n{name}")
    headers = _parse_head(exchange.response_head)
    response = _record(
        "response",
        exchange.url,
        StatusAndHeaders(*headers),
        exchange.body,
        {**common, "WARC-Record-ID": response_id},
    )
    request = _record(
        "request",
        exchange.url,
        StatusAndHeaders(*_parse_head(exchange.request_head), is_http_request=True),
        b"",
        {
            **common,
            "WARC-Record-ID": record_id(f"request\n{name}"),
            "WARC-Concurrent-To": response_id,
        },
    )
    is_packed = any(key.lower() == "content-encoding" for key, _ in headers[1])
    return pack(response, packed=is_packed), pack(request)


def warc_date(moment: datetime) -> str:
    """UTC with microseconds, as WARC 1.1 allows: two answers of one second differ."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def record_id(name: str) -> str:
    """The same record always has the same id."""
    return f"<urn:uuid:{uuid5(_SPACE, name)}>"


def _record(
    kind: str, url: str, http: StatusAndHeaders, body: bytes, headers: dict[str, str]
) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="1.1")
    writer.write_record(
        writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=http,
            warc_headers_dict=headers,
        )
    )
    return out.getvalue()


def _parse_head(head: bytes) -> tuple[str, list[tuple[str, str]], str]:
    """(what follows the protocol or, of a request, the method; headers; the first word)."""
    first, *lines = head.decode("iso-8859-1").rstrip("\r\n").split("\r\n")
    protocol, _, rest = first.partition(" ")
    pairs = [line.partition(": ") for line in lines]
    named = [(_renamed(key), value) for key, _, value in pairs]
    return rest, named, protocol


def _renamed(name: str) -> str:
    return "X-Crawler-Transfer-Encoding" if name.lower() == "transfer-encoding" else name
