from __future__ import annotations

import gzip
import random
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.sniff import HEAD_BYTES, Form, Unreadable, sniff, wide_encoding

PROSE = "The ferry was late again, and the harbour master had no word to say about it.\n"
FRENCH = "Le bac était en retard, et le maître du port n'a rien déclaré à ce sujet.\n"
CHINESE = "渡轮又晚点了，港务长对此没有发表任何评论。市民对此表示不满。\n"
JAPANESE = "フェリーはまた遅れたが、港長は何も説明しなかった。市民は不満を述べている。\n"
KOREAN = "여객선이 또 늦었지만 항만장은 아무런 설명도 하지 않았다. 시민들은 불만을 말했다.\n"
ARABIC = "تأخرت العبارة مرة أخرى، ولم يقل مدير الميناء شيئا عن ذلك.\n"
RUSSIAN = "Паром снова опоздал, и начальник порта ничего об этом не сказал.\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (PROSE, "ascii"),
        (FRENCH, "utf-8-sig"),
        (FRENCH, "cp1252"),
        (FRENCH, "utf-16"),
        (FRENCH, "utf-16-le"),
        (FRENCH, "utf-16-be"),
        (FRENCH, "utf-32"),
        (CHINESE, "gb18030"),
        (CHINESE, "big5hkscs"),
        (CHINESE, "utf-16"),
        (CHINESE * 4, "utf-16-le"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"),
        (JAPANESE * 4, "utf-16-be"),
        (KOREAN, "euc_kr"),
        (ARABIC, "cp1256"),
        (ARABIC, "utf-16-le"),
        (RUSSIAN, "koi8_r"),
        (RUSSIAN, "cp866"),
    ],
)
def test_text_is_text_in_whatever_encoding(text: str, encoding: str) -> None:
    if encoding == "big5hkscs":
        text = "渡輪又晚點了，港務長對此沒有發表任何評論。市民對此表示不滿。\n"
    assert sniff((text * 3).encode(encoding)) is Form.TEXT


@pytest.mark.parametrize(
    "start",
    [
        "<!DOCTYPE html><html>",
        "<!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'>\n<html>",
        "\ufeff\n\n  <HTML lang=en>",
        (
            '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 '
            'Strict//EN" "x">\n<html xmlns="http://www.w3.org/1999/xhtml">'
        ),
        '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">',
        "<!-- saved from the web -->\n<!-- twice -->\n<div class='a'>",
        "<p>",
        "<h1>Ferry late</h1>",
        '<article itemscope itemtype="x">',
        "<br/>",
        "<blockquote>",
        '<figure class="lead">',
        "<meta charset='utf-8'>",
        "Warning: include() failed on line 3<br>\n<html><head><title>Ferry</title>",
    ],
)
def test_pages_and_fragments_are_html(start: str) -> None:
    assert sniff(f"{start}<p>{PROSE}</p>".encode()) is Form.HTML


@pytest.mark.parametrize(
    "text",
    [
        "<3 is how the letter ended. " + PROSE,
        "<Reuters> - " + PROSE,
        "<a good story> is what the editor asked for. " + PROSE,
        "< 10 people came. " + PROSE,
        "{Editor's note: the ferry is real.} " + PROSE,
        '{"Never again," said the harbour master.} ' + PROSE,
        "[1] " + PROSE,
        "[The harbour master] " + PROSE,
        "The tag <html> opens a page. " + PROSE,
        "WARC/1.1 is the format's version. " + PROSE,
        "RIFF is what the band played. " + PROSE,
        "BZhang wrote this. " + PROSE,
        "GIF8 was not a format. " + PROSE,
        "MZ was the ship's mark. " + PROSE,
        "\n\n\t  " + PROSE,
    ],
)
def test_prose_that_begins_like_something_else_is_text(text: str) -> None:
    assert sniff(text.encode()) is Form.TEXT


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<?xml version="1.0"?>\n<rss version="2.0"><channel>', "an RSS feed"),
        ("<rss><channel>", "an RSS feed"),
        ('<?xml version="1.0"?><?xml-stylesheet href="x"?><!-- a --><rss>', "an RSS feed"),
        ("<rss><item><description><![CDATA[<html><body>]]>", "an RSS feed"),
        ('<feed xmlns="http://www.w3.org/2005/Atom">', "an Atom feed"),
        ('<atom:feed xmlns:atom="http://www.w3.org/2005/Atom">', "an Atom feed"),
        ('\ufeff<?xml version="1.0"?><rdf:RDF>', "an RDF feed"),
        ('<?xml version="1.0"?><urlset>', "a sitemap"),
        ("<sitemapindex>", "a sitemap index"),
        ('<opml version="2.0">', "an OPML list of feeds"),
        ('<?xml version="1.0"?><nitf>', "XML (nitf)"),
        ('<!DOCTYPE svg PUBLIC "x"><svg>', "an SVG picture"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_is_no_page_is_named(text: str, what: str, encoding: str) -> None:
    assert sniff(text.encode(encoding)) == Unreadable(what=what, is_binary=False)


@pytest.mark.parametrize(
    "text",
    [
        "url,title,text\nhttps://a.example/1,Ferry late,It was late again.\n",
        '"id";"headline";"body"\r\n1;"Ferry late";"It was late, again."\r\n',
        "date\ttitle\tcontent\n2026-03-10\tFerry late\tIt was late again.\n",
    ],
)
def test_a_table_is_no_article(text: str) -> None:
    form = sniff(text.encode())
    assert isinstance(form, Unreadable)
    assert form.what.startswith("a CSV table")


@pytest.mark.parametrize(
    "text",
    [
        "London, Paris, Rome\n" + PROSE,
        "Title,text\n\n" + PROSE,
        "Text,title,body\nIt was late again.\n",
        "1,5,9\n2,6,10\n",
    ],
)
def test_commas_make_no_table(text: str) -> None:
    assert sniff(text.encode()) is Form.TEXT


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"title": "a"}\n{"title": "b"}\n', Form.JSON_LINES),
        ('{"title": "a"}', Form.JSON_LINES),
        ('\ufeff\r\n\r\n{"title": "a"}\r\n', Form.JSON_LINES),
        ('{}\n{"title": "a"}\n', Form.JSON_LINES),
        ('{"body": "<html><head>"}\n{"body": "<p>"}\n', Form.JSON_LINES),
        ('{"title": "torn\n{"title": "b"}\n', Form.JSON_LINES),
        ('{"title": "torn",\n{"title": "b"}\n', Form.JSON_LINES),
        ('{"title": "a"}\nrubbish\n', Form.JSON_LINES),
        ('{"title": "torn\nrubbish\n', Form.JSON_LINES),
        ('{"a": "' + "x" * HEAD_BYTES, Form.JSON_LINES),
        ('{"tit', Form.JSON_LINES),
        ('{\n  "title": "a"\n}\n', Form.JSON),
        ('{"title": "a",\n "body": "<html><body>"}\n', Form.JSON),
        ('{"title": "a"\n, "body": "b"}\n', Form.JSON),
        ('{"title":\n"a"}\n', Form.JSON),
        ('{"items": [\n{"title": "a"},\n{"title": "b"}]}', Form.JSON),
        ('{"author": {"name": "a"}\n}', Form.JSON),
        ('[{"title": "a"}, {"title": "b"}]', Form.JSON),
        ('[\n  {\n    "title": "a"', Form.JSON),
        ("[]", Form.JSON),
    ],
)
def test_json_by_lines_is_told_from_json_over_lines(text: str, form: Form) -> None:
    assert sniff(text.encode()[:HEAD_BYTES]) is form


@pytest.mark.parametrize("length", [10, 4090, 4096, 20_000])
def test_a_page_may_begin_with_a_long_comment(length: int) -> None:
    assert sniff(f"<!-- {'x' * length} --><!doctype html><p>{PROSE}</p>".encode()) is Form.HTML
    assert sniff(f"<!-- {'x' * length} -->{PROSE}".encode()) is Form.TEXT


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"PK\x03\x04\x14\x00", "a ZIP archive or office document"),
        (b"\x89PNG\r\n\x1a\n\x00", "a PNG picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG picture"),
        (b"GIF89a\x01\x00", "a GIF picture"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "a WebP picture, sound or video"),
        (b"BZh91AY&SY\x00", "a bzip2 archive"),
        (b"SQLite format 3\x00", "an SQLite database"),
        (b"PAR1\x15\x04", "a Parquet file"),
        (random.Random(1).randbytes(5000), "bytes that are no text"),
        (zlib.compress(PROSE.encode() * 50)[2:], "bytes that are no text"),
        (b"\xff\xfe" + random.Random(2).randbytes(5000), "bytes that are no text"),
        (struct.pack("<1000h", *range(1000)), "bytes that are no text"),
        (bytes(5000), "bytes that are no text"),
        (PROSE.encode() + bytes(5000), "bytes that are no text"),
        (PROSE.encode("utf-32-le"), "bytes that are no text"),
    ],
)
def test_binary_is_named(content: bytes, what: str) -> None:
    assert sniff(content) == Unreadable(what=what, is_binary=True)


def test_archives_are_told_by_their_signs() -> None:
    assert sniff(gzip.compress(b"")) is Form.GZIP
    assert sniff(b"WARC/1.0\r\nWARC-Type: warcinfo\r\n") is Form.WARC
    assert sniff(b"WARC/1.1\nWARC-Type: warcinfo\n") is Form.WARC


@pytest.mark.parametrize(
    "content", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe \x00\n\x00"]
)
def test_nothing_but_white_space_is_nothing_so_far(content: bytes) -> None:
    assert sniff(content) is None


def test_a_stray_control_character_makes_no_binary() -> None:
    assert sniff(PROSE.encode() + b"\x1a") is Form.TEXT
    assert sniff(b"<p>" + PROSE.encode() + b"\x00</p>") is Form.HTML
    assert sniff(PROSE.encode() * 20 + b"\x08" * 8) is Form.TEXT


def test_wide_encodings_are_told_by_mark_or_by_zeros() -> None:
    assert wide_encoding(PROSE.encode("utf-16")) == "utf-16"
    assert wide_encoding(PROSE.encode("utf-32")) == "utf-32"
    assert wide_encoding(PROSE.encode("utf-16-le")) == "utf-16-le"
    assert wide_encoding((CHINESE * 20).encode("utf-16-be")) == "utf-16-be"
    assert wide_encoding(PROSE.encode()) is None
    assert wide_encoding(b"\xef\xbb\xbfabc") is None


@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=100).map(lambda text: text.encode("utf-16", "surrogatepass")),
        st.text(alphabet='{}[]":,<>!-?/ \n\thtmlrssxa1\ufeff', max_size=60).map(str.encode),
    )
)
def test_any_bytes_have_a_form_or_a_name(content: bytes) -> None:
    found = sniff(content)
    assert found is None or isinstance(found, Form | Unreadable)


@given(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyz éж,.;:-'\"<>{}[]/=\n", min_size=1, max_size=200)
)
def test_what_begins_with_a_word_is_text(text: str) -> None:
    assert sniff(f"the {text}".encode()) is Form.TEXT
