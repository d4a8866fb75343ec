"""Bytes to text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.encoding import CHARSET_GUESSED, UNDECODABLE_BYTES, decode, repair

GERMAN = "Die Bürgermeisterin der Stadt eröffnete am Samstag die größere der beiden Brücken."
RUSSIAN = "Совет города утвердил в среду новый план движения трамваев на будущий год."


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (codecs.BOM_UTF8, "utf-8", "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16le"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16be"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32le"),
        (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32be"),
    ],
)
def test_a_byte_order_mark_decides(mark: bytes, codec: str, name: str) -> None:
    found = decode(mark + RUSSIAN.encode(codec), declared="windows-1252")
    assert (found.text, found.encoding, found.flags) == (RUSSIAN, name, ())


def test_valid_utf8_wins_over_a_wrong_declaration() -> None:
    found = decode(GERMAN.encode(), declared="iso-8859-1")
    assert (found.text, found.encoding, found.flags) == (GERMAN, "utf-8", ())


@pytest.mark.parametrize(
    ("label", "codec", "name"),
    [
        ("iso-8859-1", "cp1252", "windows-1252"),
        ("US-ASCII", "cp1252", "windows-1252"),
        (' "Latin1" ', "cp1252", "windows-1252"),
        ("iso-8859-15", "iso8859_15", "iso-8859-15"),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label: str, codec: str, name: str) -> None:
    found = decode(GERMAN.encode(codec), declared=label)
    assert (found.text, found.encoding, found.flags) == (GERMAN, name, ())


def test_gb2312_means_gb18030() -> None:
    text = "市政府镕基路周三通过了新的电车计划。"  # the fourth sign is not in GB 2312
    found = decode(text.encode("gb18030"), declared="gb2312")
    assert (found.text, found.encoding, found.flags) == (text, "gb18030", ())


def test_iso_2022_jp_is_not_taken_for_ascii() -> None:
    text = "市議会は水曜日、路面電車の新しい計画を承認した。"
    found = decode(text.encode("iso2022_jp"))
    assert (found.text, found.encoding, found.flags) == (text, "iso-2022-jp", ())


@pytest.mark.parametrize(
    "head",
    [
        b'<meta charset="windows-1251">',
        b"<META content='text/html; charset=windows-1251' http-equiv=Content-Type>",
        b'<?xml version="1.0" encoding="windows-1251"?>',
        b'<!-- <meta charset="utf-8"> --><meta charset=cp1251>',
    ],
)
def test_html_names_its_encoding(head: bytes) -> None:
    found = decode(head + RUSSIAN.encode("cp1251"), html=True)
    assert found.text.endswith(RUSSIAN)
    assert (found.encoding, found.flags) == ("windows-1251", ())


def test_plain_text_that_quotes_a_meta_tag_does_not_name_its_encoding() -> None:
    found = decode(b'<meta charset="koi8-r"> ' + GERMAN.encode("cp1252"))
    assert found.encoding == "windows-1252"


def test_a_declaration_that_fails_falls_through_to_the_next() -> None:
    page = b'<meta charset="windows-1251">' + RUSSIAN.encode("cp1251")
    assert decode(page, declared="utf-8", html=True).encoding == "windows-1251"
    assert decode(page, declared="no-such-charset", html=True).encoding == "windows-1251"
    # windows-1252 can decode nearly any bytes, but not into anything that reads
    assert decode(page, declared="iso-8859-1", html=True).encoding == "windows-1251"


def test_utf16_without_a_mark() -> None:
    for codec, name in (("utf-16-le", "utf-16le"), ("utf-16-be", "utf-16be")):
        for text in (GERMAN, RUSSIAN):
            found = decode(text.encode(codec))
            assert (found.text, found.encoding, found.flags) == (text, name, (CHARSET_GUESSED,))


def test_damaged_utf8_keeps_all_but_the_damage() -> None:
    cut = decode(RUSSIAN.encode()[:-2])
    assert cut.text == RUSSIAN[:-2] + "\ufffd"
    assert (cut.encoding, cut.flags) == ("utf-8", (UNDECODABLE_BYTES,))
    bad = RUSSIAN.encode().replace("план".encode(), b"\xff")
    assert decode(bad, declared="windows-1252").text == RUSSIAN.replace("план", "\ufffd")


def test_a_declared_encoding_survives_one_bad_byte() -> None:
    damaged = "市議会は水曜日、路面電車の新しい計画を承認した。".encode("euc_jp") + b"\xa4"
    found = decode(damaged, declared="euc-jp")
    assert (found.encoding, found.flags) == ("euc-jp", (UNDECODABLE_BYTES,))
    assert found.text.startswith("市議会")


def test_line_ends_and_controls() -> None:
    found = decode(b"\xef\xbb\xbf\xef\xbb\xbfone\r\ntwo\rthree\x0cfour\x00\x1b\x07\tfive\x7f")
    assert found.text == "one\ntwo\nthree\nfour\tfive"
    assert found.encoding == "utf-8"


def test_a_replacement_character_of_the_source_is_no_decoding_error() -> None:
    assert decode("step \ufffd recognition".encode()).flags == ()


@given(st.binary(), st.one_of(st.none(), st.text(max_size=12)), st.booleans())
def test_never_raises(content: bytes, declared: str | None, html: bool) -> None:
    decode(content, declared, html)


@given(st.text())
def test_utf8_comes_back_as_it_was(text: str) -> None:
    plain = "".join(ch for ch in text if ch >= " " and ch not in "\x7f\ufeff\ud800")
    encoded = plain.encode("utf-8", "ignore")
    assert decode(encoded).text == encoded.decode()


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("schÃ¶n", "schön"),
        ("Itâ€™s late", "It’s late"),
        ("â€œquoteâ€\x9d", "“quote”"),
        ("РџСЂРёРІРµС‚", "Привет"),
        ("Â£5 and Â© 2019", "£5 and © 2019"),
        ("sound: über\nbroken: schÃ¶n", "sound: über\nbroken: schön"),
    ],
)
def test_mojibake_is_undone(broken: str, whole: str) -> None:
    assert repair(broken) == (whole, True)


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "“Curly,” she said — it’s ‘fine’…",
        "AÇÃO e SÃO PAULO",
        "ﬁnal ＡＢＣ ｶﾅ",
        "e\u0301te\u0301 &amp; &lt;b&gt;",
        "step \ufffd recognition",
        "Ångström, smørrebrød, façade à la carte",
        RUSSIAN,
        GERMAN,
    ],
)
def test_sound_text_is_left_alone(text: str) -> None:
    assert repair(text) == (text, False)
