"""Dates as texts print them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from extractors.text.dates import (
    AMBIGUOUS,
    IMPOSSIBLE,
    IN_FUTURE,
    published,
    read_date,
    read_yearless,
)
from extractors.text.header import is_time_line, read_header_date

SEEN = datetime(2020, 1, 1, tzinfo=UTC)
DAY = date(2019, 1, 14)


@pytest.mark.parametrize(
    "text",
    [
        "2019-01-14",
        "2019/1/14",
        "2019.01.14",
        "14 January 2019",
        "14th January, 2019",
        "January 14, 2019",
        "Jan. 14, 2019",
        "Monday, January 14, 2019",
        "Mon, 14 Jan 2019",
        "14.01.2019",
        "14/01/2019",
        "01/14/2019",
        "14-Jan-2019",
        "14. Januar 2019",
        "Montag, 14. Januar 2019",
        "14 janvier 2019",
        "le 14 janvier 2019",
        "14 de enero de 2019",
        "14 gennaio 2019",
        "14 января 2019 года",
        "14 stycznia 2019",
        "2019年1月14日",
        "2019년 1월 14일",
    ],
)
def test_full_dates(text: str) -> None:
    found = read_date(text)
    assert found is not None
    assert (found.on, found.at, found.end) == (DAY, None, len(text))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("03/04/2019", AMBIGUOUS),
        ("3-4-2019", AMBIGUOUS),
        ("14.01.19", AMBIGUOUS),
        ("2019-02-30", IMPOSSIBLE),
        ("31 June 2019", IMPOSSIBLE),
    ],
)
def test_dates_that_fix_no_day(text: str, problem: str) -> None:
    found = read_date(text)
    assert found is not None
    assert found.on is None
    assert published(found, SEEN) == (None, (problem,))


def test_the_same_day_in_both_orders_is_not_ambiguous() -> None:
    found = read_date("05/05/2019")
    assert found is not None
    assert found.on == date(2019, 5, 5)


@pytest.mark.parametrize("text", ["May 2019", "January", "2019", "the 14th", "123/45/2019", ""])
def test_no_full_date(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize("text", ["Feb. 3", "14 января", "21 de enero", "3 février", "1月14日"])
def test_dates_without_a_year_fix_nothing(text: str) -> None:
    found = read_yearless(text)
    assert found is not None
    assert (found.on, found.has_year) == (None, False)
    assert published(found, SEEN) == (None, ())


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("2019-01-14T10:30:05Z", datetime(2019, 1, 14, 10, 30, 5, tzinfo=UTC), "second"),
        ("14 Jan 2019 10:30:00 +0900", datetime(2019, 1, 14, 1, 30, tzinfo=UTC), "second"),
        ("January 14, 2019 at 8:05 p.m. EST", datetime(2019, 1, 15, 1, 5, tzinfo=UTC), "minute"),
        ("July 14, 2019 10:00 AM ET", datetime(2019, 7, 14, 14, 0, tzinfo=UTC), "minute"),
        ("2019-01-14 10:30 GMT+5:30", datetime(2019, 1, 14, 5, 0, tzinfo=UTC), "minute"),
    ],
)
def test_times_with_a_zone(text: str, at: datetime, precision: str) -> None:
    found = read_date(text)
    assert found is not None
    when, flags = published(found, SEEN)
    assert when is not None
    assert (when.at, when.precision, flags) == (at, precision, ())
    assert when.on.day == 14  # the publisher's own day


@pytest.mark.parametrize(
    "text", ["2019-01-14 10:30", "14.01.2019, 10:30 Uhr", "14 January 2019 | 10:30 IST"]
)
def test_times_without_a_clear_zone_leave_the_day(text: str) -> None:
    found = read_date(text)
    assert found is not None
    assert (found.on, found.at) == (DAY, None)
    assert found.clock is not None
    assert found.clock.startswith("10:30")
    when, _ = published(found, SEEN)
    assert when is not None
    assert when.precision == "day"


def test_a_date_after_the_reading_is_not_believed() -> None:
    tomorrow, later = read_date("2020-01-02"), read_date("2020-01-03")
    assert tomorrow is not None
    assert later is not None
    assert published(tomorrow, SEEN)[0] is not None
    assert published(later, SEEN) == (None, (IN_FUTURE,))


@pytest.mark.parametrize(
    ("paragraph", "kind", "rest"),
    [
        ("date 2019-01-14 The council met.", "published", "The council met."),
        ("Date: 2019-01-14", "published", ""),
        ("Published: 14 January 2019", "published", ""),
        ("Posted on January 14, 2019", "published", ""),
        ("Posted on January 14, 2019 by Ana Ruiz", "published", "by Ana Ruiz"),
        ("Updated: January 14, 2019", "modified", ""),
        ("Last updated on 14.01.2019", "modified", ""),
        ("Veröffentlicht am 14. Januar 2019", "published", ""),
        ("Publié le 14 janvier 2019", "published", ""),
        ("Опубликовано: 14 января 2019", "published", ""),
        ("2019-01-14 10:30 The council met.", "published", "The council met."),
        ("14.01.2019 - The council met on Monday.", "published", "The council met on Monday."),
        ("Riga, 14 January 2019", "published", ""),
        ("(14 January 2019)", "published", ""),
    ],
)
def test_header_dates(paragraph: str, kind: str, rest: str) -> None:
    found = read_header_date(paragraph, first=True)
    assert found is not None
    assert (found.kind, found.stated.on, found.rest) == (kind, DAY, rest)


@pytest.mark.parametrize(
    "paragraph",
    [
        "January 14, 2019 was a good day for the council.",
        "Published January 14, 2019, in a journal, the study has found little.",
        "On January 14, 2019, the council met.",
        "Monday was a good day for the council.",
        "Updated rules will come into force in 2019.",
        "Data 2019 shows that the council met often.",
        "2019-01-14 was the last day.",
    ],
)
def test_sentences_with_dates_are_no_headers(paragraph: str) -> None:
    assert read_header_date(paragraph, first=True) is None


def test_a_chronicle_keeps_its_dates() -> None:
    first = "14 January 2019 - The council meets for the first time."
    second = "15 January 2019 - The council votes."
    assert read_header_date(first, first=True, following=second) is None
    assert read_header_date(first, first=True, following="The council meets.") is not None


@pytest.mark.parametrize(
    "line", ["Updated 7:25 p.m. ET", "5 min read", "3 hours ago", "Monday", "Mar. 8 5:46 PM EST"]
)
def test_lines_that_only_say_when(line: str) -> None:
    assert is_time_line(line)


@pytest.mark.parametrize("line", ["May", "March of the trams", "Trams run again on Monday", "5"])
def test_lines_that_say_more(line: str) -> None:
    assert not is_time_line(line)
