"""Rights: headers, meta, TDM reservation, licence, and damaged forms of them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.rights import Rights
from sources.rights import (
    TdmRule,
    flags_of,
    is_unavailable,
    may_archive,
    read_rights,
    read_tdmrep,
    tdm_rule_for,
)

URL = "https://gazette.example/2026/ferry"


def rights(content: str = "", *headers: tuple[str, str]) -> Rights:
    return read_rights(headers, content.encode(), URL, "Newswell")


@pytest.mark.parametrize(
    ("headers", "flags"),
    [
        ([("X-Robots-Tag", "noarchive")], ("noarchive",)),
        ([("x-robots-tag", "NoAI, noimageai")], ("noai", "noimageai")),
        ([("X-Robots-Tag", "googlebot: noarchive")], ()),
        ([("X-Robots-Tag", "googlebot: noarchive, newswell: noai, noindex")], ("noindex", "noai")),
        ([("X-Robots-Tag", "otherbot: noai"), ("X-Robots-Tag", "noindex")], ("noindex",)),
        ([("X-Robots-Tag", "none")], ("noindex",)),
        ([("X-Robots-Tag", "max-snippet:-1, nocache")], ("noarchive",)),
        ([("TDM-Reservation", "1")], ("tdm-reserved",)),
        ([("TDM-Reservation", "0")], ()),
        ([("X-Robots-Tag", "")], ()),
    ],
)
def test_headers(headers: list[tuple[str, str]], flags: tuple[str, ...]) -> None:
    assert flags_of(rights("", *headers)) == flags


@pytest.mark.parametrize(
    ("content", "flags"),
    [
        ("<meta name=robots content=noarchive>", ("noarchive",)),
        ("<META CONTENT='noai, noindex' NAME='Robots'/>", ("noindex", "noai")),
        ('<meta name="newswell" content="noai">', ("noai",)),
        ('<meta name="otherbot" content="noai">', ()),
        ('<!-- <meta name="robots" content="noai"> -->', ()),
        ('<!-- a --><meta name="robots" content="noai"><!-- b -->', ("noai",)),
        ("<!-- <meta name=robots content=noai> --><meta name=robots content=noai>", ("noai",)),
        # never closed: it only looks like a comment
        ('<!-- <meta name="robots" content="noai">', ("noai",)),
        ('<meta name="tdm-reservation" content="1">', ("tdm-reserved",)),
        ('<meta name="description" content="noai">', ()),
    ],
)
def test_meta(content: str, flags: tuple[str, ...]) -> None:
    assert flags_of(rights(content)) == flags


def test_a_crawler_without_a_name_is_told_what_all_are() -> None:
    content = b'<meta name="author" content="A. Writer"><meta name="robots" content="noai">'
    assert flags_of(read_rights((), content, URL, "")) == ("noai",)


def test_what_was_said_is_kept_with_its_place() -> None:
    found = rights(
        '<meta name="robots" content="noai"><meta name="tdm-policy" content="/terms.json">',
        ("X-Robots-Tag", "noai, max-snippet:20"),
        ("TDM-Reservation", "1"),
    )
    assert found.signals == (
        "header:noai",
        "header:max-snippet=20",
        "header:tdm-reservation=1",
        "meta:noai",
        "meta:tdm-policy=/terms.json",
    )
    assert found.tdm_policy == "https://gazette.example/terms.json"


@pytest.mark.parametrize(
    "value",
    [
        "unavailable_after: Sun, 01 Mar 2026 10:00:00 GMT, noai",
        "unavailable_after: 2026-03-01T10:00:00Z, noai",
    ],
)
def test_a_page_may_have_an_end(value: str) -> None:
    found = rights("", ("X-Robots-Tag", value))
    assert found.unavailable_after == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert found.noai
    assert is_unavailable(found, datetime(2026, 3, 1, 11, tzinfo=UTC))
    assert not is_unavailable(found, datetime(2026, 3, 1, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("content", "header"),
    [
        ('<link rel="license" href="/by/4.0/">', None),
        ("", '</by/4.0/>; rel="license"'),
        (
            '<script>{"license": "https:\\/\\/gazette.example\\/by\\/4.0\\/"}',
            None,
        ),
    ],
)
def test_licences(content: str, header: str | None) -> None:
    headers = [("Link", header)] if header else []
    assert rights(content, *headers).licence == "https://gazette.example/by/4.0/"


def test_nothing_said_is_not_a_no() -> None:
    found = rights("<html><head><title>Ferry</title></head>")
    assert found == Rights()
    assert found.tdm_reserved is None
    assert may_archive(found)
    assert not may_archive(Rights(noarchive=True))


def test_tdmrep() -> None:
    rules = read_tdmrep(
        b'[{"location": "/free/*", "tdm-reservation": 0},'
        b' {"location": "/*.pdf$", "tdm-reservation": 1, "tdm-policy": "https://g.example/p"},'
        b' {"location": 7}, 8, {"location": "/", "tdm-reservation": 1}]'
    )
    assert tdm_rule_for(rules, "/free/a") == TdmRule(location="/free/*", reserved=False)
    assert tdm_rule_for(rules, "/x/a.pdf") == rules[1]
    assert tdm_rule_for(rules, "/x/a.pdfx") == rules[2]
    assert tdm_rule_for((), "/x") is None
    assert read_tdmrep(b"<html>") == ()
    assert read_tdmrep(b"[" * 100_000) == ()


@pytest.mark.parametrize(
    "content",
    [
        "<meta " * 50_000,
        "<meta " + "a=" * 100_000 + ">",
        "<!--" * 60_000,
        '<meta name="robots" content="' + "noai," * 50_000,
        '"license":' * 30_000,
        '"license"' + "<!--" * 60_000,
        "<!--" + "<meta name=robots>" * 14_000 + "-->",
        "<meta name=robots content=noai>" * 8_000,
    ],
)
def test_hostile_heads_cost_little(content: str) -> None:
    began = time.process_time()
    rights(content)
    # a bound on the kind of growth, not a benchmark: quadratic ones take minutes here
    assert time.process_time() - began < 20


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=40))
def test_anything_is_survived(value: str, content: str, location: str) -> None:
    rights(
        f'<meta name="robots" content="{value}">{content}', ("X-Robots-Tag", value), ("Link", value)
    )
    tdm_rule_for([TdmRule(location=location, reserved=True)], content)
