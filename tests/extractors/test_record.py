from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.record import NAMES, extract_record
from schemas.article import Article
from schemas.document import Document, Kind
from schemas.records import ArticleRow
from schemas.rejection import Reason, Rejection
from tests.reading import NOW, READING

URL = "file:/news/articles.jsonl#7"
BODY = (
    "The council closed the ferry line on Monday after a long debate.\n\n"
    "The harbour master said that the last boat would leave at noon."
)
RECORD: dict[str, Any] = {
    "url": "https://gazette.example/ferry?utm_source=feed",
    "title": "Ferry line closed",
    "text": BODY,
    "published_at": "2026-03-05T08:30:00+01:00",
}


def document(content: bytes | str | dict[str, Any], **changes: Any) -> Document:
    if isinstance(content, dict):
        content = json.dumps(content)
    written = content if isinstance(content, bytes) else content.encode()
    reading = READING.model_copy(update=changes)
    return reading.document(URL, Kind.RECORD, written)


def read(content: bytes | str | dict[str, Any], **changes: Any) -> Article:
    found = extract_record(document(content, **changes))
    assert isinstance(found, Article)
    return found


def refused(content: bytes | str | dict[str, Any]) -> Rejection:
    found = extract_record(document(content))
    assert isinstance(found, Rejection)
    assert (found.url, found.stage, found.source_id) == (URL, "extract", "files")
    return found


def test_every_field_of_our_own_names_is_read() -> None:
    article = read(
        RECORD
        | {
            "modified_at": "2026-03-06",
            "authors": ["Ann Oakley", "Ben Ash"],
            "publisher": "The Gazette",
            "language": "en-gb",
            "description": "No boats from Monday.",
            "section": "Local",
            "keywords": "ferry, council; harbour",
            "image_url": "https://gazette.example/ferry.jpg",
            "caption": "The last boat.",
            "dateline": "PORT ALDER",
            "is_free": False,
            "likes": 3,
        }
    )
    assert article.url == article.canonical_url == "https://gazette.example/ferry"
    assert article.requested_url == URL
    assert article.title == "Ferry line closed"
    assert article.body == BODY
    assert article.word_count == 24
    assert article.published_at == datetime(2026, 3, 5, 7, 30, tzinfo=UTC)
    assert article.published_on == date(2026, 3, 5)
    assert article.published_precision in {"minute", "second"}
    assert article.modified_at == datetime(2026, 3, 6, tzinfo=UTC)
    assert article.authors == ("Ann Oakley", "Ben Ash")
    assert (article.publisher, article.language) == ("The Gazette", "en-GB")
    assert (article.description, article.section) == ("No boats from Monday.", "Local")
    assert article.keywords == ("ferry", "council", "harbour")
    assert article.image_url == "https://gazette.example/ferry.jpg"
    assert (article.caption, article.dateline) == ("The last boat.", "PORT ALDER")
    assert article.is_free is False
    assert article.extra == {"likes": 3}
    assert article.flags == ()
    assert article.provenance["title"] == "record:title"
    assert article.provenance["body"] == "record:text"
    assert article.provenance["published_at"] == "record:published_at"


def test_schema_org_is_read() -> None:
    article = read(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "@id": "https://gazette.example/ferry",
            "headline": "Ferry &amp; harbour",
            "articleBody": BODY,
            "datePublished": "2026-03-05",
            "author": [{"@type": "Person", "name": "Ann Oakley"}, {"name": "Ben Ash"}],
            "publisher": {"@type": "Organization", "name": "The Gazette"},
            "inLanguage": "en",
            "image": [{"@type": "ImageObject", "url": "https://gazette.example/ferry.jpg"}],
            "isAccessibleForFree": True,
            "keywords": ["ferry", "ferry", {"name": "council"}],
            "wordCount": 24,
        }
    )
    assert article.url == "https://gazette.example/ferry"
    assert article.title == "Ferry & harbour"
    assert article.authors == ("Ann Oakley", "Ben Ash")
    assert (article.publisher, article.language) == ("The Gazette", "en")
    assert article.image_url == "https://gazette.example/ferry.jpg"
    assert article.keywords == ("ferry", "council")
    assert article.is_free is True
    assert (article.published_on, article.published_precision) == (date(2026, 3, 5), "day")
    assert article.extra == {"wordCount": 24}


@pytest.mark.parametrize("field", ["title", "body", "description", "section"])
def test_every_name_that_a_field_may_have_is_understood(field: str) -> None:
    for name in NAMES[field]:
        rest = {key: value for key, value in RECORD.items() if key not in NAMES[field]}
        article = read(rest | {name: BODY if field == "body" else "Ferry line"})
        assert getattr(article, field) == (BODY if field == "body" else "Ferry line")
        assert article.provenance[field] == f"record:{name}"
        assert article.extra == {}


def test_names_are_understood_in_any_case_and_as_other_crawlers_write_them() -> None:
    article = read({"Title": "Ferry line closed", "MainText": BODY, "publishedAt": "2026-03-05"})
    assert (article.title, article.published_on) == ("Ferry line closed", date(2026, 3, 5))
    assert article.provenance["title"] == "record:Title"
    assert article.provenance["body"] == "record:MainText"
    assert article.extra == {}
    # what is written alike gives way where it has nothing, and the plainest spelling comes first
    for empty, spelt in (("publishedAt", "published_at"), ("datePublished", "date_published")):
        both = read({"text": BODY, empty: None, spelt: "2026-03-05"})
        assert (both.published_on, both.provenance["published_on"]) == (
            date(2026, 3, 5),
            f"record:{spelt}",
        )
    told = read({"text": BODY, "Date-Publish": "someday", "Byline": "Ann Oakley"})
    assert "date-unreadable" in told.flags
    assert told.authors == ("Ann Oakley",)


@pytest.mark.parametrize("blank", [None, "", "  \n", [], {}, [""], [None], {"name": ""}, 7, True])
def test_a_name_with_nothing_under_it_gives_way_to_the_next(blank: Any) -> None:
    article = read(RECORD | {"title": blank, "headline": "Ferry line closed"})
    assert article.title == "Ferry line closed"
    assert article.provenance["title"] == "record:headline"
    article = read({**RECORD, "text": blank, "articleBody": BODY})
    assert (article.body, article.provenance["body"]) == (BODY, "record:articleBody")


def test_what_cannot_be_read_is_kept_and_not_guessed() -> None:
    article = read(
        RECORD
        | {
            "url": "ferry.html",
            "published_at": "soon",
            "modified_at": {"year": 2026},
            "language": "English of a kind",
            "image": "ferry.jpg",
            "is_free": "perhaps",
        }
    )
    assert article.url == article.canonical_url == URL
    assert article.published_at is article.published_on is article.modified_at is None
    assert (article.image_url, article.is_free) == (None, None)
    assert article.language == "en"
    assert article.flags == ("date-unreadable",)
    assert article.extra == {
        "url": "ferry.html",
        "published_at": "soon",
        "modified_at": {"year": 2026},
        "language": "English of a kind",
        "image": "ferry.jpg",
        "is_free": "perhaps",
    }


def test_the_first_readable_name_wins() -> None:
    article = read(
        RECORD | {"url": "ferry.html", "link": "https://gazette.example/f", "date": "2026-03-01"}
    )
    assert article.url == "https://gazette.example/f"
    assert article.published_on == date(2026, 3, 5)
    article = read(RECORD | {"published_at": "soon", "date": "2026-03-01"})
    assert article.published_on == date(2026, 3, 1)
    assert article.provenance["published_on"] == "record:date"
    assert article.flags == ()
    assert article.extra == {"published_at": "soon"}


def test_a_date_in_the_future_is_flagged_and_left_out() -> None:
    article = read(RECORD | {"published_at": "2031-01-01"})
    assert article.published_at is None
    assert article.flags == ("date-in-future",)
    # a zone's difference is none
    assert read(RECORD | {"published_at": "2026-05-01T14:00:00Z"}).published_at


def test_without_an_address_the_line_is_the_address() -> None:
    article = read({"title": "Ferry", "text": BODY})
    assert article.url == article.canonical_url == article.requested_url == URL
    assert article.published_at is None
    assert article.flags == ()


def test_what_the_source_says_stands_where_the_record_is_silent() -> None:
    known = {"publisher": "The Gazette", "language": "fr"}
    assert read(RECORD, **known).publisher == "The Gazette"
    own = read(RECORD | {"publisher": "Another", "language": "en"}, **known)
    assert (own.publisher, own.language) == ("Another", "en")
    assert own.provenance["language"] == "record:language"


@pytest.mark.parametrize(
    ("markup", "body"),
    [
        ("<p>One &amp; two.</p><p>Three.</p>", "One & two.\n\nThree."),
        ("<p>One.</p>\n<script>var x = '<p>';</script><p>Two.</p>", "One.\n\nTwo."),
        ("<style>p {color: red}</style><div>One.</div><div>Two.</div>", "One.\n\nTwo."),
        ('One <a href="https://x.example">link</a> and <b>more</b>.', "One link and more."),
        ("One &amp; two &#8217;s &lt;three&gt; ?a=1&copy=2.", "One & two ’s <three> ?a=1&copy=2."),
        (["One.", "<p>Two.</p>", None, 3, "Three."], "One.\n\nTwo.\n\nThree."),
        ("One < two > three.\r\n\r\nFour.", "One < two > three.\n\nFour."),
        ("One.\u0000\u0007 Two.", "One. Two."),
        ("One \ud800 two.", "One \ufffd two."),
    ],
)
def test_bodies_come_out_as_paragraphs_of_text(markup: Any, body: str) -> None:
    assert read(RECORD | {"text": markup}).body == body


def test_mojibake_is_repaired_in_every_field_and_flagged() -> None:
    broken = {"title": "ZÃ¼rich schlieÃŸt FÃ¤hre", "authors": ["JÃ¶rg MÃ¼ller"], "url": "x"}
    article = read(RECORD | broken | {"text": "Die FÃ¤hre fÃ¤hrt nicht. " + BODY})
    assert article.title == "Zürich schließt Fähre"
    assert article.authors == ("Jörg Müller",)
    assert article.body.startswith("Die Fähre fährt nicht.")
    assert article.flags == ("mojibake-repaired",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_records_in_other_encodings_are_read(encoding: str) -> None:
    text = "Die Fähre fährt heute nicht, sagte der Hafenmeister über die Störung. " * 5
    content = json.dumps(RECORD | {"text": text}, ensure_ascii=False).encode(encoding)
    assert read(content).body == text.strip()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"title": "Ferry"}, Reason.NO_ARTICLE),
        ({"title": "Ferry", "text": " \n"}, Reason.NO_ARTICLE),
        ({"title": "Ferry", "text": 7}, Reason.NO_ARTICLE),
        ({"text": "<script>x()</script><p></p>"}, Reason.NO_ARTICLE),
        ({}, Reason.NO_ARTICLE),
        ('{"text": "torn', Reason.BAD_RECORD),
        ('["text"]', Reason.BAD_RECORD),
        ('{"text": "x", "deep": ' + "[" * 300 + "]" * 300 + "}", Reason.BAD_RECORD),
        ('{"text": "x", "deep": ' + "[" * 90_000, Reason.BAD_RECORD),
    ],
)
def test_a_record_without_an_article_has_a_reason(
    content: str | dict[str, Any], reason: Reason
) -> None:
    found = refused(content)
    assert found.reason is reason
    assert "\n" not in found.detail


def test_a_detail_names_what_the_record_has() -> None:
    assert "the record has id, title" in refused({"title": "Ferry", "id": 1}).detail
    assert len(refused({f"\ud800{n}" * 50: n for n in range(1000)}).detail) < 1000


def test_numbers_that_are_none_and_half_characters_can_be_stored() -> None:
    content = json.dumps(RECORD | {"score": float("nan"), "big": 10**30, "\ud800": ["\udfff"]})
    article = read(content)
    assert article.extra == {"score": None, "big": 10**30, "\ufffd": ["\ufffd"]}
    json.dumps(article.model_dump(mode="json"), allow_nan=False, ensure_ascii=False).encode()


_TEXT = st.text(st.characters(), max_size=30) | st.text(
    '<p>&#;x0d8</div>brspan "=!-aé\ufffe\x00', max_size=40
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
_NAMES = [name for names in NAMES.values() for name in names]


@given(st.dictionaries(st.sampled_from(_NAMES) | st.text(max_size=4), _JSON, max_size=8), _JSON)
def test_any_record_ends_in_an_article_or_a_reason(record: dict[str, Any], body: Any) -> None:
    record.setdefault("text", body)
    found = extract_record(document(json.dumps(record)))
    if isinstance(found, Article):
        plain = found.model_dump(mode="json")
        json.dumps(plain, allow_nan=False, ensure_ascii=False).encode()
        ArticleRow(
            **found.model_dump(),
            version=1,
            first_seen_at=NOW,
            last_seen_at=NOW,
            content_changed_at=NOW,
        )
        assert found.body.strip()
    else:
        assert found.detail
