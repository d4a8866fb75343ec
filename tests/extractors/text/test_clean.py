"""Whole texts in the manner of many outlets, and what must hold for any text."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extractors.text import CleanText, clean_text

SEEN = datetime(2026, 11, 1, tzinfo=UTC)
BODY = (
    "The city council approved a new plan for the trams on Tuesday, after a long debate.\n\n"
    "Work on the line will start in spring, officials said, and should take two years.\n\n"
    "The mayor called it a good day for the city."
)
TITLE = "Riga gets new trams"


def clean(text: str) -> CleanText:
    return clean_text(text, known_title=None, seen_at=SEEN)


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("", ""),
        ("Date: 2019-01-14\n", ""),
        ("Photo: A tram in Riga. (AFP)\n\n", ""),
        ("A tram in Riga on May 3. (Pool)", ""),
        ("RIGA (Reuters) - ", "\n\n(Reporting by Ana Ruiz; Editing by Tom Roe)"),
        ("By Ana Ruiz RIGA, Jan 14 (Gulf Wire) -- ", "\n\nGulf Wire News"),
        ("RIGA, Latvia (AP) — ", "\n\n___\n\nAna Ruiz contributed to this report."),
        ("", "\n\nSubscribe to our newsletter.\nFollow us on Twitter.\n\n© 2019 Gulf Daily"),
        ("", " (AFP)"),
        ("", "\n\nRelated stories\n\nBus line closes\n\nMayor wins again"),
    ],
)
@pytest.mark.parametrize("title", ["", f"{TITLE}\n\n", f"{TITLE}\n\n{TITLE.upper()}\n\n"])
def test_what_surrounds_a_report_is_cut(head: str, tail: str, title: str) -> None:
    found = clean(title + head + BODY + tail)
    assert found.body == BODY
    assert found.title == (TITLE if title else None)
    assert ("no-title" in found.flags) == (not title)


def test_a_full_header() -> None:
    found = clean(
        f"{TITLE}\nBy Ana Ruiz, Gulf Daily\nPublished: 14 January 2019 10:30 GMT | "
        f"Updated: 15 January 2019\n\nFILE PHOTO: A tram in Riga. REUTERS/Jan Moe\n\n{BODY}"
    )
    assert found.body == BODY
    assert found.title == TITLE
    assert found.authors == ("Ana Ruiz",)
    assert found.caption == "A tram in Riga. REUTERS/Jan Moe"
    assert found.published is not None
    assert found.published.at == datetime(2019, 1, 14, 10, 30, tzinfo=UTC)
    assert found.published.precision == "minute"
    assert found.modified is not None
    assert found.modified.on == date(2019, 1, 15)
    assert found.provenance["title"] == "text:headline"
    assert found.provenance["authors"] == "text:byline"
    assert found.provenance["caption"] == "text:caption"
    assert found.provenance["published_at"] == "text:date-prefix"


def test_labelled_lines() -> None:
    found = clean(f"Title: {TITLE}\nAuthor: Ana Ruiz\nDate: 2019-01-14\nSource: Gulf\n\n{BODY}")
    assert (found.title, found.authors, found.body) == (TITLE, ("Ana Ruiz",), BODY)


@pytest.mark.parametrize(
    ("head", "tail", "fields"),
    [
        (
            "RIGA, (Gulf Wire / Baltic News - 14th Jan, 2019 ) :",
            "",
            {"dateline": "RIGA, (Gulf Wire / Baltic News - 14th Jan, 2019 )"},
        ),
        ("[RIGA] ", "", {"dateline": "[RIGA]"}),
        ("(Photo: AFP) ", "", {"caption": None}),
        ("RIGA, Jan. 14 (Xinhua) -- ", " Enditem", {"dateline": "RIGA, Jan. 14 (Xinhua)"}),
        ("", "\n\nSince you're here, we ask a favour.\n\nSupport us today.", {}),
        ("", "\n\n(Japanese original by Ana Ruiz, City News Desk)", {"authors": ("Ana Ruiz",)}),
        ("(Bloomberg) -- ", "\n\n--With assistance from Ana Ruiz.", {"authors": ("Ana Ruiz",)}),
        ("", "\n\nAna Ruiz in Riga", {"authors": ("Ana Ruiz",)}),
        (
            f"Agence France-Presse\n{TITLE}\n",
            "\n\nTous droits réservés",
            {"title": TITLE, "authors": ()},
        ),
        (
            f"{TITLE}\nAna Ruiz Published January 14, 2019\nKARACHI: ",
            "",
            {"title": TITLE, "authors": ("Ana Ruiz",), "dateline": "KARACHI"},
        ),
        (
            f"{TITLE}\n\nAna Ruiz\n\nJanuary 14, 2019\n\n",
            "",
            {"title": TITLE, "authors": ("Ana Ruiz",)},
        ),
        (f"{TITLE}\n\nBy Ana Ruiz\n\n3 Min Read\n\n", "", {"authors": ("Ana Ruiz",)}),
    ],
)
def test_habits_of_houses(head: str, tail: str, fields: dict[str, object]) -> None:
    found = clean(head + BODY + tail)
    assert found.body == BODY
    for name, value in fields.items():
        assert getattr(found, name) == value


def test_a_line_with_a_time_before_its_date() -> None:
    found = clean(f"PUBLISHED: 02:31 GMT, 12 March 2013 | UPDATED: 22:19 GMT\n\n{BODY}")
    assert found.published is not None
    assert found.published.on == date(2013, 3, 12)
    changed = clean(f"Updated 3:09 AM EST Dec 19, 2008\n\n{BODY}")
    assert changed.published is None
    assert changed.modified is not None
    assert changed.modified.on == date(2008, 12, 19)


def test_a_lead_printed_twice_is_no_headline() -> None:
    lead = BODY.split("\n\n", maxsplit=1)[0]
    found = clean(f"{lead[:-1]}\n\n{BODY}")
    assert (found.title, found.description, found.body) == (None, lead[:-1], BODY)


@pytest.mark.parametrize(
    "teaser",
    [
        "The city council approved a new plan for the trams on Tuesday, after a long debate",
        "The city council approved a new plan for the trams...",
        "RIGA (Reuters) - The city council approved a new plan for the trams on Tuesday",
    ],
)
def test_a_teaser_that_repeats_the_lead(teaser: str) -> None:
    found = clean(f"{TITLE}\n\n{teaser}\n\nRIGA (Reuters) - {BODY}")
    assert (found.title, found.description, found.body) == (TITLE, teaser, BODY)


def test_a_standfirst_of_its_own_stays() -> None:
    standfirst = "Council votes after long debate"
    found = clean(f"{TITLE}\n\n{standfirst}\n\nRIGA (Reuters) - {BODY}")
    assert (found.title, found.dateline) == (TITLE, "RIGA (Reuters)")
    assert found.body == f"{standfirst}\n\n{BODY}"


@pytest.mark.parametrize(
    "title",
    [
        "Will Riga get new trams?",
        "At last: new trams!",
        "Riga Gets New Trams - Reports",
        "里加将有新电车",
    ],
)
def test_headlines(title: str) -> None:
    assert clean(f"{title}\n\n{BODY}").title == title


@pytest.mark.parametrize(
    "first",
    [
        "It was a cold day in Riga.",
        "“Will we get trams?”",
        "Dear readers,",
        "The council said this:",
        "• Council votes on trams",
    ],
)
def test_first_lines_that_are_no_headlines(first: str) -> None:
    found = clean(f"{first}\n\n{BODY}")
    assert found.title is None
    assert found.body.startswith(first)


def test_a_known_title_is_not_guessed_again() -> None:
    found = clean_text(
        f"{TITLE}.\n\nNew line for the south\n\n{BODY}", known_title=TITLE, seen_at=SEEN
    )
    assert found.title is None
    assert found.flags == ()
    assert found.body.startswith("New line for the south")


@pytest.mark.parametrize(
    ("head", "flag"),
    [
        ("Published: 03/04/2019\n\n", "date-ambiguous"),
        ("date 2031-01-14 ", "date-in-future"),
        ("date 2019-02-30 ", "date-impossible"),
    ],
)
def test_dates_in_doubt_are_flagged(head: str, flag: str) -> None:
    found = clean(head + BODY)
    assert found.published is None
    assert flag in found.flags
    assert found.body == BODY


def test_weekdays_and_bare_days_are_no_dates() -> None:
    found = clean(f"RIGA, Feb. 3 (Reuters) - On Monday, {BODY}")
    assert found.dateline == "RIGA, Feb. 3 (Reuters)"
    assert found.published is None


def test_a_labelled_date_wins_over_the_dateline() -> None:
    found = clean(f"Published: 15 January 2019\n\nOSLO, 14 January 2019 (Gulf Wire) - {BODY}")
    assert found.published is not None
    assert found.published.on == date(2019, 1, 15)
    candidates = found.provenance["candidates"]
    assert candidates == {"date": [{"from": "text:dateline", "value": "14 January 2019"}]}


def test_a_time_without_a_zone_is_kept_aside() -> None:
    found = clean(f"2019-01-14 10:30 {BODY}")
    assert found.published is not None
    assert found.published.precision == "day"
    assert found.provenance["local_time"] == "10:30"


def test_an_interview_keeps_its_speakers() -> None:
    talk = (
        "HOST: Why does the city want the new trams so much, and why now?\n\n"
        "MAYOR: We have waited for them for a very long time, as you know.\n\n"
        "HOST: Thank you for coming to talk to us about them today."
    )
    assert clean(talk).body == talk


#: Pieces that texts are made of, in any order: headers, leads, leftovers, torn signs.
PIECES = st.sampled_from(
    [
        TITLE,
        "RIGA GETS NEW TRAMS",
        "date 2019-01-14",
        "Published: 03/04/2019",
        "Updated 7:25 p.m. ET",
        "By Ana Ruiz",
        "RIGA (Reuters) - ",
        "PARIS — ",
        "Photo: A tram in Riga (Pool)",
        "A tram in Riga on May 3. (AP Photo/Ana Ruiz)",
        "(Pool)",
        "The city council approved a new plan for the trams on Tuesday.",
        "The city council approved a new plan for the trams...",
        "“We are ready,",
        '"',
        "” she said.",
        "Subscribe to our newsletter.",
        "Independent journalism matters more than ever.",
        "(Reporting by Ana Ruiz; Editing by Tom Roe)",
        "© 2019 Gulf Daily",
        "Related stories",
        "AFP",
        "…",
        "***",
        "\ufffd",
        "市议会星期二批准了新的电车计划。",
    ]
)
TEXTS = st.lists(
    st.tuples(PIECES, st.sampled_from(["", " ", "\n", "\n\n", "\r\n"])), max_size=12
).map(lambda pieces: "".join(piece + gap for piece, gap in pieces))


@given(st.text())
@example("\x85\u2028\u2029\ufeff")
def test_any_text_is_taken(text: str) -> None:
    clean(text)


@given(TEXTS)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    twice = clean_text(once.body, known_title=once.title or "", seen_at=SEEN)
    assert twice.body == once.body


@given(TEXTS)
def test_nothing_is_lost(text: str) -> None:
    found = clean(text)
    kept = Counter(found.body + "".join(cut.text for cut in found.cuts))
    given_signs = Counter(text.replace("\ufeff", ""))
    for sign in (" ", "\n", "\r"):
        kept.pop(sign, None)
        given_signs.pop(sign, None)
    assert kept == given_signs
    fields = (found.title, found.description, found.caption, found.dateline)
    removed = {cut.text for cut in found.removed}
    for cut in found.cuts:
        shown = any(field and cut.text.rstrip(" -–—:|.") in field for field in fields)
        assert cut.text in removed or shown


@pytest.mark.parametrize("credit", ["AP Photo/Ines Obrador", "Reuters Photo", "(Pool)"])
def test_a_credit_above_the_report_is_no_headline(credit: str) -> None:
    found = clean(f"{credit}\n\nThe mayor of Saltmere stepped down on Monday.\n\nA vote is due.")
    assert found.title is None
    assert found.body == "The mayor of Saltmere stepped down on Monday.\n\nA vote is due."
    assert [(cut.rule, cut.text) for cut in found.removed] == [("caption-credit", credit)]
