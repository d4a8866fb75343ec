"""Pages that are no articles, and pages that look as if they were not."""

from __future__ import annotations

import pytest

from extractors.html import extract_html
from schemas.article import Article
from schemas.rejection import Reason, Rejection
from tests.extractors.html.html_pages import PAGES, STORY, document

PROSE = (
    "<p>The council met on Tuesday and decided, after two hours of talk, to repair the roof of "
    "the market hall before the winter. The work will cost two hundred thousand.</p>"
)
HEAD = "<html><head><title>Roof of the market hall - The Courier</title></head><body>"


def outcome(markup: str, url: str = "https://courier.example/news/roof") -> Article | Rejection:
    return extract_html(document(markup.encode(), url))


def reason(markup: str, url: str = "https://courier.example/news/roof") -> Reason | None:
    found = outcome(markup, url)
    return found.reason if isinstance(found, Rejection) else None


@pytest.mark.parametrize("content", [b"", b" \n\t ", b"\x00\x00"])
def test_empty(content: bytes) -> None:
    found = extract_html(document(content))
    assert isinstance(found, Rejection)
    assert found.reason == Reason.EMPTY
    assert found.stage == "extract"
    assert found.document_id is not None


@pytest.mark.parametrize(
    "markup",
    [
        "<html><head></head><body></body></html>",
        "<html><body><h1>Roof</h1><p>1 2 3</p></body></html>",
        "<html><body><script>var x = 'text text text'</script></body></html>",
    ],
)
def test_no_article(markup: str) -> None:
    assert reason(markup) == Reason.NO_ARTICLE


@pytest.mark.parametrize(
    "markup",
    [
        (
            "<html><head><title>Just a moment...</title></head><body><p>Checking "
            "your browser before you can go on. Ray ID: 7</p></body></html>"
        ),
        (
            "<html><head><title>Anmelden | Der Bote</title></head><body><h1>Anmelden"
            "</h1><p>Bitte geben Sie Ihre Adresse und Ihr Passwort ein, um "
            "fortzufahren.</p></body></html>"
        ),
        (
            "<html><head><title>The Courier</title></head><body><h1>Welcome</h1>"
            "<form><input name=u><input type='password'></form><p>Use your reader's "
            "card to come in, please.</p></body></html>"
        ),
        (
            "<html><head><title>Your choices | The Courier</title></head><body><h1>Hello</h1><p>We "
            "and our 212 partners would like to keep a few things on your device.</p></body></html>"
        ),
        (
            "<html><head><title>Der Bote</title></head><body><h1>Willkommen</h1><p>Wir und unsere "
            "bis zu 185 Partner möchten Informationen auf Ihrem Gerät ablegen.</p></body></html>"
        ),
        (
            "<html><head><title>Le Courrier</title></head><body><h1>Bienvenue</h1><p>Vous pouvez "
            "lire sans payer si vous acceptez les cookies de la maison.</p></body></html>"
        ),
        (
            "<html><head><title>Before you continue</title></head><body><p>We and "
            "our partners store and read cookies on your device to show you "
            "advertising.</p></body></html>"
        ),
    ],
)
def test_walls(markup: str) -> None:
    assert reason(markup) == Reason.LOGIN_WALL


@pytest.mark.parametrize(
    ("title", "said"),
    [
        (
            "Cookies bring the bakers back to town",
            "The bakers of the market hall and our 12 partners in crime baked all night.",
        ),
        (
            "We and our friends",
            "We and our sister town met on the quay, and a band played at noon.",
        ),
        ("Courier", "A flaw lets thieves access information that is kept on a device at sea."),
        ("Courier", "The court accepts that cookies of the harbour board were read by nobody."),
    ],
)
def test_a_brief_article_that_uses_such_words_is_one(title: str, said: str) -> None:
    head = f"<html><head><title>{title}</title></head><body><h1>Noon</h1>"
    assert reason(f"{head}<p>{said}</p>") is None
    more = " It was the first time since the flood, the harbour board said." * 4
    assert reason(f"{head}<p>{said}{more}</p>") is None


def test_labels_without_a_sentence_are_no_article() -> None:
    labels = "".join(f"<label>{word}</label><br>" for word in ("Harbour", "Day", "Work it out"))
    markup = f"<html><head><title>Tide calculator</title></head><body><form>{labels}</form>"
    assert reason(markup) == Reason.NO_ARTICLE
    assert reason(f"{markup}<p>High water is at nine.</p>") is None


@pytest.mark.parametrize(
    "named",
    [
        *("Search results for ferry", "Suchergebnisse: Fähre", "Résultats de recherche : bac"),
        *("Resultados de búsqueda", "Результаты поиска: паром", "検索結果 渡船"),
    ],
)
def test_a_page_of_search_results_is_a_list(named: str) -> None:
    hits = "".join(
        f"<li><a href='/{n}'>Ferry {n} sails again</a> and comes back.</li>" for n in range(5)
    )
    head = f"<html><head><title>{named}</title></head><body><h1>{named}</h1>"
    assert reason(f"{head}<ul>{hits}</ul></body></html>") == Reason.LISTING
    assert reason(f"{head}{STORY}</body></html>") is None


@pytest.mark.parametrize(
    "markup",
    [
        (
            "<html><head><title>404 - The Courier</title></head><body><h1>Page not "
            "found</h1><p>The page you asked for is not here any more. Try the "
            "search.</p></body></html>"
        ),
        (
            "<html><head><title>Der Bote</title></head><body><h1>Seite nicht gefunden"
            "</h1><p>Die Seite, die Sie suchen, gibt es nicht mehr oder es gab sie "
            "nie.</p></body></html>"
        ),
    ],
)
def test_soft_404(markup: str) -> None:
    found = outcome(markup)
    assert isinstance(found, Rejection)
    assert found.reason == Reason.NO_ARTICLE
    assert "nothing here" in found.detail


def test_listing() -> None:
    teasers = "".join(
        (
            f"<article><h2><a href='/news/{n}'>Story number {n} about the town</a>"
            "</h2><p>A line about it.</p></article>"
        )
        for n in range(15)
    )
    markup = (
        "<html><head><title>News - The Courier</title>"
        "<meta property='og:type' content='website'></head><body><h1>News</h1>"
        f"{teasers}</body></html>"
    )
    assert reason(markup, "https://courier.example/news") == Reason.LISTING
    assert reason(markup, "https://courier.example/") == Reason.LISTING


def test_a_list_with_a_text_of_its_own_is_stored_with_a_flag() -> None:
    markup = (
        '<html><head><title>Market hall</title><script type="application/ld+json">'
        '{"@type": "CollectionPage", "name": "Market hall"}</script></head><body>'
        f"<h1>Market hall</h1>{STORY.replace('</p><p>', ' ')}</body></html>"
    )
    found = outcome(markup)
    assert isinstance(found, Article)
    assert "listing" in found.flags
    plain = outcome(markup.replace("CollectionPage", "WebPage"))
    assert isinstance(plain, Article)
    assert "listing" not in plain.flags


def test_an_article_about_logging_in_is_an_article() -> None:
    markup = (
        "<html><head><title>Login with your face: how banks want to do away with "
        "passwords</title></head><body><h1>Login with your face</h1>"
    )
    assert reason(markup + STORY + "</body></html>") is None


@pytest.mark.parametrize(
    "ending",
    [
        "<p>It was late when the mayor",
        "<p>It was late <a href='/x",
        "<p>It was late.</p><!-- advertisement",
        "<p>It was late.</p><script>var a = 1;",
    ],
)
def test_cut_off(ending: str) -> None:
    found = outcome(HEAD + "<div><div>" + STORY + ending)
    assert isinstance(found, Rejection)
    assert found.reason == Reason.CUT_OFF


@pytest.mark.parametrize(
    "markup",
    [
        HEAD + STORY,  # end tags of html and body may be left out
        HEAD + "<div><div>" + STORY + "</div></div>",
        HEAD + "<div>" + STORY + "</body></html><!-- served in 3 ms",
        "<h1>Roof of the market hall</h1>" + STORY + "<p>It was late",  # a fragment
    ],
)
def test_not_cut_off(markup: str) -> None:
    assert reason(markup) is None


def test_every_prefix_of_a_page_ends_well() -> None:
    page = (PAGES / "harbour.html").read_bytes()
    for end in range(0, len(page), 97):
        extract_html(document(page[:end]))
    assert isinstance(extract_html(document(page[: len(page) // 2])), Rejection)


def test_json_ld_body_stands_in_for_a_body_built_by_scripts() -> None:
    text = "The council met on Tuesday and decided to repair the roof. " * 10
    markup = f"""<html><head><title>Roof</title><script type="application/ld+json">
    {{"@type": "NewsArticle", "headline": "Roof of it", "articleBody": "{text}"}}</script></head>
    <body><div id="root"></div></body></html>"""
    found = outcome(markup)
    assert isinstance(found, Article)
    assert found.body == text.strip()
    assert found.provenance["body"] == "json-ld"


def test_text_inside_a_scripts_data_stands_in_for_a_body_built_by_scripts() -> None:
    escaped = STORY.replace('"', '\\"').replace("<", "\\\\u003c").replace(">", "\\\\u003e")
    markup = (
        "<html><head><title>Roof of the hall</title></head><body><div id='root'></div>"
        f'<script>push([1,"{{\\"id\\":7,\\"html\\":\\"{escaped}\\"}}"])</script></body></html>'
    )
    found = outcome(markup)
    assert isinstance(found, Article)
    assert len(found.body.split("\n\n")) == 6
    assert found.body.startswith("The mayor said on Monday")
    assert found.provenance["body"] == "script"
