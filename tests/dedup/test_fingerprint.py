from __future__ import annotations

import pytest

from dedup import fingerprint
from dedup.fingerprint import _CODE_PAGES, _WORD, SHORT, _seen, words

LONG = (
    "The harbour council voted on Tuesday to close the old lock for repairs that will take "
    "until spring, and told the ferry company to use the northern quay instead, which its "
    "captains call too shallow for the larger of their two boats at low tide."
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Mayor Resigns", "THE MAYOR RESIGNS"),
        ("The mayor, he said, resigns.", "The mayor he said resigns"),
        ("The mayor\n\nresigns\u00a0today", "The  mayor resigns\ttoday"),
        ("“It’s over,” she said", '"It\'s over", she said'),
        ("«C’est fini» – dit-elle", '"C\'est fini" - dit elle'),
        ("Straße", "STRASSE"),
        ("ﬁne ½ ＡＢＣ", "fine 1⁄2 abc"),
        ("cafe\u0301", "café"),
        ("İSTANBUL HABERLERİ", "istanbul haberleri".upper().replace("I", "İ")),
        ("İstanbul", "istanbul"),
        ("Zei\u00adtung", "Zeitung"),
        ("a\u200bb\ufeff c\u2060d", "ab cd"),
        ("می\u200cخواهم", "میخواهم"),
        ("東京 で　地震 が あった。", "東京で地震があった"),
        ("ウォルト・ディズニー", "ウォルト ディズニー"),
        ("第１５回", "第15回"),
        ("15 人が死亡", "15人が死亡"),
        ("𠮷野 家 𠮷 𠮷", "𠮷野家𠮷𠮷"),
        ("กรุงเทพ มหานคร", "กรุงเทพมหานคร"),
        ("यह अंत है।", "यह अंत है"),
    ],
)
def test_what_makes_no_difference(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.5 metres", "15 metres"),
        ("1,500 dead", "1 500 0 dead"),
        ("a fine of $5", "a fine of £5"),
        ("resume", "résumé"),
        ("x\u0304", "x"),
        ("की", "का"),
        ("कि", "क"),
        ("therapist", "the rapist"),
        ("now here", "nowhere"),
        ("東京", "京東"),
        ("가 나", "가나"),
    ],
)
def test_what_makes_another_text(one: str, other: str) -> None:
    assert words(one) != words(other)


@pytest.mark.parametrize("page", _CODE_PAGES)
def test_every_sign_of_a_code_page_is_what_the_pattern_says(page: str) -> None:
    for code in range(256):
        sign = bytes([code]).decode(page, "replace")
        text = f"Zug{sign}{sign}um $5{sign} Ab"
        found = _WORD.findall(_seen(text).casefold().replace("i\u0307", "i"))
        assert words(text) == found, hex(code)


def test_marks_stay_with_their_letter() -> None:
    assert words("हिन्दी में खबर") == ["हिन्दी", "में", "खबर"]


def test_a_long_body_is_evidence_alone_and_its_title_makes_the_content() -> None:
    one, other = fingerprint("Lock shut till spring", LONG), fingerprint("Ferry moves", LONG)
    assert one.body == other.body
    assert one.content != other.content
    assert one.content != one.body


def test_a_short_body_needs_its_title() -> None:
    body = "Watch the video."
    assert fingerprint("Fire at the mill", body).body != fingerprint("Flood", body).body
    assert fingerprint("Fire at the mill", body).body == fingerprint("FIRE AT THE MILL!", body).body
    edge = " ".join(["word"] * (SHORT - 1))
    assert fingerprint("A", edge).body != fingerprint("B", edge).body
    assert fingerprint("A", f"{edge} word").body == fingerprint("B", f"{edge} word").body


@pytest.mark.parametrize("body", ["詳しくは動画をご覧ください。" * 3, "ชมวิดีโอข่าวฉบับเต็มได้ที่นี่ค่ะ" * 2])
def test_a_sign_of_a_script_without_spaces_is_less_than_a_word(body: str) -> None:
    assert len(words(body)) >= SHORT
    assert fingerprint("甲", body).body != fingerprint("乙", body).body


def test_no_title_is_an_empty_title_and_no_part_of_the_body() -> None:
    assert fingerprint(None, LONG) == fingerprint("", LONG) == fingerprint("…", LONG)
    first, rest = LONG.split(" ", 1)
    assert fingerprint(first, rest).content != fingerprint(None, LONG).content


def test_an_empty_text_has_a_fingerprint() -> None:
    assert fingerprint(None, "") == fingerprint("", "—")
