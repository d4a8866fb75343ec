"""What kind of edit made one text of another."""

from __future__ import annotations

import pytest

from dedup.changes import name_change

LINES = [
    f"In part {number} of its report the harbour board says what the new ferry would cost the town."
    for number in ("one", "two", "three", "four", "five", "six")
]
TEXT = "\n\n".join(LINES)


@pytest.mark.parametrize(
    "notice",
    [
        "Correction: the ferry belongs to the county, not to the town.",
        "CORRECTION (May 2): The ferry belongs to the county.",
        "Corrections and clarifications: the ferry belongs to the county.",
        "* Clarification — the ferry belongs to the county.",
        "An earlier version of this article misstated who owns the ferry.",
        "This story has been corrected to show who owns the ferry.",
        "This article was amended to correct the owner's name.",
        "Korrektur: Die Fähre gehört dem Kreis.",
        "In einer früheren Version dieses Artikels stand ein falscher Name.",
        "Rectificatif : le bac appartient au comté.",
        "Une version précédente de cet article donnait un autre nom.",
        "Fe de errores: el barco es del condado.",
        "Una versión anterior de este artículo daba otro nombre.",
        "Errata corrige: il traghetto è della contea.",
        "Rectificatie: de veerpont is van de provincie.",
        "Sprostowanie: prom należy do powiatu.",
        "Поправка: паром принадлежит округу.",
        "تصحيح: العبارة ملك للمقاطعة.",
        "更正：渡轮属于县政府。",
        "訂正：フェリーは郡のものです。",
    ],
)
def test_a_correction_says_so(notice: str) -> None:
    assert name_change(TEXT, f"{TEXT}\n\n{notice}") == "correction"
    assert name_change(TEXT, f"{notice}\n\n{TEXT}") == "correction"


def test_a_notice_that_stood_there_before_corrects_nothing_now() -> None:
    noted = f"{TEXT}\n\nCorrection: the ferry belongs to the county."
    assert name_change(noted, noted.replace("new ferry", "old ferry", 1)) == "minor"
    assert name_change(noted, TEXT) == "update"


@pytest.mark.parametrize(
    "line",
    [
        "The correction of the course took the captain an hour.",
        "Correctional officers met the board on the quay and left without a word.",
        "He asked for a correction of the article in a letter that the board read out.",
    ],
)
def test_a_text_about_a_correction_is_none(line: str) -> None:
    assert name_change(TEXT, f"{TEXT}\n\n{line}") == "update"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("harbour board says", "harbor board says"),
        ("would cost", "will cost"),
        (LINES[0] + "\n\n" + LINES[1], LINES[1] + "\n\n" + LINES[0]),
    ],
)
def test_few_words_are_minor(old: str, new: str) -> None:
    assert name_change(TEXT, TEXT.replace(old, new, 1)) == "minor"


def test_what_says_something_else_is_an_update() -> None:
    assert name_change(TEXT, f"{TEXT}\n\nThe board meets again when the ice has gone.") == "update"
    assert name_change(f"{TEXT} 14 men died.", f"{TEXT} 15 men died.") == "update"
    assert name_change(TEXT, TEXT.replace("new ferry", "old bridge")) == "update"
    assert name_change("Watch the video.", "The video was taken down.") == "update"
