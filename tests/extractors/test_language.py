"""Naming the language of a text."""

from __future__ import annotations

import pytest

from extractors.language import identify


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The council approved the new tram plan on Wednesday after a long debate.", "en"),
        ("THE COUNCIL APPROVED THE NEW TRAM PLAN ON WEDNESDAY AFTER A LONG DEBATE.", "en"),
        ("Der Stadtrat hat am Mittwoch nach langer Debatte den neuen Plan gebilligt.", "de"),
        ("Le conseil municipal a approuvé mercredi le nouveau plan du tramway.", "fr"),
        ("El ayuntamiento aprobó el miércoles el nuevo plan del tranvía.", "es"),
        ("Bystyret godkjente onsdag den nye planen for trikken etter lang debatt.", "no"),
        ("Совет города утвердил в среду новый план движения трамваев.", "ru"),
        ("Міська рада затвердила в середу новий план руху трамваїв.", "uk"),
        ("市议会星期三批准了新的有轨电车计划。", "zh"),
        ("市議会は水曜日、路面電車の新しい計画を承認した。", "ja"),
        ("시의회는 수요일 새로운 전차 계획을 승인했다.", "ko"),
        ("وافق مجلس المدينة يوم الأربعاء على خطة الترام الجديدة.", "ar"),
        ("สภาเมืองอนุมัติแผนรถรางใหม่เมื่อวันพุธ", "th"),
    ],
)
def test_one_sentence_is_enough(text: str, language: str) -> None:
    assert identify(text) == language


@pytest.mark.parametrize(
    "text",
    ["", "OK", "Paris", "12345 !!! 67890", "東京", "— * — * —", "AB 12, CD 34, EF 56, GH 78"],
)
def test_too_little_to_tell(text: str) -> None:
    assert identify(text) is None
