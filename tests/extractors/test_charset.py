"""Guessing encodings: own sentences in each, and the benchmark's texts re-encoded."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from extractors import charset

SENTENCES = {
    "windows-1252": "Le maire a été réélu dès le premier tour, où la participation fut élevée.",
    "gb18030": "市议会星期三批准了新的有轨电车计划，工程将于明年开始。",
    "big5": "市議會星期三批准了新的電車計劃，工程將於明年開始。",
    "shift_jis": "市議会は水曜日、路面電車の新しい計画を承認した。工事は来年から始まる。",
    "euc-jp": "市議会は水曜日、路面電車の新しい計画を承認した。工事は来年から始まる。",
    "euc-kr": "시의회는 수요일 새로운 전차 계획을 승인했다. 공사는 내년에 시작된다.",
    "windows-1251": "Совет города утвердил в среду новый план движения трамваев.",
    "koi8-r": "Совет города утвердил в среду новый план движения трамваев.",
    "windows-1253": "Το δημοτικό συμβούλιο ενέκρινε την Τετάρτη το νέο σχέδιο για το τραμ.",
    "windows-1250": "Rada miasta zatwierdziła w środę nowy plan ruchu tramwajów na przyszły rok.",
    "iso-8859-2": "Rada miasta zatwierdziła w środę nowy plan, który będzie także służył wsiom.",
    "windows-1254": "Belediye meclisi çarşamba günü yeni tramvay planını onayladı, işe başlanıyor.",
    "windows-1255": "מועצת העיר אישרה ביום רביעי את תוכנית החשמלית החדשה.",
    "windows-1256": "وافق مجلس المدينة يوم الأربعاء على خطة الترام الجديدة للعام المقبل.",
    "windows-874": "สภาเมืองอนุมัติแผนรถรางใหม่เมื่อวันพุธ งานจะเริ่มในปีหน้า",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_one_sentence_is_enough(name: str) -> None:
    codec = next(one.codec for one in charset.CANDIDATES if one.name == name)
    found = charset.guess(SENTENCES[name].encode(codec))
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "text", ["café", "The fee is £5.", "“Yes,” she said.", "Der Präsident kommt.", "El niño"]
)
def test_short_western_text_is_windows_1252(text: str) -> None:
    found = charset.guess(text.encode("cp1252"))
    assert found is not None
    assert found.name == "windows-1252"


def test_ascii_says_nothing() -> None:
    assert charset.guess(b"plain words") is None
    assert charset.guess(b"") is None


#: Encodings that each language of the benchmark was published in before UTF-8.
LEGACY = {
    "el": ("cp1253", "iso8859_7"),
    "ru": ("cp1251", "koi8_r"),
    "pl": ("cp1250", "iso8859_2"),
    "zh": ("gb18030", "big5hkscs"),
    "ja": ("cp932", "euc_jp"),
    "ko": ("cp949",),
    "de": ("cp1252",),
    "fr": ("cp1252",),
    "es": ("cp1252",),
    "tr": ("cp1254",),
}


@pytest.mark.parametrize("size", [120, 5000])
def test_reencoded_news_is_recognised(size: int) -> None:
    """Nineteen in twenty or more; 98 and 99 of a hundred when this was written."""
    root = Path(os.environ.get("NEWSWELL_BENCH", "../shared/bench"))
    truths = [root / "extraction" / name / "truth.jsonl" for name in ("daniel", "fundus")]
    if not all(path.is_file() for path in truths):
        pytest.skip(f"no benchmark in {root} (NEWSWELL_BENCH)")
    right = total = 0
    counts: dict[str, int] = {}
    lines = [line for path in truths for line in path.read_text().splitlines()]
    for record in map(json.loads, lines):
        for codec in LEGACY.get(record.get("language") or "", ()):
            raw = (record.get("body") or "")[:size].encode(codec, "ignore")
            counts[codec] = counts.get(codec, 0) + 1
            if raw.isascii() or counts[codec] > 8:  # a few of each keep the test short
                continue
            found = charset.guess(raw)
            total += 1
            right += found is not None and raw.decode(found.codec, "replace") == raw.decode(codec)
    assert right >= 0.95 * total > 0
