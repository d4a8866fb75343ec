"""The body: layout, trafilatura's answer, what is added and what is cut."""

from __future__ import annotations

import logging
from copy import copy

import pytest
import trafilatura
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.html import extract_html
from extractors.html.blocks import lay_out, prose_of
from extractors.html.body import complete, contained, lines
from extractors.html.cascade import first_answer, whole_cascade
from extractors.html.page import parse
from extractors.html.runs import Run
from extractors.html.trim import trim
from extractors.html.words import letters
from schemas.article import Article
from schemas.rejection import Rejection
from tests.extractors.html.html_pages import PAGES, STORY, document

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


@pytest.mark.parametrize("name", sorted(path.name for path in PAGES.glob("*.html")))
def test_bodies_equal_the_untouched_librarys(name: str) -> None:
    text = (PAGES / name).read_text(encoding="utf-8")
    tree = parse(text)
    assert tree is not None
    plain = trafilatura.bare_extraction(text, include_comments=False)
    quick = trafilatura.bare_extraction(
        text, include_comments=False, favor_precision=True, fast=True
    )
    assert whole_cascade(tree, None) == (plain.text if plain else "")
    assert first_answer(copy(tree), None) == (quick.text if quick else "")


def test_layout_finds_the_article_between_menus_and_comments() -> None:
    menu = "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(30))
    talk = "<p>I have never seen a roof leak like that one, and I have seen a few of them.</p>"
    comments = f"<div class='comments'>{talk * 40}</div>"
    markup = (
        f"<html><body><ul>{menu}</ul><div class='widget-wrap'><h1>Roof of the hall"
        f"</h1><div>{STORY}</div></div>{comments}</body></html>"
    )
    tree = parse(markup)
    assert tree is not None
    layout = lay_out(tree, ["Roof of the hall"])
    found = [run.text for run in prose_of(layout)]
    assert len(found) == 6
    assert found[0].startswith("The mayor said")


def test_layout_prefers_the_prose_below_the_headline() -> None:
    rules = "".join(
        f"<p>Rule {n}: whatever stands on these pages belongs to the house and may not be copied, "
        "printed or sent on without a letter that says so, signed by the house.</p>"
        for n in range(12)
    )
    gap = "<p><a href='/x'>Link</a></p>" * 150
    tree = parse(
        f"<html><body><div><h1>Roof falls in</h1><div>{STORY}</div></div>{gap}"
        f"<div>{rules}</div></body></html>"
    )
    assert tree is not None
    found = prose_of(lay_out(tree, ["Roof falls in"]))
    assert found[0].text.startswith("The mayor said")


def test_of_several_articles_only_the_headlines() -> None:
    markup = (
        f"<html><body><main><article><h1>Roof of the hall</h1>{STORY}</article>"
        f"<article><h1>Other story</h1>{STORY.replace('roof', 'floor')}</article>"
        "</main></body></html>"
    )
    article = extract_html(document(markup.encode(), "https://courier.example/news/a"))
    assert isinstance(article, Article)
    assert "floor" not in article.body


def _run(text: str, number: int) -> Run:
    return Run(text, 0, 0, "p", number, worth=50.0)


def test_missing_paragraphs_go_to_their_places() -> None:
    lines = [
        f"{word} " + "of the roof that fell in on Monday night " * 3
        for word in ("One", "Two", "Three", "Four")
    ]
    prose = [_run(line.strip(), number) for number, line in enumerate(lines)]
    answer = [prose[1].text, prose[3].text]
    merged = complete(answer, [letters(line) for line in answer], prose)
    assert merged == tuple(run.text for run in prose)


def test_short_lines_are_not_added() -> None:
    answer = ["A paragraph that both have seen, about the roof."]
    assert complete(answer, [letters(answer[0])], [_run("14 hours ago", 0)]) == tuple(answer)


def test_contained() -> None:
    assert contained(["ab", "cd"], ["abcd"]) == 1.0
    assert contained(["ab", "xy"], ["ab"]) == 0.5
    assert contained([], ["ab"]) == 0.0


BODY = [
    f"Paragraph {n} tells at some length what the council decided about the hall." for n in range(8)
]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Roof falls in", "title"),
        ("By Ann Maddox", "byline"),
        ("Ann Maddox", "byline"),
        ("Published May 25, 2026", "stamp"),
        ("4 min read", "stamp"),
        ("2 hours ago", "stamp"),
        ("12 of 57", "stamp"),
        ("Read more: the hall's history", "cue"),
        ("Lesen Sie auch: Was das Dach kostet", "cue"),
        ("Les også: Taket falt ned", "cue"),
        ("Czytaj więcej", "cue"),
        ("Читайте также: Крыша рынка", "cue"),
        ("Advertisement", "cue"),
        ("The hall in spring (Image: Getty)", "credit"),
        ("Photo: Ann Maddox", "credit"),
        ("Фото: Иван Петров", "credit"),
    ],
)
def test_lines_that_are_cut_anywhere(line: str, rule: str) -> None:
    paragraphs = [BODY[0], BODY[1], line, *BODY[2:]]
    kept, cut = trim(paragraphs, "Roof falls in", ["Ann Maddox"])
    assert kept == tuple(BODY)
    assert cut == [(rule, line)]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Sign up for our newsletter to read more every morning.", "plea"),
        ("Copyright 2024 The Courier. All rights reserved.", "plea"),
        ("Keep it? Start your Courier Premium subscription today.", "plea"),
        ("Ann Maddox is a reporter who covers the councils of the coast.", "bio"),
        ("Write to the desk at desk@courier.example with what you know.", "bio"),
    ],
)
def test_lines_that_are_cut_at_the_end_only(line: str, rule: str) -> None:
    assert trim([*BODY, line], "", ["Ann Maddox"]) == (tuple(BODY), [(rule, line)])
    inside = [*BODY[:2], line, *BODY[2:]]
    assert trim(inside, "", ["Ann Maddox"]) == (tuple(inside), [])


@pytest.mark.parametrize(
    "line",
    [
        "Ann Maddox, the mayor, said that by then it was too late for the roof.",
        "Read more books, the minister told pupils on Monday. "
        + "Nobody became wise at once. " * 8,
        "The photograph showed the hall in spring.",
        "The price of a premium subscription rises by a crown.",
        "By Monday the roof had gone.",
    ],
)
def test_sentences_stay(line: str) -> None:
    paragraphs = [*BODY[:4], line, *BODY[4:]]
    assert trim(paragraphs, "Roof falls in", ["Ann Maddox"]) == (tuple(paragraphs), [])


def test_never_everything_is_cut() -> None:
    lines = ["Photo: Ann Maddox", "Read more: a", "Advertisement"]
    assert trim(lines, "", []) == (tuple(lines), [])


@given(st.lists(st.text(max_size=120), max_size=12), st.text(max_size=40))
def test_trimming_keeps_order_and_invents_nothing(paragraphs: list[str], title: str) -> None:
    kept, cut = trim(paragraphs, title, [title])
    assert len(kept) + len(cut) == len(paragraphs)
    rest = iter(paragraphs)
    assert all(line in rest for line in kept)


PIECES = [
    *("<p>", "</p>", "<div class='x", "'>", "<table><tr><td>", "</table>", "<h1>", "</h1>"),
    *("&bogus;", "<script>", "</script>", "<!--", "-->", "<![CDATA[", "]]>", "<?xml ?>", "\x00"),
    *("<a href='/x'>link text here</a>", "<frameset><frame src=x>", "<svg>", "</body></html>"),
    *("<html>", "<head>", "<title>", "</title>", "<body>", "<meta charset=x>", "<li>", "\u202e"),
    *("<time datetime='2024-13-45'>", "<template>", "<math>", "<base href='", "&#0;", "\ud7ff"),
    STORY[:300],
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_damaged_markup_never_raises(pieces: list[str]) -> None:
    found = extract_html(document("".join(pieces).encode("utf-8", "replace")))
    assert isinstance(found, Article | Rejection)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_never_raise(content: bytes) -> None:
    assert isinstance(extract_html(document(content)), Article | Rejection)


@pytest.mark.parametrize(
    "markup",
    [
        "<html><body>" + "<div>" * 5000 + STORY + "</body></html>",
        "<html><body>" + "<b>" * 3000 + STORY + "</body></html>",
        "<html><body>" + "<table><tr><td>" * 1500 + STORY + "</body></html>",
        f"<html><body data-x='{'y' * 1_000_000}'><h1>Roof</h1>{STORY}</body></html>",
        "<html><body>" + "".join(f"<p a{n}=''>" for n in range(20_000)) + STORY + "</body></html>",
        "<script>" * 20_000 + STORY,
        "<script " * 20_000 + "</script>" + STORY,
        "<!--" * 20_000 + STORY,
        '<script type="application/ld+json">' + '{"@graph":[' * 3000 + "</script>" + STORY,
        '<script type="application/ld+json">"' + "\\" * 200_000 + "</script>" + STORY,
        "<html><body>" + "<a>" * 20_000 + STORY + "</body></html>",
        "<title>" + "a - " * 50_000 + "</title>" + STORY,
        "<html><body>" + "<ul><li>" * 2000 + STORY + "</body></html>",
        "<html><body>" + "<blockquote>" * 2000 + STORY + "</body></html>",
    ],
    ids=[
        *("divs", "bolds", "tables", "attribute", "attributes", "scripts", "tags", "comments"),
        *("json", "escapes", "links", "title", "lists", "quotes"),
    ],
)  # fmt: skip
@pytest.mark.timeout(60)  # a hang fails; the slowest takes a second or two
def test_pages_made_to_hurt(markup: str) -> None:
    found = extract_html(document(markup.encode(), "https://courier.example/news/a"))
    assert isinstance(found, Article | Rejection)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("In this article, the board explains why the bridge stayed shut.", None),
        ("In this article", "cue"),
        ("In this article, we have planned a week on the estuary for:", None),
        ("Don't miss the deadline, the harbour board told its tenants on Friday.", None),
        ("More on the bridge", "cue"),
        ("More on the bridge was to be heard from the engineers, who met on Monday.", None),
        ("Bridge closed for winter Bridge closed for winter", "doubled"),
        ("With files from the Tolvan News Agency", "source"),
        ("With files from 1931 in hand, the engineers went to court.", None),
        ("Ann Maddox contributed to this report.", "source"),
        ("Reporting by Ann Maddox; editing by Tom Brannigan", "source"),
        ("The money was contributed by the members of the board.", None),
        ("When you buy through our links, we may earn a commission.", "consent"),
        ("We may earn nothing by it, the chair of the board said.", None),
        ("This article was first published in the spring edition.", "source"),
        ("You can leave at any time. Read our Privacy Policy.", "consent"),
        ("The board rewrote its privacy policy after the theft.", None),
        ("Empfohlener redaktioneller Inhalt", "consent"),
        ("We check facts. Learn more about our editorial process.", "consent"),
        ("Our editorial standards are what the thieves laughed at, he said.", None),
        ("The author holds no positions in any of the companies mentioned.", "consent"),
        ("She has shares in the ferry, which nobody had mentioned.", None),
        ("All gifts were independently chosen by our editors.", "consent"),
        ("The samples were independently reviewed by two laboratories.", None),
        ("We independently review everything we recommend to readers.", "consent"),
        ("We independently review each complaint, the ombudsman said.", None),
        ("He wants to see higher editorial standards, the minister said.", None),
        ("He bought shares in all companies mentioned in the memo.", None),
        ("The papers were sent by the ministry for this review, auditors said.", None),
        ("A code was provided by the publisher for this review.", "consent"),
        ("A copy of the plan was sent to the ministry for review.", None),
        ("Scroll through the gallery to see the old hangers.", "cue"),
        ("He used to scroll through old photos of it.", None),
        ("Maddox A. Hangers of steel bridges. J Bridge. 2020;3:5. doi:10.5555/2", "source"),
        ("What she found is published in the journal Bridges (doi:10.5555/2).", None),
    ],
)
def test_lines_that_lead_elsewhere_are_told_from_sentences(line: str, rule: str | None) -> None:
    text = [f"Paragraph {n} tells of the bridge, its hangers and its ferries." for n in range(20)]
    place = 19 if rule == "source" else 8  # pleas are looked for in the last lines
    kept, cut = trim([*text[:place], line, *text[place:]], "Bridge", ())
    assert (line in kept) == (rule is None)
    assert cut == ([(rule, line)] if rule else [])


def body_of(markup: str) -> str:
    page = f"<html><body><main>{markup}</main></body></html>"
    article = extract_html(document(page.encode(), "https://courier.example/news/a"))
    assert isinstance(article, Article)
    return article.body


WINDOW = "<p>How we work: we gather what we find, and weigh it, and tell you all of it.</p>"


@pytest.mark.parametrize(
    ("attributes", "is_there"),
    [
        ('class="globalModal"', False),
        ('id="consent-modal" class="box"', False),
        ('role="dialog"', False),
        ('aria-modal="true"', False),
        ('class="multimodal"', True),
        ('class="modality"', True),
    ],
)
def test_a_window_over_the_page_is_no_text(attributes: str, is_there: bool) -> None:
    page = f"<h1>Bridge closes</h1><div><div {attributes}>{WINDOW}</div>{STORY}</div>"
    assert ("we gather what we find" in body_of(page)) == is_there


def test_a_page_that_is_shown_in_a_window_is_read() -> None:
    page = f'<div role="dialog" class="modal"><h1>Bridge closes</h1>{STORY}</div>'
    assert len(body_of(page)) > 300


def test_a_lead_that_names_a_newsletter_stays() -> None:
    lead = (
        "Thousands who sign up for the ferry's newsletter this week will find a surprise in it, "
        "since the harbour board has decided to sell the winter's last three hundred tickets to "
        "its readers alone, as its chair said on Tuesday."
    )
    assert trim([lead, *STORY.split("</p>")], "Ferry", ())[0][0] == lead
    assert ("plea", "Sign up for our newsletter") in trim(
        ["Sign up for our newsletter", *STORY.split("</p>")], "Ferry", ()
    )[1]


def test_what_screen_readers_are_told_of_a_link_is_not_text() -> None:
    assert lines(
        "The report(öffnet im neuen Fenster) and another (opens in a new tab) say so."
    ) == ("The report and another say so.",)
