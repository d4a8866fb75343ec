"""Datelines of many houses, and openings that only look like them."""

from __future__ import annotations

import pytest

from extractors.text.dateline import find_dateline

LEAD = "The council said on Monday it would not raise the fares this year."


@pytest.mark.parametrize(
    ("opening", "dateline"),
    [
        ("RIGA (Reuters) - ", "RIGA (Reuters)"),
        ("RIGA, March 3 (Reuters) - ", "RIGA, March 3 (Reuters)"),
        ("OSAKA, Feb. 3 (Kyodo) -- ", "OSAKA, Feb. 3 (Kyodo)"),
        ("NAMIE, Fukushima Prefecture--", "NAMIE, Fukushima Prefecture"),
        ("KANSAS CITY, Mo. (AP) — ", "KANSAS CITY, Mo. (AP)"),
        ("KYIV, Ukraine (AP) — ", "KYIV, Ukraine (AP)"),
        ("McLEAN, Va. (AP) — ", "McLEAN, Va. (AP)"),
        ("ST. PETERSBURG, Russia — ", "ST. PETERSBURG, Russia"),
        ("St. PETERSBURG, Russia — ", "St. PETERSBURG, Russia"),
        ("OSLO (Gulf Media Service / Wire - 21st January, 2019) ", None),
        ("PARIS – ", "PARIS"),
        ("LIMA — ", "LIMA"),
        ("BEIJING: ", "BEIJING"),
        ("PETALING JAYA: ", "PETALING JAYA"),
        ("BERLIN/PARIS (dpa) - ", "BERLIN/PARIS (dpa)"),
        ("Berlin (dpa) - ", "Berlin (dpa)"),
        ("Frankfurt/Main (dpa/lhe) - ", "Frankfurt/Main (dpa/lhe)"),
        ("PARIS (AFP) – ", "PARIS (AFP)"),
        ("Madrid, 14 ene (EFE).- ", "Madrid, 14 ene (EFE)"),
        ("(ANSA) - ROMA, 14 GEN - ", "(ANSA) - ROMA, 14 GEN"),
        ("NEW DELHI, Jan. 14 (PTI) ", "NEW DELHI, Jan. 14 (PTI)"),
        ("TEHRAN, Jan. 14, IRNA - ", "TEHRAN, Jan. 14, IRNA"),
        ("Geneva, 14 January 2019 – ", "Geneva, 14 January 2019"),
        ("Kuwait City, Jan 14 (KUNA) -- ", "Kuwait City, Jan 14 (KUNA)"),
        ("London — ", "London"),
        ("Berlin. ", "Berlin"),
        ("(Reuters) - ", "(Reuters)"),
        ("(CNN)", "(CNN)"),
    ],
)
def test_datelines(opening: str, dateline: str | None) -> None:
    found = find_dateline(opening + LEAD, opening + LEAD)
    assert found is not None
    assert found.text == (dateline or opening.strip())
    assert (opening + LEAD)[found.end :] == LEAD


@pytest.mark.parametrize(
    ("paragraph", "dateline", "rest"),
    [
        (
            "МОСКВА, 14 января. /ТАСС/. Совет города утвердил новый план движения.",
            "МОСКВА, 14 января. /ТАСС/",
            "Совет",
        ),
        (
            "Москва. 14 января. ИНТЕРФАКС - Совет города утвердил новый план движения.",
            "Москва. 14 января. ИНТЕРФАКС",
            "Совет",
        ),
        (
            "新华社里加1月14日电（记者张三）市议会星期二批准了新的电车计划。",
            "新华社里加1月14日电（记者张三）",
            "市议会",
        ),
        ("【リガ共同】市議会は火曜日、路面電車の新しい計画を承認した。", "【リガ共同】", "市議会"),
        (
            "(서울=연합뉴스) 홍길동 기자 = 시의회는 화요일 새로운 전차 계획을 승인했다.",
            "(서울=연합뉴스)",
            "시의회",
        ),
        (
            "القاهرة (رويترز) - قال المجلس يوم الاثنين إنه لن يرفع الأسعار.",
            "القاهرة (رويترز)",
            "قال",
        ),
    ],
)
def test_other_scripts(paragraph: str, dateline: str, rest: str) -> None:
    found = find_dateline(paragraph, paragraph)
    assert found is not None
    assert found.text == dateline
    assert paragraph[found.end :].startswith(rest)


def test_the_writer_inside_an_east_asian_dateline() -> None:
    chinese = find_dateline("新华社里加1月14日电（记者张三 李四）市议会批准了新的电车计划。")
    korean = find_dateline("(서울=연합뉴스) 홍길동 기자 = 시의회는 새로운 전차 계획을 승인했다.")
    assert chinese is not None
    assert chinese.authors == ("张三", "李四")
    assert korean is not None
    assert korean.authors == ("홍길동",)


def test_the_date_inside() -> None:
    full = find_dateline(f"OSLO (Gulf Wire News - 21st January, 2019) {LEAD}")
    bare = find_dateline(f"OSLO, Feb. 3 (Reuters) - {LEAD}")
    assert full is not None
    assert full.stated is not None
    assert str(full.stated.on) == "2019-01-21"
    assert bare is not None
    assert bare.stated is not None
    assert bare.stated.on is None


@pytest.mark.parametrize(
    "paragraph",
    [
        "NATO — the alliance — said on Monday it would not raise its budget.",
        "NATO — The alliance said on Monday that NATO would not raise its budget.",
        "OPEC - The group of oil exporters said on Monday OPEC would not cut.",
        "BREAKING - The council will not raise the fares this year, it says.",
        "UPDATE 1-The council will not raise the fares this year, it says.",
        "EXCLUSIVE: The council will not raise the fares this year.",
        "CLIMATE CHANGE - The city warms, and climate change is felt in the parks.",
        "IBM -- the company -- said on Monday it would not raise prices.",
        "ACME (NYSE: ACM) - The company said on Monday it would not raise prices.",
        "RIGA must not raise the fares this year, says the council.",
        "Paris, London and Berlin said on Monday they would not raise taxes.",
        "Angela Roe (CDU) sagte am Montag, die Preise würden nicht steigen.",
        "The mayor - Ana Ruiz - will not raise the fares this year.",
        "January 14, 2019 was the day on which the council said no.",
        "Moscow (Russia) is a large city with many people in it.",
        "A U.S. official said on Monday that fares would not rise.",
        "Dr. Ana Ruiz (WHO) said on Monday that the illness is gone.",
        "RIGA",
        "",
    ],
)
def test_openings_that_are_none(paragraph: str) -> None:
    assert find_dateline(paragraph, paragraph + "\n\nThe fares stay.") is None
