"""Dates: how they are read, and which one is believed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from htmldate import find_date
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from extractors.html.claim import Claim
from extractors.html.dates import choose_date, day_in_address, is_future, published_claims
from extractors.html.datesearch import search_date
from extractors.html.moment import Moment, read_machine, read_written
from extractors.html.page import read_page
from schemas.candidate import Hints

SEEN = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day", "at", "precision"),
    [
        ("2024-05-31T23:30:00+02:00", "2024-05-31", "2024-05-31T21:30:00+00:00", "second"),
        ("2024-08-08T08:00Z", "2024-08-08", "2024-08-08T08:00:00+00:00", "minute"),
        ("2026-05-25T16:38:12+0000", "2026-05-25", "2026-05-25T16:38:12+00:00", "second"),
        ("2025-02-02T19:07:46.0000000Z", "2025-02-02", "2025-02-02T19:07:46+00:00", "second"),
        ("2024-11-26T21:45:0Z", "2024-11-26", "2024-11-26T21:45:00+00:00", "second"),
        ("2024-11-26T21:45+0800", "2024-11-26", "2024-11-26T13:45:00+00:00", "minute"),
        ("2024-11-26 21:45:10", "2024-11-26", None, "day"),
        ("2024-11-26T00:00:00Z", "2024-11-26", None, "day"),
        ("2024-11-26", "2024-11-26", None, "day"),
        ("20241126", "2024-11-26", None, "day"),
        ("2024/11/26 10:05", "2024-11-26", None, "day"),
        ("1716969600", "2024-05-29", "2024-05-29T08:00:00+00:00", "second"),
        ("1716969600000", "2024-05-29", "2024-05-29T08:00:00+00:00", "second"),
        ("Tue, 26 Nov 2024 21:27:00 GMT", "2024-11-26", "2024-11-26T21:27:00+00:00", "second"),
    ],
)
def test_machine_formats(text: str, day: str, at: str | None, precision: str) -> None:
    moment = read_machine(text)
    assert moment is not None
    assert moment.on.isoformat() == day
    assert (moment.at.isoformat() if moment.at else None) == at
    assert moment.precision == precision


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Donnerstag, 12. Januar 2012", "2012-01-12"),
        ("May 3rd, 2019", "2019-05-03"),
        ("3 de mayo de 2019", "2019-05-03"),
        ("le 3 août 2019 à 14h30", "2019-08-03"),
        ("5 марта 2020, 14:20", "2020-03-05"),
        ("2020年1月5日", "2020-01-05"),
        ("الجمعة 24 نيسان / أبريل 2020 09:22", "2020-04-24"),
        ("3 كانون الثاني / يناير 2021", "2021-01-03"),
        ("٢ - 7 حزيران 2022", "2022-06-07"),
        ("2020년 1월 5일", "2020-01-05"),
        ("05.03.2020 10:15", "2020-03-05"),
        ("Publicado el 05/03/2020", "2020-03-05"),
        ("15 września 2021", "2021-09-15"),
        ("3. elokuuta 2021", "2021-08-03"),
        ("Σάββατο 7 Μαρτίου 2020", "2020-03-07"),
    ],
)
def test_written_dates(text: str, day: str) -> None:
    moment = read_written(text)
    assert moment is not None
    assert moment.on.isoformat() == day


@pytest.mark.parametrize(
    "text", ["", "yesterday", "last November", "Monday", "99.99.2020", "0000-00-00", "1/2", "12:30"]
)
def test_nothing_is_invented(text: str) -> None:
    assert read_machine(text) is None
    assert read_written(text) is None


def test_american_order() -> None:
    day_first, month_first = read_written("03/04/2020"), read_written("03/04/2020", day_first=False)
    assert day_first is not None
    assert month_first is not None
    assert day_first.on == date(2020, 4, 3)
    assert month_first.on == date(2020, 3, 4)


@given(st.text(max_size=80))
def test_reading_never_raises(text: str) -> None:
    read_machine(text)
    read_written(text)


@given(
    st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001 - hypothesis wants naive bounds
    st.integers(-12 * 60, 14 * 60),
)
def test_iso_round_trip(moment: datetime, minutes: int) -> None:
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    read = read_machine(aware.isoformat())
    assert read is not None
    assert read.on == aware.date()
    if (aware.hour, aware.minute, aware.second) != (0, 0, 0):
        assert read.at == aware


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("https://a.example/2024/05/31/slug", date(2024, 5, 31)),
        ("https://a.example/news/20240531-slug.html", date(2024, 5, 31)),
        ("https://a.example/news/2024-05-31/slug", date(2024, 5, 31)),
        ("https://a.example/news/2024/05/slug", None),
        ("https://a.example/story-120240531120", None),
        ("https://2024-05-31.example/slug", None),
        ("file:/data/2024/05/31/x.html", None),
    ],
)
def test_day_in_address(address: str, day: date | None) -> None:
    assert day_in_address(address) == day


def _at(text: str) -> Moment:
    moment = read_machine(text)
    assert moment is not None
    return moment


def test_first_claim_wins_and_future_ones_do_not() -> None:
    claims = [Claim("json-ld", _at("2031-01-01T10:00:00Z")), Claim("meta", _at("2024-01-01"))]
    chosen = choose_date(claims, SEEN)
    assert chosen is not None
    assert chosen.origin == "meta"
    alone = choose_date(claims[:1], SEEN)
    assert alone is not None
    assert is_future(alone.value, SEEN)
    assert choose_date([], SEEN) is None


def test_the_publishers_own_day_counts() -> None:
    claims = [
        Claim("json-ld", _at("2024-05-31T22:10:00Z")),
        Claim("time", _at("2024-06-01T00:10:00+02:00")),
    ]
    chosen = choose_date(claims, SEEN)
    assert chosen is not None
    assert chosen.value.on == date(2024, 6, 1)
    assert chosen.value.at == datetime(2024, 5, 31, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamp", "address_day", "day"),
    [
        ("2020-04-14T00:38:07Z", date(2020, 4, 13), date(2020, 4, 13)),  # America's evening
        ("2020-04-13T20:38:07Z", date(2020, 4, 14), date(2020, 4, 14)),  # Asia's morning
        ("2020-07-09T12:04:04Z", date(2020, 7, 8), date(2020, 7, 9)),  # nobody's yesterday
        ("2020-07-09T12:04:04Z", date(2020, 7, 1), date(2020, 7, 9)),
        ("2020-07-09T02:04:04-04:00", date(2020, 7, 8), date(2020, 7, 9)),  # its own offset
    ],
)
def test_address_tells_the_local_day_of_an_instant_in_utc(
    stamp: str, address_day: date, day: date
) -> None:
    claims = [Claim("json-ld", _at(stamp)), Claim("url", Moment(on=address_day))]
    chosen = choose_date(claims, SEEN)
    assert chosen is not None
    assert chosen.value.on == day


def test_zone_is_taken_from_the_place_that_knows_it() -> None:
    claims = [
        Claim("meta", _at("2023-03-14T18:20:00")),
        Claim("time", _at("2023-03-14T18:20:00+01:00")),
    ]
    chosen = choose_date(claims, SEEN)
    assert chosen is not None
    assert chosen.value.at == datetime(2023, 3, 14, 17, 20, tzinfo=UTC)


@pytest.mark.parametrize("origin", ["url", "microdata", "time"])
def test_a_day_that_readers_see_is_the_publishers_own(origin: str) -> None:
    told = Moment(
        on=date(2020, 12, 5), at=datetime(2020, 12, 5, 23, 15, tzinfo=UTC), local=(23, 15)
    )
    chosen = choose_date(
        [Claim("json-ld", told), Claim(origin, Moment(on=date(2020, 12, 6)))], SEEN
    )
    assert chosen is not None
    assert (chosen.value.on, chosen.value.at) == (date(2020, 12, 6), told.at)


def _on(day: int, origin: str) -> Claim[Moment]:
    return Claim(origin, Moment(on=date(2024, 3, day)))


@pytest.mark.parametrize(
    ("claims", "day"),
    [
        ([_on(1, "json-ld"), _on(20, "meta"), _on(20, "meta")], 20),
        ([_on(1, "json-ld"), _on(20, "meta")], 1),  # one against one: the more trusted
        ([_on(1, "json-ld"), _on(2, "meta"), _on(2, "meta")], 1),  # a matter of zones
        ([_on(1, "json-ld"), _on(20, "time"), _on(20, "text")], 1),  # those are not machines'
        ([_on(1, "url"), _on(20, "time")], 1),
    ],
)
def test_a_day_that_several_machine_made_places_give_outvotes_one(
    claims: list[Claim[Moment]], day: int
) -> None:
    chosen = choose_date(claims, SEEN)
    assert chosen is not None
    assert chosen.value.on.day == day


def first_day(markup: str, node: dict[str, str], head: str = "") -> date:
    """The day of the first claim of a page."""
    address = "https://courier.example/a"
    page = read_page(f"<html><head>{head}</head><body>{markup}</body></html>", address)
    assert page is not None
    return published_claims(page, node, address, Hints(origin="feed"))[0].value.on


def test_the_day_of_a_film_comes_after_that_of_the_article_it_is_in() -> None:
    head = '<meta name="parsely-pub-date" content="2025-09-30T02:00:07-0700">'
    film = {"@type": "VideoObject", "uploadDate": "2025-09-29T22:40:00-07:00"}
    assert first_day("<h1>Roof</h1>", film, head) == date(2025, 9, 30)
    assert first_day("<h1>Roof</h1>", film) == date(2025, 9, 29)


@pytest.mark.parametrize(
    ("heading", "day"), [("Roof of the old hall falls in", 13), ("Nearby", 14)]
)
def test_a_headline_of_second_rank_has_its_date_below(heading: str, day: int) -> None:
    markup = (
        f"<div class='date'>Tue, 14 Jan 2020</div><div><h2>{heading}</h2>"
        "<p>The Courier<br>13 Jan 2020, 22:11 GMT+10</p></div>"
    )
    title = "<title>Roof of the old hall falls in</title>"
    assert first_day(markup, {}, title) == date(2020, 1, day)


def test_a_date_that_json_ld_writes_as_people_do_comes_after_what_readers_see() -> None:
    markup = "<main><h1>Roof</h1><time datetime='2025-11-12'>12 November</time></main>"

    def first(stated: str) -> date:
        return first_day(markup, {"datePublished": stated})

    assert first("13/11/2025 09:21:40") == date(2025, 11, 12)
    assert first("2025-11-13T09:21:40Z") == date(2025, 11, 13)


@pytest.mark.parametrize(
    "written",
    [
        *("17 Lis 2011", "Środa, 10 kwietnia 2013 r.", "Sobota,14 stycznia 2012", "06 Gru 2011"),
        *("9 Апрель 2013", "Середа, 3 березня 2014", "Николай ФАДЕЕВ | 25 ноября 2011"),
        *("Σάββατο 14 Ιανουαρίου 2012", "duminică, 20 septembrie 2020", "21. juni/lipanj, 2020"),
        *("2011年12月09日 20:29:49", "토요일 2011년 12월 9일", "24 نيسان 2020", "٣ يناير ٢٠٢٠"),
        *("ngày 3 tháng 12 năm 2015", "3 de março de 2015", "November 20 15:23 2019", "12 IV 2011"),
        *(
            "13 / 4 / 2015",
            "2015. 3. 21 14:00",
            "© Cork's 96FM 2020. Powered by",
            "Ноя 27th 11 17:46",
        ),
        # words that some of the languages with such a month know, or none of them
        *(
            "duminică, 20 septembrie 2020 Bucuresti",
            "Keskiviikko 4 joulukuu 2019",
            "4 juni 2019 GMT+2",
        ),
        *("Woensdag 4 juni 2019", "4 juni 2019 mediekalenderen", "MMXIX 4 juni"),
    ],
)
def test_a_date_is_searched_for_as_the_library_does(written: str) -> None:
    tree = document_fromstring(f"<body><p class='date'>{written}</p></body>")
    assert search_date(tree, None) == find_date(tree, original_date=True, extensive_search=True)


@pytest.mark.parametrize(
    "text",
    [
        *("no. 2019-03-14 and 2019-03-14a2019-03-15,2019-03-15x", "14.03.2019b15.3.2019 20190316 "),
        *("a٣2019-03-14 b٣14/03/2019 ", "/2019/03/14/ /2019/03/141", "3.2019 u 03-2019/ 2019.04 x"),
        *(
            "14/03/19 - 15.03.19a",
            "Copyright 2014 www.w3.org/2019/ 2018 ",
            "-2019-03-14- .14.03.2019.",
        ),
    ],
)
def test_figures_are_searched_for_as_the_library_does(text: str) -> None:
    tree = document_fromstring(f"<body><p title='x {text} y'>no date</p><p>a</p></body>")
    assert search_date(tree, None) == find_date(tree, original_date=True, extensive_search=True)
