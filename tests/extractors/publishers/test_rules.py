"""Publisher rules: how they are read, which one holds, and what they do to a page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from extractors.dispatch import extract
from extractors.publishers.book import RuleError, Rules, read_rules
from extractors.publishers.rule import PublisherRule
from schemas.article import Article
from tests.extractors.html.html_pages import STORY, document

TODAY = date(2026, 7, 1)  # when the pages of these tests were seen


def rule(**more: object) -> PublisherRule:
    values = {"id": "courier", "publisher": "The Courier", "domains": ["courier.example"], **more}
    return PublisherRule.model_validate(values)


def page(markup: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body>{markup}</body></html>".encode()


def read(content: bytes, one: PublisherRule, url: str = "https://courier.example/a") -> Article:
    article = extract(document(content, url), Rules(rules=(one,)))
    assert isinstance(article, Article), article
    return article


PAGE = page(
    "<div class='kicker'>Roof</div><h1>Market hall closed</h1>"
    f"<p class='who'>Ann Maddox / Tom Brannigan</p><p class='when'>3 May 2026</p>{STORY}"
    "<p>The harbour bell rings at noon on every day of the year, as it has since 1874.</p>",
    "<title>Market hall closed</title><meta name='author' content='Web Desk'>",
)


def test_a_rule_says_where_title_authors_date_and_text_stand() -> None:
    article = read(
        PAGE,
        rule(
            title=[".headline", ".kicker"], authors=[".who"], published=[".when"], body=[".who~p"]
        ),
    )
    assert article.title == "Roof"
    assert article.authors == ("Ann Maddox", "Tom Brannigan")
    assert article.published_on == date(2026, 5, 3)
    assert article.body.startswith("3 May 2026\n\nThe mayor said on Monday")
    assert article.publisher == "The Courier"
    for field in ("title", "authors", "published_at", "body", "publisher"):
        assert article.provenance[field] == "rule:courier"
    assert article.provenance["rule"] == "courier"
    candidates = article.provenance["candidates"]
    assert isinstance(candidates, dict)
    assert {"from": "h1", "value": "Market hall closed"} in candidates["title"]  # type: ignore[operator]
    assert "rule-missed" not in article.flags


def test_what_a_rule_drops_and_cuts_is_kept_aside() -> None:
    article = read(PAGE, rule(drop=[".kicker", ".when"], cut=["^The harbour bell"]))
    assert "harbour bell" not in article.body
    removed = article.provenance["removed"]
    assert isinstance(removed, list)
    assert {"rule": "rule:courier", "text": "Roof"} in removed
    assert {"rule": "rule:courier", "text": "3 May 2026"} in removed
    assert [one["text"][:16] for one in removed][-1] == "The harbour bell"  # type: ignore[index, call-overload]


def test_an_attribute_may_hold_the_value() -> None:
    markup = f"<h1>Hall</h1><b data-at='2026-05-03T08:00:00+02:00'>today</b>{STORY}"
    article = read(page(markup), rule(published=["b@data-at"]))
    assert article.published_at == datetime(2026, 5, 3, 6, tzinfo=UTC)


def test_where_a_rule_finds_nothing_the_page_is_read_as_any_other_and_flagged() -> None:
    article = read(PAGE, rule(title=[".gone"], body=["article .text"], authors=[".who"]))
    assert article.title == "Market hall closed"
    assert "The mayor said on Monday" in article.body
    assert article.provenance["body"] == "trafilatura"
    assert "rule-missed" in article.flags
    assert article.provenance["rule_missed"] == ["title", "body"]


def test_the_configured_publisher_wins_over_the_rules() -> None:
    found = extract(
        document(PAGE, "https://courier.example/a", publisher="Courier Media"),
        Rules(rules=(rule(),)),
    )
    assert isinstance(found, Article)
    assert (found.publisher, found.provenance["publisher"]) == ("Courier Media", "source")


@pytest.mark.parametrize(
    ("address", "names", "chosen"),
    [
        ("https://courier.example/a", [], "courier"),
        ("https://www.courier.example/a", [], "courier"),
        ("https://sport.courier.example/a", [], "sport"),
        ("https://deep.sport.courier.example/a", [], "sport"),
        ("https://othercourier.example/a", ["The Courier"], None),
        ("https://example/a", ["The Courier"], "courier"),
        ("http://127.0.0.7:8723/a", ["Hall closed", "THE COURIER"], "courier"),
        ("file:/pages/a.html", ["The Courier"], "courier"),
        ("file:/pages/a.html", ["The Couriers"], None),
        ("https://[broken/a", [], None),
    ],
)
def test_a_rule_is_picked_by_domain_else_by_name(
    address: str, names: list[str], chosen: str | None
) -> None:
    sport = rule(id="sport", publisher="Courier Sport", domains=["sport.courier.example"])
    found = Rules(rules=(rule(), sport)).for_page(address, names, TODAY)
    assert (found.id if found else None) == chosen


def test_rules_hold_for_their_time() -> None:
    old = rule(id="old", valid_until="2024-12-31")
    new = rule(id="new", valid_from="2025-01-01")
    rules = Rules(rules=(old, new))

    def on(day: date) -> str:
        found = rules.for_page("https://courier.example/", (), day)
        assert found is not None
        return found.id

    assert on(date(2024, 12, 31)) == "old"
    assert on(date(2025, 1, 1)) == "new"
    assert Rules(rules=(old,)).for_page("https://courier.example/", (), TODAY) is None


def test_ones_own_rule_goes_before_a_supplied_one(tmp_path: Path) -> None:
    own = 'publisher = "Port Ellery Courier"\ndomains = ["courier.example"]\ntitle = ["h2"]\n'
    (tmp_path / "mine.toml").write_text(own, encoding="utf-8")
    found = read_rules(tmp_path).for_page("https://courier.example/a", (), TODAY)
    assert found is not None
    assert found.id == "mine"
    supplied = read_rules().for_page("https://courier.example/a", (), TODAY)
    assert supplied is not None
    assert supplied.id == "courier"


GOOD = 'publisher = "A"\ndomains = ["a.example"]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("publisher = ", "not valid TOML"),
        (GOOD + 'titel = ["h1"]', "titel: no such key; there are publisher, domains"),
        ('domains = ["a.example"]', "publisher: Field required"),
        ('publisher = "A"\ndomains = ["https://a.example/"]', "is no domain"),
        (GOOD + 'title = ["h1["]', "'h1[' is no CSS selector"),
        (GOOD + 'body = ["time@datetime"]', "names an attribute"),
        (GOOD + 'cut = ["(open"]', "'(open' is no regular expression"),
        (GOOD + "valid_from = 2025-01-02\nvalid_until = 2025-01-01", "lies after valid_until"),
    ],
)
def test_a_wrong_rule_says_where_and_why_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        read_rules(tmp_path)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'a.toml'}: ")
    assert said in message
    assert "\n" not in message


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"extract\.rules: there is no folder"):
        read_rules(tmp_path / "rules")
