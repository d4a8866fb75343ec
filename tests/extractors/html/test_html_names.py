"""Bylines: what is a name, what is not, and whose name goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.html import extract_html
from extractors.html.authors import author_claims, signature
from extractors.html.names import clean_names, split_names
from extractors.html.page import read_page
from extractors.publishers.outlets import outlet_name
from schemas.article import Article
from schemas.candidate import Hints
from tests.extractors.html.html_pages import STORY, document


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ann Maddox and Tom Brannigan", ["Ann Maddox", "Tom Brannigan"]),
        ("Von Jonas Berg, Lena Vogt", ["Jonas Berg", "Lena Vogt"]),
        ("Par Claire Dubois et Luc Morel", ["Claire Dubois", "Luc Morel"]),
        ("Maddox, Ann", ["Maddox, Ann"]),
        ("Ann Maddox, Reuters", ["Ann Maddox", "Reuters"]),
        ("Pelé", ["Pelé"]),
        ("Ann Maddox | The Courier", ["Ann Maddox", "The Courier"]),
        ("Ann Maddox, senior political correspondent", ["Ann Maddox"]),
        ("Ann Maddox (Brussels)", ["Ann Maddox"]),
        ("Ann Maddox in Brussels", ["Ann Maddox"]),
        ("Jane Roe, MD, PhD", ["Jane Roe", "MD", "PhD"]),
        ("@annmaddox", []),
        ("https://courier.example/authors/ann", []),
        ("a.maddox@courier.example", []),
        ("신현주 기자", ["신현주"]),
        ("John O'Hara The Associated Press", ["John O'Hara", "The Associated Press"]),
        ("", []),
    ],
)
def test_splitting(text: str, names: list[str]) -> None:
    assert split_names(text) == names


def test_cleaning_drops_the_outlet_nobodies_and_degrees() -> None:
    texts = ["The Courier", "admin", "Jane Roe, MD, PhD", "By Jane Roe", "Staff"]
    assert clean_names(texts, ["The Courier"]) == ("Jane Roe",)


@given(st.text(max_size=200))
def test_splitting_never_raises_or_pads(text: str) -> None:
    for name in split_names(text):
        assert name == name.strip()
        assert "http" not in name or "https:" not in name


def _claims(markup: str, node: dict[str, object], outlets: list[str]) -> list[tuple[str, ...]]:
    page = read_page(f"<html><body>{markup}</body></html>", "https://courier.example/a")
    assert page is not None
    claims = author_claims(page, node, [node], outlets, Hints(origin="feed"))
    return [claim.value for claim in claims]


def test_agencies_stay_and_the_outlet_goes() -> None:
    node = {"author": [{"name": "Ann Maddox"}, {"name": "dpa"}, {"name": "The Courier"}]}
    assert _claims("<p>x</p>", node, ["The Courier"])[0] == ("Ann Maddox", "dpa")


def test_outlet_stays_where_nobody_else_is_named() -> None:
    node = {"author": {"@type": "Organization", "name": "The Courier"}}
    assert _claims("<h1>Ferry sinks</h1><p>x</p>", node, ["The Courier"]) == [("The Courier",)]


def test_a_person_on_the_page_beats_an_institution_in_the_metadata() -> None:
    node = {"author": {"@type": "Organization", "name": "Courier Media Group"}}
    found = _claims('<h1>T</h1><span class="byline">By Ann Maddox</span>', node, ["The Courier"])
    assert found[0] == ("Ann Maddox",)


def test_byline_in_plain_text_below_the_headline() -> None:
    markup = (
        "<h1>Ferry sinks</h1><p>3 minutes</p><p>Von:</p><p>Jonas Berg</p><p>,</p>"
        "<p>Lena Vogt</p><p>Es war spät.</p>"
    )
    assert _claims(markup, {}, []) == [("Jonas Berg", "Lena Vogt")]


@pytest.mark.parametrize(
    ("paragraphs", "authors", "names"),
    [
        (["ANN MADDOX", "The roof fell in."], ("The Courier",), ("ANN MADDOX",)),
        (["The roof fell in.", "Lucía de la Vega"], (), ("Lucía de la Vega",)),
        (["Thoughts on Roofs", "The roof fell in."], (), ()),
        (["Ann Maddox", "The roof fell in."], ("Tom Brannigan",), ()),
        (["The roof fell in.", "It was late."], (), ()),
        ([], (), ()),
    ],
)
def test_signature_in_the_text(
    paragraphs: list[str], authors: tuple[str, ...], names: tuple[str, ...]
) -> None:
    assert signature(paragraphs, authors, ["The Courier"]) == names


def test_mail_address_points_to_the_name_near_the_headline() -> None:
    page = read_page(
        "<html><head><meta name='author' content='j.berg@courier.example'></head><body>"
        "<h1>Ferry sinks</h1><p>Port Ellery</p><p>Jonas Berg</p></body></html>",
        "https://courier.example/a",
    )
    assert page is not None
    claims = author_claims(page, {}, [], [], Hints(origin="feed"))
    assert [claim.value for claim in claims] == [("Jonas Berg",)]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.ndr.de/nachrichten/a.html", "Norddeutscher Rundfunk"),
        ("https://faktencheck.afp.com/a", "AFP Faktencheck"),
        ("https://www.afp.com/en/a", "Agence France-Presse"),
        ("https://m.abc.es/a", "ABC"),
        ("https://abc.es.example/a", None),
        ("https://notabc.es/a", None),
        ("file:/pages/abc.es", None),
        ("https://[broken/a", None),
    ],
)
def test_outlets_are_known_by_their_domain(address: str, name: str | None) -> None:
    assert outlet_name(address) == name


def test_a_listed_outlet_has_one_name_and_keeps_what_its_page_says() -> None:
    head = "<meta property='og:site_name' content='ndr.de'><title>Roof falls in</title>"
    page = f"<html><head>{head}</head><body><h1>Roof falls in</h1>{STORY}</body></html>".encode()
    article = extract_html(document(page, "https://www.ndr.de/a-roof.html"))
    assert isinstance(article, Article)
    assert article.publisher == "Norddeutscher Rundfunk"
    assert article.provenance["publisher"] == "outlets"
    assert article.provenance["candidates"]["publisher"] == [  # type: ignore[index, call-overload]
        {"from": "og", "value": "ndr.de"}
    ]
    configured = extract_html(document(page, "https://www.ndr.de/a-roof.html", publisher="NDR"))
    assert isinstance(configured, Article)
    assert (configured.publisher, configured.provenance["publisher"]) == ("NDR", "source")
