"""Bylines above and credits below a report."""

from __future__ import annotations

import pytest

from extractors.text.byline import read_closing, read_opening, split_closing
from extractors.text.names import is_name, split_names

BOTH = ("Ana Ruiz", "Jan Kowalski")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ana Ruiz and Jan Kowalski", BOTH),
        ("Ana Ruiz, Staff Writer", ("Ana Ruiz",)),
        ("Ana Ruiz Staff Reporter", ("Ana Ruiz",)),
        ("Ana Ruiz in Lima and Jan Kowalski in Warsaw", BOTH),
        ("Ana Ruiz, Lima", ("Ana Ruiz",)),
        ("Ana Ruiz (ana@example.org)", ("Ana Ruiz",)),
        (
            "Jan van der Berg, John Roe, Jr. and A.B. Moe",
            ("Jan van der Berg", "John Roe, Jr.", "A.B. Moe"),
        ),
        ("Mary-Ann O'Neil", ("Mary-Ann O'Neil",)),
        ("Ursula von der Au", ("Ursula von der Au",)),
        ("Ruiz, Ana", ("Ana Ruiz",)),
        ("ANA RUIZ", ("ANA RUIZ",)),
        ("Gulf TV's Ana Ruiz", ("Ana Ruiz",)),
        ("Иван Петров и Анна Смирнова", ("Иван Петров", "Анна Смирнова")),
        ("张三", ("张三",)),
        ("Reuters", ("Reuters",)),
        ("Ana Ruiz, Reuters", ("Ana Ruiz",)),
        ("Staff", ()),
    ],
)
def test_names(text: str, names: tuple[str, ...]) -> None:
    assert split_names(text) == names


@pytest.mark.parametrize(
    "text", ["Land and Sea", "Monday evening", "the Council of Riga", "Popular Demand", "Plato", ""]
)
def test_words_that_are_no_names(text: str) -> None:
    assert not split_names(text)
    assert not is_name(text)


@pytest.mark.parametrize(
    ("paragraph", "authors", "rest"),
    [
        ("By Ana Ruiz and Jan Kowalski", BOTH, ""),
        ("By Ana Ruiz | Gulf Daily", ("Ana Ruiz",), ""),
        ("BY ANA RUIZ", ("ANA RUIZ",), ""),
        ("Von Eva Maier", ("Eva Maier",), ""),
        ("Par Marie Roux", ("Marie Roux",), ""),
        ("Por José García", ("José García",), ""),
        ("Author: Ana Ruiz", ("Ana Ruiz",), ""),
        ("Ana Ruiz, Staff Writer", ("Ana Ruiz",), ""),
        ("Ana Ruiz reports from Lima.", ("Ana Ruiz",), ""),
        ("By AFP", ("AFP",), ""),
        ("By Staff", (), ""),
        ("By Ana Ruiz | Gulf Daily | 14 January 2019", ("Ana Ruiz",), "14 January 2019"),
        ("By Ana Ruiz, Jan 14, 2019 10:30 AM", ("Ana Ruiz",), "Jan 14, 2019 10:30 AM"),
        (
            "By Ana Ruiz LIMA (Reuters) - The council said on Monday it would not.",
            ("Ana Ruiz",),
            "LIMA (Reuters) - The council said on Monday it would not.",
        ),
        (
            "By ANA RUIZ, Associated Press LIMA (AP) — The council said on Monday it would not.",
            ("ANA RUIZ",),
            "LIMA (AP) — The council said on Monday it would not.",
        ),
    ],
)
def test_openings(paragraph: str, authors: tuple[str, ...], rest: str) -> None:
    found = read_opening(paragraph)
    assert found is not None
    assert (found.authors, found.rest) == (authors, rest)


@pytest.mark.parametrize(
    "paragraph",
    [
        "By Monday evening, the city was calm.",
        "By Land and Sea",
        "By the time Ana Ruiz came, the tram had left.",
        "By Ana Ruiz's account, the tram was late.",
        "By Popular Demand",
        "Von der Au gewinnt Wahl",
        "Von Montag an",
        "Por fin llega el tren",
        "Par ailleurs",
        "Riga, Latvia",
        "Story by story, the house grew",
    ],
)
def test_openings_that_are_no_bylines(paragraph: str) -> None:
    assert read_opening(paragraph) is None


@pytest.mark.parametrize(
    ("paragraph", "authors"),
    [
        ("(This article was written by Ana Ruiz and Jan Kowalski.)", BOTH),
        ("(Reporting by Ana Ruiz in Lima and Jan Kowalski; Editing by Tom Roe)", BOTH),
        ("Reporting by Ana Ruiz; editing by Tom Roe", ("Ana Ruiz",)),
        ("(Reporting By Ana Ruiz, Editing By Tom Roe)", ("Ana Ruiz",)),
        ("(Reporting by Ana Ruiz Editing by Tom Roe and Kim Lee)", ("Ana Ruiz",)),
        ("(Reporting by Ana Ruiz and the Lima newsroom; Editing by Tom Roe)", ("Ana Ruiz",)),
        ("(Additional reporting by Ana Ruiz at the U.N.; Writing by Jan Kowalski)", BOTH),
        ("(Reporting by Ana Ruiz, writing by Jan Kowalski; Editing by Tom Roe)", BOTH),
        ("(Editing by Tom Roe)", ()),
        ("-- Ana Ruiz contributed to this report", ("Ana Ruiz",)),
        ("Ana Ruiz in Lima contributed reporting.", ("Ana Ruiz",)),
        ("Associated Press writers Ana Ruiz and Jan Kowalski contributed to this report.", BOTH),
        ("The Associated Press contributed to this report.", ()),
        ("With reporting by Ana Ruiz", ("Ana Ruiz",)),
        ("(Reporte de Ana Ruiz; editado por José García)", ("Ana Ruiz",)),
        ("(Por Ana Ruiz; Editado por José García)", ("Ana Ruiz",)),
        ("(Bericht von Eva Maier. Redigiert von Tom Roe.)", ("Eva Maier",)),
        ("By Ana Ruiz", ("Ana Ruiz",)),
        ("— Ana Ruiz", ("Ana Ruiz",)),
    ],
)
def test_closings(paragraph: str, authors: tuple[str, ...]) -> None:
    found = read_closing(paragraph)
    assert found is not None
    assert found.authors == authors


@pytest.mark.parametrize(
    "paragraph",
    [
        "The report was written by Ana Ruiz in 1998, and the court read it.",
        "The company contributed to this success.",
        "Reporting by the police is slow, they said on Monday.",
        "(The name was changed.)",
        "— that is what she said",
    ],
)
def test_last_sentences_that_are_no_credits(paragraph: str) -> None:
    assert read_closing(paragraph) is None


@pytest.mark.parametrize(
    "credit",
    ["(This article was written by Ana Ruiz.)", "Reporting by Ana Ruiz; Editing by Tom Roe"],
)
def test_a_credit_glued_to_the_last_sentence(credit: str) -> None:
    found = split_closing(f"It will open in June. {credit}")
    assert found is not None
    assert (found.authors, found.text, found.rest) == (
        ("Ana Ruiz",),
        credit,
        "It will open in June.",
    )
