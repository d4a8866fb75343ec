"""OPML in and out, and feeds found from a home page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schemas.source import Source
from sources.autodiscovery import GUESSES, find_feeds
from sources.opml import free_id, read_opml, sources_of, write_opml

OPML = b"""<?xml version="1.0"?><opml version="1.0"><body>
<outline text="Local &amp; regional">
  <outline text="The Harbour Gazette" type="rss" xmlUrl="https://g.example/feed"
    htmlUrl="/" language="en_gb"/>
  <outline title="Le Phare" text="x" xmlurl="https://phare.example/rss"/>
  <outline text="again" xmlUrl="https://g.example/feed"/>
</outline>
<outline text="No feed" xmlUrl="feed:nothing"/>
</body>"""


def test_opml_in() -> None:
    outlines = read_opml(OPML)
    assert outlines is not None
    gazette, phare = outlines
    assert gazette.title == "The Harbour Gazette"
    assert gazette.language == "en-GB"
    assert gazette.home_url == "https://g.example/"
    assert phare.title == "Le Phare"
    made = sources_of(outlines, taken=["le-phare"])
    assert [source.id for source in made] == ["the-harbour-gazette", "le-phare-2"]
    assert made[1].feeds == ("https://phare.example/rss",)


def test_opml_out_and_in_again() -> None:
    kept = (
        Source(
            id="a", publisher="A & B <news>", language="fr", feeds=("https://a.example/f?x=1&y",)
        ),
        Source(id="c", feeds=("https://c.example/1", "https://c.example/2")),
        Source(id="d", pages=("https://d.example/",)),
    )
    outlines = read_opml(write_opml(kept, "My sources"))
    assert outlines is not None
    assert [outline.feed_url for outline in outlines] == [f for each in kept for f in each.feeds]
    assert outlines[0].title == "A & B <news>"
    assert outlines[0].language == "fr"
    assert outlines[1].title == "c"


def test_what_is_no_opml() -> None:
    assert read_opml(b"") is None
    assert read_opml(b"<html><body>hello</body></html>") is None


@given(st.text(max_size=80), st.lists(st.text(max_size=3)))
def test_any_name_gives_a_free_id(name: str, taken: list[str]) -> None:
    first = free_id(name, taken)
    second = free_id(name, [*taken, first])
    assert first not in taken
    assert second != first
    Source(id=first)
    Source(id=second)


HOME = b"""<!doctype html><html><head><base href="https://g.example/en/"><title>Home</title>
<link rel="stylesheet" href="a.css" type="text/css">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml; charset=utf-8" title="All &amp; more"
  href="all.xml">
<link rel="ALTERNATE" type="application/atom+xml" href="https://feeds.example/atom">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
<link rel="alternate" hreflang="de" href="/de/">
</head><body><a href="/world/rss.xml?x">World</a> <a href="/about">About</a></body></html>"""


def test_feeds_of_a_home_page_the_likeliest_first() -> None:
    found = find_feeds(HOME, "https://g.example/")
    assert [(feed.url, feed.how) for feed in found[:4]] == [
        ("https://g.example/en/all.xml", "announced"),
        ("https://feeds.example/atom", "announced"),
        ("https://g.example/comments/feed/", "announced"),
        ("https://g.example/world/rss.xml?x", "linked"),
    ]
    assert found[0].title == "All & more"
    assert found[1].kind == "atom"
    assert [feed.how for feed in found[4:]] == ["guessed"] * len(GUESSES)
    assert found[4].url == "https://g.example/feed"


@given(st.binary(max_size=300))
def test_any_page_is_survived(content: bytes) -> None:
    assert len(find_feeds(content, "https://g.example/a/b")) >= len(GUESSES)
