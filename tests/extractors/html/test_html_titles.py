"""Titles: which heading is the headline, and how a site's name comes off."""

from __future__ import annotations

import pytest
from lxml import html

from extractors.html.claim import Claim
from extractors.html.title import choose_title, cut_site_name, likeness, visible_text


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Ferry sinks - The Courier", ["The Courier"], "Ferry sinks"),
        ("The Courier | Ferry sinks", ["The Courier"], "Ferry sinks"),
        ("Ferry sinks – News – The Courier", ["The Courier", "News"], "Ferry sinks"),
        ("Ferry sinks | Courier.com", ["The Courier"], "Ferry sinks"),
        ("Brücke offen | DER BOTE", ["Der Bote"], "Brücke offen"),
        ("渡船沉没_每日新闻", ["每日新闻"], "渡船沉没"),
        ("Mid-term report - who gains?", ["The Courier"], "Mid-term report - who gains?"),
        ("Trump-Putin - The Courier", ["The Courier"], "Trump-Putin"),
        ("The Courier", ["The Courier"], "The Courier"),
        ("Courier service begins - Courier", ["Courier"], "Courier service begins"),
    ],
)
def test_site_name_comes_off(text: str, names: list[str], expected: str) -> None:
    assert cut_site_name(text, names) == expected


def test_heading_vouched_for_by_metadata_wins() -> None:
    claims = [
        Claim("h1", "The Courier"),
        Claim("h1", "Ferry sinks in the harbour"),
        Claim("og", "Ferry sinks in harbour, all safe"),
    ]
    chosen = choose_title(claims)
    assert chosen == Claim("h1", "Ferry sinks in the harbour")


def test_rewritten_metadata_does_not_displace_the_only_sentence() -> None:
    claims = [Claim("h1", "Ferry sinks in the harbour"), Claim("og", "What we know so far")]
    chosen = choose_title(claims)
    assert chosen is not None
    assert chosen.origin == "h1"


def test_unvouched_short_heading_loses() -> None:
    claims = [Claim("h1", "Politics"), Claim("og", "Ferry sinks in the harbour")]
    chosen = choose_title(claims)
    assert chosen is not None
    assert chosen.origin == "og"


def test_truncated_value_loses_to_a_whole_one() -> None:
    claims = [Claim("json-ld", "Ferry sinks in the…"), Claim("title", "Ferry sinks in the harbour")]
    chosen = choose_title(claims)
    assert chosen is not None
    assert chosen.value == "Ferry sinks in the harbour"


def test_no_claims_no_title() -> None:
    assert choose_title([]) is None


def test_kicker_is_kept_apart_from_the_headline() -> None:
    heading = html.fromstring("<h1><span>Harbour</span><span>Ferry sinks</span></h1>")
    assert visible_text(heading) == "Harbour Ferry sinks"
    heading = html.fromstring("<h1>Un<b>believ</b>able ferry</h1>")
    assert visible_text(heading) == "Unbelievable ferry"


def test_likeness() -> None:
    assert likeness("Ferry sinks in harbour", "FERRY SINKS in harbour!") == 1.0
    assert likeness("Ferry sinks", "Weather on Sunday") == 0.0
    assert likeness("", "Ferry") == 0.0
