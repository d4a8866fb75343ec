"""Reading a page: addresses, JSON-LD however broken, scripts cut, hints merged."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement

from extractors.html import extract_html
from extractors.html.identity import identify_page
from extractors.html.page import cut_scripts, parse, read_page
from extractors.html.publisher import choose_publisher, publisher_claims
from extractors.html.structured import article_node, read_blocks
from schemas.article import Article
from schemas.candidate import Hints
from tests.extractors.html.html_pages import PAGES, STORY, document

OWN = "https://www.courier.example/news/2024/roof"


def identity(
    head: str, own: str = OWN, node: dict[str, Any] | None = None
) -> tuple[str, str | None]:
    page = read_page(f"<html><head>{head}</head><body><p>x</p></body></html>", own)
    assert page is not None
    found = identify_page(page, node or {}, own)
    return found.canonical, found.original


@pytest.mark.parametrize(
    ("head", "canonical", "original"),
    [
        ("", OWN, None),
        ('<link rel="canonical" href="/news/2024/roof-hall">', OWN + "-hall", None),
        ('<link rel="canonical" href="https://www.courier.example/">', OWN, None),
        ('<link rel="canonical" href="https://www.courier.example/news">', OWN, None),
        (('<link rel="canonical" href="https://wire.example.org/roof">'
), OWN, "https://wire.example.org/roof"),
        ('<link rel="canonical" href="">', OWN, None),
        ('<link rel="canonical" href="javascript:void(0)">', OWN, None),
        (('<meta property="og:url" content="https://m.courier.example/news/2024/roof?fbclid=1">'
), "https://courier.example/news/2024/roof", None),
    ],
)  # fmt: skip
def test_canonical_address(head: str, canonical: str, original: str | None) -> None:
    assert identity(head) == (canonical, original)


def test_file_takes_the_first_plausible_address() -> None:
    node = {"mainEntityOfPage": {"@id": "https://courier.example/c"}}
    canonical = '<link rel="canonical" href="{}">'
    assert identity(canonical.format("https://courier.example/a"), "file:/x")[0].endswith("/a")
    assert identity(canonical.format("/a"), "file:/x", node)[0] == "https://courier.example/c"
    assert identity(canonical.format("https://courier.example"), "file:/x")[0] == "file:/x"
    assert identity("", "file:/x")[0] == "file:/x"


@pytest.mark.parametrize(
    "block",
    [
        '{"@type": "NewsArticle", "headline": "Roof"}',
        '[{"@type": ["Thing", "NewsArticle"], "headline": "Roof"},]',
        '{"@graph": [{"@type": "http://schema.org/NewsArticle", "headline": "Roof"}]}',
        '<!-- {"@type": "NewsArticle", "headline": "Roof"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Roof",}\n//]]>',
        '{"@type": "NewsArticle", "headline": "Roof", "description": "a \\x b"}',
        '{"@type": "WebSite"} {"@type": "NewsArticle", "headline": "Roof"}',
        '{"@type": "NewsArticle", "headline": "Roof", "description": "a\nb"}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Roof&quot;}",
        '{"@type": "NewsArticle", "description": "He said "no" twice", "headline": "Roof"}',
        '{"@type": "NewsArticle", "headline": "Roof", "body": ',
        '{"mainEntity": {"@type": "NewsArticle", "headline": "Roof"}, "@type": "WebPage"}',
    ],
)
def test_json_ld_is_read_however_broken(block: str) -> None:
    node = article_node(read_blocks([block]), "", [])
    assert node["headline"] == "Roof"


@given(st.text(alphabet='{}[]":,\\ a@typeNewsArticle\n', max_size=300))
def test_json_ld_never_raises(block: str) -> None:
    article_node(read_blocks([block]), "https://courier.example/x", ["Roof"])


def test_the_node_of_this_page_is_chosen() -> None:
    nodes = [
        {"@type": "NewsArticle", "headline": "Another story", "url": "https://c.example/b"},
        {"@type": "NewsArticle", "headline": "Roof", "url": "https://c.example/a"},
        {"@type": "WebPage", "url": "https://c.example/a"},
    ]
    assert article_node(nodes, "https://c.example/a", [])["headline"] == "Roof"
    assert article_node(nodes, "", ["Roof"])["headline"] == "Roof"
    assert article_node([], "", []) == {}


@pytest.mark.parametrize("name", sorted(path.name for path in PAGES.glob("*.html")))
def test_the_text_of_an_element_is_what_lxml_says(name: str) -> None:
    tree = parse((PAGES / name).read_text(encoding="utf-8"))
    assert tree is not None
    for element in tree.iter():
        assert element.text_content() == HtmlElement.text_content(element)


def test_scripts_are_cut_and_json_ld_kept() -> None:
    text = (
        "a<script type='application/ld+json'>{}</script>b<STYLE>p{}</STYLE>c<!-- <script> -->d"
        "<svg><path/></svg>e<script src=x />f<script>if (a</b) '</p>'</script>g"
    )
    assert cut_scripts(text) == ("abcdefg", ["{}"])
    assert cut_scripts("a<script>b") == ("a<script>b", [])


@given(
    st.lists(
        st.sampled_from(["<script>", "</script>", "<!--", "-->", "<svg/>", "<style ", ">", "x"])
    )
)
def test_cutting_never_raises_nor_adds(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert len(cut_scripts(text)[0]) <= len(text)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta property="og:site_name" content="The Courier">', "The Courier"),
        (('<meta property="og:site_name" content="courier.info">'
 '<meta name="application-name" content="The Courier">'
), "The Courier"),
        ("<title>Roof falls in | The Courier</title>", "The Courier"),
        ("", "courier.example"),
    ],
)  # fmt: skip
def test_publisher(head: str, expected: str) -> None:
    page = read_page(f"<html><head>{head}</head><body><p>x</p></body></html>", OWN)
    assert page is not None
    chosen = choose_publisher(publisher_claims(page, {}, [], OWN), OWN)
    assert chosen is not None
    assert chosen.value == expected


def test_company_behind_the_outlet_loses() -> None:
    page = read_page("<html><head><meta name='publisher' content='The Courier'></head></html>", OWN)
    assert page is not None
    node = {"publisher": {"name": "Ellery Media Holdings Ltd"}}
    chosen = choose_publisher(publisher_claims(page, node, [node], OWN), OWN)
    assert chosen is not None
    assert chosen.value == "The Courier"


HINTS = Hints(
    origin="feed",
    title="Roof of the hall, says the feed",
    authors=("Feed Person",),
    published_at=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
    description="From the feed.",
    keywords=("roof",),
    publisher="Feed Courier",
)


def extracted(head: str, **more: Any) -> Article:
    markup = f"<html><head>{head}</head><body>{STORY}</body></html>"
    found = extract_html(document(markup.encode(), OWN, **more))
    assert isinstance(found, Article)
    return found


def test_the_feed_fills_what_the_page_lacks() -> None:
    article = extracted("", hints=HINTS)
    assert article.title == HINTS.title
    assert article.authors == HINTS.authors
    assert article.published_at == HINTS.published_at
    assert article.description == HINTS.description
    assert article.publisher == "Feed Courier"
    for field in ("title", "authors", "published_at", "description", "keywords", "publisher"):
        assert article.provenance[field] == "feed"


def test_the_page_wins_against_the_feed_and_the_configuration_against_both() -> None:
    head = """<meta property="og:site_name" content="The Courier">
    <script type="application/ld+json">
    {"@type": "NewsArticle", "headline": "Roof of the market hall", "author": "Ann Maddox",
     "datePublished": "2024-05-01T10:00:00Z", "description": "From the page."}</script>"""
    article = extracted(head, hints=HINTS, publisher="Configured Courier")
    assert article.title == "Roof of the market hall"
    assert article.authors == ("Ann Maddox",)
    assert article.published_at == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert article.description == "From the page."
    assert article.publisher == "Configured Courier"
    assert article.provenance["publisher"] == "source"


def test_a_date_nobody_states_is_null() -> None:
    article = extracted("<title>Roof of the market hall</title>")
    assert article.published_at is None
    assert article.published_on is None
    assert article.published_precision is None
    assert "no-date" in article.flags


def test_future_date_is_flagged() -> None:
    article = extracted('<meta property="article:published_time" content="2031-01-01T10:00:00Z">')
    assert "date-in-future" in article.flags


def test_language_is_the_texts_and_not_the_templates() -> None:
    markup = f'<html lang="fr"><head><title>Roof</title></head><body>{STORY}</body></html>'
    article = extract_html(document(markup.encode(), OWN))
    assert isinstance(article, Article)
    assert article.language == "en"


@pytest.mark.parametrize("charset", ["windows-1252", "iso-8859-15", "utf-8"])
def test_declared_charset_is_read(charset: str) -> None:
    prose = (
        "<p>Die Bürger der Stadt freuen sich über die schöne neue Brücke, die "
        "gestern für den Verkehr geöffnet wurde.</p>"
    )
    markup = (
        f'<html><head><meta charset="{charset}"><title>Brücke</title></head><body>'
        f"<h1>Brücke geöffnet für alle</h1>{prose * 5}</body></html>"
    )
    article = extract_html(document(markup.encode(charset), OWN))
    assert isinstance(article, Article)
    assert "schöne neue Brücke" in article.body
    assert article.language == "de"


def test_mojibake_is_repaired_and_flagged() -> None:
    prose = (
        "<p>Die Bürger der Stadt freuen sich über die schöne neue Brücke, die "
        "gestern geöffnet wurde.</p>"
    )
    broken = prose.encode().decode("windows-1252")
    article = extract_html(document(f"<html><body>{broken * 5}</body></html>".encode(), OWN))
    assert isinstance(article, Article)
    assert "schöne neue Brücke" in article.body
    assert "mojibake-repaired" in article.flags
