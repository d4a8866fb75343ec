"""Every field of the five sample texts, as a careful reader fills them in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from extractors.text import extract_text
from schemas.article import Article
from schemas.document import Document, Kind, digest, document_id

SEEN = datetime(2026, 11, 1, tzinfo=UTC)
NAMES = {
    "000": "000_2cf9ac6e9cccc63a.txt",
    "001": "001_39e0fc70934ad5fb.txt",
    "002": "002_6468aa193c541a51.txt",
    "003": "003_2d0c6b3ee7d0faa4.txt",
    "004": "004_67192c2aa2a57e52.txt",
}


def read(seeds: Path, number: str) -> Article:
    path = (seeds / NAMES[number]).resolve()
    content = path.read_bytes()
    url = f"file:{path}"
    article = extract_text(
        Document(
            document_id=document_id(url, digest(content), None),
            url=url,
            requested_url=url,
            source_id="seeds",
            kind=Kind.TEXT,
            content=content,
            sha256=digest(content),
            seen_at=SEEN,
        )
    )
    assert isinstance(article, Article)
    return article


def check_common(article: Article, *, paragraphs: int, words: int, start: str, end: str) -> None:
    """What holds for all five: no address, outlet or metadata of their own, English, whole."""
    assert article.url == article.requested_url == article.canonical_url
    assert article.url.startswith("file:/")
    assert article.source_id == "seeds"
    assert article.language == "en"
    assert article.provenance["language"] == "langid"
    assert article.provenance["body"] == "text"
    assert article.publisher is None
    assert article.section is None
    assert article.keywords == ()
    assert article.image_url is None
    assert article.is_free is None
    assert article.declared_original is None
    assert article.modified_at is None
    assert article.extra == {}
    assert article.body.startswith(start)
    assert article.body.endswith(end)
    assert article.body.count("\n\n") + 1 == paragraphs
    assert "\n\n\n" not in article.body
    assert article.word_count == words


def check_undated(article: Article) -> None:
    assert article.published_at is None
    assert article.published_on is None
    assert article.published_precision is None


def removed(article: Article) -> list[tuple[str, str]]:
    cuts = article.provenance.get("removed", [])
    assert isinstance(cuts, list)
    return [(cut["rule"], cut["text"]) for cut in cuts if isinstance(cut, dict)]  # type: ignore[misc]  # JSON


def test_a_caption_above_the_lead(seeds: Path) -> None:
    article = read(seeds, "000")
    check_common(
        article, paragraphs=15, words=446, start="Foreign Minister Taro Kono is", end="in July."
    )
    check_undated(article)
    assert article.title is None
    assert article.description is None
    assert article.authors == ()
    assert article.dateline is None
    assert article.caption is not None
    assert article.caption.startswith("Japanese Foreign Minister Taro Kono, center,")
    assert article.caption.endswith("in Munich on Feb. 16. (Pool)")
    assert article.flags == ("no-title",)
    assert removed(article) == [("caption-label", "Photo/Illutration")]
    assert article.provenance["caption"] == "text:caption"


def test_a_byline_in_the_last_line(seeds: Path) -> None:
    article = read(seeds, "001")
    check_common(
        article, paragraphs=19, words=549, start="The Abe administration", end="on June 29."
    )
    check_undated(article)
    assert article.title is None
    assert article.description is None
    assert article.authors == ("Ryosuke Ishibashi", "Yuka Takeshita")
    assert article.dateline is None
    assert article.caption is not None
    assert article.caption.startswith("Foreign Minister Taro Kono, right,")
    assert article.caption.endswith("in Tokyo on May 31. (Pool)")
    assert article.flags == ("no-title",)
    assert [rule for rule, _ in removed(article)] == ["caption-label", "byline"]
    assert article.provenance["authors"] == "text:byline"
    assert "written by" not in article.body


def test_a_plea_of_two_lines_at_the_end(seeds: Path) -> None:
    article = read(seeds, "002")
    check_common(
        article, paragraphs=22, words=693, start="Foreign Minister Fumio", end="Lavrov said."
    )
    check_undated(article)
    assert article.title is None
    assert article.description is None
    assert article.authors == ()
    assert article.dateline is None
    assert article.caption is None
    assert article.flags == ("no-title",)
    assert [rule for rule, _ in removed(article)] == ["plea", "plea"]
    assert removed(article)[0][1].startswith("In a time of both")
    assert removed(article)[1][1].startswith("By subscribing")


def test_a_date_before_the_lead(seeds: Path) -> None:
    article = read(seeds, "003")
    check_common(
        article,
        paragraphs=14,
        words=435,
        start="Russian President Vladimir Putin is expected",
        end="such a media opportunity.",
    )
    assert article.published_at == datetime(2019, 1, 14, tzinfo=UTC)
    assert article.published_on == date(2019, 1, 14)
    assert article.published_precision == "day"
    assert article.title is None
    assert article.description is None
    assert article.authors == ()
    assert article.dateline is None
    assert article.caption is None
    assert article.flags == ("no-title",)
    assert removed(article) == [("date-prefix", "date 2019-01-14")]
    assert article.provenance["published_on"] == "text:date-prefix"


def test_headline_twice_teaser_dateline_torn_quote_broken_signs(seeds: Path) -> None:
    article = read(seeds, "004")
    check_common(
        article, paragraphs=7, words=310, start="Japanese Prime Minister Shinzo", end="to Japan."
    )
    assert article.title is not None
    assert article.title.startswith("Japan's Abe Seeks Visit To Russia In Spring")
    assert article.title.endswith("Peace Treaty - Reports")
    assert article.description is not None
    assert article.description.endswith("local media reported on Monday")
    assert article.body.split("\n\n")[0] == f"{article.description}."
    assert article.dateline == "TOKYO (UrduPoint News / Sputnik - 21st January, 2019)"
    assert article.published_at == datetime(2019, 1, 21, tzinfo=UTC)
    assert article.published_on == date(2019, 1, 21)
    assert article.published_precision == "day"
    assert article.authors == ()
    assert article.caption is None
    assert article.flags == ("replacement-characters",)
    assert [rule for rule, _ in removed(article)] == ["repeated-headline"]
    assert article.provenance["published_on"] == "text:dateline"
    assert article.provenance["description"] == "text:teaser"
    assert '"unrealistic."\n\nEarlier' in article.body
    assert article.body.count("\ufffd") == 3
