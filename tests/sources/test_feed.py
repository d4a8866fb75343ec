"""Feeds of every kind, malformed ones, hostile ones, and whatever hypothesis thinks of."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.rejection import Reason, Rejection
from sources.feed import FeedSource, ParsedFeed, parse_feed

URL = "https://gazette.example/feeds/news.xml"
SOURCE = FeedSource(url=URL, source_id="gazette", fetched_at=datetime(2026, 3, 1, 12, tzinfo=UTC))

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"
     xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel>
  <title>The Gazette</title><link>https://gazette.example/</link><language>en_gb</language>
  <ttl>15</ttl><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
  <atom:link rel="self" href="/feeds/news.xml"/>
  <atom:link rel="next" href="news.xml?page=2"/>
  <item>
    <title>Ferry &amp;amp; bridge: &lt;b&gt;both&lt;/b&gt; closed</title>
    <link>  /2026/ferry?a=1&amp;b=2 </link>
    <guid isPermaLink="false">tag:77</guid>
    <pubDate>Sun, 01 Mar 2026 09:30:00 +0200</pubDate>
    <atom:updated>2026-03-01T10:00:00+02:00</atom:updated>
    <dc:creator>Ada Quill</dc:creator><dc:creator>Bo Reed</dc:creator>
    <category>Harbour</category><category>Traffic</category>
    <description>Both are &lt;i&gt;closed&lt;/i&gt; until Monday.</description>
    <content:encoded><![CDATA[<p>Both are closed.</p><script>spy()</script>]]></content:encoded>
    <media:thumbnail url="/small.jpg"/><media:content url="/large.jpg" medium="image"/>
    <source url="https://agency.example/feed">Harbour Agency</source>
  </item>
  <item><guid>https://gazette.example/permalink</guid><title>Second</title></item>
  <item><title>Without any address</title></item>
  <item><link>javascript:alert(1)</link></item>
  <item><link>https://gazette.example/permalink</link><title>The same again</title></item>
</channel></rss>"""


def parse(content: str | bytes, **changes: object) -> ParsedFeed:
    found = parse_feed(
        content.encode() if isinstance(content, str) else content,
        SOURCE.model_copy(update=changes),
    )
    assert isinstance(found, ParsedFeed), found
    return found


def refusal(content: bytes) -> Reason:
    found = parse_feed(content, SOURCE)
    assert isinstance(found, Rejection), found
    assert found.stage == "discover"
    return found.reason


def rss(*items: str) -> str:
    return f"<rss version='2.0'><channel><title>T</title>{''.join(items)}</channel></rss>"


def item(number: int = 1) -> str:
    return f"<item><link>https://gazette.example/{number}</link><title>No. {number}</title></item>"


def test_rss_with_everything() -> None:
    feed = parse(RSS)
    assert feed.kind == "rss20"
    assert (feed.title, feed.language) == ("The Gazette", "en-GB")
    assert feed.home_url == "https://gazette.example/"
    assert feed.self_url == URL
    assert feed.next_url == "https://gazette.example/feeds/news.xml?page=2"
    assert feed.floor == timedelta(minutes=30)
    assert not feed.salvaged
    assert feed.left_out == 3
    first, second = feed.candidates
    assert first.url == "https://gazette.example/2026/ferry?a=1&b=2"
    assert first.source_id == "gazette"
    assert first.discovered_at == SOURCE.fetched_at
    hints = first.hints
    assert hints is not None
    assert hints.origin == "feed"
    assert hints.title == "Ferry & bridge: both closed"
    assert hints.authors == ("Ada Quill", "Bo Reed")
    assert hints.published_at == datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
    assert hints.published_at.utcoffset() == timedelta(hours=2)
    assert hints.modified_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert hints.description == "Both are closed until Monday."
    assert hints.content == "<p>Both are closed.</p><script>spy()</script>"
    assert hints.publisher == "Harbour Agency"
    assert hints.language == "en-GB"
    assert hints.keywords == ("Harbour", "Traffic")
    assert hints.image_url == "https://gazette.example/large.jpg"
    assert second.url == "https://gazette.example/permalink"
    assert second.hints is not None
    assert second.hints.title == "Second"
    assert second.hints.published_at is None


def test_atom() -> None:
    feed = parse(
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://b.example/x/">
        <title>Blatt</title><link rel="alternate" href="/"/><link rel="self" href="a.xml"/>
        <entry xml:lang="fr"><title type="html">&lt;em&gt;Sturm&lt;/em&gt; &amp;gt; Regen</title>
          <link rel="alternate" href="sturm"/><link rel="enclosure" type="image/png" href="/s.png"/>
          <author><name>Ida Blau</name></author><category term="Wetter"/>
          <published>2026-02-28T23:30:00-05:00</published><updated>2026-03-01T06:00:00Z</updated>
          <content type="xhtml">
            <div xmlns="http://www.w3.org/1999/xhtml"><p>Es weht.</p></div></content>
        </entry>
        <entry><title>Nur geändert</title><link href="zwei"/>
          <updated>2026-03-01T06:00:00Z</updated></entry>
        </feed>"""
    )
    first, second = feed.candidates
    assert (feed.kind, feed.title, feed.language) == ("atom10", "Blatt", "de")
    assert feed.self_url == "https://b.example/x/a.xml"
    assert first.url == "https://b.example/x/sturm"
    assert first.hints is not None
    assert second.hints is not None
    assert first.hints.title == "Sturm > Regen"
    assert first.hints.authors == ("Ida Blau",)
    assert first.hints.section == "Wetter"
    assert first.hints.published_at == datetime(
        2026, 2, 28, 23, 30, tzinfo=timezone(timedelta(hours=-5))
    )
    assert first.hints.content is not None
    assert "<p>Es weht.</p>" in first.hints.content
    assert first.hints.image_url == "https://b.example/s.png"
    assert second.hints.published_at is None
    assert second.hints.modified_at == datetime(2026, 3, 1, 6, tzinfo=UTC)


def test_rdf() -> None:
    feed = parse(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel rdf:about="x"><title>Old</title><link>https://o.example/</link></channel>
        <item rdf:about="https://o.example/1"><title>One</title><link>https://o.example/1</link>
        <dc:date>2026-03-01T10:00:00+09:00</dc:date></item></rdf:RDF>"""
    )
    (one,) = feed.candidates
    assert one.hints is not None
    assert one.hints.published_at == datetime(2026, 3, 1, 1, tzinfo=UTC)


def test_rss_091_with_a_doctype_and_html_names() -> None:
    feed = parse(
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd">'
        '<rss version="0.91"><channel><title>Caf&eacute;&nbsp;News</title>'
        "<item><title>Fish &amp; Chips</title><link>https://c.example/1</link></item>"
        "</channel></rss>"
    )
    assert feed.title == "Café News"
    assert feed.candidates[0].hints is not None
    assert feed.candidates[0].hints.title == "Fish & Chips"
    assert feed.salvaged


def test_json_feed() -> None:
    feed = parse(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "Tide",
                "home_page_url": "/",
                "feed_url": URL,
                "next_url": "?page=2",
                "language": "en-GB",
                "items": [
                    {
                        "id": 7,
                        "url": "/tide",
                        "title": "Low \ud800 tide",
                        "summary": "Low.",
                        "content_html": "<p>Very low.</p>",
                        "date_published": "2026-03-01T08:00:00+01:00",
                        "authors": [{"name": "Cy Shore"}],
                        "tags": ["sea", 4, None],
                        "image": "tide.png",
                    },
                    {"id": "https://gazette.example/8"},
                    {"id": "nine"},
                    "ten",
                ],
            }
        )
    )
    first, second = feed.candidates
    assert feed.kind == "json"
    assert feed.next_url == URL + "?page=2"
    assert feed.left_out == 2
    assert first.url == "https://gazette.example/tide"
    assert first.hints is not None
    assert first.hints.title == "Low tide"
    assert first.hints.authors == ("Cy Shore",)
    assert first.hints.published_at == datetime(2026, 3, 1, 7, tzinfo=UTC)
    assert first.hints.content == "<p>Very low.</p>"
    assert second.url == "https://gazette.example/8"


# what is malformed is salvaged


@pytest.mark.parametrize(
    "text",
    [
        rss(item(1), "<item><title>AT&T & friends</title><link>https://g.example/2</link></item>"),
        rss(item(1), "<item><title>a &bogus; b</title><link>https://g.example/2</link></item>"),
        rss(item(1), item(2)).replace("</item></channel>", "</item><x></channel>"),
        rss(item(1), item(2)).replace("<title>No. 2", "<title>No.\x0b 2"),
        rss(item(1), item(2)).replace("<title>No. 2</title>", "<media:title>No</media:title>"),
        "Warning: undefined variable in /srv/feed.php\n<br />" + rss(item(1), item(2)),
        rss(item(1), item(2)) + "<!-- cached --><script>1</script>",
        rss(item(1), item(2)).removesuffix("</channel></rss>"),
    ],
)
def test_malformed_feeds_give_what_parses(text: str) -> None:
    assert len(parse(text).candidates) == 2


def test_an_entry_that_was_cut_off_is_not_guessed() -> None:
    whole = rss(item(1), item(22222))
    feed = parse(whole[: whole.index("2222")])
    assert [candidate.url for candidate in feed.candidates] == ["https://gazette.example/1"]
    assert feed.salvaged


@pytest.mark.parametrize(
    ("text", "encoding", "charset"),
    [
        ('<?xml version="1.0" encoding="koi8-r"?>', "koi8-r", None),
        ('<?xml version="1.0" encoding="utf-8"?>', "koi8-r", "KOI8-R"),
        ('<?xml version="1.0"?>', "utf-16", None),
        ('<?xml version="1.0"?>', "utf-16-le", None),
        ('<?xml version="1.0"?>', "utf-8-sig", "iso-8859-1"),
        ('<?xml version="1.0" encoding="nonsense"?>', "utf-8", "zlib_codec"),
        ('<?xml version="1.0" encoding="us-ascii"?>', "utf-8", None),
    ],
)
def test_encodings(text: str, encoding: str, charset: str | None) -> None:
    body = text + rss("<item><link>https://g.example/1</link><title>Паром</title></item>")
    (candidate,) = parse(body.encode(encoding), charset=charset).candidates
    assert candidate.hints is not None
    if text.endswith('"us-ascii"?>'):
        # the Encoding Standard reads us-ascii as windows-1252; that one is the publisher's
        return
    assert candidate.hints.title == "Паром"


# what is hostile costs little


LOL = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol lol lol"><!ELEMENT x (#PCDATA)>
<!-- it's --> <!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">
<!ENTITY lol4 "&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;">
<!ENTITY file SYSTEM "file:///etc/hostname"> <!ENTITY % remote SYSTEM "http://127.0.0.1:1/x">
]>"""


def test_entities_are_never_expanded() -> None:
    body = rss("<item><link>https://g.example/1</link><title>&lol4;|&file;</title></item>")
    for text in (LOL + body, LOL.replace("]>", "") + body, LOL.replace('"lol lol', "'lol") + body):
        found = parse_feed(text.encode(), SOURCE)
        if isinstance(found, ParsedFeed):
            titles = [each.hints.title or "" for each in found.candidates if each.hints]
            assert all(len(title) < 40 and "lol lol" not in title for title in titles)
    assert parse(LOL + body).candidates[0].hints is not None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY),
        (b" \n\t", Reason.EMPTY),
        (b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>", Reason.NOT_A_FEED),
        (b"<html>" + b"<p class=x>text<br>" * 400_000, Reason.NOT_A_FEED),
        (b"<" * 2_000_000, Reason.NOT_A_FEED),
        (b"<a>" * 2_000_000, Reason.NOT_A_FEED),
        (b"&" * 2_000_000, Reason.NOT_A_FEED),
        (b"<![CDATA[" * 200_000, Reason.NOT_A_FEED),
        (b"<!DOCTYPE x [" + b"<!ENTITY a 'b'>" * 100_000, Reason.NOT_A_FEED),
        (b" " * 3_000_000 + b"x", Reason.NOT_A_FEED),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100, Reason.NOT_A_FEED),
        (b"{" + b'"a":{' * 100_000, Reason.NOT_A_FEED),
        (b'{"version": "https://jsonfeed.org/version/1", "items": 5}', Reason.NOT_A_FEED),
        (b'{"n": ' + b"9" * 100_000 + b"}", Reason.NOT_A_FEED),
        (b"just words", Reason.NOT_A_FEED),
    ],
)
def test_what_is_no_feed_is_refused_quickly(content: bytes, reason: Reason) -> None:
    began = time.process_time()
    assert refusal(content) is reason
    # a bound on the kind of growth, not a benchmark: quadratic ones take minutes here
    assert time.process_time() - began < 20


def test_limits_on_entries_and_elements() -> None:
    feed = parse(rss(*(item(number) for number in range(2_500))))
    assert len(feed.candidates) == 2_000
    assert feed.left_out == 500
    heavy = f"<item><link>https://g.example/h</link>{'<x/>' * 300_000}</item>"
    assert [each.url for each in parse(rss(item(1), heavy, item(2))).candidates] == [
        "https://gazette.example/1",
        "https://gazette.example/2",
    ]


def test_addresses_of_any_length_are_not_kept() -> None:
    long = f"<item><link>https://g.example/{'a' * 2_048}</link></item>"
    assert parse(rss(long, item(1))).left_out == 1


@pytest.mark.parametrize("depth", [300, 5_000])
def test_deep_nesting_is_survived(depth: int) -> None:
    parse_feed(rss(item(1), "<x>" * depth + "</x>" * depth).encode(), SOURCE)


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_any_bytes_are_survived(content: bytes) -> None:
    parse_feed(content, SOURCE)


@settings(max_examples=200)
@given(st.data())
def test_any_damage_is_survived(data: st.DataObject) -> None:
    """A good feed with pieces cut out, doubled, and replaced by the characters that hurt."""
    content = bytearray(RSS.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 200)))
        kept = bytes(content[start:end])
        hurt = data.draw(
            st.sampled_from(
                [b"", kept * 2, b"<", b"&", b"]]>", b"<![CDATA[", b"\0", b"\xff\xfe", b"<!--", b'"']
            )
        )
        content[start:end] = hurt
    found = parse_feed(bytes(content), SOURCE)
    if isinstance(found, ParsedFeed):
        for candidate in found.candidates:
            assert candidate.url.startswith(("http://", "https://"))
            candidate.model_dump_json()
