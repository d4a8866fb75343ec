"""Sitemaps of every kind, malformed and hostile ones."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.rejection import Reason, Rejection
from sources.sitemap import ParsedSitemap, SitemapSource, changed_children, parse_sitemap

SOURCE = SitemapSource(
    url="https://gazette.example/sitemaps/news.xml",
    source_id="gazette",
    fetched_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
)

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url>
    <loc> https://gazette.example/ferry?a=1&amp;b=2 </loc>
    <lastmod>2026-03-01T10:00:00+01:00</lastmod>
    <image:image><image:loc>https://gazette.example/i.jpg</image:loc>
      <image:title>A pier</image:title></image:image>
    <news:news>
      <news:publication>
        <news:name>The Gazette</news:name><news:language>en</news:language>
      </news:publication>
      <news:publication_date>2026-03-01</news:publication_date>
      <news:title>Ferry &amp; bridge closed</news:title>
      <news:keywords>ferry, harbour,</news:keywords>
    </news:news>
  </url>
  <url><loc>/relative</loc></url>
  <url><loc>ftp://gazette.example/no</loc></url>
  <url><lastmod>2026-03-01</lastmod></url>
  <url><loc>/relative</loc></url>
</urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <sitemap><loc>https://gazette.example/old.xml</loc><lastmod>2026-02-01T00:00:00Z</lastmod></sitemap>
  <sitemap><loc>https://gazette.example/any.xml</loc></sitemap>
  <sitemap><loc>https://gazette.example/a.xml.gz</loc><lastmod>2026-02-27T00:00:00Z</lastmod></sitemap>
  <sitemap><loc>https://gazette.example/b.xml.gz</loc><lastmod>2026-03-01T00:00:00Z</lastmod></sitemap>
</sitemapindex>"""


def parse(content: str | bytes) -> ParsedSitemap:
    found = parse_sitemap(content.encode() if isinstance(content, str) else content, SOURCE)
    assert isinstance(found, ParsedSitemap), found
    return found


def test_news_sitemap() -> None:
    for content in (NEWS.encode(), gzip.compress(NEWS.encode()), NEWS.encode("utf-16")):
        found = parse(content)
        first, second = found.candidates
        assert first.url == "https://gazette.example/ferry?a=1&b=2"
        assert second.url == "https://gazette.example/relative"
        assert found.left_out == 3
        assert not found.salvaged
        hints = first.hints
        assert hints is not None
        assert hints.origin == "sitemap"
        assert hints.title == "Ferry & bridge closed"
        assert hints.publisher == "The Gazette"
        assert hints.language == "en"
        assert hints.keywords == ("ferry", "harbour")
        assert hints.published_at == datetime(2026, 3, 1)  # noqa: DTZ001 -- no zone is stated
        assert hints.modified_at == datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_an_index_and_what_of_it_is_worth_reading() -> None:
    found = parse(INDEX)
    assert found.candidates == ()
    since = datetime(2026, 2, 20, tzinfo=UTC)
    names = [child.url.rpartition("/")[2] for child in changed_children(found, since)]
    assert names == ["b.xml.gz", "a.xml.gz", "any.xml"]
    assert len(changed_children(found, None)) == 4


def test_a_text_sitemap() -> None:
    found = parse(
        "\ufeffhttps://g.example/1\r\nhttps://g.example/2\n\nnot one\nhttps://g.example/1\n"
    )
    assert [each.url for each in found.candidates] == ["https://g.example/1", "https://g.example/2"]
    assert found.left_out == 3


def test_an_empty_list_is_a_sitemap_too() -> None:
    assert parse("<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>").candidates == ()


@pytest.mark.parametrize(
    "text",
    [
        NEWS.replace("closed</news:title>", "closed &nbsp;&bogus; AT&T</news:title>"),
        NEWS.replace('xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"', ""),
        NEWS.removesuffix("</urlset>"),
        NEWS + "<!-- generated in 3 s --> trailing",
        "\n\n" + NEWS,
    ],
)
def test_malformed_sitemaps_give_what_parses(text: str) -> None:
    found = parse(text)
    assert found.candidates[0].url == "https://gazette.example/ferry?a=1&b=2"
    assert found.candidates[0].hints is not None
    assert (found.candidates[0].hints.title or "").startswith("Ferry & bridge closed")


def test_an_address_that_was_cut_off_is_not_guessed() -> None:
    found = parse(NEWS[: NEWS.index("relative")] + "rel")
    assert len(found.candidates) == 1
    assert found.salvaged


def test_limits() -> None:
    many = "".join(f"<url><loc>https://g.example/{number}</loc></url>" for number in range(50_100))
    found = parse(f"<urlset>{many}</urlset>")
    assert len(found.candidates) == 50_000
    assert found.left_out == 100


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY),
        (gzip.compress(b"\0" * 60_000_000), Reason.BOMB),
        (gzip.compress(NEWS.encode())[:-20], Reason.CUT_OFF),
        (b"\x1f\x8b not gzip", Reason.BAD_GZIP),
        (b"<html><body>Not found</body></html>", Reason.NOT_A_FEED),
        (b"<rss><channel/></rss>", Reason.NOT_A_FEED),
        (b"<" * 1_000_000, Reason.NOT_A_FEED),
        (b"<a>" * 1_000_000, Reason.NOT_A_FEED),
        (b"words", Reason.NOT_A_FEED),
    ],
)
def test_what_is_no_sitemap_is_refused_quickly(content: bytes, reason: Reason) -> None:
    began = time.process_time()
    found = parse_sitemap(content, SOURCE)
    assert isinstance(found, Rejection), found
    assert found.reason is reason
    # a bound on the kind of growth, not a benchmark: quadratic ones take minutes here
    assert time.process_time() - began < 20


def test_entities_are_never_expanded() -> None:
    bomb = (
        '<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/hostname">]>'
        "<urlset><url><loc>https://g.example/&b;&f;</loc></url></urlset>"
    )
    found = parse_sitemap(bomb.encode(), SOURCE)
    assert isinstance(found, ParsedSitemap)
    assert all("aaaa" not in candidate.url for candidate in found.candidates)


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_any_bytes_are_survived(content: bytes) -> None:
    parse_sitemap(content, SOURCE)


@settings(max_examples=200)
@given(st.data(), st.sampled_from([NEWS, INDEX]))
def test_any_damage_is_survived(data: st.DataObject, text: str) -> None:
    content = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 150)))
        hurt = data.draw(st.sampled_from([b"", b"<", b"&", b"]]>", b"\0", b"\xff\xfe", b"<!--"]))
        content[start:end] = hurt
    found = parse_sitemap(bytes(content), SOURCE)
    if isinstance(found, ParsedSitemap):
        changed_children(found, SOURCE.fetched_at - timedelta(days=9))
        assert all(each.url.startswith(("http://", "https://")) for each in found.candidates)
